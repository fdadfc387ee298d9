import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** A worker that is silent for this long has died and makes room for the next one, in ms. */
const LEASE_MS = 30_000
/** Runs are shown for this long after they ended, in seconds. */
const KEEP_S = 30 * 86_400
const MOST_RUNS = 200
const MOST_REASONS = 200
const MOST_ITEMS = 500
/** Ids that go to Redis in one command. */
const CHUNK = 1000

const count = z.coerce.number().default(0)
const json = z.string().transform((text): unknown => JSON.parse(text))

const Stored = z.object({
  act: z.enum(['replay', 'dismiss']),
  /** `1`: only says what would happen. */
  dryRun: z
    .string()
    .default('')
    .transform((text) => text === '1'),
  who: z.string(),
  /** Why they are dismissed. */
  reason: z.string().default(''),
  /** What was asked for: ids or a filter. */
  selection: json,
  state: z.enum(['running', 'stopped', 'finished']),
  stoppedBy: z.string().default(''),
  total: count,
  /** So many of them are steps after a document. */
  steps: count,
  startedAt: count,
  endedAt: count,
  /** The last sign of life of its worker, ms since 1970. */
  touchedAt: count,
})
const Reason = z.tuple([z.string(), z.string(), z.string()])
const Item = z.object({ id: z.string(), outcome: z.string(), en: z.string(), ro: z.string() })

export type RunItem = z.infer<typeof Item>
export type Tally = {
  id: string
  outcome: string
  /** Its document has been taken back to work, and what becomes of it is watched. */
  watch?: boolean
  /** Why, in both languages, where it did not go well. */
  reason?: { en: string; ro: string }
  item?: RunItem
}

const Taken = z.union([
  z.tuple([z.literal('over')]),
  z.tuple([z.literal('busy'), z.coerce.number()]),
  z.tuple([z.literal('taken'), z.coerce.number()]),
])

