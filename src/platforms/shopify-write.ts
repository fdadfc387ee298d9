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

const CLEAR = `mutation clear($stale: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $stale) { userErrors { field message } }
}`

const Found = z.object({
  order: z
    .object({
      metafields: z.object({ nodes: z.array(z.object({ key: z.string(), value: z.string() })) }),
    })
    .nullable(),
})
const Outcome = z.object({ userErrors: z.array(z.looseObject({ message: z.string() })) })
const Done = z.object({ metafieldsSet: Outcome })
const Cleared = z.object({ metafieldsDelete: Outcome })

const TEXT = 'single_line_text_field'
/** Our own fields of an order; '' where nothing is to be said, also of what an earlier document left there. */
function fieldsOf({ kind, name, link, issuedOn, reversedBy }: Written) {
  const what = kind === 'invoice' ? 'invoice' : 'proforma'
  return [
    { key: what, type: TEXT, value: name },
    { key: `${what}_date`, type: 'date', value: issuedOn },
    { key: `${what}_link`, type: 'url', value: link },
    { key: `${what}_reversed_by`, type: TEXT, value: reversedBy ?? '' },
  ]
}

/**
 * Metafields of our own namespace. Note attributes would be seen more easily, but are replaced only as a whole: another
 * app's change between our look and our write would be lost.
 */
export const writeToShopify: WriteBack = async (api, send, orderId, document) => {
  if (document.replaced) return 'there'
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
  const changed = wanted.filter(({ key, value }) => (has.get(key) ?? '') !== value)
  if (changed.length === 0) return 'there'
  const place = { ownerId: id, namespace: NAMESPACE }
  const metafields = changed
    .filter(({ value }) => value !== '')
    .map((field) => ({ ...field, ...place }))
  if (metafields.length > 0) check((await ask(WRITE, { metafields }, Done)).metafieldsSet)
  // Shopify takes no empty values.
  const stale = changed.filter(({ value }) => value === '').map(({ key }) => ({ key, ...place }))
  if (stale.length > 0) check((await ask(CLEAR, { stale }, Cleared)).metafieldsDelete)
  return 'written'
}

function check({ userErrors }: z.infer<typeof Outcome>): void {
  if (userErrors.length > 0) throw refusedBy(userErrors.map(({ message }) => message).join(' '))
}
