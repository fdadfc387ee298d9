import { z } from 'zod'
import { actStates, pendingActStates, type ActKey, type ActState } from '../core/acts.ts'
import {
  AccountId,
  orderRef,
  type DocumentKey,
  type DocumentKind,
  type OrderRef,
  type ShopId,
} from '../core/ids.ts'
import { documentStates, pendingStates, type DocumentState } from '../core/lifecycle.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

export type IndexedState = 'due' | 'attempting' | 'uncertain' | 'held' | 'dead'
export type IndexedActState = Exclude<ActState, 'done' | 'dismissed'>

/** Where an order stands in its shop's list. */
export type OrderPlace = { ref: OrderRef; at: number }

type Named = { name: string; at: number }

/** Whether one comes after another, newest first; those of one instant go by their names, as Redis has them. */
const comesAfter = (one: Named, other: Named): boolean =>
  one.at < other.at ||
  (one.at === other.at && Buffer.from(one.name).compare(Buffer.from(other.name)) < 0)

export type TimelineEntry = {
  /** Instant, ISO 8601. */
  at: string
  who: string
  /** The document key, or the order ref for what concerns the whole order. */
  about: string
  from: string
  to: string
  facts: unknown
}

const Facts = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
})

/** Questions about the ledger. Nothing here changes anything. */
export function createReports(redis: Connection, keys: LedgerKeys, shards: number) {
  const everyShard = Array.from({ length: shards }, (_, shard) => shard)
  const entry = ([id, fields]: [string, string[]]): TimelineEntry => {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? ''
    return {
      at: new Date(Number(id.split('-')[0])).toISOString(),
      who: field('w'),
      about: field('k'),
      from: field('f'),
      to: field('t'),
      facts: Facts.parse(field('d')),
    }
  }
  /** By ZSCAN: it misses nothing that stays, however much comes and goes meanwhile. */
  async function* everyMember<Member extends string>(
    key: string,
    before: number,
  ): AsyncGenerator<Member[]> {
    let cursor = '0'
    do {
      const [next, flat] = await redis.zscan(key, cursor, 'COUNT', 500)
      cursor = next
      const members = flat.filter((_, i) => i % 2 === 0 && Number(flat[i + 1]) <= before)
      if (members.length > 0) yield members as Member[]
    } while (cursor !== '0')
  }
  async function nextOf<Member extends string>(index: string, before: number, limit: number) {
    const offset = Number((await redis.get(`${index}:cursor`)) ?? 0)
    const found = await redis.zrangebyscore(index, '-inf', before, 'LIMIT', offset, limit)
    await redis.set(`${index}:cursor`, found.length < limit ? 0 : offset + limit)
    return found as Member[]
  }
  /** Members of a sorted set by time, those after `before`. */
  async function newestFirst(
    key: string,
    limit: number,
    nameOf: (member: string) => string,
    before: Named | undefined,
  ): Promise<Named[]> {
    const found: Named[] = []
    for (let offset = 0; found.length < limit; offset += limit) {
      const from = before?.at ?? '+inf'
      const page = ['LIMIT', offset, limit] as const
      const flat = await redis.zrevrangebyscore(key, from, '-inf', 'WITHSCORES', ...page)
      for (let i = 0; i + 1 < flat.length && found.length < limit; i += 2) {
        const one = { name: nameOf(flat[i] ?? ''), at: Number(flat[i + 1]) }
        if (before === undefined || comesAfter(one, before)) found.push(one)
      }
      if (flat.length < limit * 2) break
    }
    return found
  }
  /** One field of many hashes of one account, in one round trip. */
  async function each(hashes: readonly string[], field: string): Promise<(string | undefined)[]> {
    if (hashes.length === 0) return []
    const pipeline = redis.pipeline()
    for (const hash of hashes) pipeline.hget(hash, field)
    const answers = (await pipeline.exec()) ?? []
    return answers.map(([error, value]) => {
      if (error !== null) throw error
      return typeof value === 'string' ? value : undefined
    })
  }
  return {
    /** Everything that happened to an order, oldest first. */
    async timeline(account: AccountId, ref: OrderRef): Promise<TimelineEntry[]> {
      const ids = ((await redis.hget(keys.order(account, ref), 'j')) ?? '')
        .split(' ')
        .filter(Boolean)
      const { journal } = keys.ofShard(keys.shardOf(account))
      const found = await Promise.all(ids.map((id) => redis.xrange(journal, id, id)))
      return found.flat().map(entry)
    },

    /** Documents by state, over all shards. */
    async counts(): Promise<Record<DocumentState, number>> {
      const stored = await Promise.all(
        everyShard.map((shard) => redis.hmget(keys.ofShard(shard).counts, ...documentStates)),
      )
      return Object.fromEntries(
        documentStates.map((state, i) => [
          state,
          stored.reduce((total, counts) => total + Number(counts[i] ?? 0), 0),
        ]),
      ) as Record<DocumentState, number>
    },

    /** Acts by state, over all shards. */
    async actCounts(): Promise<Record<ActState, number>> {
      const stored = await Promise.all(
        everyShard.map((shard) =>
          redis.hmget(keys.ofShard(shard).counts, ...actStates.map((state) => `act:${state}`)),
        ),
      )
      return Object.fromEntries(
        actStates.map((state, i) => [
          state,
          stored.reduce((total, counts) => total + Number(counts[i] ?? 0), 0),
        ]),
      ) as Record<ActState, number>
    },

    /** Documents issued since an instant (whole hours), over all shards. */
    async issuedSince(since: number): Promise<number> {
      const stored = await Promise.all(
        everyShard.map((shard) => redis.hgetall(keys.ofShard(shard).counts)),
      )
      const from = Math.floor(since / 3_600_000)
      return stored
        .flatMap((counts) => Object.entries(counts))
        .filter(([name]) => name.startsWith('hour:') && Number(name.slice(5)) >= from)
        .reduce((total, [, count]) => total + Number(count), 0)
    },

    /**
     * Orders of a shop, newest first by when they first came. `before` is the place of the last one that was seen; a
     * page costs the same wherever it is.
     */
    async orders(
      account: AccountId,
      shop: ShopId,
      limit: number,
      before?: OrderPlace,
    ): Promise<OrderPlace[]> {
      const nameOf = (member: string) => `${shop}~${member}`
      const from = before === undefined ? undefined : { at: before.at, name: before.ref }
      const found = await newestFirst(keys.orders(account, shop), limit, nameOf, from)
      return found.map(({ name, at }) => ({ ref: name as OrderRef, at }))
    },

    /** Documents in a state, the last that got there first, of one shard; `before` as for orders. */
    async newestInState(
      shard: number,
      state: IndexedState,
      limit: number,
      before?: { key: DocumentKey; at: number },
    ): Promise<{ key: DocumentKey; at: number }[]> {
      const from = before === undefined ? undefined : { at: before.at, name: before.key }
      const found = await newestFirst(keys.ofShard(shard).state(state), limit, String, from)
      return found.map(({ name, at }) => ({ key: name as DocumentKey, at }))
    },

    /** The state of the newest document of each of these orders; undefined for one without. */
    async newestStates(
      account: AccountId,
      refs: readonly OrderRef[],
    ): Promise<(DocumentState | undefined)[]> {
      const documents = await each(
        refs.map((ref) => keys.order(account, ref)),
        'docs',
      )
      const names = documents.map((docs) => docs?.split(' ').at(-1) ?? '')
      const known = names.filter((name) => name !== '')
      const states = await each(
        known.map((name) => keys.document(account, name as DocumentKey)),
        'state',
      )
      const stateOf = new Map(known.map((name, i) => [name, states[i]]))
      return names.map((name) => documentStates.find((state) => state === stateOf.get(name)))
    },

    /** How many orders a shop has sent. */
    orderCount: (account: AccountId, shop: ShopId): Promise<number> =>
      redis.zcard(keys.orders(account, shop)),

    /** The order that a shop knows by this id or number. */
    async findOrder(
      account: AccountId,
      shop: ShopId,
      idOrNumber: string,
    ): Promise<OrderRef | undefined> {
      const byId = orderRef(shop, idOrNumber)
      if ((await redis.exists(keys.order(account, byId))) === 1) return byId
      const encoded = await redis.hget(keys.orderNumbers(account, shop), idOrNumber)
      return encoded === null ? undefined : (`${shop}~${encoded}` as OrderRef)
    },

    /** What is on record for a number of a series: a document key, `foreign`, `gone`, or nothing. */
    numberOf: (
      account: AccountId,
      kind: DocumentKind,
      series: string,
      number: number,
    ): Promise<string | null> => redis.hget(keys.numbers(account, kind, series), String(number)),

    /** How many waiting documents of one shard are in a state. */
    countInState: (shard: number, state: IndexedState): Promise<number> =>
      redis.zcard(keys.ofShard(shard).state(state)),

    /** How many documents of an account wait, and since when the oldest does (ms since 1970). */
    async waiting(account: AccountId): Promise<{ waiting: number; oldestAt: number | undefined }> {
      const [waiting, oldest] = await Promise.all([
        redis.zcard(keys.pending(account)),
        redis.zrange(keys.pending(account), 0, 0, 'WITHSCORES'),
      ])
      return { waiting, oldestAt: oldest[1] === undefined ? undefined : Number(oldest[1]) }
    },

    /** Document keys in a state, oldest first, of one shard. */
    inState: (
      shard: number,
      state: IndexedState,
      offset: number,
      limit: number,
    ): Promise<DocumentKey[]> =>
      redis.zrange(keys.ofShard(shard).state(state), offset, offset + limit - 1) as Promise<
        DocumentKey[]
      >,

    /** Documents in a state over all shards, those first that have been in it longest. */
    async longestInState(
      state: IndexedState,
      offset: number,
      limit: number,
    ): Promise<{ keys: DocumentKey[]; of: number }> {
      const found = await Promise.all(
        everyShard.map(async (shard) => {
          const index = keys.ofShard(shard).state(state)
          const [flat, count] = await Promise.all([
            redis.zrange(index, 0, offset + limit - 1, 'WITHSCORES'),
            redis.zcard(index),
          ])
          const names = flat.filter((_, i) => i % 2 === 0)
          return { count, named: names.map((name, i) => ({ name, at: Number(flat[i * 2 + 1]) })) }
        }),
      )
      const named = found.flatMap((one) => one.named).toSorted((a, b) => a.at - b.at)
      return {
        keys: named.slice(offset, offset + limit).map(({ name }) => name as DocumentKey),
        of: found.reduce((total, { count }) => total + count, 0),
      }
    },

    /** How many acts of one shard are in a state. */
    countActs: (shard: number, state: IndexedActState): Promise<number> =>
      redis.zcard(keys.ofShard(shard).actState(state)),

    /** Acts in a state, oldest first, of one shard. */
    actsInState: (
      shard: number,
      state: IndexedActState,
      offset: number,
      limit: number,
    ): Promise<ActKey[]> =>
      redis.zrange(keys.ofShard(shard).actState(state), offset, offset + limit - 1) as Promise<
        ActKey[]
      >,

    /** Every act that got to a state before `before` (ms) and stays there; some may come twice. */
    everyAct: (shard: number, state: IndexedActState, before: number) =>
      everyMember<ActKey>(keys.ofShard(shard).actState(state), before),

    /** The next slice of a state's documents that got there before `before` (ms); begins again after the last. */
    nextInState: (shard: number, state: IndexedState, before: number, limit: number) =>
      nextOf<DocumentKey>(keys.ofShard(shard).state(state), before, limit),

    /** As `nextInState`, for acts. */
    nextActs: (shard: number, state: IndexedActState, before: number, limit: number) =>
      nextOf<ActKey>(keys.ofShard(shard).actState(state), before, limit),

    /** Every document that got to a state before `before` (ms) and stays there; some may come twice. */
    everyInState: (shard: number, state: IndexedState, before: number) =>
      everyMember<DocumentKey>(keys.ofShard(shard).state(state), before),

    /** Every order with news that no worker has looked at since `before` (ms); some may come twice. */
    everyUnrouted: (shard: number, before: number) =>
      everyMember<OrderRef>(keys.ofShard(shard).unrouted, before),

    /** How much of a shard waits for us. */
    async waitingIn(shard: number): Promise<number> {
      const { unrouted, state, actState } = keys.ofShard(shard)
      const sizes = [unrouted, ...pendingStates.map(state), ...pendingActStates.map(actState)].map(
        (key) => redis.zcard(key),
      )
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    },

    /** Orders with news that no worker has looked at since `before` (ms). */
    unrouted: (shard: number, before: number, limit = 1000): Promise<OrderRef[]> =>
      redis.zrangebyscore(
        keys.ofShard(shard).unrouted,
        '-inf',
        before,
        'LIMIT',
        0,
        limit,
      ) as Promise<OrderRef[]>,

    /** How many events could not be read, over all shards. */
    async quarantinedCount(): Promise<number> {
      const sizes = await Promise.all(
        everyShard.map((shard) => redis.zcard(keys.ofShard(shard).quarantine)),
      )
      return sizes.reduce((sum, size) => sum + size, 0)
    },

    /** Events that could not be read, newest first, with their accounts. */
    async quarantined(limit: number): Promise<{ account: AccountId; eventId: string }[]> {
      const lists = await Promise.all(
        everyShard.map((shard) => redis.zrevrange(keys.ofShard(shard).quarantine, 0, limit - 1)),
      )
      return lists.flat().map((member) => {
        const [account = '', eventId = ''] = member.split(' ')
        return { account: AccountId.parse(account), eventId }
      })
    },

    /** Alarms: documents issued twice, numbers that turned up late. Newest first. */
    async alerts(limit = 100): Promise<unknown[]> {
      const lists = await Promise.all(
        everyShard.map((shard) => redis.lrange(keys.ofShard(shard).alerts, 0, limit - 1)),
      )
      return lists.flat().map((text): unknown => JSON.parse(text))
    },
  }
}
