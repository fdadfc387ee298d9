import { z } from 'zod'
import { ShopifyApi, type ShopApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { instantOf } from './instants.ts'
import {
  addressOf,
  askJson,
  iso,
  listedOrder,
  LONGEST_REST_MS,
  type Ask,
  type From,
  type Page,
} from './listing.ts'
import { SHOPIFY_VERSION } from './shopify-graphql.ts'
import { textOf } from './wire.ts'

const PAGE = '250'

/** The bucket of calls loses two per second. */
const LEAK_MS = 500

const Orders = z.object({
  orders: z.array(z.looseObject({ id: z.unknown(), updated_at: z.unknown() })),
})

/** Of `Link: <…page_info=abc…>; rel="next"` only the token: whither the next read goes is not the shop's to say. */
function nextPage(link: string | undefined): string {
  const target = /<([^<>]{1,2000})>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1]
  return (target && URL.parse(target)?.searchParams.get('page_info')) || ''
}

/** `32/40`: above half of the bucket, the time until it is down to half again. */
function restMs(header: string | undefined): number {
  const [, used = '0', size = '40'] = /^(\d{1,5})\/(\d{1,5})$/.exec(header ?? '') ?? []
  const above = Math.ceil(Number(used) - Number(size) / 2)
  return Math.min(Math.max(0, above) * LEAK_MS, LONGEST_REST_MS)
}

/** Orders by time of their last change, oldest first, in pages that Shopify itself keeps apart. */
export async function listShopify(api: ShopApi, ask: Ask, from: From): Promise<Page> {
  const { url, token, version = SHOPIFY_VERSION } = ShopifyApi.parse(api)
  const query: Record<string, string> =
    from.position === ''
      ? {
          status: 'any',
          updated_at_min: `${iso(from.since)}Z`,
          order: 'updated_at asc',
          limit: PAGE,
        }
      : { limit: PAGE, page_info: from.position }
  const answer = await askJson(ask, addressOf(url, `/admin/api/${version}/orders.json`, query), {
    'x-shopify-access-token': token,
    accept: 'application/json',
  })
  const read = Orders.safeParse(answer.value)
  if (!read.success) throw shopApiError('not-json')
  const { orders } = read.data
  const times = orders.map(({ updated_at: at }) => Date.parse(instantOf(textOf(at), 'UTC')) || 0)
  const reached = Math.max(0, ...times)
  return {
    orders: orders.map((order, index) => listedOrder(order, times[index] ?? 0)),
    next: nextPage(answer.headers['link']),
    ...(reached > 0 ? { reached } : {}),
    restMs: restMs(answer.headers['x-shopify-shop-api-call-limit']),
  }
}
