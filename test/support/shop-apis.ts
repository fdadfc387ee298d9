import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Json = Record<string, unknown>
export type ShopPlatform = 'woocommerce' | 'shopify' | 'cloudcart'
/** What a read meets instead of the list. `loop` lasts until `mend`. */
export type ShopFault = '429' | '500' | 'html' | 'login' | 'redirect' | 'silence' | 'loop'
type Kept = { id: string; at: number; order: Json; included: Json[] }
type Answer = { status?: number; headers?: Record<string, string>; body: unknown }

const LOGIN = {
  woocommerce: { key: 'ck_1', secret: 'cs_1' },
  shopify: { token: 'shpat_1' },
  cloudcart: { key: 'cc-key' },
}
const fixture = (path: string): Json =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/platforms/${path}.json`, import.meta.url), 'utf8'),
  ) as Json
const seconds = (at: number): string => new Date(at).toISOString().slice(0, 19)
/** A wall clock in Bucharest, as CloudCart writes it. */
const wallClock = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Bucharest',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at)

const builders: Record<ShopPlatform, (id: string, at: number, more: Json) => Omit<Kept, 'at'>> = {
  woocommerce: (id, at, more) => ({
    id,
    order: {
      ...fixture('woocommerce/paid-card-two-rates'),
      id: Number(id),
      date_modified_gmt: seconds(at),
      date_modified: seconds(at),
      ...more,
    },
    included: [],
  }),
  shopify: (id, at, more) => ({
    id,
    order: {
      ...fixture('shopify/paid-card-two-rates'),
      id: Number(id),
      updated_at: `${seconds(at)}Z`,
      ...more,
    },
    included: [],
  }),
  cloudcart(id, at, more) {
    const { data, included } = fixture('cloudcart/rest-two-rates') as {
      data: Json & { attributes: Json }
      included: (Json & { type: string; id: string; attributes: Json })[]
    }
    const own = included.map((row) => ({ ...row, id: `${id}-${row.id}` }))
    const relationships = Object.fromEntries(
      Object.entries(Object.groupBy(own, ({ type }) => type)).map(([type, rows = []]) => [
        type,
        { data: rows.map((row) => ({ type: row.type, id: row.id })) },
      ]),
    )
    const attributes = { ...data.attributes, updated_at: wallClock(at), ...more }
    return { id, order: { type: 'orders', id, attributes, relationships }, included: own }
  },
}

export type ShopApiServer = Awaited<ReturnType<typeof startShopApi>>

/** The REST API of a shop, as far as orders are read from it, with faults on command. */
export async function startShopApi(
  platform: ShopPlatform,
  options: { pageSize?: number; bare?: boolean } = {},
) {
  const orders = new Map<string, Kept>()
  const calls: string[] = []
  const faults: (ShopFault | undefined)[] = []
  let looping = false
  let callsLeft: number | undefined
  const most = options.pageSize ?? 1000

  const byTime = (): Kept[] =>
    [...orders.values()].toSorted((a, b) => a.at - b.at || Number(a.id) - Number(b.id))

  function woocommerce(url: URL): Answer {
    const after = Date.parse(`${url.searchParams.get('modified_after')}Z`)
    const size = Math.min(Number(url.searchParams.get('per_page') ?? 10), most)
    const page = looping ? 1 : Number(url.searchParams.get('page') ?? 1)
    const from = looping ? 0 : after
    const found = byTime().filter(({ at }) => Math.floor(at / 1000) * 1000 > from)
    const pages = looping ? 999 : Math.ceil(found.length / size)
    return {
      headers: { 'x-wp-totalpages': String(pages) },
      body: found.slice((page - 1) * size, page * size).map(({ order }) => order),
    }
  }

  function shopify(url: URL): Answer {
    const size = Math.min(Number(url.searchParams.get('limit') ?? 50), most)
    const token = url.searchParams.get('page_info')
    if (token !== null && url.searchParams.has('updated_at_min'))
      return { status: 400, body: { errors: 'updated_at_min cannot be passed with page_info' } }
    const { min, skip } =
      token === null
        ? { min: Date.parse(url.searchParams.get('updated_at_min') ?? ''), skip: 0 }
        : (JSON.parse(Buffer.from(token, 'base64url').toString()) as { min: number; skip: number })
    const found = byTime().filter(({ at }) => at >= min)
    const start = looping ? 0 : skip
    const more = looping || found.length > start + size
    const next = Buffer.from(JSON.stringify({ min, skip: start + size })).toString('base64url')
    return {
      headers: {
        'x-shopify-shop-api-call-limit': '1/40',
        ...(more
          ? {
              link: `<https://elsewhere.example/orders.json?limit=1&page_info=${next}>; rel="next"`,
            }
          : {}),
      },
      body: { orders: found.slice(start, start + size).map(({ order }) => order) },
    }
  }

  function cloudcart(url: URL): Answer {
    const headers: Record<string, string> =
      callsLeft === undefined
        ? {}
        : { 'x-ratelimit-remaining': String(callsLeft--), 'x-ratelimit-reset': '30' }
    const one = /^\/api\/v2\/orders\/(.+)$/.exec(url.pathname)?.[1]
    if (one !== undefined) {
      const kept = orders.get(one)
      return kept === undefined
        ? { status: 404, body: { errors: [] } }
        : { headers, body: { data: kept.order, included: kept.included } }
    }
    const size = Math.min(Number(url.searchParams.get('page[size]') ?? 20), 100, most)
    const page = looping ? 1 : Number(url.searchParams.get('page[number]') ?? 1)
    const found = byTime().toReversed()
    const shown = found.slice((page - 1) * size, page * size)
    return {
      headers,
      body: options.bare
        ? { data: shown.map(({ order: { type, id, attributes } }) => ({ type, id, attributes })) }
        : {
            data: shown.map(({ order }) => order),
            included: shown.flatMap(({ included }) => included),
            meta: {
              page: {
                'current-page': page,
                'last-page': looping ? 999 : Math.ceil(found.length / size),
              },
            },
          },
    }
  }

  const authorized = ({ headers }: IncomingMessage): boolean =>
    ({
      woocommerce: headers.authorization === `Basic ${btoa('ck_1:cs_1')}`,
      shopify: headers['x-shopify-access-token'] === LOGIN.shopify.token,
      cloudcart: headers['x-cloudcart-apikey'] === LOGIN.cloudcart.key,
    })[platform]

  function answerOf(request: IncomingMessage, url: URL): Answer | undefined {
    switch (faults.shift()) {
      case '429':
        return { status: 429, headers: { 'retry-after': '0.05' }, body: { errors: 'too many' } }
      case '500':
        return { status: 500, body: { code: 'internal_server_error' } }
      case 'html':
        return { body: '<!doctype html><title>Mentenanță</title>' }
      case 'login':
        return { status: 401, body: { code: 'woocommerce_rest_cannot_view' } }
      case 'redirect':
        return { status: 301, headers: { location: 'http://127.0.0.1:1/' }, body: '' }
      case 'silence':
        return undefined
      case 'loop':
      case undefined:
        if (!authorized(request)) return { status: 401, body: {} }
        return { woocommerce, shopify, cloudcart }[platform](url)
    }
  }

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://shop')
    calls.push(url.pathname + url.search)
    const answer = answerOf(request, url)
    if (answer === undefined) return
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status ?? 200, {
      'content-type': typeof answer.body === 'string' ? 'text/html' : 'application/json',
      ...answer.headers,
    })
    response.end(text)
  }

  const server = createServer(respond)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return {
    api: { url, ...LOGIN[platform] },
    /** What was asked, path and query. */
    calls,
    /** A new order, or a change of a known one, at a moment of the shop's clock. */
    put(id: string, at: number, more: Json = {}): void {
      orders.set(id, { at, ...builders[platform](id, at, more) })
    },
    remove: (id: string): void => void orders.delete(id),
    /** `after`: so many calls are answered before. */
    fail(fault: ShopFault, times = 1, after = 0): void {
      if (fault === 'loop') looping = true
      else
        faults.push(
          ...Array.from({ length: after }, () => undefined),
          ...Array.from({ length: times }, () => fault),
        )
    },
    mend(): void {
      faults.length = 0
      looping = false
    },
    /** CloudCart: counts down in its headers from here. */
    limit: (left: number): void => void (callsLeft = left),
  }
}
