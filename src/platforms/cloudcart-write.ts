import { z } from 'zod'
import { CloudCartApi } from '../core/shop-api.ts'
import { ShopApiError, shopApiError } from '../core/shop-api-errors.ts'
import { sameInvoice } from '../core/own-invoice.ts'
import { addressOf } from './listing.ts'
import { callShop } from './order-calls.ts'
import { textOf } from './wire.ts'
import type { WriteBack } from './write-back.ts'

const Order = z.looseObject({
  data: z.looseObject({ attributes: z.looseObject({ invoice_number: z.unknown() }) }),
})

/**
 * CloudCart takes an invoice number once and freezes the order with it. A proforma has no place there.
 */
export const writeToCloudCart: WriteBack = async (api, send, orderId, document) => {
  if (document.kind !== 'invoice' || document.reversedBy !== undefined) return 'there'
  const { url, key } = CloudCartApi.parse(api)
  const headers = { 'x-cloudcart-apikey': key, accept: 'application/vnd.api+json' }
  const address = addressOf(url, `/api/v2/orders/${encodeURIComponent(orderId)}`, {})
  const order = Order.safeParse(await callShop(send, 'GET', address, headers))
  if (!order.success) throw shopApiError('not-json')
  const known = textOf(order.data.data.attributes.invoice_number)
  // A number that was given stays, also when its invoice was reversed and another took its place.
  if ([document.name, ...document.others].some((name) => sameInvoice(known, name))) return 'there'
  if (known !== '' && known !== '0') throw taken(known, document.name)
  await callShop(
    send,
    'PATCH',
    address,
    { ...headers, 'content-type': 'application/vnd.api+json' },
    {
      data: {
        type: 'orders',
        id: orderId,
        attributes: { invoice_number: document.name, invoice_date: document.issuedOn },
      },
    },
  )
  return 'written'
}

const taken = (known: string, ours: string): ShopApiError =>
  new ShopApiError({
    code: 'shop-api-number-taken',
    field: 'api',
    ro: `Comanda are deja în CloudCart numărul de factură „${known}”, iar noi am emis ${ours}. Verificați dacă nu sunt două facturi pentru aceeași comandă.`,
    en: `In CloudCart the order already has the invoice number "${known}", and we issued ${ours}. Check whether there are two invoices for one order.`,
  })
