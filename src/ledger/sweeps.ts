import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Reason } from '../core/causes.ts'
import type { AccountId, OrderRef, ShopId } from '../core/ids.ts'
import type { Known } from '../core/news.ts'
import { Order } from '../core/order.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** A sweep whose worker died makes room for the next one after this long without progress, in ms. */
const ALONE_MS = 120_000

const count = z.coerce.number().default(0)
const Stored = z.object({
  /** Every change up to here, by the shop's clock, is in the ledger (ms since 1970); 0 before the first sweep. */
  cursor: count,
  /** Where a list that was not read to its end goes on. */
  position: z.string().default(''),
  /** Not to be swept before (ms since 1970). */
  nextAt: count,
  failures: count,
  /** When the present row of failures began; 0 when the last sweep went well. */
  failingSince: count,
  problem: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(Reason)
    .optional(),
  /** When the last sweep reached the end of its list. */
  completedAt: count,
  /** How many changes no webhook had told. */
  found: count,
})
export type SweepState = z.infer<typeof Stored>

const Snapshot = Order.pick({
  status: true,
  platformStatus: true,
  paymentStatus: true,
  total: true,
  payments: true,
})

/** How far each shop's orders have been read from its own API. */
export function createSweeps(redis: Connection, keys: LedgerKeys) {
  const scripts = loadScripts(redis, { 'sweep-save': 'plain' })
  const lockOf = (account: AccountId, shop: ShopId) => `${keys.sweep(account, shop)}:lock`

  async function look(account: AccountId, shop: ShopId): Promise<SweepState> {
    return Stored.parse(await redis.hgetall(keys.sweep(account, shop)))
  }

  return {
    look,

    /** Takes a shop for one sweep; undefined while another worker has it. */
    async begin(account: AccountId, shop: ShopId) {
      const token = randomUUID()
      const lock = lockOf(account, shop)
      if ((await redis.set(lock, token, 'PX', ALONE_MS, 'NX')) === null) return undefined
      const save = async (
        fields: Partial<Record<Exclude<keyof SweepState, 'problem'>, string | number>> & {
          problem?: Reason
        },
        finished = false,
      ): Promise<boolean> => {
        const { problem, ...rest } = fields
        const flat = Object.entries({
          ...rest,
          ...(problem === undefined ? {} : { problem: JSON.stringify(problem) }),
        }).flat()
        return (
          (await scripts['sweep-save'](
            [lock, keys.sweep(account, shop)],
            [token, finished ? 0 : ALONE_MS, ...flat],
          )) === 'saved'
        )
      }
      return {
        state: await look(account, shop),
        /** Notes progress. False when the sweep took so long that another worker has taken over. */
        save: (fields: Parameters<typeof save>[0]) => save(fields),
        /** Notes the outcome and lets the shop go. */
        finish: (fields: Parameters<typeof save>[0]) => save(fields, true),
      }
    },

    /** What the ledger has of these orders, in the same order. */
    async known(account: AccountId, refs: readonly OrderRef[]): Promise<(Known | undefined)[]> {
      return Promise.all(
        refs.map(async (ref) => {
          const [updatedAt, snapshot] = await redis.hmget(
            keys.order(account, ref),
            'updatedAt',
            'snapshot',
          )
          if (updatedAt == null) return undefined
          return {
            updatedAt: Number(updatedAt),
            order: snapshot == null ? undefined : Snapshot.parse(JSON.parse(snapshot)),
          }
        }),
      )
    },
  }
}
