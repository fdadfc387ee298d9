import { sum, ZERO, type Exact } from '../core/money.ts'
import { instantOf } from './instants.ts'
import { bodyOf, broken, orderOrBroken, unreadable } from './parsed.ts'
import { paymentMethodOf } from './payment-methods.ts'
import type { Delivery, Parsed, Platform } from './platform.ts'
import { fiscalOf, isCui, type Labelled } from './romanian-fields.ts'
import { chargesOf, linesOf, looseDiscountOf, totalsOf } from './shopify-amounts.ts'
import { ShopifyOrder, type ShopifyAddress } from './shopify-wire.ts'
import { provedByHmac } from './signature.ts'
import { amountText } from './wire.ts'
import { listShopify } from './shopify-list.ts'

/** What is no time stays as it is, to be refused with its field's name. */
const instant = (source: string): string | undefined =>
  instantOf(source, 'UTC') || source || undefined

const fullName = (person: { first_name: string; last_name: string } | null): string =>
  person === null ? '' : `${person.first_name} ${person.last_name}`.trim()

const addressOf = (address: ShopifyAddress) => ({
  name: fullName(address) || address.name,
  company: address.company,
  line1: address.address1,
  line2: address.address2,
  city: address.city,
  county: address.province || address.province_code,
  postcode: address.zip,
  country: address.country_code || address.country || undefined,
})

/** Shopify has no field for a CIF: shops rename "Company", or let the cart write a note attribute. */
function fiscalIn(order: ShopifyOrder) {
  const company = (order.billing_address ?? order.customer?.default_address)?.company ?? ''
  const notes: Labelled[] = order.note_attributes.map(({ name, value }) => ({
    label: name,
    value,
    known: /^\W*(cui|cif|cod fiscal)\W*$/i.test(name),
  }))
  const fiscal = isCui(company)
    ? fiscalOf([{ label: 'cif', value: company }, ...notes], '')
    : fiscalOf(notes, company)
  return { ...fiscal, asked: fiscal.asked || order.company !== null }
}

/** One gateway, or several of one kind; of a mixed payment the order does not say who paid what, so all are named. */
function methodOf(gateways: readonly string[]): string {
  const methods = [...new Set(gateways.filter((name) => name !== '').map(paymentMethodOf))]
  return methods.join(', ')
}

const PAID = new Set(['paid', 'partially_refunded'])

function statusOf(order: ShopifyOrder): string {
  const financial = order.financial_status
  const fulfilled = order.fulfillment_status === 'fulfilled'
  if (order.cancelled_at !== '') return 'cancelled'
  if (financial === 'refunded') return 'refunded'
  if (financial === 'voided' || financial === 'expired') return 'cancelled'
  if (PAID.has(financial)) return fulfilled ? 'completed' : 'paid'
  if (fulfilled) return 'fulfilled'
  if (financial === 'authorized') return 'authorized'
  return financial === 'pending' || financial === 'partially_paid' ? 'awaiting_payment' : 'unknown'
}

const platformStatusOf = (order: ShopifyOrder): string =>
  [order.financial_status, order.fulfillment_status, order.cancelled_at === '' ? '' : 'cancelled']
    .filter((state) => state !== '')
    .join('/')
    .slice(0, 64)

const paymentStatuses: Readonly<Record<string, string>> = {
  authorized: 'authorized',
  partially_paid: 'partially_paid',
  paid: 'paid',
  partially_refunded: 'partially_refunded',
  refunded: 'refunded',
  voided: 'voided',
  expired: 'voided',
}

/** Money that went back; a refund may also restock only, with no money at all. */
const refundsOf = (order: ShopifyOrder) =>
  order.refunds.flatMap(({ id, created_at, transactions, refund_line_items: items }) => {
    const done = transactions.filter(
      ({ kind, status }) => kind === 'refund' && status === 'success',
    )
    const amount = sum(done.map((transaction) => transaction.amount ?? ZERO))
    const lines = items.flatMap(({ line_item_id: line, quantity }) =>
      line !== '' && quantity?.gt(ZERO) ? [{ id: line, quantity: quantity.toFixed() }] : [],
    )
    const at = instantOf(created_at, 'UTC') || undefined
    const named = lines.length === 0 ? undefined : lines
    return amount.gt(ZERO) ? [{ id, amount, at, lines: named }] : []
  })

