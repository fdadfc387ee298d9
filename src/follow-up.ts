import type { App } from './app.ts'
import { partsOfAct } from './core/acts.ts'
import type { Outlets } from './core/announcements.ts'
import { followUps, type FollowedDocument } from './core/follow-ups.ts'
import { partsOf, type AccountId, type DocumentKey, type OrderRef } from './core/ids.ts'
import { endpointId } from './core/notices.ts'
import type { Order } from './core/order.ts'
import type { Shop } from './core/settings.ts'
import { noteOnly, settleCorrections, withSent } from './corrections/follow.ts'
import type { LedgerDocument } from './ledger/documents.ts'

type Needs = Pick<App, 'ledger' | 'now' | 'enqueueAct' | 'archive' | 'config' | 'writeBacks'>

/**
 * Sees to everything that should follow an order's documents as things stand now: payments, corrections, messages. Safe
 * to call any number of times; returns how many acts are new.
 */
export async function followUp(
  app: Needs,
  account: AccountId,
  known: { ref: OrderRef; order: Order; documents: readonly DocumentKey[] },
  shop: Shop,
): Promise<number> {
  // Shadow mode sends nothing, whatever was issued before it was switched on.
  if (known.documents.length === 0 || shop.settings.shadow) return 0
  const { ledger } = app
  const [{ acts, did }, documents] = await Promise.all([
    ledger.acts.ofOrder(account, known.ref),
    followedAll(ledger, account, known.documents),
  ])
  const input = {
    order: known.order,
    documents: await withSent(app, account, known.order, documents),
    acts,
    did,
    settings: shop.settings,
    outlets: outletsOf(app, shop),
    now: app.now(),
  }
  const wanted = followUps(input)
  await settleCorrections(app, account, input, acts)
  let made = 0
  for (const act of wanted) {
    const { status, state, generation } = await ledger.acts.wish(account, act)
    if (status === 'known') continue
    made++
    if (act.note !== undefined) await noteOnly(app, account, act, act.note)
    else if (state === 'due')
      await app.enqueueAct(
        account,
        act.key,
        generation,
        Math.max(0, (act.notBefore ?? 0) - app.now()),
      )
  }
  return made
}

/** The documents of an order as the ledger has them now. */
export async function documentsOf(
  ledger: App['ledger'],
  account: AccountId,
  ref: OrderRef,
): Promise<FollowedDocument[]> {
  const known = await ledger.documents.order(account, ref)
  return followedAll(ledger, account, known?.documents ?? [])
}

export async function followedAll(
  ledger: App['ledger'],
  account: AccountId,
  keys: readonly DocumentKey[],
): Promise<FollowedDocument[]> {
  const stored = await storedAll(ledger, account, keys)
  return stored.map(({ key, document }) => followed(key, document))
}

/** Those of the documents that the ledger has, with all that it has of them. */
export async function storedAll(
  ledger: App['ledger'],
  account: AccountId,
  keys: readonly DocumentKey[],
): Promise<{ key: DocumentKey; document: LedgerDocument }[]> {
  const stored = await Promise.all(
    keys.map(async (key) => ({ key, document: await ledger.documents.get(account, key) })),
  )
  return stored.flatMap(({ key, document }) => (document === undefined ? [] : [{ key, document }]))
}

/** The ways in which this installation and this shop can tell of documents. */
export const outletsOf = (
  { archive, config, writeBacks }: Pick<App, 'archive' | 'config' | 'writeBacks'>,
  { platform, api, mailbox, webhooks = [] }: Shop,
): Outlets => ({
  archive: archive.isOn,
  smtp: (mailbox ?? config.mailbox) !== undefined,
  writeBack: api !== undefined && writeBacks[platform] !== undefined,
  endpoints: webhooks.map((endpoint) => ({ id: endpointId(endpoint), events: endpoint.events })),
})

export const followed = (key: DocumentKey, document: LedgerDocument): FollowedDocument => ({
  key,
  kind: partsOf(key).kind,
  state: document.state,
  gen: document.gen,
  at: document.at,
  madeBy: document.madeBy,
  draft: document.draft !== '',
  gone: document.gone !== '',
  series: document.series,
  number: document.number,
  total: document.total,
  currency: document.currency,
  paid: document.paid,
  toPay: document.toPay,
  paidWith: document.paidWith,
  issuedAt: document.issuedAt,
  corrects: document.corrects,
  print: document.print,
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
