import type { App } from '../app.ts'
import { isMoneyAct, partsOfAct } from '../core/acts.ts'
import { markersIn, partsOf, type DocumentKey, type OrderRef } from '../core/ids.ts'
import { exact, ZERO } from '../core/money.ts'
import type { Seen } from '../core/reconciliation.ts'
import type { Account, Shop } from '../core/settings.ts'
import type { LedgerDocument } from '../ledger/documents.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'markerOf'>

/** A document that changes under our eyes is looked at again so often, and then left to another day. */
const LOOKS = 3

/** What SmartBill has of each document of an order that should be there; what is being changed is left out. */
export async function seenOfOrder(
  app: Needs,
  account: Account,
  shop: Shop,
  ref: OrderRef,
): Promise<Record<string, Seen>> {
  const { ledger } = app
  const known = await ledger.documents.order(shop.account, ref)
  const keys = known?.documents ?? (await ledger.retention.remains(shop.account, ref)) ?? []
  const seen: Record<string, Seen> = {}
  for (const key of keys) {
    const one = await seenOf(app, account, key)
    if (one !== undefined) seen[key] = one
  }
  return seen
}

async function seenOf(app: Needs, account: Account, key: DocumentKey): Promise<Seen | undefined> {
  const { ledger } = app
  for (let look = 0; look < LOOKS; look++) {
    const before = await ledger.documents.get(account.id, key)
    if (before === undefined || before.state !== 'issued' || before.number === '') return undefined
    if (await isMoving(app, account, key)) return undefined
    const seen = await ask(app, account, key, before)
    const after = await ledger.documents.get(account.id, key)
    const same =
      after?.state === before.state && after.paid === before.paid && after.total === before.total
    if (same && !(await isMoving(app, account, key))) return seen
  }
  return undefined
}

/** A request about the document's money is on its way, or nobody knows whether it was carried out. */
async function isMoving({ ledger }: Needs, account: Account, key: DocumentKey): Promise<boolean> {
  const { acts } = await ledger.acts.ofOrder(account.id, partsOf(key).order)
  return acts.some(
    ({ key: act, state }) =>
      (state === 'attempting' || state === 'uncertain') &&
      partsOfAct(act).document === key &&
      isMoneyAct(partsOfAct(act).kind),
  )
}

async function ask(
  { smartbill, markerOf, ledger }: Needs,
  account: Account,
  key: DocumentKey,
  document: LedgerDocument,
): Promise<Seen | undefined> {
  const { kind } = partsOf(key)
  const { series, number } = document
  const ledgerTotal = document.total
  const ledgerPaid = document.paid
  const status =
    kind === 'invoice' ? await smartbill.patient.paymentStatus(account, series, number) : undefined
  if (kind === 'invoice' && status === undefined) return { kind: 'gone' }
  const there: Seen = {
    kind: 'there',
    total: status?.total ?? ledgerTotal,
    paid: status?.paid ?? ledgerPaid,
    ledgerTotal,
    ledgerPaid,
  }
  if (status !== undefined) {
    const rest = exact(status.total).minus(exact(status.paid))
    const asKnown =
      exact(status.total).eq(exact(ledgerTotal || '0')) &&
      exact(status.paid).eq(exact(ledgerPaid || '0')) &&
      exact(status.unpaid).eq(rest)
    // A cancelled invoice has no collections: one that is collected as we know it is as we know it.
    if (asKnown && exact(status.paid).gt(ZERO)) return there
  }
  const pdf = await smartbill.patient.pdfText(account, kind, series, number)
  if (pdf.status === 'missing') return kind === 'invoice' ? undefined : { kind: 'gone' }
  const printed = pdf.status === 'read' ? pdf.text : ''
  const markers = markersIn(printed)
  if (!markers.includes(markerOf(key))) {
    // A number that a person named has no marker of ours; another marker, or another total, is another document.
    const other = status !== undefined && !exact(status.total).eq(exact(ledgerTotal || '0'))
    const legible = printed.toLowerCase().includes(series.toLowerCase())
    if (markers.length > 0 || (other && legible)) return { kind: 'another' }
  }
  if (saysCancelled(printed)) {
    const sent = JSON.stringify(await ledger.documents.sent(account.id, key))
    if (!saysCancelled(sent)) return { kind: 'cancelled' }
  }
  if (status !== undefined) {
    const rest = exact(status.total).minus(exact(status.paid))
    if (exact(status.unpaid).eq(ZERO) && rest.gt(ZERO)) return { kind: 'reversed' }
  }
  return there
}

const saysCancelled = (text: string): boolean => /anulat/i.test(text)
