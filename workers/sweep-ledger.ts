import type { App } from '../src/app.ts'
import {
  partsOf,
  partsOfOrder,
  type AccountId,
  type OrderRef,
  type ShopId,
} from '../src/core/ids.ts'
import type { Payload } from '../src/jobs.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now' | 'enqueueDocument'>

/** Work that has not moved for this long should have a job, in ms. */
const STILL_MS = 60_000
/** Documents of one state looked at per sweep; the next sweep goes on where this one stopped. */
const BATCH = 5000

/** The ledger is the truth: whatever waits there without a job gets one. Doing it twice changes nothing. */
export async function sweepLedger(
  { shard }: Payload<'sweep-ledger'>,
  app: Needs,
  stillMs = STILL_MS,
): Promise<string> {
  const { ledger, queues, now, enqueueDocument } = app
  const before = now() - stillMs
  const accounts = new Map<ShopId, AccountId | undefined>()
  const accountOf = async (shop: ShopId) => {
    if (!accounts.has(shop)) accounts.set(shop, (await ledger.registry.shop(shop))?.account)
    return accounts.get(shop)
  }
  let given = 0

  const unrouted: OrderRef[] = await ledger.reports.unrouted(shard, before)
  for (const order of unrouted) {
    const account = await accountOf(partsOfOrder(order).shop)
    if (account === undefined) continue
    await queues.enqueue('route-order', { order, account }, { jobId: `${order}~sweep~${now()}` })
    given++
  }
  for (const state of ['due', 'attempting', 'uncertain'] as const) {
    const keys = await ledger.reports.nextInState(shard, state, before, BATCH)
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(
        keys.slice(i, i + 50).map(async (key) => {
          const account = await accountOf(partsOf(key).shop)
          const document =
            account === undefined ? undefined : await ledger.documents.get(account, key)
          if (account === undefined || document === undefined) return
          if (await queues.hasWork(account, key, document.gen)) return
          const name = state === 'uncertain' ? 'resolve-outcome' : 'issue-document'
          await enqueueDocument(name, account, key, document.gen)
          given++
        }),
      )
    }
  }
  return `${given} pieces of work had no job`
}
