import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ShopifyApi, type ShopApi } from '../core/shop-api.ts'
import { ShopApiError } from '../core/shop-api-errors.ts'
import { addressOf } from './listing.ts'
import { postJson, type Pushed, type Send } from './posting.ts'
import { answered, SHOPIFY_VERSION } from './shopify-graphql.ts'

/** A search with more terms is refused as too complex. */
const CODES_A_SEARCH = 50

const FIND = `query find($search: String!) {
  productVariants(first: 100, query: $search) {
    nodes {
      sku
      inventoryItem {
        id
        inventoryLevels(first: 10) {
          nodes { location { id } quantities(names: ["available"]) { quantity } }
        }
      }
    }
  }
}`
const SET = `mutation set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code field message } }
}`

const Found = z.object({
  productVariants: z.object({
    nodes: z.array(
      z.object({
        sku: z.string().nullable(),
        inventoryItem: z.object({
          id: z.string(),
          inventoryLevels: z.object({
            nodes: z.array(
              z.object({
                location: z.object({ id: z.string() }),
                quantities: z.array(z.object({ quantity: z.number() })),
              }),
            ),
          }),
        }),
      }),
    ),
  }),
})
const Done = z.object({
  inventorySetQuantities: z.object({
    userErrors: z.array(
      z.looseObject({ code: z.string().nullable().default(null), message: z.string() }),
    ),
  }),
})
/** By SKU, compared and swapped: a sale between our look and our change is not overwritten. */
export async function pushToShopify(
  api: ShopApi,
  send: Send,
  wanted: ReadonlyMap<string, number>,
): Promise<Pushed> {
  const { url, token, version = SHOPIFY_VERSION } = ShopifyApi.parse(api)
  const ask = async <T>(query: string, variables: object, shape: z.ZodType<T>): Promise<T> => {
    const { value } = await postJson(
      send,
      addressOf(url, `/admin/api/${version}/graphql.json`, {}),
      { 'x-shopify-access-token': token, accept: 'application/json' },
      { query, variables },
    )
    return answered(value, shape, refused)
  }
  const codes = [...wanted.keys()]
  const result: Pushed = { right: [], corrected: 0, unknown: [] }
  for (let at = 0; at < codes.length; at += CODES_A_SEARCH) {
    const some = codes.slice(at, at + CODES_A_SEARCH)
    const search = some.map((code) => `sku:${JSON.stringify(code)}`).join(' OR ')
    const { productVariants } = await ask(FIND, { search }, Found)
    // Stock in several places cannot be told apart by one number: such a product is left as it is.
    const levels = productVariants.nodes.flatMap(({ sku, inventoryItem }) => {
      const [level, another] = inventoryItem.inventoryLevels.nodes
      if (sku === null || !some.includes(sku) || level === undefined || another !== undefined)
        return []
      const have = level.quantities[0]?.quantity ?? null
      return [{ sku, item: inventoryItem.id, location: level.location.id, have }]
    })
    const wrong = levels.filter(({ sku, have }) => have !== wanted.get(sku))
    const stale = wrong.length > 0 && !(await set(wrong))
    const known = new Set(levels.map(({ sku }) => sku))
    const open = new Set(stale ? wrong.map(({ sku }) => sku) : [])
    result.right.push(...[...known].filter((sku) => !open.has(sku)))
    result.corrected += stale ? 0 : new Set(wrong.map(({ sku }) => sku)).size
    result.unknown.push(...some.filter((code) => !known.has(code)))
  }
  return result

  /** False: a quantity changed meanwhile, so that none was set. */
  async function set(
    levels: { sku: string; item: string; location: string; have: number | null }[],
  ): Promise<boolean> {
    const input = {
      name: 'available',
      reason: 'correction',
      quantities: levels.map(({ sku, item, location, have }) => ({
        inventoryItemId: item,
        locationId: location,
        quantity: wanted.get(sku),
        changeFromQuantity: have,
      })),
    }
    const { inventorySetQuantities } = await ask(SET, { input, key: randomUUID() }, Done)
    const { userErrors } = inventorySetQuantities
    if (userErrors.length === 0) return true
    if (userErrors.every(({ code }) => code?.endsWith('_STALE') === true)) return false
    throw refused(userErrors.map(({ message }) => message).join(' '))
  }
}

const refused = (said: string): ShopApiError =>
  new ShopApiError({
    code: 'shop-api-stock-refused',
    field: 'api',
    ro: `Shopify a refuzat stocul trimis („${said.slice(0, 200)}”). Verificați dreptul write_inventory al aplicației și versiunea API.`,
    en: `Shopify refused the stock that was sent ("${said.slice(0, 200)}"). Check the app's right write_inventory and the API version.`,
  })
