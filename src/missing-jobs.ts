import type { App } from './app.ts'
import { partsOfAct, pendingActStates, type ActKey } from './core/acts.ts'
import { inBatches } from './core/batches.ts'
import {
  partsOf,
  partsOfOrder,
  type AccountId,
  type DocumentKey,
  type OrderRef,
  type ShopId,
} from './core/ids.ts'
import { pendingStates } from './core/lifecycle.ts'
import { actJobOf } from './jobs.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now' | 'enqueueDocument' | 'enqueueAct' | 'config'>

/** How many documents or acts are asked about at once. */
const AT_ONCE = 50

/** Gives jobs to what waits in the ledger without one. Doing it twice changes nothing. */
export function createJobGiver({ ledger, queues, now, enqueueDocument, enqueueAct }: Needs) {
  const accounts = new Map<ShopId, AccountId | undefined>()
  async function accountOf(shop: ShopId): Promise<AccountId | undefined> {
    if (!accounts.has(shop)) accounts.set(shop, (await ledger.registry.shop(shop))?.account)
    return accounts.get(shop)
  }
  async function toDocument(key: DocumentKey): Promise<boolean> {
    const account = await accountOf(partsOf(key).shop)
    const document = account === undefined ? undefined : await ledger.documents.get(account, key)
    if (account === undefined || document === undefined) return false
    if (await queues.hasWork(account, key, document.gen)) return false
    const name = document.state === 'uncertain' ? 'resolve-outcome' : 'issue-document'
    const delay = name === 'issue-document' ? Math.max(0, document.notBefore - now()) : 0
    await enqueueDocument(name, account, key, document.gen, delay)
    return true
  }
  async function toAct(key: ActKey): Promise<boolean> {
    const account = await accountOf(partsOfAct(key).shop)
    const act = account === undefined ? undefined : await ledger.acts.get(account, key)
    if (account === undefined || act === undefined) return false
    if (await queues.hasActWork(actJobOf(key), account, key, act.gen)) return false
    await enqueueAct(account, key, act.gen, Math.max(0, act.notBefore - now()))
    return true
  }
  return {
    /** How many of them had none. */
    async toOrders(orders: readonly OrderRef[]): Promise<number> {
      let given = 0
      for (const order of orders) {
        const account = await accountOf(partsOfOrder(order).shop)
        if (account === undefined) continue
        const jobId = `${order}~sweep~${now()}`
        await queues.enqueue('route-order', { order, account }, { jobId })
        given++
      }
      return given
    },
    /** A second job for a run does no harm: one worker at a time has it. */
    async toRuns(runs: readonly string[]): Promise<number> {
      for (const run of runs)
        await queues.enqueue(
          'work-dead-letters',
          { shard: 0, run },
          { jobId: `${run}~sweep~${now()}` },
        )
      return runs.length
    },
    toDocuments: async (keys: readonly DocumentKey[]): Promise<number> =>
      countOf(await inBatches(keys, AT_ONCE, toDocument)),
    toActs: async (keys: readonly ActKey[]): Promise<number> =>
      countOf(await inBatches(keys, AT_ONCE, toAct)),
  }
}

const countOf = (given: readonly boolean[]): number => given.filter(Boolean).length

/**
 * Rebuilds the queues from the ledger, all of it: everything that has waited for `stillMs` has a job afterwards, and
 * every repeating job of the catalogue its schedule.
 */
export async function giveEveryJob(
  app: Needs,
  stillMs: number,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<number> {
  const { ledger, queues, config, now } = app
  await queues.schedule('missing')
  const before = now() - stillMs
  const give = createJobGiver(app)
  const shards = Array.from({ length: config.shards }, (_, shard) => shard)
  const sizes = await Promise.all(shards.map((shard) => ledger.reports.waitingIn(shard)))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  let looked = 0
  let given = await give.toRuns(await ledger.runs.silent(before))
  for (const shard of shards) {
    for await (const orders of ledger.reports.everyUnrouted(shard, before)) {
      given += await give.toOrders(orders)
      onProgress((looked += orders.length), all)
    }
    for (const state of pendingStates) {
      for await (const keys of ledger.reports.everyInState(shard, state, before)) {
        given += await give.toDocuments(keys)
        onProgress((looked += keys.length), all)
      }
    }
    for (const state of pendingActStates) {
      for await (const keys of ledger.reports.everyAct(shard, state, before)) {
        given += await give.toActs(keys)
        onProgress((looked += keys.length), all)
      }
    }
  }
  return given
}
