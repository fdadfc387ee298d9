import { z } from 'zod'
import { WooCommerceApi, type ShopApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { instantOf } from './instants.ts'
import { addressOf, askJson, listedOrder, iso, type Ask, type From, type Page } from './listing.ts'
import { textOf } from './wire.ts'

const PAGE = 100
const DAY_MS = 86_400_000

/** `after`: orders modified later than this (ms); `last`: the latest modification that was listed so far. */
const Position = z.object({ after: z.number(), page: z.number(), last: z.number() })

const Row = z.looseObject({
  id: z.unknown(),
  date_modified_gmt: z.unknown(),
  date_modified: z.unknown(),
})

const modifiedAt = (row: z.infer<typeof Row>): number =>
  Date.parse(
    instantOf(textOf(row.date_modified_gmt), 'UTC') ||
      instantOf(textOf(row.date_modified), 'Europe/Bucharest'),
  ) || 0

/**
 * Orders by time of modification, oldest first. An order that is modified meanwhile leaves its place and all later ones
 * move up by one, so after each page the list is asked for anew from the last time seen instead of by its page number;
 * only orders of one and the same second are paged through.
 */
export async function listWooCommerce(api: ShopApi, ask: Ask, from: From): Promise<Page> {
  const { url, key, secret } = WooCommerceApi.parse(api)
  const start = { after: from.since - 1000, page: 1, last: 0 }
  const at = from.position === '' ? start : Position.parse(JSON.parse(from.position))
  const { value, headers } = await askJson(
    ask,
    addressOf(url, '/wp-json/wc/v3/orders', {
      modified_after: iso(at.after),
      dates_are_gmt: 'true',
      orderby: 'modified',
      order: 'asc',
      per_page: String(PAGE),
      page: String(at.page),
    }),
    {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      accept: 'application/json',
    },
  )
  const rows = z.array(Row).safeParse(value)
  if (!rows.success) throw shopApiError('not-json')
  const times = rows.data.map(modifiedAt)
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  if (times.some((time) => time !== 0 && time < at.after - DAY_MS))
    throw shopApiError('ignores-filter')
  const orders = rows.data.map((row) => listedOrder(row, modifiedAt(row)))
  const reached = Math.max(at.last, ...times)
  const page: Page = { orders, next: '', restMs: 0 }
  if (reached > 0) page.reached = reached
  const pages = headers['x-wp-totalpages']
  const more = pages === undefined ? rows.data.length >= PAGE : at.page < Number(pages)
  if (!more || rows.data.length === 0) return page
  const next =
    first < last && last > at.last
      ? { after: last - 1000, page: 1, last: reached }
      : { after: at.after, page: at.page + 1, last: reached }
  return { ...page, next: JSON.stringify(next) }
}
