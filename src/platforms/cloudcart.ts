import type { Reason } from '../core/causes.ts'
import { sum, ZERO, type Exact } from '../core/money.ts'
import { amountsOf, inLei, scalesDiffer, totalOf } from './cloudcart-amounts.ts'
import { scaleOf } from './cloudcart-scale.ts'
import { readParts, shapeOf, type CloudAddress, type CloudOrder } from './cloudcart-shapes.ts'
import { instantOf } from './instants.ts'
import { bodyOf, broken, idIn, orderOrBroken, unreadable } from './parsed.ts'
import { paymentMethodOf } from './payment-methods.ts'
import type { Delivery, Parsed, Platform } from './platform.ts'
import { fiscalOf } from './romanian-fields.ts'
import { provedByKey } from './signature.ts'
import { amountText } from './wire.ts'
import { listCloudCart } from './cloudcart-list.ts'

const noOrder: Reason = {
  code: 'no-order',
  field: '',
  ro: 'Mesajul nu conține o comandă CloudCart. În CloudCart alegeți pentru acest webhook evenimentul order.created sau order.updated.',
  en: 'The message holds no CloudCart order. In CloudCart choose the event order.created or order.updated for this webhook.',
}
const unclearScale: Reason = {
  code: 'unclear-amounts',
  field: 'total',
  ro: 'Din comandă nu se vede dacă sumele sunt în lei sau în bani. Adăugați la webhook, în CloudCart, antetul X-Relay-Amounts cu valoarea plain (lei) sau minor (bani), apoi salvați comanda în CloudCart, ca să fie trimisă din nou.',
  en: 'The order does not show whether its amounts are in lei or in bani. Add the header X-Relay-Amounts to the webhook in CloudCart, with the value plain (lei) or minor (bani), then save the order in CloudCart, so that it is sent again.',
}
const unclearVat: Reason = {
  code: 'unclear-vat',
  field: 'pricesIncludeVat',
  ro: 'Din comandă nu se vede dacă prețurile conțin TVA, iar produsele nu se adună la total. Verificați în CloudCart comanda și setarea de TVA, apoi emiteți documentul manual.',
  en: 'The order does not show whether its prices include VAT, and its products do not add up to its total. Check the order and the VAT setting in CloudCart, then issue the document by hand.',
}
const noLines: Reason = {
  code: 'no-lines',
  field: 'lines',
  ro: 'Comanda a venit fără produse. Citiți-o din API-ul CloudCart cu include=products, apoi reluați-o.',
  en: 'The order came without its products. Read it from the CloudCart API with include=products, then replay it.',
}

/** CloudCart writes the shop's wall clock, without an offset. */
const instant = (source: string): string | undefined =>
  instantOf(source, 'Europe/Bucharest') || source || undefined

const statuses: Readonly<Record<string, string>> = {
  pending: 'awaiting_payment',
  authorized: 'authorized',
  paid: 'paid',
  completed: 'completed',
  fulfilled: 'fulfilled',
  voided: 'cancelled',
  timeouted: 'cancelled',
  cancelled: 'cancelled',
  failed: 'failed',
  refunded: 'refunded',
  chargebacked: 'refunded',
}

function statusOf({ head }: CloudOrder): string {
  const status = statuses[head.status] ?? 'unknown'
  if (head.fulfillment !== 'fulfilled') return status
  if (status === 'paid') return 'completed'
  return status === 'awaiting_payment' || status === 'authorized' ? 'fulfilled' : status
}

const paymentStatuses: Readonly<Record<string, string>> = {
  completed: 'paid',
  authorized: 'authorized',
  held: 'authorized',
  refunded: 'refunded',
  chargebacked: 'refunded',
  voided: 'voided',
  cancelled: 'voided',
  timeouted: 'voided',
}

function paymentStatusOf(order: CloudOrder, captured: Exact, total: Exact): string {
  if (captured.gt(ZERO)) return captured.lt(total) ? 'partially_paid' : 'paid'
  const payment = order.payments.at(-1)
  if (payment !== undefined) return paymentStatuses[payment.status] ?? 'unpaid'
  return order.head.status === 'paid' ? 'paid' : 'unpaid'
}

