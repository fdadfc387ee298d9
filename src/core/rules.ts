import type { DocumentKind } from './ids.ts'
import { type Imported, importedName } from './imported.ts'
import { ZERO, exact } from './money.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'
import { effectiveSettings, firstMatch, type Settled } from './shop-rules.ts'
import { clean, says } from './text.ts'
import { civilDate } from './time.ts'

/** Whether a document is due now, by which rule, and if not, why not. */
export type Ruling =
  | { kind: 'due'; document: DocumentKind; rule: string; delayMs: number; by?: string }
  | { kind: 'not-due'; rule: string; ro: string; en: string; by?: string }

export type NotDue = Extract<Ruling, { kind: 'not-due' }>

export type RuleFacts = {
  /** The document that the order has from another program. */
  imported?: Imported | undefined
  /** The document is due already: what made it due is not asked again, only what forbids it. */
  due?: Settled
}

/**
 * Which document, if any, this order should have now; `by` is the shop's own rule that said so. `byHand`: a person asked
 * for it, so only hard rules apply.
 */
export function rule(
  order: Order,
  shopSettings: Settings,
  byHand: boolean,
  { imported, due }: RuleFacts = {},
): Ruling {
  const { settings, by } = effectiveSettings(order, shopSettings, due)
  const refusal =
    never(order, settings, imported) ??
    (byHand || due !== undefined ? null : notByItself(settings)) ??
    (byHand ? null : excluded(order, settings, due?.madeBy)) ??
    unset(settings)
  if (refusal !== null) return refusal
  const named = by === undefined ? {} : { by }
  const document = due?.kind ?? settings.document ?? 'invoice'
  if (byHand) return { kind: 'due', document, rule: 'by-hand', delayMs: 0, ...named }
  if (due !== undefined) return { kind: 'due', document, rule: 'due', delayMs: 0, ...named }

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
    ...named,
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
function never(order: Order, settings: Settings, imported?: Imported): NotDue | null {
  if (order.test)
    return notDue(
      'test-order',
      'Este o comandă de test; nu se facturează niciodată.',
      'This is a test order; it is never invoiced.',
    )
  // In shadow mode nothing is issued, and what is issued elsewhere is what it is compared with.
  if (imported !== undefined && !settings.shadow) return hasImported(imported)
  if (says(order.externalInvoice) && !settings.shadow) {
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

function hasImported(imported: Imported): NotDue {
  const name = clean(importedName(imported), 120)
  const by = clean(imported.by, 80)
  const day = civilDate(Date.parse(imported.at))
  return notDue(
    'imported-document',
    `Comanda are deja documentul „${name}”, emis în altă parte (importat de ${by}, ${day}); nu se facturează a doua oară. Dacă importul este greșit, un administrator îl poate anula.`,
    `The order already has the document "${name}", issued elsewhere (imported by ${by}, ${day}); it is not invoiced twice. If the import is wrong, an administrator can revoke it.`,
  )
}

/** What a shop keeps out of automatic issuing; a person may still ask for the document. */
function excluded(order: Order, settings: Settings, madeBy?: string): NotDue | null {
  const { issueOrdersFrom: from } = settings
  if (from !== undefined && isBefore(order.createdAt, from))
    return notDue(
      'before-cut-over',
      `Comanda este dinainte de ${from}, de când se emit documente pentru acest magazin. Dacă nu are document, emiteți-l manual.`,
      `The order is from before ${from}, when issuing for this shop begins. If it has no document, issue it by hand.`,
    )
  const first = firstMatch(order, settings, madeBy)
  if (first?.set.document !== 'none') return null
  const refused = notDue(
    'excluded',
    `Regula „${clean(first.name)}” spune că o astfel de comandă nu primește document. Emiteți-l manual dacă este nevoie de el.`,
    `The rule "${clean(first.name)}" says that an order like this gets no document. Issue one by hand if it is needed.`,
  )
  return { ...refused, by: first.name }
}

const isBefore = (instant: string, from: string): boolean =>
  from.length === 10
    ? civilDate(Date.parse(instant)) < from
    : Date.parse(instant) < Date.parse(from)

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
