import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { AccountId, ShopId } from '../core/ids.ts'
import { stockId, StockItem } from '../core/stock.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** A push whose worker died makes room for the next one after this long, in ms. */
const ALONE_MS = 120_000
const BATCH = 500

const Stored = StockItem.extend({ at: z.number() })
const count = z.coerce.number().default(0)
const PushState = z.object({
  /** When the shop's own quantities were last compared with all of ours (ms since 1970). */
  checkedAt: count,
  /** The login that the shop refused, and when. */
  refused: z.string().default(''),
  refusedAt: count,
})

/** SmartBill's quantities, and what each shop was last told of them. */
export function createStock(redis: Connection, keys: LedgerKeys, now: () => number) {
  const scripts = loadScripts(redis, { unlock: 'plain' })
  const all = async (account: AccountId) =>
    Object.values(await redis.hgetall(keys.stock(account))).map((text) =>
      Stored.parse(JSON.parse(text)),
    )

  async function write(account: AccountId, items: readonly StockItem[]): Promise<void> {
    for (let at = 0; at < items.length; at += BATCH) {
      const part = items.slice(at, at + BATCH)
      const fields = part.flatMap((item) => [
        stockId(item),
        JSON.stringify({ ...item, at: now() } satisfies z.infer<typeof Stored>),
      ])
      const units = part.flatMap(({ code, unit }) =>
        code === '' || unit === '' ? [] : [code, unit],
      )
      await Promise.all([
        redis.hset(keys.stock(account), ...fields),
        ...(units.length === 0 ? [] : [redis.hset(keys.units(account), ...units)]),
      ])
    }
  }

  return {
    items: (account: AccountId): Promise<StockItem[]> => all(account),

    /** New absolute quantities of some products. */
    set: write,

    /**
     * Everything there is, as of a read that began at `since`. What was set after that is newer and stays; what is no
     * longer listed is gone from the warehouse.
     */
    async replace(account: AccountId, items: readonly StockItem[], since: number): Promise<void> {
      const before = await all(account)
      const newer = new Set(before.filter(({ at }) => at > since).map(stockId))
      const listed = new Set(items.map(stockId))
      await write(
        account,
        items.filter((item) => !newer.has(stockId(item))),
      )
      const gone = before.filter((item) => !listed.has(stockId(item)) && item.at <= since)
      await write(
        account,
        gone.map(({ at: _at, ...item }) => ({ ...item, quantity: '0' })),
      )
      await redis.hset(keys.facts(account), 'stockAt', now())
    },

    /** When everything was last read: ms since 1970, 0 for never. */
    async readAt(account: AccountId): Promise<number> {
      return Number((await redis.hget(keys.facts(account), 'stockAt')) ?? '0')
    },

    /** The units in which SmartBill keeps these products, by code. */
    async units(
      account: AccountId,
      codes: readonly string[],
    ): Promise<Map<string, { unit: string }>> {
      if (codes.length === 0) return new Map()
      const units = await redis.hmget(keys.units(account), ...codes)
      return new Map(
        codes.flatMap((code, at) => {
          const unit = units[at]
          return unit == null ? [] : [[code, { unit }] as const]
        }),
      )
    },

    /** How the pushes to a shop went. */
    async pushState(account: AccountId, shop: ShopId) {
      return PushState.parse(await redis.hgetall(`${keys.pushed(account, shop)}:state`))
    },

    /** Takes a shop for one push; undefined while another worker has it. */
    async pushTo(account: AccountId, shop: ShopId) {
      const key = keys.pushed(account, shop)
      const token = randomUUID()
      if ((await redis.set(`${key}:lock`, token, 'PX', ALONE_MS, 'NX')) === null) return undefined
      return {
        state: PushState.parse(await redis.hgetall(`${key}:state`)),
        /** Product code → the quantity that the shop was last told. */
        told: new Map(
          Object.entries(await redis.hgetall(key)).map(([code, text]) => [code, Number(text)]),
        ),
        async tell(quantities: ReadonlyMap<string, number>): Promise<void> {
          if (quantities.size > 0) await redis.hset(key, ...[...quantities].flat())
        },
        async note(fields: Partial<z.infer<typeof PushState>>): Promise<void> {
          await redis.hset(`${key}:state`, ...Object.entries(fields).flat())
        },
        /** There is progress: the lock holds on. */
        async keep(): Promise<void> {
          await redis.pexpire(`${key}:lock`, ALONE_MS)
        },
        async release(): Promise<void> {
          await scripts.unlock([`${key}:lock`], [token])
        },
      }
    },
  }
}
