import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Alerting, channels, type Channel } from '../core/alerting.ts'
import { Alert, Message, OpenAlert } from '../core/alerts.ts'
import { DocumentKey, type AccountId } from '../core/ids.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'
import type { createSealer } from './secrets.ts'

/** One evaluation at a time; one whose worker died makes room after this long, in ms. */
const ALONE_MS = 180_000
/** The name that the sealed configuration is bound to. */
const SEAL = 'alerting'
/** So many alerts are remembered after their end. */
const RECENT = 200

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

const Posted = z.object({
  channel: z.enum(channels),
  message: Message,
  failures: z.number(),
  /** A moment that cannot be read is now: one message must not keep all others back. */
  nextAt: z.number().catch(0),
})
export type Posted = z.infer<typeof Posted>

const Over = z.object({ alert: Alert, openedAt: z.number(), overAt: z.number() })
export type Over = z.infer<typeof Over>
const Acknowledged = z.object({ who: z.string(), at: z.number() })
export type Acknowledged = z.infer<typeof Acknowledged>

const Double = z.object({
  alert: z.literal('double'),
  document: DocumentKey,
  number: z.string(),
  other: z.string(),
  /** When it was found (ms since 1970). */
  at: z.coerce.number().default(0),
})
const NumberTaken = z.object({
  alert: z.literal('number-taken'),
  document: DocumentKey,
  number: z.string(),
  owner: z.string(),
})