const addressOf = (address: CloudAddress) => ({
  name: `${address.firstName} ${address.lastName}`.trim(),
  company: address.company,
  line1: `${address.street} ${address.streetNumber}`.trim(),
  line2: address.extra,
  city: address.city,
  county: address.state,
  postcode: address.postcode,
  country: address.country || undefined,
})

/** What the buyer typed: the company fields of the billing address, in whichever of the two boxes. */
const fiscalIn = ({ companyVat, companyNumber, company }: CloudAddress) =>
  fiscalOf(
    [
      { label: 'cif', value: companyVat, known: true },
      { label: 'reg_com', value: companyNumber },
    ],
    company,
  )

function orderOf(order: CloudOrder, amounts: NonNullable<ReturnType<typeof amountsOf>>) {
  const { head, billing, shippingAddress } = order
  const { asked, ...fiscal } = fiscalIn(billing)
  const total = totalOf(order)
  const method = paymentMethodOf(order.payments.at(-1)?.provider ?? '')
  const payments = order.payments.filter(
    ({ status, amount }) => status === 'completed' && amount?.gt(ZERO),
  )
  const captured = sum(payments.map(({ amount }) => amount ?? ZERO))
  return {
    id: head.id,
    number: head.id,
    status: statusOf(order),
    platformStatus: head.status.slice(0, 64),
    paymentStatus: paymentStatusOf(order, captured, total ?? ZERO),
    paymentMethod: method,
    currency: head.currency || undefined,
    createdAt: instant(head.createdAt),
    updatedAt: instant(head.updatedAt) ?? instant(head.createdAt),
    customer: {
      ...fiscal,
      name: `${head.firstName} ${head.lastName}`.trim() || addressOf(billing).name,
      email: head.email,
      phone: billing.phone || head.phone || shippingAddress.phone,
    },
    billing: addressOf(billing),
    shipping: shippingAddress.city === '' ? undefined : addressOf(shippingAddress),
    ...amounts,
    total: total === undefined ? undefined : amountText(total),
    payments: payments.map(({ id, provider, amount, at }) => ({
      id,
      method: paymentMethodOf(provider),
      amount: amountText(amount ?? ZERO),
      at: instantOf(at, 'Europe/Bucharest') || undefined,
    })),
    externalInvoice: head.invoice === '0' ? '' : head.invoice,
    invoiceRequested: asked ? true : undefined,
  }
}

function parse(delivery: Delivery): Parsed {
  const topic = delivery.headers['x-event'] ?? 'order'
  if (topic !== 'order' && !topic.startsWith('order.'))
    return { kind: 'ignored', topic, note: 'not about an order' }
  const json = bodyOf(delivery)
  if (!json.ok) return broken(topic, '', json.reasons)
  const shaped = shapeOf(json.value)
  if (shaped === undefined) return broken(topic, idIn(json.value), [noOrder])
  const { shape, source, parts } = shaped
  const read = readParts(parts)
  if (!read.success) return unreadable(topic, parts, read.error, idIn(source))
  if (read.data.lines.length === 0) return broken(topic, idIn(source), [noLines])
  const scale = scaleOf(shape, parts, delivery.headers['x-relay-amounts'])
  if (scale === undefined || scalesDiffer(read.data))
    return broken(topic, idIn(source), [unclearScale])
  const order = inLei(read.data, scale)
  const amounts = amountsOf(order)
  if (amounts === undefined) return broken(topic, idIn(source), [unclearVat])
  return orderOrBroken(topic, orderOf(order, amounts), [])
}

/** CloudCart signs nothing: the webhook carries the shop's API key. It sends no ids of its deliveries either. */
export const cloudcart: Platform = {
  verify: ({ headers }, secrets) => provedByKey(headers['x-cloudcart-apikey'], secrets),
  isPing: () => false,
  parse,
  list: listCloudCart,
}
