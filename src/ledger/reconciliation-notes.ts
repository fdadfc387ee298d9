import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { DocumentKey, type AccountId, type OrderRef, type ShopId } from '../core/ids.ts'
import { KEPT_DAYS } from '../core/reconcile-day.ts'
import { Seen, UntoldOrder } from '../core/reconciliation.ts'
import type { CivilDate } from '../core/time.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

/** What was read is of no use to a run that goes on much later. */
const RUN_S = 86_400
const NUMBERS_S = KEPT_DAYS * 86_400

export const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

const SeenOfOrder = z.record(z.string(), Seen)
export type SeenOfOrder = z.infer<typeof SeenOfOrder>

/** The document of ours that a number is the storno or a copy of. */
const Owner = z.object({ what: z.enum(['storno', 'copy']), key: DocumentKey })
export type Owner = z.infer<typeof Owner>
/** What was read on a number that is not ours, and in which run. */
const ReadNumber = z.object({ run: z.string(), owner: Owner.optional() })
type ReadNumber = z.infer<typeof ReadNumber>

const Place = z.object({ position: z.string(), pages: z.number() })
type Place = z.infer<typeof Place>

/** Beside the ids of listed orders, which are never blank. */
const RUN = ' '
const PLACE = '  '

/** What a run has read so far, so that it goes on from there after a pause; gone once the day is saved. */
export function createReconciliationNotes(redis: Connection, keys: LedgerKeys) {
  const of = keys.reconciliation

  async function note(name: string, field: string, value: string, keepS: number): Promise<void> {
    const step = redis.pipeline().hset(name, field, value).expire(name, keepS)
    for (const [error] of (await step.exec()) ?? []) if (error !== null) throw error
  }

  return {
    /** Names the run of a day that is going on; it stays the same from pause to pause. */
    async runOf(account: AccountId, shop: ShopId, day: CivilDate): Promise<string> {
      const name = of(account, shop).notes(day)
      await redis.hsetnx(name, RUN, randomUUID())
      await redis.expire(name, RUN_S)
      return (await redis.hget(name, RUN)) ?? ''
    },

    /** What SmartBill said of the documents of an order, by their keys. */
    noteSeen: (
      account: AccountId,
      shop: ShopId,
      day: CivilDate,
      ref: OrderRef,
      seen: SeenOfOrder,
    ): Promise<void> => note(of(account, shop).seen(day), ref, JSON.stringify(seen), RUN_S),

    async seen(
      account: AccountId,
      shop: ShopId,
      day: CivilDate,
    ): Promise<Map<string, SeenOfOrder>> {
      const all = Object.entries(await redis.hgetall(of(account, shop).seen(day)))
      return new Map(all.map(([ref, text]) => [ref, json(SeenOfOrder).parse(text)]))
    },

    /** What was read on a number of `kind~series` that is not ours; kept for later looks at its day. */
    async readNumber(
      account: AccountId,
      shop: ShopId,
      series: string,
      number: number,
    ): Promise<ReadNumber | undefined> {
      const stored = await redis.hget(of(account, shop).numbers(series), String(number))
      return stored === null ? undefined : json(ReadNumber).parse(stored)
    },
    noteNumber: (
      account: AccountId,
      shop: ShopId,
      series: string,
      number: number,
      read: ReadNumber,
    ): Promise<void> =>
      note(of(account, shop).numbers(series), String(number), JSON.stringify(read), NUMBERS_S),

    /** How far the shop's own list was read, and the orders of it that were looked at: undefined, none of the day's. */
    async listRead(account: AccountId, shop: ShopId, day: CivilDate) {
      const all = await redis.hgetall(of(account, shop).notes(day))
      const { [RUN]: _run, [PLACE]: place, ...orders } = all
      return {
        ...(place === undefined ? { position: '', pages: 0 } : json(Place).parse(place)),
        orders: new Map(
          Object.entries(orders).map(([id, text]) => [
            id,
            text === '' ? undefined : json(UntoldOrder).parse(text),
          ]),
        ),
      }
    },
    notePlace: (account: AccountId, shop: ShopId, day: CivilDate, place: Place): Promise<void> =>
      note(of(account, shop).notes(day), PLACE, JSON.stringify(place), RUN_S),
    noteListed: (
      account: AccountId,
      shop: ShopId,
      day: CivilDate,
      id: string,
      order: UntoldOrder | undefined,
    ): Promise<void> =>
      note(
        of(account, shop).notes(day),
        id,
        order === undefined ? '' : JSON.stringify(UntoldOrder.parse(order)),
        RUN_S,
      ),
  }
}