/** What is open, what is still to be delivered, and to whom: all of it outlives every process. */
export function createAlerts(
  redis: Connection,
  keys: LedgerKeys,
  sealer: ReturnType<typeof createSealer>,
  shards: number,
) {
  const scripts = loadScripts(redis, { unlock: 'plain' })
  const { open, outbox, lock, closed, config, acknowledged, recent } = keys.alerting
  const outboxId = ({ channel, message }: Pick<Posted, 'channel' | 'message'>) =>
    `${channel} ${message.id}`
  const everyShard = Array.from({ length: shards }, (_, shard) => keys.ofShard(shard))

  async function saveAlerting(alerting: Alerting): Promise<void> {
    await redis.set(config, sealer.seal(JSON.stringify(alerting), SEAL))
  }

  return {
    /** Runs `work` unless another worker is at it. */
    async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
      const token = randomUUID()
      if ((await redis.set(lock, token, 'PX', ALONE_MS, 'NX')) === null) return undefined
      try {
        return await work()
      } finally {
        await scripts.unlock([lock], [token])
      }
    },

    open: async (): Promise<OpenAlert[]> => z.array(json(OpenAlert)).parse(await redis.hvals(open)),
    countOpen: (): Promise<number> => redis.hlen(open),

    /** Alerts that ended lately, the last one first. */
    recent: async (limit: number): Promise<Over[]> =>
      z.array(json(Over)).parse(await redis.lrange(recent, 0, limit - 1)),

    /** Somebody has taken an open alert on: it is not told again while it lasts. */
    async acknowledge(id: string, who: string, at: number): Promise<boolean> {
      if ((await redis.hexists(open, id)) === 0) return false
      await redis.hset(acknowledged, id, JSON.stringify({ who, at }))
      return true
    },
    async remindAgain(id: string): Promise<boolean> {
      return (await redis.hdel(acknowledged, id)) > 0
    },
    /** Who has taken which alert on, by the ids of the alerts. */
    async acknowledged(): Promise<Map<string, Acknowledged>> {
      const all = Object.entries(await redis.hgetall(acknowledged))
      return new Map(all.map(([id, text]) => [id, json(Acknowledged).parse(text)]))
    },

    /** What is open from now on and what is to be told, in one step: no message is lost, none is told twice over. */
    async save(change: {
      open: readonly OpenAlert[]
      over: readonly string[]
      messages: readonly Message[]
      channels: readonly Channel[]
      at: number
    }): Promise<void> {
      const step = redis.multi()
      for (const one of change.open) step.hset(open, one.id, JSON.stringify(one))
      if (change.over.length > 0) step.hdel(open, ...change.over).hdel(acknowledged, ...change.over)
      for (const { kind, alert, openedAt } of change.messages) {
        if (kind !== 'resolved') continue
        const over: Over = { alert, openedAt, overAt: change.at }
        step.lpush(recent, JSON.stringify(over)).ltrim(recent, 0, RECENT - 1)
      }
      for (const message of change.messages) {
        for (const channel of change.channels) {
          const posted: Posted = { channel, message, failures: 0, nextAt: change.at }
          step.hset(outbox, outboxId(posted), JSON.stringify(posted))
        }
      }
      for (const [error] of (await step.exec()) ?? []) if (error !== null) throw error
    },

    /** Messages whose time has come, oldest first. */
    async due(at: number): Promise<Posted[]> {
      const all = z.array(json(Posted)).parse(await redis.hvals(outbox))
      return all
        .filter(({ nextAt }) => nextAt <= at)
        .toSorted((one, other) => one.message.at - other.message.at)
    },
    async delivered(posted: Posted): Promise<void> {
      await redis.hdel(outbox, outboxId(posted))
    },
    async postpone(posted: Posted, nextAt: number): Promise<void> {
      const later: Posted = { ...posted, failures: posted.failures + 1, nextAt }
      await redis.hset(outbox, outboxId(posted), JSON.stringify(later))
    },

    /** A person has dealt with an alert that nothing else can end. */
    async close(id: string, who: string, reason: string, at: number): Promise<boolean> {
      if ((await redis.hexists(open, id)) === 0) return false
      await redis.hset(closed, id, JSON.stringify({ who, reason, at }))
      return true
    },

    /** Documents that were issued twice, and numbers recorded for two documents, that nobody has dealt with. */
    async unsettled(): Promise<{
      doubles: z.infer<typeof Double>[]
      taken: z.infer<typeof NumberTaken>[]
    }> {
      const lists = await Promise.all(everyShard.map((shard) => redis.lrange(shard.alerts, 0, 999)))
      const all = lists.flat().map((text): unknown => JSON.parse(text))
      const done = new Set(await redis.hkeys(closed))
      const those = <T extends { document: string }>(schema: z.ZodType<T>, rule: string) =>
        all
          .map((one) => schema.safeParse(one))
          .flatMap((read) => (read.success ? [read.data] : []))
          .filter(({ document }) => !done.has(`${rule} ${document}`))
      return {
        doubles: those(Double, 'double-document'),
        taken: those(NumberTaken, 'number-taken'),
      }
    },

    /** The documents of an account that have waited longest, and since when (ms since 1970). */
    async longestWaiting(
      account: AccountId,
      limit: number,
    ): Promise<{ key: DocumentKey; since: number }[]> {
      const flat = await redis.zrange(keys.pending(account), 0, limit - 1, 'WITHSCORES')
      return Array.from({ length: flat.length / 2 }, (_, i) => ({
        key: DocumentKey.parse(flat[i * 2]),
        since: Number(flat[i * 2 + 1]),
      }))
    },

    /** Over all shards: how many are in an index (a state of documents or acts, or orders not looked at), and since when the oldest is. */
    async oldest(
      index: 'uncertain' | 'held' | 'unrouted' | 'act held' | 'act uncertain' | 'act proposed',
    ): Promise<{ count: number; since: number | undefined }> {
      const all = await Promise.all(
        everyShard.map(async (shard) => {
          const [act, state = ''] = index.split(' ')
          const key =
            index === 'unrouted'
              ? shard.unrouted
              : act === 'act'
                ? shard.actState(state)
                : shard.state(index)
          const [count, first] = await Promise.all([
            redis.zcard(key),
            redis.zrange(key, 0, 0, 'WITHSCORES'),
          ])
          return { count, since: first[1] === undefined ? Infinity : Number(first[1]) }
        }),
      )
      const since = Math.min(...all.map((one) => one.since))
      return {
        count: all.reduce((sum, one) => sum + one.count, 0),
        since: since === Infinity ? undefined : since,
      }
    },

    /** How many events each account has in quarantine. */
    async quarantined(): Promise<Map<string, number>> {
      const lists = await Promise.all(
        everyShard.map((shard) => redis.zrange(shard.quarantine, 0, 9999)),
      )
      const counts = new Map<string, number>()
      for (const member of lists.flat()) {
        const account = member.slice(0, member.indexOf(' '))
        counts.set(account, (counts.get(account) ?? 0) + 1)
      }
      return counts
    },

    /** Who hears of trouble; the defaults (nobody) when nothing is set. */
    async alerting(): Promise<Alerting> {
      const sealed = await redis.get(config)
      return Alerting.parse(sealed === null ? {} : JSON.parse(sealer.open(sealed, SEAL)))
    },
    saveAlerting,
    /** Applies the config file, unless it says what it said before: what was edited elsewhere survives a restart. */
    async load(alerting: Alerting): Promise<void> {
      const from = createHash('sha256').update(JSON.stringify(alerting)).digest('base64url')
      if ((await redis.get(`${config}:from`)) === from) return
      await saveAlerting(alerting)
      await redis.set(`${config}:from`, from)
    },
  }
}
