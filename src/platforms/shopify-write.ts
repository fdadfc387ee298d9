import { z } from 'zod'
import { ShopifyApi } from '../core/shop-api.ts'
import { addressOf } from './listing.ts'
import { callShop, noOrder, refusedBy } from './order-calls.ts'
import { answered, SHOPIFY_VERSION } from './shopify-graphql.ts'
import type { WriteBack, Written } from './write-back.ts'

const NAMESPACE = 'smartbill_relay'
const READ = `query order($id: ID!) {
  order(id: $id) { metafields(first: 20, namespace: "${NAMESPACE}") { nodes { key value } } }
}`
const WRITE = `mutation write($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { field message code } }
}`

const Found = z.object({
  order: z
    .object({
      metafields: z.object({ nodes: z.array(z.object({ key: z.string(), value: z.string() })) }),
    })
    .nullable(),
})
const Done = z.object({
  metafieldsSet: z.object({ userErrors: z.array(z.looseObject({ message: z.string() })) }),
})

const TEXT = 'single_line_text_field'
function fieldsOf({ kind, name, link, issuedOn, reversedBy }: Written) {
  const what = kind === 'invoice' ? 'invoice' : 'proforma'
  return [
    { key: what, type: TEXT, value: name },
    { key: `${what}_date`, type: 'date', value: issuedOn },
    ...(link === '' ? [] : [{ key: `${what}_link`, type: 'url', value: link }]),
    ...(reversedBy === undefined
      ? []
      : [{ key: `${what}_reversed_by`, type: TEXT, value: reversedBy }]),
  ]
}

/**
 * Metafields of our own namespace. Note attributes would be seen more easily, but are replaced only as a whole: another
 * app's change between our look and our write would be lost.
 */
export const writeToShopify: WriteBack = async (api, send, orderId, document) => {
  const { url, token, version = SHOPIFY_VERSION } = ShopifyApi.parse(api)
  const ask = async <T>(query: string, variables: object, shape: z.ZodType<T>): Promise<T> =>
    answered(
      await callShop(
        send,
        'POST',
        addressOf(url, `/admin/api/${version}/graphql.json`, {}),
        { 'x-shopify-access-token': token, accept: 'application/json' },
        { query, variables },
      ),
      shape,
      refusedBy,
    )
  const id = `gid://shopify/Order/${orderId}`
  const { order } = await ask(READ, { id }, Found)
  if (order === null) throw noOrder()
  const wanted = fieldsOf(document)
  const has = new Map(order.metafields.nodes.map(({ key, value }) => [key, value]))
  const missing = wanted.filter(({ key, value }) => has.get(key) !== value)
  if (missing.length === 0) return 'there'
  const metafields = missing.map((field) => ({ ...field, ownerId: id, namespace: NAMESPACE }))
  const { metafieldsSet } = await ask(WRITE, { metafields }, Done)
  const { userErrors } = metafieldsSet
  if (userErrors.length > 0) throw refusedBy(userErrors.map(({ message }) => message).join(' '))
  return 'written'
}
