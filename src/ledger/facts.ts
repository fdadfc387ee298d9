import { z } from 'zod'
import type { VatTable } from '../core/document.ts'
import type { AccountId } from '../core/ids.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

const StoredVat = z.object({
  at: z.number(),
  table: z.union([
    z.object({
      kind: z.literal('payer'),
      rates: z.array(z.object({ name: z.string(), percentage: z.string() })),
    }),
    z.object({ kind: z.literal('not-payer') }),
  ]),
})

/** How long a process may go on with rates that another has just read, in ms. */
const STALE_MS = 5000

/** What SmartBill last said about an account. A failed read changes nothing: the last good answer stays. */
export function createFacts(redis: Connection, keys: LedgerKeys, now: () => number) {
  const recent = new Map<AccountId, { readAt: number; at: number; table: VatTable }>()
  return {
    async vat(account: AccountId): Promise<{ ageMs: number; table: VatTable } | undefined> {
      const held = recent.get(account)
      if (held !== undefined && Math.abs(now() - held.readAt) < STALE_MS)
        return { ageMs: now() - held.at, table: held.table }
      const text = await redis.hget(keys.facts(account), 'vat')
      if (text === null) return undefined
      const { at, table } = StoredVat.parse(JSON.parse(text))
      if (recent.size >= 10_000) recent.clear()
      recent.set(account, { readAt: now(), at, table })
      return { ageMs: now() - at, table }
    },
    async saveVat(account: AccountId, table: VatTable): Promise<void> {
      recent.delete(account)
      await redis.hset(keys.facts(account), 'vat', JSON.stringify({ at: now(), table }))
    },
  }
}
