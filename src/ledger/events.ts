import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { Reason } from '../core/causes.ts'
import { ShopId, type AccountId, type OrderRef } from '../core/ids.ts'
import type { Order } from '../core/order.ts'
import { wordsOf } from '../core/search-words.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

const Received = z.tuple([z.enum(['accepted', 'stale', 'duplicate']), z.string()])
const json = z.string().transform((text): unknown => JSON.parse(text))
const Kept = z.object({
  shop: ShopId,
  topic: z.string(),
  orderId: z.string(),
  at: z.coerce.number(),
  reasons: json.pipe(z.array(Reason)),
  headers: json.pipe(z.record(z.string(), z.string())),
})
const keptFields = Object.keys(Kept.shape)
const Quarantined = z.tuple([z.enum(['quarantined', 'duplicate']), z.string()])

export type Delivered = {
  account: AccountId
  shop: ShopId
  topic: string
  body: Buffer
  /** The sender's own ids of this delivery, beside the body's hash. */
  deliveryIds: readonly string[]
}

/** Events as they came: stored before anybody is told that they were accepted, and recognised when repeated. */
export function createEvents(
  redis: Connection,
  keys: LedgerKeys,
  now: () => number,
  retentionDays: number,
) {
  const scripts = loadScripts(redis, { receive: 'with-prelude', quarantine: 'plain' })
  const ttl = retentionDays * 86_400
  const quarantineOf = (account: AccountId) => keys.ofShard(keys.shardOf(account)).quarantine
  const identified = new WeakMap<Delivered, { id: string; deliveries: string[] }>()
  /** Hashes each delivery once, however often it is asked about. */
  const identify = (delivered: Delivered) => {
    const known = identified.get(delivered) ?? identityOf(delivered)
    identified.set(delivered, known)
    return known
  }
  const identityOf = ({ account, shop, topic, body, deliveryIds }: Delivered) => {
    const hashes = [`body ${topic} ${hash(body)}`, ...deliveryIds.map((id) => `id ${id}`)].map(
      (name) => hash(Buffer.from(`${shop} ${name}`)),
    )
    return {
      id: `evt_${hashes[0]}`,
      deliveries: hashes.map((name) => keys.delivery(account, name)),
    }
  }
  return {
    /** The id this delivery has or will have. */
    idOf: (delivered: Delivered): string => identify(delivered).id,

    /**
     * Stores an event and its order's snapshot in one step. `duplicate`: exactly this was delivered before.
     * `stale`: a newer snapshot of the order is already here, this one is kept for the record only. `saidAt`: when the
     * shop said it changed, where that was not believed.
     */
    async receive(
      delivered: Delivered,
      ref: OrderRef,
      order: Order,
      saidAt?: string,
    ): Promise<{ status: 'accepted' | 'stale' | 'duplicate'; eventId: string }> {
      const { account, topic, body } = delivered
      const { id, deliveries } = identify(delivered)
      const shard = keys.ofShard(keys.shardOf(account))
      const facts = {
        event: id,
        topic,
        status: order.status,
        total: order.total,
        updatedAt: order.updatedAt,
        ...(saidAt === undefined ? {} : { saidAt }),
        ...(order.number === order.id ? {} : { number: order.number }),
      }
      const [status, eventId] = Received.parse(
        await scripts.receive(
          [
            keys.event(account, id),
            keys.order(account, ref),
            shard.journal,
            shard.unrouted,
            keys.orders(account, delivered.shop),
            keys.orderNumbers(account, delivered.shop),
            keys.words(account, delivered.shop),
            ...deliveries,
          ],
          [
            id,
            ref,
            now(),
            Date.parse(order.updatedAt),
            JSON.stringify(order),
            pack(body),
            topic,
            ttl,
            account,
            JSON.stringify(facts),
            order.number === order.id ? '' : order.number,
            wordsOf(order).join(' '),
          ],
        ),
      )
      return { status, eventId }
    },

    /** Keeps an event that cannot be read as an order until a person has looked at it. */
    async quarantine(
      delivered: Delivered,
      headers: Readonly<Record<string, string>>,
      orderId: string,
      reasons: readonly Reason[],
    ) {
      const { account, shop, topic, body } = delivered
      const { id, deliveries } = identify(delivered)
      const shard = keys.ofShard(keys.shardOf(account))
      const [status, eventId] = Quarantined.parse(
        await scripts.quarantine(
          [keys.event(account, id), shard.quarantine, ...deliveries],
          [
            id,
            now(),
            pack(body),
            topic,
            ttl,
            JSON.stringify(reasons),
            shop,
            orderId,
            JSON.stringify(headers),
            account,
          ],
        ),
      )
      return { status, eventId }
    },

    /** Whether an event waits in quarantine. */
    isQuarantined: async (account: AccountId, eventId: string): Promise<boolean> =>
      (await redis.zscore(quarantineOf(account), `${account} ${eventId}`)) !== null,

    /** What is known of a quarantined event, without its body. */
    async quarantined(account: AccountId, eventId: string) {
      const found = await redis.hmget(keys.event(account, eventId), ...keptFields)
      const fields = Object.fromEntries(keptFields.map((name, i) => [name, found[i]]))
      return fields['reasons'] == null ? undefined : Kept.parse(fields)
    },

    /** Takes an event out of quarantine: it was read after all, or a person dismissed it. */
    async release(account: AccountId, eventId: string): Promise<boolean> {
      // From now on it is kept as long as any other event: its body is personal data.
      await redis.expire(keys.event(account, eventId), ttl)
      return (await redis.zrem(quarantineOf(account), `${account} ${eventId}`)) > 0
    },

    /** The raw body of a stored event. */
    async body(account: AccountId, eventId: string): Promise<Buffer | undefined> {
      const stored = await redis.hgetBuffer(keys.event(account, eventId), 'body')
      return stored === null ? undefined : unpack(stored)
    },
  }
}

const hash = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('base64url').slice(0, 22)

/** Large bodies are stored compressed; the first byte says which: `z` or `r`. */
const pack = (body: Buffer): Buffer =>
  body.length > 1024
    ? Buffer.concat([Buffer.from('z'), deflateRawSync(body, { level: 3 })])
    : Buffer.concat([Buffer.from('r'), body])
const unpack = (stored: Buffer): Buffer =>
  stored[0] === 0x7a ? inflateRawSync(stored.subarray(1)) : stored.subarray(1)
