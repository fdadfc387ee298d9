import type { DocumentKind } from './ids.ts'
import type { DocumentState } from './lifecycle.ts'
import type { Order } from './order.ts'
import type { NotDue } from './rules.ts'

/**
 * Whether an order that has a document of one kind may get one of the other kind by itself. A change of the rules alone
 * never brings a second document: an invoice follows a proforma when the order is paid in full, or when a rule names
 * the order's status now; a proforma never follows an invoice.
 */
export function secondDocument(
  wanted: DocumentKind,
  order: Order,
  others: readonly { kind: DocumentKind; state: DocumentState }[],
  /** The rule that wants it names the statuses at which it does. */
  byStatus: boolean,
): NotDue | null {
  const live = others.filter(
    ({ kind, state }) => kind !== wanted && state !== 'skipped' && state !== 'cancelled',
  )
  if (live.length === 0) return null
  if (wanted === 'estimate')
    return {
      kind: 'not-due',
      rule: 'has-invoice',
      ro: 'Comanda are deja factură, iar după factură nu se mai emite proformă.',
      en: 'The order has an invoice already, and no proforma is issued after an invoice.',
    }
  if (order.paymentStatus === 'paid' || byStatus) return null
  return {
    kind: 'not-due',
    rule: 'has-proforma',
    ro: 'Comanda are deja proformă. Factura se emite când comanda este plătită integral, la o stare numită de o regulă, sau manual.',
    en: 'The order has a proforma already. The invoice is issued when the order is paid in full, at a status that a rule names, or by hand.',
  }
}
