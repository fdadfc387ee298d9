import type { App } from './app.ts'
import { askAhead } from './company-facts.ts'
import { hasEnded, isOver, keyFor, mayFollow, newestOf } from './core/corrections-wanted.ts'
import { dueAt } from './core/due-time.ts'
import {
  documentKey,
  partsOf,
  type AccountId,
  type DocumentKey,
  type OrderRef,
} from './core/ids.ts'
import type { Order } from './core/order.ts'
import { rule, type Ruling } from './core/rules.ts'
import { secondDocument } from './core/second-document.ts'
import type { Shop } from './core/settings.ts'
import { followedAll } from './follow-up.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'registers' | 'now' | 'enqueueDocument'>
export type KnownOrder = {
  ref: OrderRef
  order: Order
  version: string
  documents: readonly DocumentKey[]
}

/** Which document an order should have now, with everything that the ledger knows of it. */
export async function rulingOn(
  { ledger }: Pick<App, 'ledger'>,
  { account, id, settings }: Shop,
  { order, documents }: Pick<KnownOrder, 'order' | 'documents'>,
): Promise<Ruling> {
  const found = await ledger.imports.of(account, id, order)
  const ruling = rule(order, settings, false, { imported: found?.imported })
  if (ruling.kind === 'not-due') return ruling
  const others = documents.filter((key) => partsOf(key).kind !== ruling.document)
  if (others.length === 0) return ruling
  const stored = await followedAll(ledger, account, others)
  const named = settings.rules.find(({ name }) => name === ruling.by)?.when.statuses !== undefined
  return secondDocument(ruling.document, order, stored, named) ?? ruling
}

/**
 * Makes the document due that a ruling asks for, and gives it its job. `past`: only what was built in shadow mode comes
 * back from rest. Answers its key and whether it is newly due; no key where the document is over and only a person may
 * have another one.
 */
export async function makeDocumentDue(
  app: Needs,
  { account, settings }: Shop,
  known: KnownOrder,
  ruling: Extract<Ruling, { kind: 'due' }>,
  { who = 'rules', past = false }: { who?: string; past?: boolean } = {},
): Promise<{ key?: DocumentKey; isNew: boolean }> {
  const { ledger, queues, now } = app
  await askAhead(app, known.order, settings)
  const key = await keyOf(app, account, known, ruling)
  if (key === undefined) return { isNew: false }
  const notBefore = dueAt(now(), ruling.delayMs, settings)
  const made = await ledger.documents.makeDue(
    account,
    key,
    who,
    { rule: ruling.rule },
    known.version,
    undefined,
    {
      notBefore,
      by: ruling.by,
      shadow: settings.shadow,
      ...(past ? { mode: 'past' as const } : {}),
    },
  )
  const isNew = made.status === 'due'
  // A document that was due before has its job, unless its worker died between these two steps.
  if (isNew || (made.state === 'due' && !(await queues.hasWork(account, key, made.generation)))) {
    const since = isNew ? notBefore : ((await ledger.documents.get(account, key))?.notBefore ?? 0)
    const delay = Math.max(0, since - now())
    await app.enqueueDocument('issue-document', account, key, made.generation, delay)
  }
  return { key, isNew }
}

/** The document of the order, or the next one where that is over and the order lives again. */
async function keyOf(
  { ledger }: Needs,
  account: AccountId,
  { ref, order, documents }: KnownOrder,
  { document: kind, rule: why }: Extract<Ruling, { kind: 'due' }>,
): Promise<DocumentKey | undefined> {
  if (documents.length === 0) return documentKey(ref, kind, 1)
  const known = await followedAll(ledger, account, documents)
  const newest = newestOf(kind, known)
  if (newest !== undefined && isOver(newest) && why !== REISSUE) {
    const { acts, did } = await ledger.acts.ofOrder(account, ref)
    if (mayFollow(newest, { order, acts, did }) === 'by-hand') return undefined
  }
  return keyFor(ref, kind, known)
}

const REISSUE = 'order-edited'

/**
 * What the state of the order's documents asks for, whatever the rules say: the new invoice of an order that was edited
 * and whose old one is reversed, and the invoice of a proforma that was paid.
 */
export async function alsoDue(
  { ledger }: Needs,
  { account, settings }: Shop,
  { ref, order, documents }: KnownOrder,
): Promise<Extract<Ruling, { kind: 'due' }>[]> {
  if (documents.length === 0 || order.test) return []
  const known = await followedAll(ledger, account, documents)
  const due = (rule: string) => [
    { kind: 'due' as const, document: 'invoice' as const, rule, delayMs: 0 },
  ]
  const invoice = newestOf('invoice', known)
  if (invoice !== undefined) {
    if (!isOver(invoice)) return []
    const { acts, did } = await ledger.acts.ofOrder(account, ref)
    return mayFollow(invoice, { order, acts, did }) === 'always' ? due(REISSUE) : []
  }
  const estimate = newestOf('estimate', known)
  const isPaid = order.paymentStatus === 'paid' && !hasEnded(order)
  return estimate?.state === 'issued' &&
    estimate.number !== '' &&
    estimate.gone !== true &&
    isPaid &&
    settings.invoiceFromEstimate === 'when-paid' &&
    settings.enabled
    ? due('proforma-paid')
    : []
}
