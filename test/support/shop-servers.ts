import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

export type Asked = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}
type Said = { status: number; body: unknown; headers?: Record<string, string> }

/** A small web server on loopback, closed with the test; it keeps what it was asked. */
async function serve(answer: (asked: Asked) => Said) {
  const asked: Asked[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://shop')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    asked.push(call)
    const { status, body, headers } = answer(call)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

type WooProduct = {
  id: number
  parent_id: number
  sku: string
  manage_stock: boolean
  stock_quantity: number | null
}
const WooBatch = z.object({
  update: z
    .array(z.object({ id: z.number(), manage_stock: z.boolean(), stock_quantity: z.number() }))
    .max(100),
})

/** The products of a WooCommerce shop, as far as stock is concerned: `sku: 'X', parent_id: 7` is a variation of 7. */
export async function startWooCommerce(given: { sku: string; parent_id?: number }[]) {
  const products = new Map<number, WooProduct>(
    given.map(({ sku, parent_id = 0 }, at) => [
      at + 100,
      { id: at + 100, parent_id, sku, manage_stock: false, stock_quantity: null },
    ]),
  )
  let status = 200
  const server = await serve(({ method, path, query, headers, body }) => {
    if (status !== 200) return { status, body: { code: 'trouble' } }
    if (headers.authorization !== `Basic ${Buffer.from('ck_1:cs_1').toString('base64')}`)
      return { status: 401, body: { code: 'woocommerce_rest_cannot_view' } }
    if (method === 'GET' && path === '/wp-json/wc/v3/products') {
      const wanted = (query.get('sku') ?? '').split(',')
      return {
        status: 200,
        body: [...products.values()].filter(({ sku }) => wanted.includes(sku)),
      }
    }
    const parent = /^\/wp-json\/wc\/v3\/products\/(?:(\d+)\/variations\/)?batch$/.exec(path)
    if (method !== 'POST' || parent === null) return { status: 404, body: {} }
    const { update } = WooBatch.parse(JSON.parse(body))
    return {
      status: 200,
      body: {
        update: update.map(({ id, ...change }) => {
          const product = products.get(id)
          if (product === undefined || product.parent_id !== Number(parent[1] ?? 0))
            return { id, error: { code: 'woocommerce_rest_product_invalid_id' } }
          Object.assign(product, change)
          return product
        }),
      },
    }
  })
  return {
    ...server,
    quantity: (sku: string) =>
      [...products.values()].find((product) => product.sku === sku)?.stock_quantity,
    /** Somebody changes a quantity in the shop itself. */
    sell: (sku: string, left: number) => {
      for (const product of products.values())
        if (product.sku === sku) product.stock_quantity = left
    },
    answerWith: (code: number) => {
      status = code
    },
    writes: () => server.asked.filter(({ method }) => method === 'POST').length,
  }
}

const Graph = z.object({
  query: z.string(),
  variables: z.object({
    search: z.string().optional(),
    input: z
      .object({
        name: z.literal('available'),
        reason: z.string(),
        quantities: z.array(
          z.object({
            inventoryItemId: z.string(),
            locationId: z.string(),
            quantity: z.number().int(),
            changeFromQuantity: z.number().int().nullable(),
          }),
        ),
      })
      .optional(),
  }),
})

/** The inventory of a Shopify shop: SKU → quantity, in one place, or in several for those named. */
export async function startShopify(given: Record<string, number>, inSeveralPlaces: string[] = []) {
  const stock = new Map(Object.entries(given))
  let beforeSet: (() => void) | undefined
  const server = await serve(({ path, headers, body }) => {
    if (headers['x-shopify-access-token'] !== 'shpat_1')
      return { status: 401, body: { errors: 'Invalid API key or access token' } }
    if (!/^\/admin\/api\/\d{4}-\d{2}\/graphql\.json$/.test(path)) return { status: 404, body: {} }
    const { variables } = Graph.parse(JSON.parse(body))
    const { search, input } = variables
    if (search !== undefined) {
      const nodes = [...stock]
        .filter(([sku]) => search.includes(`"${sku}"`))
        .map(([sku, quantity]) => ({
          sku,
          inventoryItem: {
            id: `gid://shopify/InventoryItem/${sku}`,
            inventoryLevels: {
              nodes: (inSeveralPlaces.includes(sku) ? [1, 2] : [1]).map((place) => ({
                location: { id: `gid://shopify/Location/${place}` },
                quantities: [{ quantity }],
              })),
            },
          },
        }))
      return { status: 200, body: { data: { productVariants: { nodes } } } }
    }
    beforeSet?.()
    beforeSet = undefined
    const changes = (input?.quantities ?? []).map((change) => ({
      ...change,
      sku: change.inventoryItemId.split('/').at(-1) ?? '',
    }))
    const stale = changes.filter(
      ({ sku, changeFromQuantity: from }) => from !== null && stock.get(sku) !== from,
    )
    if (stale.length === 0) for (const { sku, quantity } of changes) stock.set(sku, quantity)
    const userErrors = stale.map(() => ({
      code: 'CHANGE_FROM_QUANTITY_STALE',
      field: ['input'],
      message: 'The quantity has changed.',
    }))
    return { status: 200, body: { data: { inventorySetQuantities: { userErrors } } } }
  })
  return {
    ...server,
    quantity: (sku: string) => stock.get(sku),
    sell: (sku: string, left: number) => void stock.set(sku, left),
    /** Something that happens between our look and our change. */
    beforeSet: (act: () => void) => {
      beforeSet = act
    },
  }
}

/** Any receiver of webhooks. */
export async function startReceiver() {
  let status = 200
  const server = await serve(() => ({ status, body: {} }))
  return {
    ...server,
    answerWith: (code: number) => {
      status = code
    },
  }
}
