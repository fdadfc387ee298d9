import { randomUUID } from 'node:crypto'
import { exact, sum, text, ZERO, type Exact } from '../../../src/core/money.ts'
import { listedFor, paidFor } from '../orders.ts'
import { amount, hmac, isPaid, street, vatIn, type Delivery, type News } from './delivery.ts'

const gateways = {
  card: 'shopify_payments',
  cod: 'Cash on Delivery (COD)',
  transfer: 'Bank Deposit',
} as const

const taxLines = (gross: Exact, rate: string) => [
  { title: 'TVA', rate: text(exact(rate).div(exact('100'))), price: amount(vatIn(gross, rate)) },
]

/** Shopify's orders/updated, signed over the body. Prices include VAT; a coupon is spread over the lines. */
export function shopifyDelivery(news: News): Delivery {
  const { order, stage, changedAt, secret } = news
  const { buyer, trouble } = order
  const paid = isPaid(news)
  const address = {
    first_name: buyer.first,
    last_name: buyer.last,
    name: `${buyer.first} ${buyer.last}`,
    company: buyer.company === '' ? null : buyer.company,
    address1: street(order),
    address2: '',
    city: buyer.place.city,
    province: buyer.place.county,
    province_code: buyer.place.code,
    zip: buyer.place.postcode,
    country: 'Romania',
    country_code: 'RO',
    phone: buyer.phone,
  }
  const discounts = order.lines.map((line) => listedFor(line).minus(paidFor(line)))
  const charges = [
    { title: 'Curier', price: order.shipping },
    { title: 'Taxă ramburs', price: order.fee },
  ].filter(({ price }) => !price.eq(ZERO))
  const body = JSON.stringify({
    id: Number(order.id),
    name: order.number,
    test: trouble === 'test',
    currency: 'RON',
    created_at: new Date(order.createdAt).toISOString(),
    updated_at: new Date(changedAt).toISOString(),
    processed_at: new Date(order.createdAt).toISOString(),
    cancelled_at: null,
    financial_status: paid ? 'paid' : 'pending',
    fulfillment_status: stage === 'shipped' ? 'fulfilled' : null,
    payment_gateway_names: [gateways[order.method]],
    taxes_included: true,
    total_price: amount(order.total),
    current_total_price: amount(order.total),
    total_outstanding: paid ? '0.00' : amount(order.total),
    total_tax: amount(
      sum([
        ...order.lines.map((line) => vatIn(paidFor(line), line.rate)),
        ...charges.map(({ price }) => vatIn(price, '21')),
      ]),
    ),
    total_discounts: amount(sum(discounts)),
    discount_codes: order.coupon === '' ? [] : [{ code: order.coupon }],
    note_attributes:
      buyer.cif === ''
        ? []
        : [
            { name: 'CUI', value: buyer.cif },
            { name: 'Nr. Reg. Com.', value: buyer.regCom },
          ],
    email: buyer.email,
    billing_address: address,
    shipping_address: { ...address, company: null },
    customer: { first_name: buyer.first, last_name: buyer.last, email: buyer.email },
    line_items: order.lines.map((line, at) => ({
      id: 15_000_000_000_000 + at,
      sku: line.sku,
      name: line.name,
      title: line.name,
      quantity: line.quantity,
      current_quantity: line.quantity,
      price: amount(line.price),
      taxable: true,
      gift_card: false,
      tax_lines: taxLines(paidFor(line), line.rate),
      discount_allocations: discounts[at]?.gt(ZERO) ? [{ amount: amount(discounts[at]) }] : [],
    })),
    shipping_lines: charges.map(({ title, price }) => ({
      title,
      price: amount(price),
      discounted_price: amount(price),
      tax_lines: taxLines(price, '21'),
      discount_allocations: [],
    })),
    refunds: [],
  })
  return {
    path: `/webhooks/shopify/${order.shop}`,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/updated',
      'x-shopify-hmac-sha256': hmac(body, secret),
      'x-shopify-webhook-id': randomUUID(),
    },
    body,
  }
}
