import type { App } from './app.ts'
import { partsOfAct } from './core/acts.ts'
import { followUps, type FollowedDocument } from './core/follow-ups.ts'
import { partsOf, type AccountId, type DocumentKey, type OrderRef } from './core/ids.ts'
import type { Order } from './core/order.ts'
import type { Settings } from './core/settings.ts'
import type { LedgerDocument } from './ledger/documents.ts'

type Needs = Pick<App, 'ledger' | 'now' | 'enqueueAct'>

/**
 * Sees to everything that should follow an order's documents as things stand now: payments, corrections, messages. Safe
 * to call any number of times; returns how many acts are new.
 */
export async function followUp(
  app: Needs,
  account: AccountId,
  known: { ref: OrderRef; order: Order; documents: readonly DocumentKey[] },
  settings: Settings,
): Promise<number> {
  if (known.documents.length === 0) return 0
  const { ledger } = app
  const [{ acts, did }, documents] = await Promise.all([
    ledger.acts.ofOrder(account, known.ref),
    Promise.all(
      known.documents.map(async (key) => {
        const document = await ledger.documents.get(account, key)
        return document === undefined ? [] : [followed(key, document)]
      }),
    ),
  ])
  const wanted = followUps({
    order: known.order,
    documents: documents.flat(),
    acts,
    did,
    settings,
    now: app.now(),
  })
  let made = 0
  for (const act of wanted) {
    const { status, state, generation } = await ledger.acts.wish(account, act)
    if (status === 'known') continue
    made++
    if (state === 'due')
      await app.enqueueAct(
        account,
        act.key,
        generation,
        Math.max(0, (act.notBefore ?? 0) - app.now()),
      )
  }
  return made
}

export const followed = (key: DocumentKey, document: LedgerDocument): FollowedDocument => ({
  key,
  kind: partsOf(key).kind,
  state: document.state,
  series: document.series,
  number: document.number,
  total: document.total,
  currency: document.currency,
  paid: document.paid,
  toPay: document.toPay,
  paidWith: document.paidWith,
  issuedAt: document.issuedAt,
  corrects: document.corrects,
})

/** The shop, order and document that an act is about, as the ledger has them now. */
export async function subjectOf(
  { ledger }: Pick<App, 'ledger'>,
  accountId: AccountId,
  act: Parameters<typeof partsOfAct>[0],
) {
  const { document: key, order: ref, shop: shopId } = partsOfAct(act)
  const [account, shop, document, order] = await Promise.all([
    ledger.registry.account(accountId),
    ledger.registry.shop(shopId),
    ledger.documents.get(accountId, key),
    ledger.documents.order(accountId, ref),
  ])
  if (account === undefined) throw new Error(`account ${accountId} is not known`)
  if (shop === undefined) throw new Error(`shop ${shopId} is not known`)
  if (document === undefined) throw new Error(`document ${key} is not known`)
  return { account, shop, key, document, ref, order: order?.order }
}
