import type { DocumentKind } from './ids.ts'
import { ZERO, exact } from './money.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'
import { clean, says } from './text.ts'

/** Whether a document is due now, by which rule, and if not, why not. */
export type Ruling =
  | { kind: 'due'; document: DocumentKind; rule: string; delayMs: number }
  | { kind: 'not-due'; rule: string; ro: string; en: string }

type NotDue = Extract<Ruling, { kind: 'not-due' }>

/** Which document, if any, this order should have now. `byHand`: a person asked for it, so only hard rules apply. */
export function rule(order: Order, settings: Settings, byHand: boolean): Ruling {
  const refusal =
    never(order, settings) ?? (byHand ? null : notByItself(settings)) ?? unset(settings)
  if (refusal !== null) return refusal
  const { document = 'invoice' } = settings
  if (byHand) return { kind: 'due', document, rule: 'by-hand', delayMs: 0 }

  if (settings.onlyWithBillingDetails && !askedForInvoice(order))
    return notDue(
      'no-billing-details',
      'Cumpărătorul nu a dat date de facturare, iar setarea „doar cu date de facturare” este pornită. Emiteți documentul manual dacă este nevoie de el.',
      'The buyer gave no invoicing details, and the setting "only with billing details" is on. Issue the document by hand if one is needed.',
    )
  const statuses = [order.status, order.platformStatus].map(plain)
  const trigger = settings.triggerStatuses.find((status) => statuses.includes(plain(status)))
  if (trigger === undefined) return statusNotDue(order, settings)
  return {
    kind: 'due',
    document,
    rule: `status:${plain(trigger)}`,
    delayMs: settings.delayMinutes * 60_000,
  }
}

const notDue = (rule: string, ro: string, en: string): NotDue => ({
  kind: 'not-due',
  rule,
  ro,
  en,
})

const plain = (status: string): string => status.trim().toLowerCase()

/** Orders that get no document even when a person asks. */
function never(order: Order, settings: Settings): NotDue | null {
  if (order.test)
    return notDue(
      'test-order',
      'Este o comandă de test; nu se facturează niciodată.',
      'This is a test order; it is never invoiced.',
    )
  if (says(order.externalInvoice)) {
    const number = clean(order.externalInvoice, 60)
    return notDue(
      'external-invoice',
      `Comanda are deja factura „${number}”, emisă în altă parte; nu se facturează a doua oară.`,
      `The order already has the invoice "${number}", issued elsewhere; it is not invoiced twice.`,
    )
  }
  const status = plain(order.status)
  if (['cancelled', 'canceled', 'failed', 'draft'].includes(status))
    return notDue(
      `order-${status === 'canceled' ? 'cancelled' : status}`,
      `Comanda este „${status}” în magazin. Documentul se poate emite după ce comanda redevine activă.`,
      `The order is "${status}" in the shop. A document can be issued once the order is active again.`,
    )
  if (settings.skipZeroTotal && exact(order.total).eq(ZERO))
    return notDue(
      'zero-total',
      'Totalul comenzii este zero, iar setarea „fără document la total zero” este pornită.',
      'The order total is zero, and the setting "no document for a zero total" is on.',
    )
  return null
}

function notByItself(settings: Settings): NotDue | null {
  if (!settings.enabled)
    return notDue(
      'disabled',
      'Emiterea automată este oprită pentru acest magazin. Porniți-o în setări sau emiteți documentul manual.',
      'Automatic issuing is switched off for this shop. Switch it on in the settings, or issue the document by hand.',
    )
  if (!settings.automatic)
    return notDue(
      'manual',
      'Magazinul emite documente numai la cerere. Emiteți documentul manual când este nevoie de el.',
      'This shop issues documents only on request. Issue the document by hand when it is needed.',
    )
  return null
}

function unset(settings: Settings): NotDue | null {
  if (settings.document !== undefined && settings.series !== undefined) return null
  const [ro, en] =
    settings.document === undefined
      ? ['tipul documentului (factură sau proformă)', 'the kind of document (invoice or proforma)']
      : ['seria documentelor', 'the series of the documents']
  return notDue(
    'no-document-setting',
    `Setările magazinului nu spun ${ro}. Alegeți tipul și o serie existentă în SmartBill, apoi emiteți din nou.`,
    `The shop's settings do not say ${en}. Choose the kind and a series that exists in SmartBill, then issue again.`,
  )
}

const askedForInvoice = ({ invoiceRequested, customer }: Order): boolean =>
  invoiceRequested === true || says(customer.cif) || says(customer.cnp)

function statusNotDue(order: Order, settings: Settings): NotDue {
  const status = [order.status, order.platformStatus].filter((said) => said !== '').join(' / ')
  const triggers = settings.triggerStatuses.join(', ') || '-'
  return notDue(
    'status-not-due',
    `Starea comenzii este „${clean(status)}”; documentul se emite la: ${clean(triggers)}.`,
    `The order's status is "${clean(status)}"; a document is issued at: ${clean(triggers)}.`,
  )
}
