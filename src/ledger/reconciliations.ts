import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { DocumentKey, OrderRef, type AccountId, type ShopId } from '../core/ids.ts'
import { DayResult, KEPT_DAYS } from '../core/reconcile-day.ts'
import type { Finding } from '../core/reconciliation.ts'
import { addDays, type CivilDate } from '../core/time.ts'
import type { LedgerKeys } from './keys.ts'
import { createReconciliationNotes, json } from './reconciliation-notes.ts'
import { loadScripts, type Connection } from './scripts.ts'
import type { SeriesRef } from './series.ts'

/** Entries of the journal that are read in one go. */
const PAGE = 1000
const KEEP_S = (KEPT_DAYS + 10) * 86_400
/** A run whose worker died makes room after this long, in ms; one that lives says so more often. */
const ALONE_MS = 120_000
const ALIVE_MS = ALONE_MS / 6

/** The highest number of each series that a day's run has accounted for, by `kind~series`, and where it began. */
const Reach = z.record(z.string(), z.object({ from: z.number(), to: z.number() }))
export type Reach = z.infer<typeof Reach>
const Summary = DayResult.omit({ findings: true }).extend({ reach: Reach.default({}) })
export type DaySummary = z.infer<typeof Summary>
const Accepted = z.object({ who: z.string(), at: z.number(), reason: z.string() })

/** What the reconciliation of each shop and day has looked at and found. */
export function createReconciliations(redis: Connection, keys: LedgerKeys) {
  const scripts = loadScripts(redis, { unlock: 'plain', 'still-mine': 'plain' })
  const of = keys.reconciliation

  async function summaries(account: AccountId, shop: ShopId): Promise<DaySummary[]> {
    const stored = await redis.hvals(of(account, shop).summaries)
    return z
      .array(json(Summary))
      .parse(stored)
      .toSorted((a, b) => (a.day < b.day ? 1 : -1))
  }

  async function accepted(
    account: AccountId,
    shop: ShopId,
  ): Promise<Map<string, NonNullable<Finding['accepted']>>> {
    const all = Object.entries(await redis.hgetall(of(account, shop).accepted))
    return new Map(all.map(([id, text]) => [id, json(Accepted).parse(text)]))
  }

  async function result(
    account: AccountId,
    shop: ShopId,
    day: CivilDate,
  ): Promise<DayResult | undefined> {
    const stored = await redis.get(of(account, shop).result(day))
    return stored === null ? undefined : json(DayResult).parse(stored)
  }

  async function save(account: AccountId, shop: ShopId, found: DayResult, reach: Reach) {
    const { findings: _findings, ...summary } = found
    const names = of(account, shop)
    const oldest = addDays(found.day, -KEPT_DAYS)
    const days = await redis.hkeys(names.summaries)
    const step = redis
      .multi()
      .hset(names.summaries, found.day, JSON.stringify({ ...summary, reach }))
      .set(names.result(found.day), JSON.stringify(found), 'EX', KEEP_S)
      .del(names.seen(found.day), names.notes(found.day))
    const gone = days.filter((day) => day < oldest)
    if (gone.length > 0) step.hdel(names.summaries, ...gone)
    for (const [error] of (await step.exec()) ?? []) if (error !== null) throw error
  }

  return {
    ...createReconciliationNotes(redis, keys),
    summaries,
    result,
    accepted,
    save,

    /**
     * The orders that something happened to since this was last asked and `filed`, by the journal of a shard; `next`
     * names the place, '' when there is no news.
     */
    async news(shard: number, since: number): Promise<{ refs: OrderRef[]; next: string }> {
      const { journal, reconciled } = keys.ofShard(shard)
      const from = (await redis.get(reconciled)) ?? undefined
      const start = from === undefined ? String(since) : `(${from}`
      const page = await redis.xrange(journal, start, '+', 'COUNT', PAGE)
      const refs = page.flatMap(([, fields]) => {
        const about = fields[fields.indexOf('k') + 1] ?? ''
        const ref = OrderRef.safeParse(about.split('~').slice(0, 2).join('~'))
        return ref.success ? [ref.data] : []
      })
      return { refs: [...new Set(refs)], next: page.at(-1)?.[0] ?? '' }
    },
    async filed(shard: number, next: string): Promise<void> {
      await redis.set(keys.ofShard(shard).reconciled, next)
    },

    /** The order belongs to these days. */
    async file(account: AccountId, shop: ShopId, ref: OrderRef, days: readonly CivilDate[]) {
      const id = ref.slice(ref.indexOf('~') + 1)
      const step = redis.pipeline()
      for (const day of days) {
        const orders = of(account, shop).orders(day)
        step.sadd(orders, id).expire(orders, KEEP_S)
      }
      for (const [error] of (await step.exec()) ?? []) if (error !== null) throw error
    },

    async ordersOf(account: AccountId, shop: ShopId, day: CivilDate): Promise<OrderRef[]> {
      const ids = await redis.smembers(of(account, shop).orders(day))
      return ids.toSorted().map((id) => `${shop}~${id}` as OrderRef)
    },

    /** Since when an order's news waits to be looked at (ms since 1970). */
    async unroutedSince(account: AccountId, ref: OrderRef): Promise<number | undefined> {
      const at = await redis.zscore(keys.ofShard(keys.shardOf(account)).unrouted, ref)
      return at === null ? undefined : Number(at)
    },

    /** The documents that numbers of a series are recorded for; some may come twice. */
    async *ownersOf({ account, kind, series }: SeriesRef): AsyncGenerator<DocumentKey[]> {
      const numbers = keys.numbers(account, kind, series)
      let cursor = '0'
      do {
        const [next, flat] = await redis.hscan(numbers, cursor, 'COUNT', 500)
        cursor = next
        yield flat
          .filter((_, at) => at % 2 === 1)
          .flatMap((owner) => {
            const key = DocumentKey.safeParse(owner)
            return key.success ? [key.data] : []
          })
      } while (cursor !== '0')
    },

    /** Takes a day for one run, for as long as that lasts; undefined while another has it. */
    async alone<T>(
      account: AccountId,
      shop: ShopId,
      day: CivilDate,
      run: () => Promise<T>,
    ): Promise<T | undefined> {
      const lock = of(account, shop).lock(day)
      const token = randomUUID()
      if ((await redis.set(lock, token, 'PX', ALONE_MS, 'NX')) === null) return undefined
      const alive = setInterval(() => {
        // While Redis is away the run cannot go on either, and hears of it itself.
        scripts['still-mine']([lock], [token, ALONE_MS]).catch(() => {})
      }, ALIVE_MS)
      try {
        return await run()
      } finally {
        clearInterval(alive)
        await scripts.unlock([lock], [token])
      }
    },

    /** A person leaves a finding as it is, on every day that shows it. False when no day does. */
    async accept(
      account: AccountId,
      shop: ShopId,
      id: string,
      by: NonNullable<Finding['accepted']>,
    ): Promise<boolean> {
      let known = false
      for (const { day, reach } of await summaries(account, shop)) {
        const found = await result(account, shop, day)
        const one = found?.findings.find((finding) => finding.id === id)
        if (found === undefined || one === undefined) continue
        known = true
        if (one.accepted !== undefined) continue
        const findings = found.findings.map((finding) =>
          finding.id === id ? { ...finding, accepted: by } : finding,
        )
        await save(account, shop, { ...found, findings, open: found.open - 1 }, reach)
      }
      if (known) await redis.hset(of(account, shop).accepted, id, JSON.stringify(by))
      return known
    },
  }
}
