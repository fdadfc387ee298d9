import { z } from 'zod'
import { countryCode } from '../core/countries.ts'
import { exact, round, sum, ZERO, type Exact } from '../core/money.ts'
import { instantOf } from './instants.ts'
import { bodyOf, broken, orderOrBroken, unreadable } from './parsed.ts'
import { paymentMethodOf } from './payment-methods.ts'
import type { Delivery, Parsed, Platform } from './platform.ts'
import { provedByHmac } from './signature.ts'
import { agrees, derivedRate, rateText } from './vat-rates.ts'
import {
  amountText,
  Flag,
  isRow,
  Money,
  Name,
  object,
  quantityText,
  rows,
  Text,
  textOf,
} from './wire.ts'
import { externalInvoiceIn, fiscalIn } from './woocommerce-meta.ts'
import { listWooCommerce } from './woocommerce-list.ts'

const Taxes = rows(z.object({ id: Text, total: Money, subtotal: Money }))
const Meta = rows(z.object({ key: Text, value: z.unknown().optional() }))
const Line = z.object({
  id: Text,
  name: Name,
  sku: Text,
  global_unique_id: Text,
  tax_class: Text,
  quantity: Money,
  subtotal: Money,
  subtotal_tax: Money,
  total: Money,
  total_tax: Money,
  taxes: Taxes,
})
const Address = z.looseObject({
  first_name: Name,
  last_name: Name,
  company: Name,
  address_1: Name,
  address_2: Name,
  city: Name,
  state: Name,
  postcode: Text,
  country: Text,
  email: Text,
  phone: Text,
})
const Charge = z.object({
  name: Name,
  method_title: Name,
  total: Money,
  total_tax: Money,
  taxes: Taxes,
})
const WooOrder = z.object({
  id: Text,
  number: Text,
  status: Text,
  currency: Text,
  date_created: Text,
  date_created_gmt: Text,
  date_modified: Text,
  date_modified_gmt: Text,
  date_paid: Text,
  date_paid_gmt: Text,
  total: Money,
  total_tax: Money,
  prices_include_tax: Flag,
  payment_method: Text,
  created_via: Text,
  transaction_id: Text,
  billing: object(Address),
  shipping: object(Address),
  line_items: z.array(Line),
  shipping_lines: rows(Charge),
  fee_lines: rows(Charge),
  tax_lines: rows(z.object({ rate_id: Text, rate_percent: Money, compound: Flag })),
  refunds: rows(
    z.object({
      id: Text,
      total: Money,
      /** Only some plugins and the refunds of the API name them; each says which line of the order it is. */
      line_items: rows(
        z.object({ quantity: Money, total: Money, total_tax: Money, meta_data: Meta }),
      ),
    }),
  ),
  meta_data: Meta,
})
type WooOrder = z.infer<typeof WooOrder>
type Rated = Pick<z.infer<typeof Line>, 'total' | 'total_tax' | 'taxes'> &
  Partial<Pick<z.infer<typeof Line>, 'subtotal' | 'subtotal_tax' | 'tax_class'>>

/** The shop's GMT time, else its local one: a Romanian shop's clock is in Bucharest. What is no time stays to be refused. */
const instant = (gmt: string, local: string): string =>
  instantOf(gmt, 'UTC') || instantOf(local, 'Europe/Bucharest') || gmt || local

const isAbroad = ({ shipping, billing }: WooOrder): boolean =>
  countryCode(shipping.country || billing.country) !== 'RO'

