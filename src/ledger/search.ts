import type { AccountId, OrderRef, ShopId } from '../core/ids.ts'
import { Order } from '../core/order.ts'
import { readingsOf, wordsOf } from '../core/search-words.ts'
import type { LedgerKeys } from './keys.ts'
import type { OrderPlace } from './reports.ts'
import { loadScripts, type Connection } from './scripts.ts'

const SLICE = 500

export type Span = { from?: number | undefined; to?: number | undefined }
export type Found = {
  places: OrderPlace[]
  /** More orders have the word than were looked at. */
  cut: boolean
}

const after = Buffer.from([0xff])
/** Every member that begins so; no UTF-8 text has a byte 255. */
const beginning = (text: string): [Buffer, Buffer] => [
  Buffer.from(`[${text}`),
  Buffer.concat([Buffer.from(`[${text}`), after]),
]
/** Later comes first. */
const stamp = (at: number): string =>
  Math.max(0, 0xffffffff - Math.floor(at / 1000))
    .toString(16)
    .padStart(8, '0')

/** `word NUL time id` → the order and when it first came. */
function placeIn(shop: ShopId, member: string): OrderPlace {
  const rest = member.slice(member.indexOf('\0') + 1)
  const at = (0xffffffff - Number.parseInt(rest.slice(0, 8), 16)) * 1000
  return { ref: `${shop}~${rest.slice(8)}` as OrderRef, at }
}

/** Finds a shop's orders by their buyers and product codes: whole words or their beginnings. */
export function createSearch(redis: Connection, keys: LedgerKeys) {
  const scripts = loadScripts(redis, { 'index-words': 'with-prelude' })

  /** Orders with a word that begins so; of a word that more than `most` have, the newest that have exactly it. */
  async function candidates(index: string, shop: ShopId, word: string, span: Span, most: number) {
    const count = await redis.zlexcount(index, ...beginning(word))
    const take = (range: [Buffer, Buffer], limit: number) =>
      redis.zrangebylex(index, ...range, 'LIMIT', 0, limit)
    const [earliest, latest] = beginning(`${word}\0`)
    const exactly: [Buffer, Buffer] = [
      span.to === undefined ? earliest : Buffer.from(`[${word}\0${stamp(span.to)}`),
      span.from === undefined
        ? latest
        : Buffer.concat([Buffer.from(`[${word}\0${stamp(span.from)}`), after]),
    ]
    const cut = count > most
    const found = await take(cut ? exactly : beginning(word), most)
    if (cut && found.length < most) found.push(...(await take(beginning(word), most)))
    const places = new Map<string, OrderPlace>()
    for (const member of found) {
      const place = placeIn(shop, member)
      if (places.size < most) places.set(place.ref, place)
    }
    return { places: [...places.values()], cut }
  }

  /** Those that have a word beginning with each of `others` too. */
  async function having(account: AccountId, places: OrderPlace[], others: readonly string[]) {
    if (others.length === 0) return places
    const kept: OrderPlace[] = []
    for (let i = 0; i < places.length; i += SLICE) {
      const slice = places.slice(i, i + SLICE)
      const pipeline = redis.pipeline()
      for (const { ref } of slice) pipeline.hget(keys.order(account, ref), 'words')
      const answers = (await pipeline.exec()) ?? []
      slice.forEach((place, n) => {
        const stored = answers[n]?.[1]
        const words = typeof stored === 'string' ? stored.split(' ') : []
        if (others.every((other) => words.some((word) => word.startsWith(other)))) kept.push(place)
      })
    }
    return kept
  }

  return {
    /**
     * Orders that have all the words that were asked for, newest first. At most so many are looked at: whoever types a
     * common word is asked for a second one.
     */
    async find(
      account: AccountId,
      shop: ShopId,
      asked: string,
      span: Span,
      most: number,
    ): Promise<Found> {
      const index = keys.words(account, shop)
      const readings = await Promise.all(
        readingsOf(asked).map(async (words) => {
          const counted = await Promise.all(
            words.map(async (word) => ({
              word,
              count: await redis.zlexcount(index, ...beginning(word)),
            })),
          )
          const [rarest, ...others] = counted.toSorted((a, b) => a.count - b.count)
          if (rarest === undefined || rarest.count === 0) return { places: [], cut: false }
          const { places, cut } = await candidates(index, shop, rarest.word, span, most)
          return {
            places: await having(
              account,
              places,
              others.map(({ word }) => word),
            ),
            cut,
          }
        }),
      )
      const all = new Map(readings.flatMap(({ places }) => places).map((one) => [one.ref, one]))
      const { from = -Infinity, to = Infinity } = span
      return {
        places: [...all.values()]
          .filter(({ at }) => at >= from - 1000 && at <= to)
          .toSorted((a, b) => b.at - a.at),
        cut: readings.some(({ cut }) => cut),
      }
    },

    /** Puts orders that came before there was an index into it; those that are in it stay as they are. */
    async complete(account: AccountId, shop: ShopId): Promise<number> {
      let cursor = '0'
      let added = 0
      do {
        const [next, flat] = await redis.zscan(keys.orders(account, shop), cursor, 'COUNT', SLICE)
        cursor = next
        const ids = flat.filter((_, i) => i % 2 === 0)
        const done = await Promise.all(ids.map((id) => add(account, shop, id)))
        added += done.filter(Boolean).length
      } while (cursor !== '0')
      return added
    },
  }

  async function add(account: AccountId, shop: ShopId, id: string): Promise<boolean> {
    const key = keys.order(account, `${shop}~${id}` as OrderRef)
    const [words, version] = await redis.hmget(key, 'words', 'version')
    if (typeof words === 'string' || typeof version !== 'string') return false
    const snapshot = await redis.hget(key, 'snapshot')
    const order = snapshot === null ? undefined : Order.safeParse(JSON.parse(snapshot))
    if (order?.success !== true) return false
    const args = [id, version, wordsOf(order.data).join(' ')]
    return (await scripts['index-words']([key, key, keys.words(account, shop)], args)) === 1
  }
}
