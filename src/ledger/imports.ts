import { z } from 'zod'
import { orderRef, type AccountId, type OrderRef, type ShopId } from '../core/ids.ts'
import { Imported, namesOf, orderName } from '../core/imported.ts'
import type { Order } from '../core/order.ts'
import type { JournalEntry } from './journal.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

const Answer = z.union([
  z.tuple([z.enum(['added', 'known', 'unknown'])]),
  z.tuple([z.enum(['other', 'revoked']), z.string()]),
])
const record = (text: string): Imported => Imported.parse(JSON.parse(text))

/**
 * Documents that orders have from other programs. Each stands under the order's id or number as it was told, also for
 * orders that never came here, and stays when the order's own data is purged.
 */
export function createImports(redis: Connection, keys: LedgerKeys) {
  const scripts = loadScripts(redis, { 'record-import': 'plain' })
  const run = async (
    account: AccountId,
    shop: ShopId,
    name: string,
    who: string,
    what: 'add' | 'revoke',
    facts: object,
    number = '',
  ) =>
    Answer.parse(
      await scripts['record-import'](
        [keys.imports(account, shop), keys.ofShard(keys.shardOf(account)).journal],
        [
          orderName(name),
          orderRef(shop, orderName(name)),
          who,
          what,
          JSON.stringify(facts),
          number,
        ],
      ),
    )

  return {
    /** What an order has from another program, under any of its names. */
    async of(
      account: AccountId,
      shop: ShopId,
      order: Pick<Order, 'id' | 'number'>,
    ): Promise<{ name: string; imported: Imported } | undefined> {
      const names = namesOf(order)
      const found = await redis.hmget(keys.imports(account, shop), ...names)
      const at = found.findIndex((text) => text !== null)
      const text = found[at]
      return text == null ? undefined : { name: names[at] ?? '', imported: record(text) }
    },

    /** The same for many orders at once, in the same order. */
    async ofNames(
      account: AccountId,
      shop: ShopId,
      names: readonly string[],
    ): Promise<(Imported | undefined)[]> {
      if (names.length === 0) return []
      const found = await redis.hmget(keys.imports(account, shop), ...names.map(orderName))
      return found.map((text) => (text === null ? undefined : record(text)))
    },

    /** `other`: the order has another document already, which stays. */
    async add(
      account: AccountId,
      shop: ShopId,
      name: string,
      imported: Imported,
    ): Promise<{ status: 'added' | 'known' } | { status: 'other'; imported: Imported }> {
      const { series, number, by } = imported
      const [status, text] = await run(
        account,
        shop,
        name,
        by,
        'add',
        imported,
        `${series} ${number}`,
      )
      if (status === 'other') return { status, imported: record(text ?? '') }
      return { status: status === 'known' ? 'known' : 'added' }
    },

    /** The order may be invoiced again. Answers what it had, or undefined. */
    async revoke(
      account: AccountId,
      shop: ShopId,
      name: string,
      who: string,
      reason: string,
    ): Promise<Imported | undefined> {
      const [status, text] = await run(account, shop, name, who, 'revoke', { reason })
      return status === 'revoked' ? record(text ?? '') : undefined
    },

    count: (account: AccountId, shop: ShopId): Promise<number> =>
      redis.hlen(keys.imports(account, shop)),

    /** An order by what a list calls it: its id, or its number. */
    async known(account: AccountId, shop: ShopId, name: string): Promise<OrderRef | undefined> {
      const id = orderRef(shop, orderName(name))
      if ((await redis.exists(keys.order(account, id))) === 1) return id
      const numbers = keys.orderNumbers(account, shop)
      const found = await redis.hmget(numbers, name, orderName(name), `#${orderName(name)}`)
      const other = found.find((value) => value !== null)
      return other == null ? undefined : (`${shop}~${other}` as OrderRef)
    },

    /** Puts an entry of an exported journal back; entries come oldest first. */
    async restore(
      account: AccountId,
      shop: ShopId,
      name: string,
      entry: JournalEntry,
    ): Promise<void> {
      const { journal } = keys.ofShard(keys.shardOf(account))
      const fields = ['k', entry.about, 'w', entry.who, 'f', entry.from, 't', entry.to]
      await redis.xadd(journal, entry.id, ...fields, 'd', JSON.stringify(entry.facts))
      const key = keys.imports(account, shop)
      if (entry.to === 'import-revoked') await redis.hdel(key, name)
      else await redis.hset(key, name, JSON.stringify(Imported.parse(entry.facts)))
    },
  }
}