function vatRateOf(row: Rated, order: WooOrder): string {
  // Before the discount where the shop says so: a line that a coupon makes free has a rate as well.
  const full = row.subtotal !== undefined && row.subtotal_tax !== undefined
  const base = (full ? row.subtotal : row.total) ?? ZERO
  const vat = (full ? row.subtotal_tax : row.total_tax) ?? ZERO
  const applied = row.taxes.filter((tax) => tax.total !== undefined || tax.subtotal !== undefined)
  const listed = applied.map((tax) => order.tax_lines.find((rate) => rate.rate_id === tax.id))
  const percents = listed.flatMap((rate) => (rate?.rate_percent ? [rate.rate_percent] : []))
  const summable = listed.length === 1 || !listed.some((rate) => rate?.compound)
  if (applied.length > 0 && percents.length === applied.length && summable) {
    const percent = sum(percents)
    return agrees(base, vat, percent) ? rateText(percent) : ''
  }
  if (!vat.eq(ZERO)) return derivedRate(base, vat)
  const exempt = order.meta_data.some(
    ({ key, value }) => key === 'is_vat_exempt' && value === 'yes',
  )
  if (exempt || row.tax_class === 'zero-rate') return '0'
  // No VAT anywhere: the shop does not calculate any, which is not the same as a rate of 0. A shop whose prices include
  // VAT does calculate it: for a buyer abroad it found no rate, and took the VAT off the price.
  const calculates =
    (order.total_tax ?? ZERO).gt(ZERO) || (order.prices_include_tax && isAbroad(order))
  return row.tax_class !== undefined && calculates && base.gt(ZERO) ? '0' : ''
}

/** What the buyer pays for a row, as the shop shows it. */
const shownTotal = ({ total = ZERO, total_tax: vat = ZERO }: Rated): Exact => total.plus(vat)

/**
 * What the rows add up to. A shop that rounds VAT once per order shows it rounded on each row, so the rows miss the
 * total by a few bani; the VAT before rounding is in `taxes`.
 */
function totalIn(order: WooOrder): (row: Rated) => Exact {
  const rows: Rated[] = [...order.line_items, ...order.shipping_lines, ...order.fee_lines]
  const addsUp = sum(rows.map(shownTotal)).eq(order.total ?? ZERO)
  return (row) => {
    const vat = sum(row.taxes.map(({ total }) => total ?? ZERO))
    const unrounded = !addsUp && round(vat).eq(row.total_tax ?? ZERO)
    return unrounded ? (row.total ?? ZERO).plus(vat) : shownTotal(row)
  }
}

function lineOf(line: z.infer<typeof Line>, order: WooOrder) {
  const total = shownTotal(line)
  const listed = (line.subtotal ?? line.total ?? ZERO).plus(
    line.subtotal_tax ?? line.total_tax ?? ZERO,
  )
  // Staff can raise a line above its list price; then there is no discount, only a higher price.
  const gross = listed.lt(total) ? total : listed
  const quantity = line.quantity ?? exact('1')
  return {
    id: line.id,
    sku: line.sku,
    barcode: line.global_unique_id,
    name: line.name,
    quantity: quantityText(quantity),
    unitPrice: amountText(quantity.eq(ZERO) ? gross : gross.div(quantity)),
    vatRate: vatRateOf(line, order),
    discount: amountText(gross.minus(total)),
    total: line.total === undefined ? undefined : amountText(totalIn(order)(line)),
  }
}

/** Free shipping is nothing to invoice. */
function chargesOf(charges: z.infer<typeof Charge>[], fallback: string, order: WooOrder) {
  return charges.flatMap((charge) => {
    const total = shownTotal(charge)
    if (total.eq(ZERO)) return []
    const price = amountText(total)
    const name = charge.method_title || charge.name || fallback
    const paid = amountText(totalIn(order)(charge))
    return [{ name, price, vatRate: vatRateOf(charge, order), total: paid }]
  })
}

const statuses: Readonly<Record<string, string>> = {
  'auto-draft': 'draft',
  'checkout-draft': 'draft',
  pending: 'awaiting_payment',
  'on-hold': 'awaiting_payment',
  completed: 'completed',
  cancelled: 'cancelled',
  trash: 'cancelled',
  refunded: 'refunded',
  failed: 'failed',
}

function paymentStatusOf(status: string, paid: boolean, total: Exact, refunded: Exact): string {
  if (refunded.gt(ZERO)) return refunded.gte(total) ? 'refunded' : 'partially_refunded'
  if (status === 'refunded') return 'refunded'
  return paid ? 'paid' : 'unpaid'
}

const fullName = ({ first_name, last_name }: z.infer<typeof Address>): string =>
  `${first_name} ${last_name}`.trim()

const addressOf = (address: z.infer<typeof Address>) => ({
  name: fullName(address),
  company: address.company,
  line1: address.address_1,
  line2: address.address_2,
  city: address.city,
  county: address.state,
  postcode: address.postcode,
  country: address.country || undefined,
})

