import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { ShopPlatform } from './shop-apis.ts'

/** What a call meets instead of its answer. `lost`: carried out, and the connection breaks before the answer. */
export type OrderFault = 429 | 500 | 401 | 422 | 'lost' | 'pass'
type Fields = Record<string, string>
type Kept = { fields: Fields; notes: string[] }
type Said = { status: number; body: unknown; headers?: Fields }

const Meta = z.object({ meta_data: z.array(z.object({ key: z.string(), value: z.string() })) })
const Note = z.object({ note: z.string(), customer_note: z.literal(false) })
const Resource = z.object({
  data: z.object({
    type: z.literal('orders'),
    id: z.string(),
    attributes: z.record(z.string(), z.string()),
  }),
})
const Graph = z.object({
  query: z.string(),
  variables: z.object({
    id: z.string().optional(),
    metafields: z
      .array(
        z.strictObject({
          ownerId: z.string(),
          namespace: z.string(),
          key: z.string(),
          type: z.string(),
          value: z.string().min(1),
        }),
      )
      .optional(),
    stale: z
      .array(z.strictObject({ ownerId: z.string(), namespace: z.string(), key: z.string() }))
      .min(1)
      .optional(),
  }),
})

/** The orders of a shop, as far as something is written on them; it counts what was changed. */
export async function startShopOrders(platform: ShopPlatform, ids: readonly string[]) {
  const orders = new Map(ids.map((id): [string, Kept] => [id, { fields: {}, notes: [] }]))
  const faults: OrderFault[] = []
  const calls: string[] = []
  let changes = 0

  const missing: Said = { status: 404, body: { message: 'ID comandă nevalid.' } }

  function woocommerce(method: string, path: string, body: unknown): Said {
    const found = /^\/wp-json\/wc\/v3\/orders\/(\w+)(\/notes)?$/.exec(path)
    const order = orders.get(found?.[1] ?? '')
    if (order === undefined) return missing
    if (found?.[2] !== undefined) {
      if (method === 'POST') {
        changes++
        // WordPress makes links of addresses.
        order.notes.push(Note.parse(body).note.replace(/(https?:\S+)/, '<a href="$1">$1</a>'))
        return { status: 201, body: { id: order.notes.length } }
      }
      return { status: 200, body: order.notes.map((note, id) => ({ id, note })) }
    }
    if (method === 'PUT') {
      changes++
      for (const { key, value } of Meta.parse(body).meta_data) order.fields[key] = value
    }
    const meta_data = Object.entries(order.fields).map(([key, value]) => ({ key, value }))
    return { status: 200, body: { id: 1, meta_data } }
  }

  function shopify(_method: string, path: string, body: unknown): Said {
    if (!/^\/admin\/api\/\d{4}-\d{2}\/graphql\.json$/.test(path)) return { status: 404, body: {} }
    const { variables } = Graph.parse(body)
    const orderOf = (gid: string) => orders.get(gid.replace('gid://shopify/Order/', ''))
    if (variables.stale !== undefined) {
      changes++
      for (const { ownerId, key } of variables.stale) delete orderOf(ownerId)?.fields[key]
      return { status: 200, body: { data: { metafieldsDelete: { userErrors: [] } } } }
    }
    if (variables.metafields === undefined) {
      const order = orderOf(variables.id ?? '')
      const nodes = Object.entries(order?.fields ?? {}).map(([key, value]) => ({ key, value }))
      return {
        status: 200,
        body: { data: { order: order === undefined ? null : { metafields: { nodes } } } },
      }
    }
    changes++
    for (const { ownerId, key, value } of variables.metafields) {
      const order = orderOf(ownerId)
      if (order !== undefined) order.fields[key] = value
    }
    return { status: 200, body: { data: { metafieldsSet: { userErrors: [] } } } }
  }

  function cloudcart(method: string, path: string, body: unknown): Said {
    const id = /^\/api\/v2\/orders\/(\w+)$/.exec(path)?.[1] ?? ''
    const order = orders.get(id)
    if (order === undefined) return missing
    if (method === 'PATCH') {
      const { attributes } = Resource.parse(body).data
      if ((order.fields['invoice_number'] ?? '') !== '')
        return {
          status: 422,
          body: { errors: [{ detail: 'The invoice number cannot be changed.' }] },
        }
      changes++
      Object.assign(order.fields, attributes)
    }
    const attributes = { invoice_number: null, ...order.fields }
    return { status: 200, body: { data: { type: 'orders', id, attributes } } }
  }

  const authorized = ({ headers }: IncomingMessage): boolean =>
    ({
      woocommerce: headers.authorization === `Basic ${btoa('ck_1:cs_1')}`,
      shopify: headers['x-shopify-access-token'] === 'shpat_1',
      cloudcart: headers['x-cloudcart-apikey'] === 'cc-key',
    })[platform]

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://shop')
    const method = request.method ?? 'GET'
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    calls.push(`${method} ${pathname}`)
    const fault = faults.shift()
    const text = Buffer.concat(chunks).toString()
    const refused = typeof fault === 'number' || !authorized(request)
    const said: Said = refused
      ? {
          status: typeof fault === 'number' ? fault : 401,
          body: { message: 'Nu <b>acum</b>' },
          headers: { 'retry-after': '0.05' },
        }
      : { woocommerce, shopify, cloudcart }[platform](
          method,
          pathname,
          text === '' ? undefined : JSON.parse(text),
        )
    if (fault === 'lost') return void response.destroy()
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers })
    response.end(JSON.stringify(said.body))
  }

  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const logins = {
    woocommerce: { url, key: 'ck_1', secret: 'cs_1' },
    shopify: { url, token: 'shpat_1' },
    cloudcart: { url, key: 'cc-key' },
  }
  return {
    api: logins[platform],
    /** What was asked, method and path. */
    calls,
    changes: () => changes,
    fields: (id: string): Fields => orders.get(id)?.fields ?? {},
    notes: (id: string): string[] => orders.get(id)?.notes ?? [],
    /** The next calls meet these, one each. */
    fail: (...next: OrderFault[]): void => void faults.push(...next),
    mend: (): void => void (faults.length = 0),
  }
}
