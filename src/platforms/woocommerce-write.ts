import { z } from 'zod'
import { WooCommerceApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { addressOf } from './listing.ts'
import { callShop } from './order-calls.ts'
import { textOf } from './wire.ts'
import type { WriteBack, Written } from './write-back.ts'

const Order = z.looseObject({
  meta_data: z.array(z.looseObject({ key: z.string(), value: z.unknown() })).default([]),
})
const Notes = z.array(z.looseObject({ note: z.string() }))

/** Our own meta on an order; '' where nothing is to be said, also of what an earlier document left there. */
const metaOf = ({ kind, name, link, issuedOn, reversedBy }: Written): Record<string, string> => {
  const what = `_smartbill_relay_${kind === 'invoice' ? 'invoice' : 'proforma'}`
  return {
    [what]: name,
    [`${what}_date`]: issuedOn,
    [`${what}_link`]: link,
    [`${what}_reversed_by`]: reversedBy ?? '',
  }
}

function noteOf({ kind, name, link, reversedBy }: Written): string {
  const what = kind === 'invoice' ? 'Factura' : 'Proforma'
  if (reversedBy === 'cancelled') return `SmartBill: ${what} ${name} a fost anulată.`
  if (reversedBy !== undefined)
    return `SmartBill: ${what} ${name} a fost stornată cu ${reversedBy}.`
  return `SmartBill: ${what} ${name} a fost emisă.${link === '' ? '' : ` ${link}`}`
}

/** A private note and meta. The meta come last, so that an order that has them has the note too. */
export const writeToWooCommerce: WriteBack = async (api, send, orderId, document) => {
  const { url, key, secret } = WooCommerceApi.parse(api)
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    accept: 'application/json',
  }
  const path = `/wp-json/wc/v3/orders/${encodeURIComponent(orderId)}`
  const order = Order.safeParse(
    await callShop(send, 'GET', addressOf(url, path, { _fields: 'id,meta_data' }), headers),
  )
  if (!order.success) throw shopApiError('not-json')
  const has = new Map(order.data.meta_data.map(({ key, value }) => [key, textOf(value)]))
  const missing = document.replaced
    ? []
    : Object.entries(metaOf(document)).filter(([key, value]) => (has.get(key) ?? '') !== value)
  if (missing.length === 0 && !document.replaced) return 'there'

  const notes = addressOf(url, `${path}/notes`, {})
  const known = Notes.safeParse(await callShop(send, 'GET', notes, headers))
  if (!known.success) throw shopApiError('not-json')
  const note = noteOf(document)
  // Shops dress links up, so a note is known by its sentence.
  const [sentence = note] = note.split(' http')
  const noted = known.data.some(({ note }) => note.includes(sentence))
  if (!noted) await callShop(send, 'POST', notes, headers, { note, customer_note: false })
  if (missing.length > 0)
    await callShop(send, 'PUT', addressOf(url, path, {}), headers, {
      meta_data: missing.map(([key, value]) => ({ key, value })),
    })
  return noted && missing.length === 0 ? 'there' : 'written'
}
