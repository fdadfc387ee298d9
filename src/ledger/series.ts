import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { DocumentKey, type AccountId, type DocumentKind } from '../core/ids.ts'
import type { Printing } from '../core/printing.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** How long after an attempt was in doubt its number may still turn up, in ms. */
const LATE_MS = 24 * 3_600_000
/** How long one look at a series may take before another worker may start one, in ms. */
const LOOK_MS = 10_000

const text = z.string()
const Begun = z.tuple([text, text, text, text, text, text, text, text, text, text])
const numberOr = <T>(value: string, otherwise: T): number | T =>
  value === '' ? otherwise : Number(value)

/** One series of one account: the place where numbers come from. */
export type SeriesRef = { account: AccountId; kind: DocumentKind; series: string }

/** What is known of the numbers of each series: ours, somebody else's, deleted, or unexplained. */
export function createSeries(redis: Connection, keys: LedgerKeys, now: () => number) {
  const scripts = loadScripts(redis, {
    'watch-begin': 'with-prelude',
    'watch-end': 'with-prelude',
    late: 'plain',
  })
  const seriesKey = ({ account, kind, series }: SeriesRef) => keys.series(account, kind, series)
  const numbersKey = ({ account, kind, series }: SeriesRef) => keys.numbers(account, kind, series)

  async function known(ref: SeriesRef) {
    const [run, high, width, padded, lateFrom, lateUntil, lookedRun, lookedAt, doubt, doubtAt] =
      Begun.parse(await scripts['watch-begin']([seriesKey(ref)], []))
    const sinceStart = (at: string) => (lookedRun === run ? numberOr(at, 0) : 0)
    const printing: Printing | undefined =
      width === '' ? undefined : { width: Number(width), padded: padded === '1' }
    const late = Number(lateUntil) > now() ? numberOr(lateFrom, Infinity) : Infinity
    return {
      run,
      /** Undefined for a series that was never looked at. */
      high: numberOr(high, undefined),
      /** Undefined until SmartBill showed a number. */
      printing,
      /** No number at or below this one can belong to an attempt in doubt. */
      floor: Math.min(numberOr(high, 0), late),
      /** Start of the last complete look since this Redis started, ms since 1970. */
      lookedAt: sinceStart(lookedAt),
      /** The attempt in doubt, by its floor, that a complete look has last been searching for, and that look's start. */
      doubt: numberOr(doubt, undefined),
      doubtLookedAt: sinceStart(doubtAt),
    }
  }

  return {
    known,

    /** Runs `look` unless another worker is looking; returns undefined in that case. */
    async alone<T>(ref: SeriesRef, look: () => Promise<T>): Promise<T | undefined> {
      const lock = `${seriesKey(ref)}:look`
      const mine = randomUUID()
      if ((await redis.set(lock, mine, 'PX', LOOK_MS, 'NX')) === null) return undefined
      try {
        return await look()
      } finally {
        if ((await redis.get(lock)) === mine) await redis.del(lock)
      }
    },

    /** An attempt with this floor is in doubt: its number may turn up for a day. */
    async expectLate(ref: SeriesRef, floor: number): Promise<void> {
      await scripts.late([seriesKey(ref)], [floor, now(), now() + LATE_MS])
    },

    /** The numbers in `(floor, highest]` that nobody has explained. */
    async unexplained(ref: SeriesRef, floor: number, highest: number): Promise<number[]> {
      const numbers = Array.from({ length: Math.max(0, highest - floor) }, (_, i) => floor + 1 + i)
      const found: number[] = []
      for (let i = 0; i < numbers.length; i += 500) {
        const slice = numbers.slice(i, i + 500)
        const explained = await redis.hmget(numbersKey(ref), ...slice.map(String))
        found.push(...slice.filter((_, j) => explained[j] === null))
      }
      return found
    },

    /**
     * What is on record for a number: a document key, `foreign`, `gone`, `forgotten` (ours, of a document that the
     * ledger does not know), or nothing.
     */
    explained: (ref: SeriesRef, number: number): Promise<string | null> =>
      redis.hget(numbersKey(ref), String(number)),

    /** The end of a look that began at `startedAt`. `complete`: nothing up to `highest` is left to explain. */
    async finish(
      ref: SeriesRef,
      look: {
        run: string
        highest: number
        startedAt: number
        complete: boolean
        doubt?: number
        numbers: Record<string, 'foreign' | 'gone' | 'forgotten'>
        markers: Record<string, string>
        printing?: Printing | undefined
      },
    ): Promise<'ok' | 'shrunk'> {
      return z
        .enum(['ok', 'shrunk'])
        .parse(
          await scripts['watch-end'](
            [seriesKey(ref), numbersKey(ref), keys.found(ref.account)],
            [
              look.run,
              look.highest,
              look.startedAt,
              look.complete ? '1' : '',
              JSON.stringify(look.numbers),
              JSON.stringify(look.markers),
              look.doubt ?? '',
              look.printing?.width ?? '',
              look.printing?.padded ? '1' : '',
            ],
          ),
        )
    },

    /** The document whose attempt carried this marker, as long as that attempt was ever in doubt or is on its way. */
    async documentOf(account: AccountId, marker: string): Promise<DocumentKey | undefined> {
      const key = await redis.hget(keys.open(account), marker)
      return key === null ? undefined : DocumentKey.parse(key)
    },
  }
}
