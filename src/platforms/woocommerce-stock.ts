import { z } from 'zod'
import { WooCommerceApi, type ShopApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { addressOf, askJson } from './listing.ts'
import { postJson, type Pushed, type Send } from './posting.ts'

const id = z.union([z.number(), z.string()]).transform(String)
const Product = z.looseObject({
  id,
  parent_id: id.default('0'),
  sku: z.string(),
  manage_stock: z.union([z.boolean(), z.string()]).default(false),
  stock_quantity: z.union([z.number(), z.string(), z.null()]).default(null),
})
const Batch = z.looseObject({
  update: z.array(z.looseObject({ id, error: z.unknown().optional() })).default([]),
})

/** By SKU; the variations of a product are set through their product. */
export async function pushToWooCommerce(
  api: ShopApi,
  send: Send,
  wanted: ReadonlyMap<string, number>,
): Promise<Pushed> {
  const { url, key, secret } = WooCommerceApi.parse(api)
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    accept: 'application/json',
  }
  // The list of SKUs is separated by commas, so one that holds a comma cannot be asked for.
  const codes = [...wanted.keys()].filter((code) => !code.includes(','))
  if (codes.length === 0) return { right: [], corrected: 0, unknown: [...wanted.keys()] }
  const { value } = await askJson(
    (url, headers) => send({ method: 'GET', url, headers }),
    addressOf(url, '/wp-json/wc/v3/products', {
      sku: codes.join(','),
      per_page: '100',
      _fields: 'id,parent_id,sku,manage_stock,stock_quantity',
    }),
    headers,
  )
  const list = z.array(Product).safeParse(value)
  if (!list.success) throw shopApiError('not-json')
  const products = list.data.filter(({ sku }) => wanted.has(sku))
  const wrong = products.filter(
    ({ sku, manage_stock, stock_quantity }) =>
      manage_stock !== true || Number(stock_quantity ?? Number.NaN) !== wanted.get(sku),
  )
  const refused = new Set<string>()
  for (const parent of new Set(wrong.map(({ parent_id }) => parent_id))) {
    const path =
      parent === '0' || parent === ''
        ? '/wp-json/wc/v3/products/batch'
        : `/wp-json/wc/v3/products/${encodeURIComponent(parent)}/variations/batch`
    const some = wrong.filter(({ parent_id }) => parent_id === parent)
    const answer = await postJson(send, addressOf(url, path, {}), headers, {
      update: some.map((product) => ({
        id: Number(product.id),
        manage_stock: true,
        stock_quantity: wanted.get(product.sku),
      })),
    })
    const done = Batch.safeParse(answer.value)
    if (!done.success) throw shopApiError('not-json')
    const accepted = new Set(
      done.data.update.filter(({ error }) => error === undefined).map((product) => product.id),
    )
    for (const product of some) if (!accepted.has(product.id)) refused.add(product.sku)
  }
  const right = [...new Set(products.map(({ sku }) => sku))].filter((sku) => !refused.has(sku))
  return {
    right,
    corrected: new Set(wrong.map(({ sku }) => sku).filter((sku) => !refused.has(sku))).size,
    unknown: [...wanted.keys()].filter((code) => !right.includes(code)),
  }
}
