import { z } from 'zod'
import type { CivilDate } from '../core/time.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

/** Days that are kept. */
const KEEP = 60

const Rates = z.record(z.string(), z.string())

/** The National Bank's rates by day, and when they were last read. Shared by all accounts. */
export function createRates(redis: Connection, keys: LedgerKeys, now: () => number) {
  const { days, readAt } = keys.rates
  return {
    /** When the bank was last read: ms since 1970, 0 for never. */
    async readAt(): Promise<number> {
      return Number((await redis.get(readAt)) ?? '0')
    },

    /** A currency's rates by day, newest first: RON for one unit. */
    async of(currency: string): Promise<{ date: CivilDate; rate: string }[]> {
      const stored = await redis.hgetall(days)
      return Object.entries(stored)
        .flatMap(([date, text]) => {
          const rate = Rates.parse(JSON.parse(text))[currency]
          return rate === undefined ? [] : [{ date, rate }]
        })
        .toSorted((a, b) => (a.date < b.date ? 1 : -1))
    },

    async save(
      list: readonly { date: CivilDate; rates: Readonly<Record<string, string>> }[],
    ): Promise<void> {
      await redis.hset(days, ...list.flatMap(({ date, rates }) => [date, JSON.stringify(rates)]))
      await redis.set(readAt, now())
      const old = (await redis.hkeys(days)).toSorted().slice(0, -KEEP)
      if (old.length > 0) await redis.hdel(days, ...old)
    },
  }
}
