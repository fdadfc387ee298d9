import { z } from 'zod'
import { CloudCartApi, type ShopApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { instantOf } from './instants.ts'
import {
  addressOf,
  askJson,
  deliveryOf,
  LONGEST_REST_MS,
  type Ask,
  type From,
  type ListedOrder,
  type Page,
} from './listing.ts'
import { isRow, textOf, type Row } from './wire.ts'

const PAGE = 100
/** Everything an invoice needs beside the order's own row. */
const INCLUDE =
  'products,payment,discounts,modifications,totals,taxes,shipping.provider,shipping-address,billing-address'
/** With fewer calls left than this the list waits for the next window. */
const FEW_CALLS = 20
const DEFAULT_REST_MS = 5000

/** `top`: the newest change when the list began, which is where everything will have been listed once it ends. */
const Position = z.object({ page: z.number(), top: z.number() })

const Identifier = z.object({ type: z.string(), id: z.coerce.string() })
const Resource = Identifier.loose()
const OrderRow = Resource.extend({
  attributes: z.looseObject({
    status: z.unknown(),
    updated_at: z.unknown(),
    date_added: z.unknown(),
  }),
  relationships: z.record(z.string(), z.unknown()).optional(),
})
const Orders = z.object({
  data: z.array(OrderRow),
  included: z.array(Resource).default([]),
  meta: z
    .object({ page: z.object({ 'last-page': z.number() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})
type OrderRow = z.infer<typeof OrderRow>

const changedAt = ({ attributes: { updated_at: updated, date_added: added } }: OrderRow): number =>
  Date.parse(instantOf(textOf(updated) || textOf(added), 'Europe/Bucharest')) || 0

const nameOf = ({ type, id }: z.infer<typeof Identifier>): string => `${type} ${id}`

/** What an order's row points to, and what that points to in turn (the provider of its shipping). */
function relatedTo(row: Row, included: ReadonlyMap<string, Row>, depth = 2): Row[] {
  if (depth === 0 || !isRow(row['relationships'])) return []
  return Object.values(row['relationships']).flatMap((relation) => {
    const data = isRow(relation) ? relation['data'] : undefined
    return (Array.isArray(data) ? data : [data]).flatMap((pointer) => {
      const name = Identifier.safeParse(pointer)
      const found = name.success ? included.get(nameOf(name.data)) : undefined
      return found === undefined ? [] : [found, ...relatedTo(found, included, depth - 1)]
    })
  })
}

/** CloudCart says how many calls are left and when there are more: seconds, or the moment in seconds since 1970. */
function restMs(headers: Readonly<Record<string, string | undefined>>): number {
  const left = headers['x-ratelimit-remaining']
  if (left === undefined || !/^\d+$/.test(left) || Number(left) > FEW_CALLS) return 0
  const reset = Number(headers['x-ratelimit-reset'])
  if (!(reset > 0)) return DEFAULT_REST_MS
  const seconds = reset > 1_000_000_000 ? reset - Date.now() / 1000 : reset
  return Math.min(Math.max(0, Math.ceil(seconds * 1000)), LONGEST_REST_MS)
}

/**
 * Orders by time of their last change, newest first, until older than `since`: CloudCart filters by nothing better. What
 * changes meanwhile pushes the others to later pages, so nothing is missed, and is found by the next list.
 */
export async function listCloudCart(api: ShopApi, ask: Ask, from: From): Promise<Page> {
  const { url, key } = CloudCartApi.parse(api)
  const at = from.position === '' ? { page: 1, top: 0 } : Position.parse(JSON.parse(from.position))
  // Orders that left the list meanwhile moved the rest forward.
  const number = from.resumed ? Math.max(1, at.page - 1) : at.page
  const login = { 'x-cloudcart-apikey': key, accept: 'application/vnd.api+json' }
  const { value, headers } = await askJson(
    ask,
    addressOf(url, '/api/v2/orders', {
      sort: '-updated_at',
      'page[size]': String(PAGE),
      'page[number]': String(number),
      include: INCLUDE,
    }),
    login,
  )
  const read = Orders.safeParse(value)
  if (!read.success) throw shopApiError('not-json')
  const { data, included, meta } = read.data
  const byName = new Map(included.map((row) => [nameOf(row), row]))
  const recent = data.filter((row) => changedAt(row) === 0 || changedAt(row) >= from.since)
  const orders = recent.map((row): ListedOrder => ({
    id: row.id,
    changedAt: changedAt(row),
    platformStatus: textOf(row.attributes.status),
    read: async () => {
      const related = relatedTo(row, byName)
      // A list without the order's lines is no order: it is read by itself.
      if (related.some(({ type }) => type === 'order-products'))
        return deliveryOf({ data: row, included: related })
      const path = `/api/v2/orders/${encodeURIComponent(row.id)}`
      const alone = await askJson(ask, addressOf(url, path, { include: INCLUDE }), login)
      return deliveryOf(alone.value)
    },
  }))
  const top = Math.max(at.top, ...data.map(changedAt))
  const pages = meta?.page?.['last-page']
  const atEnd = pages === undefined ? data.length < PAGE : number >= pages
  const ended = atEnd || data.length === 0 || recent.length < data.length
  return {
    orders,
    next: ended ? '' : JSON.stringify({ page: number + 1, top }),
    ...(ended && top > 0 ? { reached: top } : {}),
    // It has just rested; a page that is read again must not make it rest for ever.
    restMs: from.resumed ? 0 : restMs(headers),
  }
}