/** Bulk work on dead letters that goes on by itself on the server, whoever started it. */
export function createRuns(redis: Connection, keys: LedgerKeys['runs'], now: () => number) {
  const scripts = loadScripts(redis, {
    'run-take': 'plain',
    'run-tally': 'plain',
    'run-stop': 'plain',
  })
  const listsOf = (id: string) => [keys.run(id), keys.todo(id), keys.watched(id)]

  async function get(id: string) {
    const [stored, left, watched] = await Promise.all([
      redis.hgetall(keys.run(id)),
      redis.llen(keys.todo(id)),
      redis.llen(keys.watched(id)),
    ])
    if (stored['state'] === undefined) return undefined
    const run = Stored.parse(stored)
    const counts = (prefix: string): Record<string, number> =>
      Object.fromEntries(
        Object.entries(stored).flatMap(([name, value]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), Number(value)]] : [],
        ),
      )
    return {
      id,
      ...run,
      done: run.total - left,
      /** How many of the letters had which outcome. */
      outcomes: counts('n:'),
      /** What became of the documents that were taken back to work; `waiting` is on its way. */
      afterwards: { ...counts('after:'), waiting: watched },
    }
  }

  return {
    get,

    /** Puts a run on record. While the same is already running, that run is the answer. */
    async create(asked: {
      act: 'replay' | 'dismiss'
      dryRun: boolean
      who: string
      reason: string
      selection: object
      steps?: number
      ids: readonly string[]
    }): Promise<{ id: string; isNew: boolean }> {
      const { act, dryRun, who, reason, selection, steps = 0, ids } = asked
      const id = randomUUID().slice(0, 8)
      const same = keys.same(
        createHash('sha256')
          .update(JSON.stringify([act, dryRun, selection]))
          .digest('base64url'),
      )
      if ((await redis.set(same, id, 'EX', KEEP_S, 'NX')) === null) {
        const other = (await redis.get(same)) ?? ''
        if ((await get(other))?.state === 'running') return { id: other, isNew: false }
        await redis.set(same, id, 'EX', KEEP_S)
      }
      const writing = redis.multi()
      for (let from = 0; from < ids.length; from += CHUNK)
        writing.rpush(keys.todo(id), ...ids.slice(from, from + CHUNK))
      writing.hset(keys.run(id), {
        act,
        dryRun: dryRun ? '1' : '',
        who,
        reason,
        selection: JSON.stringify(selection),
        state: ids.length === 0 ? 'finished' : 'running',
        total: ids.length,
        steps,
        startedAt: now(),
        touchedAt: now(),
      })
      writing.zadd(keys.all, now(), id)
      writing.zadd(keys.open, now(), id)
      await writing.exec()
      return { id, isNew: true }
    },

    /** The newest runs first. */
    async list(limit: number) {
      const ids = await redis.zrevrange(keys.all, 0, limit - 1)
      return (await Promise.all(ids.map(get))).flatMap((run) => run ?? [])
    },

    /** Why letters did not go well, most frequent first, and some of them by name. */
    async details(id: string) {
      const [reasons, items] = await Promise.all([
        redis.hgetall(keys.reasons(id)),
        redis.lrange(keys.items(id), 0, MOST_ITEMS - 1),
      ])
      return {
        reasons: Object.entries(reasons)
          .map(([text, many]) => {
            const [outcome, en, ro] = Reason.parse(JSON.parse(text))
            return { outcome, en, ro, count: Number(many) }
          })
          .toSorted((a, b) => b.count - a.count),
        items: items.map((text) => Item.parse(JSON.parse(text))),
      }
    },

    async stop(id: string, who: string): Promise<'stopped' | 'over' | 'unknown'> {
      return z
        .enum(['stopped', 'over', 'unknown'])
        .parse(await scripts['run-stop']([keys.run(id)], [now(), who]))
    },

    /** Takes a run for the caller alone. `over`: nothing is left to do. */
    async take(id: string) {
      const token = randomUUID()
      const answer = Taken.parse(await scripts['run-take'](listsOf(id), [token, now(), LEASE_MS]))
      if (answer[0] === 'over') return { status: 'over' as const }
      if (answer[0] === 'busy') return { status: 'busy' as const, until: answer[1] }
      const tally = async (
        list: 'todo' | 'watched',
        letters: readonly Tally[],
        leaseMs = LEASE_MS,
      ): Promise<string> =>
        z.string().parse(
          await scripts['run-tally'](
            [...listsOf(id), keys.reasons(id), keys.items(id), keys[list](id)],
            [
              token,
              now(),
              leaseMs,
              MOST_ITEMS,
              MOST_REASONS,
              ...letters.map(({ id: letter, outcome, watch, reason, item }) =>
                JSON.stringify({
                  id: letter,
                  count: `${list === 'todo' ? 'n' : 'after'}:${outcome}`,
                  ...(watch === true ? { watch } : {}),
                  ...(reason === undefined
                    ? {}
                    : { reason: JSON.stringify([outcome, reason.en, reason.ro]) }),
                  ...(item === undefined ? {} : { item: JSON.stringify(item) }),
                }),
              ),
            ],
          ),
        )
      return {
        status: 'taken' as const,
        step: answer[1],
        /** The next letters to work on. */
        next: (limit: number): Promise<string[]> => redis.lrange(keys.todo(id), 0, limit - 1),
        /** Documents that were taken back to work and whose end is not known yet; each step looks at others. */
        async watched(limit: number): Promise<string[]> {
          const all = await redis.llen(keys.watched(id))
          const from = all <= limit ? 0 : (answer[1] * limit) % all
          return redis.lrange(keys.watched(id), from, from + limit - 1)
        },
        /** Counts outcomes of letters, and says the state of the run: `lost` when another worker has taken over. */
        done: (letters: readonly Tally[]) => tally('todo', letters),
        /** Counts what became of watched documents. */
        ended: (letters: readonly Tally[]) => tally('watched', letters),
        giveUpWatching: () => redis.del(keys.watched(id)),
        release: () => tally('todo', [], 0),
      }
    },

    /** Nothing is left to do for it; it can be looked at for a month. */
    async close(id: string): Promise<void> {
      await redis.zrem(keys.open, id)
      for (const key of [keys.run(id), keys.todo(id), keys.reasons(id), keys.items(id)])
        await redis.expire(key, KEEP_S)
      await redis.zremrangebyrank(keys.all, 0, -MOST_RUNS - 1)
    },

    /** Runs with work left whose worker has said nothing since `before` (ms). */
    async silent(before: number): Promise<string[]> {
      const ids = await redis.zrange(keys.open, 0, -1)
      const seen = await Promise.all(ids.map((id) => redis.hget(keys.run(id), 'touchedAt')))
      return ids.filter((_, i) => Number(seen[i] ?? 0) <= before)
    },
  }
}
