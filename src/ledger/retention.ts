import { z } from 'zod'
import {
  partsOfOrder,
  type AccountId,
  type DocumentKey,
  type MarkerOf,
  type OrderRef,
  type ShopId,
} from '../core/ids.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

const DAY_MS = 86_400_000
/** Orders looked at in one go. */
const SLICE = 200
const AT_ONCE = 25

/**
 * People's data is kept for as long as it is needed and no longer: an order's own data goes `retentionDays` after the
 * last thing that happened to it, unless one of its documents still needs somebody.
 */
export function createRetention(
  redis: Connection,
  keys: LedgerKeys,
  now: () => number,
  options: { retentionDays: number; markerOf: MarkerOf },
) {
  const scripts = loadScripts(redis, { purge: 'with-prelude' })

  const documentsOf = (docs: string | null): DocumentKey[] =>
    (docs ?? '').split(' ').filter((key): key is DocumentKey => key !== '')

  /** Safe at any time, for any order: what is not finished, or not long enough, is left alone. */
  async function purge(account: AccountId, ref: OrderRef): Promise<'purged' | 'kept'> {
    const shard = keys.ofShard(keys.shardOf(account))
    const { shop } = partsOfOrder(ref)
    const docs = await redis.hget(keys.order(account, ref), 'docs')
    const documents = documentsOf(docs)
    return z
      .enum(['purged', 'kept'])
      .parse(
        await scripts.purge(
          [
            keys.order(account, ref),
            shard.journal,
            keys.orders(account, shop),
            keys.orderNumbers(account, shop),
            shard.unrouted,
            keys.open(account),
            keys.sent(account, ref),
            keys.words(account, shop),
            keys.acts(account, ref),
            ...documents.map((key) => keys.document(account, key)),
          ],
          [
            ref,
            ref.slice(ref.indexOf('~') + 1),
            now() - options.retentionDays * DAY_MS,
            docs ?? '',
            ...documents.flatMap((key) => [key, options.markerOf(key)]),
          ],
        ),
      )
  }

  return {
    purge,

    /**
     * Purges what is due among the next `limit` orders of a shop that came long enough ago, and remembers how many it
     * passed over. `more`: the end of the list is not reached.
     */
    async purgeNext(
      account: AccountId,
      shop: ShopId,
      limit: number,
    ): Promise<{ looked: number; purged: number; more: boolean }> {
      const before = now() - options.retentionDays * DAY_MS
      let passed = Number((await redis.get(keys.purged(account, shop))) ?? 0)
      let looked = 0
      let purged = 0
      let more = true
      while (more && looked < limit) {
        const ids = await redis.zrangebyscore(
          keys.orders(account, shop),
          '-inf',
          before,
          'LIMIT',
          passed,
          Math.min(SLICE, limit - looked),
        )
        for (let i = 0; i < ids.length; i += AT_ONCE) {
          const outcomes = await Promise.all(
            ids.slice(i, i + AT_ONCE).map((id) => purge(account, `${shop}~${id}` as OrderRef)),
          )
          const gone = outcomes.filter((outcome) => outcome === 'purged').length
          purged += gone
          passed += outcomes.length - gone
        }
        looked += ids.length
        more = ids.length > 0
      }
      // From the beginning again, once the end is reached: what was passed over may be finished by then.
      await redis.set(keys.purged(account, shop), more ? passed : 0)
      return { looked, purged, more }
    },

    /** The documents of an order whose own data is no longer kept; undefined for an order that is not known at all. */
    async remains(account: AccountId, ref: OrderRef): Promise<DocumentKey[] | undefined> {
      const docs = await redis.hget(keys.order(account, ref), 'docs')
      return docs === null ? undefined : documentsOf(docs)
    },
  }
}
