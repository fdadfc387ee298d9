import type { App } from './app.ts'
import { partsOfAct, type ActKey, type ActKind, type ActState } from './core/acts.ts'
import type { AccountId, ShopId } from './core/ids.ts'
import { paymentSaidDone } from './core/payment-said-done.ts'
import type { Shop } from './core/settings.ts'
import { reversalSaidDone } from './corrections/reversal.ts'
import { actJobOf } from './jobs.ts'
import type { Act, DocumentChange } from './ledger/acts.ts'
import type { IndexedActState } from './ledger/reports.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now' | 'config' | 'enqueueAct'>

export type FoundAct = Act & { account: AccountId; shop: ShopId; kind: ActKind }

/** Acts in a state, oldest first, over all shards; `kinds` narrows it, `shop` too. */
export async function actsIn(
  app: Pick<App, 'ledger' | 'config'>,
  state: IndexedActState,
  filter: { kinds?: readonly ActKind[]; shop?: string; limit?: number } = {},
): Promise<FoundAct[]> {
  const { ledger, config } = app
  const limit = filter.limit ?? 200
  const accounts = new Map<ShopId, AccountId | undefined>()
  const found: FoundAct[] = []
  for (let shard = 0; shard < config.shards; shard++) {
    for (let offset = 0; found.length < limit; offset += PAGE) {
      const keys = await ledger.reports.actsInState(shard, state, offset, PAGE)
      for (const key of keys) {
        const { shop, kind } = partsOfAct(key)
        if (filter.kinds !== undefined && !filter.kinds.includes(kind)) continue
        if (filter.shop !== undefined && filter.shop !== shop) continue
        if (!accounts.has(shop)) accounts.set(shop, (await ledger.registry.shop(shop))?.account)
        const account = accounts.get(shop)
        const act = account === undefined ? undefined : await ledger.acts.get(account, key)
        if (account !== undefined && act?.state === state)
          found.push({ ...act, account, shop, kind })
        if (found.length >= limit) break
      }
      if (keys.length < PAGE) break
    }
  }
  return found
}

const PAGE = 200

/** What a person decides of an act: do it (again), leave it, or say that it is done. */
export type ActVerdict = 'replay' | 'dismiss' | 'done'

type By = {
  who: string
  reason: string
  /** The bulk run that it belongs to. */
  run?: string | undefined
  /** The only states that it is said of; absent: all in which it can be. */
  from?: ActState[]
}

/** False where the act is not known, or is not in a state in which that can be said of it. */
export async function decideAct(
  app: Needs,
  key: ActKey,
  verdict: ActVerdict,
  by: By,
): Promise<boolean> {
  const { ledger } = app
  const shop = await ledger.registry.shop(partsOfAct(key).shop)
  const before = shop === undefined ? undefined : await ledger.acts.get(shop.account, key)
  if (shop === undefined || before === undefined) return false
  const done = await moveTo(app, shop, before, verdict, by)
  if (done) await app.queues.forgetAct(actJobOf(key), shop.account, key, before.gen)
  return done
}

async function moveTo(
  app: Needs,
  shop: Shop,
  before: Act,
  verdict: ActVerdict,
  by: By,
): Promise<boolean> {
  const { ledger } = app
  const { key } = before
  switch (verdict) {
    case 'replay': {
      const facts = { reason: by.reason, run: by.run }
      const again = await ledger.acts.again(shop.account, key, by.who, facts, by.from)
      const act = again ? await ledger.acts.get(shop.account, key) : undefined
      if (act !== undefined) await app.enqueueAct(shop.account, key, act.gen)
      return again
    }
    case 'dismiss':
      return ledger.acts.dismiss(shop.account, key, by.who, by.reason, by)
    case 'done': {
      const { result, ...rest } = await saidDone(app, shop, before)
      const said = { ...result, reason: by.reason }
      return ledger.acts.move(shop.account, key, 'done', {
        who: by.who,
        from: by.from ?? ['held', 'dead', 'uncertain'],
        facts: said,
        fields: { result: JSON.stringify(said) },
        ...rest,
        lookAgain: true,
      })
    }
  }
}

/** What an act and its document come to that a person says is done: the same as if its worker had seen it. */
async function saidDone(
  { ledger }: Needs,
  { account, settings }: Shop,
  act: Act,
): Promise<{ result: object; document?: DocumentChange }> {
  const about = partsOfAct(act.key)
  const [document, { acts }] = await Promise.all([
    ledger.documents.get(account, about.document),
    ledger.acts.ofOrder(account, about.order),
  ])
  if (document === undefined) return { result: {} }
  switch (about.kind) {
    case 'payment': {
      const came = paymentSaidDone(act, document, acts)
      return came === undefined
        ? { result: {} }
        : { result: came, document: { fields: { paid: came.paid } } }
    }
    case 'reversal':
      return reversalSaidDone(act, { key: about.document, document }, settings)
    case 'correction':
    case 'email':
    case 'write-back':
    case 'notice':
    case 'archive':
      return { result: {} }
  }
}
