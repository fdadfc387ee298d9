import type { Reason } from './causes.ts'
import type { Decision, DecisionInput, DocumentDraft } from './document.ts'
import { ZERO, exact, round, sum, text } from './money.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'
import { vatOnCollectionReasons } from './special-vat.ts'
import { addDays, civilDate } from './time.ts'

/** Romanian civil days; never in the future, since SmartBill numbers documents as they come. */
export function datesOf({
  order,
  settings,
  kind,
  today,
}: DecisionInput): Pick<DocumentDraft, 'issueDate' | 'dueDate' | 'deliveryDate'> {
  const orderDay = civilDate(Date.parse(order.createdAt))
  const issueDate = settings.issueDate === 'order' && orderDay < today ? orderDay : today
  const { dueDays } = settings
  const dueDate = dueDays === undefined ? null : addDays(issueDate, dueDays)
  // Codul fiscal art. 319 (20) c): an invoice says the day of delivery if it is an earlier one.
  const delivered =
    order.deliveredAt === undefined ? issueDate : civilDate(Date.parse(order.deliveredAt))
  return kind === 'invoice' && delivered < issueDate
    ? { issueDate, dueDate, deliveryDate: delivered }
    : { issueDate, dueDate }
}

/** The rate belongs to documents that are not in RON; without one SmartBill takes the account's own. */
export function currencyOf({ order, settings, bnrRate }: DecisionInput): {
  exchangeRate: string | null
  reasons: Reason[]
} {
  const { exchangeRate, reason } =
    order.currency === 'RON'
      ? { exchangeRate: null, reason: null }
      : exchangeRateOf(order, settings, bnrRate)
  const reasons = reason === null ? [] : [reason]
  if (settings.currency !== 'order' && settings.currency !== order.currency)
    reasons.push({
      code: 'currency-differs',
      field: 'currency',
      ro: `Comanda este în ${order.currency}, iar magazinul emite documente numai în ${settings.currency}. Alegeți în setări moneda comenzii sau emiteți documentul în SmartBill.`,
      en: `The order is in ${order.currency}, and this shop issues documents only in ${settings.currency}. Choose the order's currency in the settings, or issue the document in SmartBill.`,
    })
  return { exchangeRate, reasons }
}

function exchangeRateOf(
  order: Order,
  settings: Settings,
  bnrRate: string | undefined,
): { exchangeRate: string | null; reason: Reason | null } {
  const source =
    settings.exchangeRateSource ?? (settings.exchangeRate === undefined ? 'smartbill' : 'setting')
  const known = (rate: string | undefined, missing: Reason) =>
    rate === undefined || exact(rate).lte(ZERO)
      ? { exchangeRate: null, reason: missing }
      : { exchangeRate: rate, reason: null }
  switch (source) {
    case 'smartbill':
      return { exchangeRate: null, reason: null }
    case 'setting':
      return known(settings.exchangeRate, {
        code: 'exchange-rate-missing',
        field: 'settings.exchangeRate',
        ro: 'Cursul trebuie luat din setări, dar setarea exchangeRate lipsește sau este zero. Scrieți cursul (lei pentru o unitate) sau alegeți altă sursă.',
        en: 'The exchange rate is to come from the settings, but the setting exchangeRate is missing or zero. Write the rate (RON for one unit), or choose another source.',
      })
    case 'order':
      return known(order.exchangeRate, {
        code: 'exchange-rate-missing',
        field: 'exchangeRate',
        ro: `Cursul trebuie luat din comandă, dar comanda în ${order.currency} nu îl spune. Completați exchangeRate în comandă sau alegeți altă sursă în setări.`,
        en: `The exchange rate is to come from the order, but the order in ${order.currency} does not say it. Fill in exchangeRate on the order, or choose another source in the settings.`,
      })
    case 'bnr':
      return known(bnrRate, {
        code: 'exchange-rate-missing',
        field: 'settings.exchangeRateSource',
        ro: `Cursul BNR pentru ${order.currency} nu este cunoscut acum. Documentul poate fi reluat după ce cursul este citit sau alegeți altă sursă în setări.`,
        en: `The National Bank's rate for ${order.currency} is not known now. The document can be resumed once the rate is read, or choose another source in the settings.`,
      })
  }
}

/** Money given back before any document: all of it means no document, a part of it means a person decides. */
export function refundsOf(
  order: Order,
): Extract<Decision, { kind: 'skip' }> | { kind: 'go-on'; reasons: Reason[] } {
  const refunded = sum(order.refunds.map((refund) => exact(refund.amount)))
  const total = exact(order.total)
  const saysAll =
    order.refunds.length === 0 &&
    (order.paymentStatus === 'refunded' || order.status.toLowerCase() === 'refunded')
  if (saysAll || (refunded.gt(ZERO) && refunded.gte(total)))
    return {
      kind: 'skip',
      rule: 'refunded-in-full',
      ro: 'Toți banii au fost restituiți înainte de emitere; nu este nevoie de document.',
      en: 'All the money was given back before a document was issued; none is needed.',
    }
  const saysPart = order.paymentStatus === 'partially_refunded' && order.refunds.length === 0
  if (refunded.lte(ZERO) && !saysPart) return { kind: 'go-on', reasons: [] }
  const amount = saysPart ? '' : ` (${text(round(refunded))} ${order.currency})`
  return {
    kind: 'go-on',
    reasons: [
      {
        code: 'refund-before-issue',
        field: 'refunds',
        ro: `O parte din bani${amount} a fost restituită înainte de emitere. Corectați liniile și totalul comenzii la cât rămâne vândut sau emiteți documentul în SmartBill.`,
        en: `A part of the money${amount} was given back before a document was issued. Correct the order's lines and total to what remains sold, or issue the document in SmartBill.`,
      },
    ],
  }
}

/** What the settings lack for a document to be possible at all. */
export function settingsReasons(input: DecisionInput): Reason[] {
  const { settings, kind } = input
  const reasons = [...vatOnCollectionReasons(input), ...dateReasons(input)]
  if (settings.series === undefined)
    reasons.push({
      code: 'series-missing',
      field: 'settings.series',
      ro: 'Magazinul nu are o serie de documente. Alegeți în setări o serie care există în SmartBill.',
      en: 'The shop has no document series. Choose in the settings a series that exists in SmartBill.',
    })
  if (settings.useStock && kind === 'invoice' && !settings.warehouse)
    reasons.push({
      code: 'warehouse-missing',
      field: 'settings.warehouse',
      ro: 'Descărcarea stocului este pornită, dar nu este aleasă gestiunea. Scrieți în setări numele gestiunii exact ca în SmartBill.',
      en: 'Stock is to be discharged, but no warehouse is chosen. Write the name of the warehouse in the settings exactly as in SmartBill.',
    })
  return reasons
}

// Web shops are younger, and so is every rule we know.
const EARLIEST = '2010-01-01'

/** A day that cannot be right, such as the zero of a clock. */
function dateReasons({ order }: DecisionInput): Reason[] {
  const days = [
    { field: 'createdAt', at: order.createdAt },
    { field: 'deliveredAt', at: order.deliveredAt },
  ]
  return days.flatMap(({ field, at }) =>
    at === undefined || civilDate(Date.parse(at)) >= EARLIEST
      ? []
      : [
          {
            code: 'date-unlikely',
            field,
            ro: `Data comenzii (${field}: ${at}) nu poate fi corectă. Trimiteți momentul real al comenzii, de forma "2026-11-24T08:00:00Z".`,
            en: `The date of the order (${field}: ${at}) cannot be right. Send the real time of the order, like "2026-11-24T08:00:00Z".`,
          },
        ],
  )
}
