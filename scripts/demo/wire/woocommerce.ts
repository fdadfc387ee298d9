import { sum, ZERO, type Exact } from '../../../src/core/money.ts'
import { listedFor, paidFor } from '../orders.ts'
import {
  amount,
  hmac,
  isPaid,
  street,
  vatIn,
  wallClock,
  type Delivery,
  type News,
} from './delivery.ts'

const rateIds: Readonly<Record<string, number>> = { '21': 3, '11': 4 }
const gateways = { card: 'netopiapayments', cod: 'cod', transfer: 'bacs' } as const

const taxed = (gross: Exact, rate: string) => {
  const vat = vatIn(gross, rate)
  return { total: amount(gross.minus(vat)), total_tax: amount(vat) }
}

/** WooCommerce's order.updated, signed over the body. Amounts are without VAT, the VAT beside them. */
export function wooDelivery(news: News): Delivery {
  const { order, stage, changedAt, secret } = news
  const { buyer, trouble } = order
  const paid = isPaid(news)
  const unpaidStatus = order.method === 'cod' ? 'processing' : 'on-hold'
  const status =
    trouble === 'cancelled'
      ? 'cancelled'
      : stage === 'shipped'
        ? 'completed'
        : paid
          ? 'processing'
          : unpaidStatus
  const time = (name: string, at: number) => ({
    [name]: wallClock(at).replace(' ', 'T'),
    [`${name}_gmt`]: new Date(at).toISOString().slice(0, 19),
  })
  const address = {
    first_name: buyer.first,
    last_name: buyer.last,
    company: buyer.company,
    address_1: street(order),
    address_2: '',
    city: buyer.place.city,
    state: buyer.place.code,
    postcode: buyer.place.postcode,
    country: 'RO',
    email: buyer.email,
    phone: buyer.phone,
  }
  const charges = (value: Exact, name: string) =>
    value.eq(ZERO)
      ? []
      : [
          {
            ...taxed(value, '21'),
            name,
            method_title: name,
            taxes: [{ id: 3, total: amount(vatIn(value, '21')) }],
          },
        ]
  const vat = [
    ...order.lines.map((line) => vatIn(paidFor(line), line.rate)),
    vatIn(order.shipping, '21'),
    vatIn(order.fee, '21'),
  ]
  const body = JSON.stringify({
    id: Number(order.id),
    number: order.number,
    status,
    currency: trouble === 'euro' ? 'EUR' : 'RON',
    ...time('date_created', order.createdAt),
    ...time('date_modified', changedAt),
    ...(paid
      ? time('date_paid', order.createdAt + 30_000)
      : { date_paid: null, date_paid_gmt: null }),
    prices_include_tax: true,
    total: amount(order.total),
    total_tax: amount(sum(vat)),
    payment_method: gateways[order.method],
    transaction_id: paid ? `NTP-${order.id}` : '',
    billing: address,
    shipping: { ...address, company: '' },
    line_items: order.lines.map((line, at) => {
      const before = taxed(listedFor(line), line.rate)
      const after = taxed(paidFor(line), line.rate)
      return {
        id: at + 1,
        name: line.name,
        sku: line.sku,
        quantity: line.quantity,
        tax_class: line.rate === '21' ? '' : 'cota-redusa',
        subtotal: before.total,
        subtotal_tax: before.total_tax,
        ...after,
        taxes: [{ id: rateIds[line.rate], total: after.total_tax, subtotal: before.total_tax }],
      }
    }),
    tax_lines: [
      { rate_id: 3, rate_code: 'RO-TVA-21', rate_percent: 21, compound: false },
      { rate_id: 4, rate_code: 'RO-TVA-11', rate_percent: 11, compound: false },
    ],
    shipping_lines: charges(order.shipping, 'Curier rapid'),
    fee_lines: charges(order.fee, 'Taxă ramburs'),
    coupon_lines: order.coupon === '' ? [] : [{ code: order.coupon.toLowerCase() }],
    refunds: [],
    meta_data: [
      ...(buyer.cif === ''
        ? []
        : [
            {
              key: 'av_facturare',
              value: { tip_facturare: 'pers-jur', cui: buyer.cif, nr_reg_com: buyer.regCom },
            },
          ]),
      ...(trouble === 'invoiced-elsewhere'
        ? [
            { key: 'smartbill_series_name', value: 'WEB' },
            { key: 'smartbill_document_number', value: '0713' },
          ]
        : []),
    ],
  })
  return {
    path: `/webhooks/woocommerce/${order.shop}`,
    headers: {
      'content-type': 'application/json',
      'x-wc-webhook-topic': 'order.updated',
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-signature': hmac(body, secret),
    },
    body,
  }
}
