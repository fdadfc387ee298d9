import { exact } from '../../../src/core/money.ts'
import { listedFor, paidFor } from '../orders.ts'
import { amount, isPaid, street, type Delivery, type News } from './delivery.ts'

const methods = { card: 'card', cod: 'cod', transfer: 'bank_transfer' } as const

/** Our own format, with the shop's secret as a bearer token. */
export function genericDelivery(news: News): Delivery {
  const { order, stage, changedAt, secret } = news
  const { buyer, trouble } = order
  const paid = isPaid(news)
  const free = trouble === 'free'
  const goods = order.lines.reduce((total, line) => total.plus(paidFor(line)), exact('0'))
  const body = {
    id: order.id,
    number: order.number,
    status: stage === 'shipped' ? 'completed' : paid ? 'paid' : 'awaiting_payment',
    paymentStatus: paid ? 'paid' : 'unpaid',
    paymentMethod: methods[order.method],
    currency: 'RON',
    createdAt: new Date(order.createdAt).toISOString(),
    updatedAt: new Date(changedAt).toISOString(),
    pricesIncludeVat: true,
    customer: {
      kind: buyer.company === '' ? 'person' : 'company',
      name: `${buyer.first} ${buyer.last}`,
      company: buyer.company,
      email: buyer.email,
      phone: buyer.phone,
      cif: buyer.cif,
      regCom: buyer.regCom,
    },
    billing: {
      line1: street(order),
      city: buyer.place.city,
      county: buyer.place.county,
      postcode: buyer.place.postcode,
      country: 'RO',
    },
    lines: order.lines.map((line, at) => ({
      id: String(at + 1),
      sku: trouble === 'no-sku' && at === 0 ? '' : line.sku,
      name: line.name,
      quantity: String(line.quantity),
      unit: line.unit,
      unitPrice: amount(line.price),
      vatRate: line.rate,
      discount: amount(listedFor(line).minus(paidFor(line))),
    })),
    shippingLines: order.shipping.eq(exact('0'))
      ? []
      : [{ name: 'Livrare prin curier', price: amount(order.shipping), vatRate: '21' }],
    fees: order.fee.eq(exact('0'))
      ? []
      : [{ name: 'Taxă ramburs', price: amount(order.fee), vatRate: '21' }],
    discounts: free ? [{ code: 'CADOU100', name: 'Card cadou', amount: amount(goods) }] : [],
    total:
      trouble === 'wrong-total' ? amount(order.total.plus(exact('1.00'))) : amount(order.total),
    payments:
      paid && !free
        ? [
            {
              id: `p${order.id}`,
              method: methods[order.method],
              amount: amount(order.total),
              at: new Date(order.createdAt + 30_000).toISOString(),
            },
          ]
        : [],
    refunds: [],
  }
  return {
    path: `/v1/shops/${order.shop}/orders`,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}
