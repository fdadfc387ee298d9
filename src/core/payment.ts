import type { Reason } from './causes.ts'
import type { DocumentDraft, DecisionInput } from './document.ts'
import { type Exact, ZERO, exact, round, sum, text } from './money.ts'
import type { Order } from './order.ts'
import type { PaymentType, Settings } from './settings.ts'
import { clean } from './text.ts'

const usual = new Map<string, PaymentType>([
  ['card', 'Card online'],
  ['cod', 'Ramburs'],
  ['bank_transfer', 'Ordin plata'],
  ['gift_card', 'Alta incasare'],
])

/** The kind of payment that a shop's method is in SmartBill; what nobody mapped is "another collection". */
export function paymentTypeOf(method: string, settings: Settings): PaymentType {
  const wanted = method.trim().toLowerCase()
  const mapped = Object.entries(settings.paymentTypes).find(
    ([name]) => name.trim().toLowerCase() === wanted,
  )
  return mapped?.[1] ?? usual.get(wanted) ?? 'Alta incasare'
}

/** What was received and not given back, in the order's currency. */
function capturedAmount(order: Order): Exact {
  if (order.paymentStatus === 'authorized' || order.paymentStatus === 'voided') return ZERO
  const received = sum(order.payments.map((payment) => exact(payment.amount)))
  return round(received.minus(sum(order.refunds.map((refund) => exact(refund.amount)))))
}

/**
 * The payment recorded with the invoice, never more than its total. A document takes one payment: several methods
 * become one, of the kind that brought the most money.
 */
export function paymentOf({ order, kind, settings }: DecisionInput): {
  payment: DocumentDraft['payment']
  reasons: Reason[]
} {
  const nothing = { payment: null, reasons: [] }
  if (kind !== 'invoice' || settings.draft || settings.recordPayment === 'never') return nothing
  const captured = capturedAmount(order)
  const total = round(exact(order.total))
  const value = captured.lt(total) ? captured : total
  if (value.lte(ZERO)) return nothing

  const byType = new Map<PaymentType, { amount: Exact; method: string }>()
  for (const { method, amount } of order.payments) {
    const name = method || order.paymentMethod
    const type = paymentTypeOf(name, settings)
    const before = byType.get(type)?.amount ?? ZERO
    byType.set(type, { amount: before.plus(exact(amount)), method: name })
  }
  const [most] = [...byType].toSorted(([, a], [, b]) => b.amount.cmp(a.amount))
  if (most === undefined) return nothing
  const [type, { method }] = most
  if (type === 'Chitanta' || type === 'Bon')
    return { payment: null, reasons: [needsMore(method, type)] }
  return { payment: { type, value: text(value), isCash: false }, reasons: [] }
}

const needsMore = (method: string, type: PaymentType): Reason => ({
  code: 'payment-type-needs-series',
  field: 'settings.paymentTypes',
  ro: `Plata „${clean(method, 60)}” este setată ca „${type}”, care cere o serie de chitanțe sau o casă de marcat. Alegeți alt tip de încasare în setări sau înregistrați încasarea în SmartBill.`,
  en: `The payment "${clean(method, 60)}" is set to be a "${type}", which needs a receipt series or a till. Choose another kind of payment in the settings, or record the payment in SmartBill.`,
})