function orderOf(order: WooOrder) {
  const { asked, ...fiscal } = fiscalIn(order.meta_data, order.billing)
  const paidAt =
    instantOf(order.date_paid_gmt, 'UTC') || instantOf(order.date_paid, 'Europe/Bucharest')
  const platformStatus = order.status.replace(/^wc-/, '').slice(0, 64)
  const method = paymentMethodOf(order.payment_method)
  const createdAt = instant(order.date_created_gmt, order.date_created)
  const total = order.total ?? ZERO
  const refunds = order.refunds.map(({ id, total: money, line_items: items }) => ({
    id,
    amount: (money ?? ZERO).abs(),
    lines: items.flatMap(({ quantity, total: net, total_tax: vat, meta_data: meta }) => {
      const line = meta.find(({ key }) => key === '_refunded_item_id')
      const of = textOf(line?.value)
      if (of === '') return []
      const paid = (net ?? ZERO).plus(vat ?? ZERO).abs()
      return [{ id: of, quantity: (quantity ?? ZERO).abs().toFixed(), amount: amountText(paid) }]
    }),
  }))
  const received = paidAt !== '' && total.gt(ZERO)
  const processing = paidAt === '' ? 'awaiting_payment' : 'paid'
  return {
    id: order.id,
    number: order.number || order.id,
    status: platformStatus === 'processing' ? processing : (statuses[platformStatus] ?? 'unknown'),
    platformStatus,
    paymentStatus: paymentStatusOf(
      platformStatus,
      paidAt !== '',
      total,
      sum(refunds.map(({ amount }) => amount)),
    ),
    paymentMethod: method,
    currency: order.currency || undefined,
    createdAt: createdAt || undefined,
    updatedAt: instant(order.date_modified_gmt, order.date_modified) || createdAt || undefined,
    pricesIncludeVat: true,
    customer: {
      ...fiscal,
      name: fullName(order.billing) || fullName(order.shipping),
      email: order.billing.email,
      phone: order.billing.phone,
    },
    billing: addressOf(order.billing),
    shipping: order.shipping.address_1 === '' ? undefined : addressOf(order.shipping),
    lines: order.line_items.map((line) => lineOf(line, order)),
    shippingLines: chargesOf(order.shipping_lines, 'Transport', order),
    fees: chargesOf(order.fee_lines, 'Taxă', order),
    total: order.total === undefined ? undefined : amountText(order.total),
    payments: received
      ? [{ id: order.transaction_id, method, amount: amountText(total), at: paidAt }]
      : [],
    refunds: refunds.map(({ id, amount, lines }) => ({
      id,
      amount: amountText(amount),
      lines: lines.length === 0 ? undefined : lines,
    })),
    externalInvoice: externalInvoiceIn(order.meta_data),
    channel: order.created_via,
    invoiceRequested: asked ? true : undefined,
  }
}

function parse(delivery: Delivery): Parsed {
  const topic = delivery.headers['x-wc-webhook-topic'] ?? 'order'
  if (topic === 'order.deleted')
    return { kind: 'ignored', topic, note: 'order deleted in the shop' }
  if (topic !== 'order' && !topic.startsWith('order.'))
    return { kind: 'ignored', topic, note: 'not about an order' }
  if (isPing(delivery)) return { kind: 'ignored', topic: 'ping', note: 'connectivity test' }
  const json = bodyOf(delivery)
  if (!json.ok) return broken(topic, '', json.reasons)
  // The legacy API wraps its orders.
  const source = isRow(json.value) && isRow(json.value['order']) ? json.value['order'] : json.value
  const order = WooOrder.safeParse(source)
  if (!order.success) return unreadable(topic, source, order.error)
  // WooCommerce hashes its delivery id from the second: two orders may share one.
  return orderOrBroken(topic, orderOf(order.data), [])
}

const isPing = ({ headers, body }: Delivery): boolean =>
  body.length < 64 &&
  /^webhook_id=\d+$/.test(body.toString('latin1')) &&
  !Object.keys(headers).some((name) => name.startsWith('x-wc-'))

export const woocommerce: Platform = {
  verify: ({ headers, body }, secrets) =>
    provedByHmac(headers['x-wc-webhook-signature'], body, secrets),
  isPing,
  parse,
  list: listWooCommerce,
}