/** Money received, also when some of it went back since or is still owed. */
function capturedOf(order: ShopifyOrder, total: Exact, refunded: Exact): Exact {
  const owed = order.total_outstanding
  const kept = order.current_total_price?.plus(refunded) ?? total
  const most = kept.lt(total) ? kept : total
  if (PAID.has(order.financial_status) || order.financial_status === 'refunded')
    return most.minus(owed ?? ZERO)
  return order.financial_status === 'partially_paid' && owed !== undefined ? most.minus(owed) : ZERO
}

function orderOf(order: ShopifyOrder) {
  const { asked, ...fiscal } = fiscalIn(order)
  const { billing_address: billing, shipping_address: shipping, customer } = order
  const billed = billing ?? shipping
  const refunds = refundsOf(order)
  const refunded = sum(refunds.map(({ amount }) => amount))
  const { total, edited } = totalsOf(order, refunded)
  const captured = capturedOf(order, total ?? ZERO, refunded)
  const method = methodOf(order.payment_gateway_names)
  const lines = linesOf(order, edited)
  const discount = looseDiscountOf(order)
  return {
    id: order.id,
    number: order.name || order.order_number || order.id,
    status: statusOf(order),
    platformStatus: platformStatusOf(order),
    paymentStatus: paymentStatuses[order.financial_status] ?? 'unpaid',
    paymentMethod: method,
    currency: order.currency || undefined,
    createdAt: instant(order.created_at),
    updatedAt: instant(order.updated_at) ?? instant(order.created_at),
    pricesIncludeVat: order.taxes_included ?? undefined,
    customer: {
      ...fiscal,
      name: (billed && addressOf(billed).name) || fullName(customer),
      email: order.email || order.contact_email || customer?.email || '',
      phone: order.phone || billed?.phone || customer?.phone || '',
    },
    billing: billed === null ? {} : addressOf(billed),
    shipping: shipping === null ? undefined : addressOf(shipping),
    lines,
    ...chargesOf(order, lines, total),
    discounts: discount.eq(ZERO)
      ? []
      : [{ code: order.discount_codes[0]?.code ?? '', amount: amountText(discount) }],
    total: total === undefined ? undefined : amountText(total),
    payments: captured.gt(ZERO)
      ? [
          {
            method,
            amount: amountText(captured),
            at: instantOf(order.processed_at, 'UTC') || undefined,
          },
        ]
      : [],
    refunds: refunds.map(({ amount, ...refund }) => ({ ...refund, amount: amountText(amount) })),
    test: order.test,
    channel: order.source_name,
    tags: order.tags,
    invoiceRequested: asked ? true : undefined,
  }
}

/** The topics whose body is a whole order. */
const topics = new Set([
  'orders',
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
])

function parse(delivery: Delivery): Parsed {
  const topic = delivery.headers['x-shopify-topic'] ?? 'orders'
  if (!topics.has(topic))
    return { kind: 'ignored', topic, note: 'this topic carries no whole order' }
  const json = bodyOf(delivery)
  if (!json.ok) return broken(topic, '', json.reasons)
  const order = ShopifyOrder.safeParse(json.value)
  if (!order.success) return unreadable(topic, json.value, order.error)
  // A repeat shares one of the two ids; two topics of one event share the event id.
  const ids = [delivery.headers['x-shopify-webhook-id'], delivery.headers['x-shopify-event-id']]
  const deliveryIds = ids.flatMap((id) => (id === undefined || id === '' ? [] : [`${topic}~${id}`]))
  return orderOrBroken(topic, orderOf(order.data), deliveryIds)
}

export const shopify: Platform = {
  verify: ({ headers, body }, secrets) =>
    provedByHmac(headers['x-shopify-hmac-sha256'], body, secrets),
  isPing: () => false,
  parse,
  list: listShopify,
}
