import { exact, round, sum, ZERO } from '../../../src/core/money.ts'
import { paidFor } from '../orders.ts'
import { amount, isPaid, street, vatIn, wallClock, type Delivery, type News } from './delivery.ts'

const providers = { card: 'netopia', cod: 'cod', transfer: 'bank_transfer' } as const

/** CloudCart's webhook: no signature, only the shop's key; VAT per order, not per line. */
export function cloudcartDelivery(news: News): Delivery {
  const { order, stage, changedAt, secret } = news
  const { buyer, trouble } = order
  const paid = isPaid(news)
  // Whole numbers without anything that shows whether they are lei or bani.
  const money =
    trouble === 'unclear-amounts'
      ? (value: typeof order.total) => round(value, 0).toFixed()
      : amount
  const address = {
    first_name: buyer.first,
    last_name: buyer.last,
    company_name: buyer.company,
    company_vat: buyer.cif,
    company_registration_number: buyer.regCom,
    street_name: buyer.place.street,
    street_number: String(buyer.houseNumber),
    city_name: buyer.place.city,
    state_name: buyer.place.county,
    post_code: buyer.place.postcode,
    country_iso2: 'RO',
    phone: buyer.phone,
  }
  const rates = [...new Set(order.lines.map(({ rate }) => rate))]
  // Shipping bears the rate of the goods here, as CloudCart knows only one for the whole order.
  const body = JSON.stringify([
    {
      id: Number(order.id),
      status: paid ? (stage === 'shipped' ? 'completed' : 'paid') : 'pending',
      status_fulfillment: stage === 'shipped' ? 'fulfilled' : null,
      created_at: wallClock(order.createdAt),
      updated_at: wallClock(changedAt),
      currency: 'RON',
      order_total: money(order.total),
      order_subtotal: money(sum(order.lines.map(paidFor))),
      vat_included: true,
      discounts:
        order.coupon === '' ? [] : [{ name: 'Cupon', code: order.coupon, type: 'percent' }],
      tax_vat: rates.map((rate) => ({
        name: `TVA ${rate}%`,
        rate: Number(rate),
        value: money(
          sum(
            order.lines
              .filter((line) => line.rate === rate)
              .map((line) => vatIn(paidFor(line), rate)),
          ),
        ),
        type: 'included',
      })),
      fees: [],
      customer: { first_name: buyer.first, last_name: buyer.last, email: buyer.email },
      products: order.lines.map((line, at) => ({
        id: at + 1,
        name: line.name,
        sku: line.sku,
        barcode: '',
        quantity: line.quantity,
        price: money(line.price),
        order_price: money(line.reduced),
      })),
      shipping: order.shipping.eq(ZERO)
        ? []
        : [{ provider_name: 'Curier', provider_amount: money(order.shipping) }],
      billing_address: address,
      shipping_address: { ...address, street_name: street(order), street_number: '' },
      payments: [
        {
          id: Number(order.id),
          provider: providers[order.method],
          status: paid ? 'completed' : 'pending',
          amount: money(exact(amount(order.total))),
          date_last_update: wallClock(order.createdAt + 30_000),
        },
      ],
    },
  ])
  return {
    path: `/webhooks/cloudcart/${order.shop}`,
    headers: {
      'content-type': 'application/json',
      'x-event': 'order.updated',
      'x-cloudcart-apikey': secret,
    },
    body,
  }
}
