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

/** What SmartBill last said about an account. A failed read changes nothing: the last good answer stays. */
export function createFacts(redis: Connection, keys: LedgerKeys, now: () => number) {
  return {
    async vat(account: AccountId): Promise<{ ageMs: number; table: VatTable } | undefined> {
      const text = await redis.hget(keys.facts(account), 'vat')
      if (text === null) return undefined
      const { at, table } = StoredVat.parse(JSON.parse(text))
      return { ageMs: now() - at, table }
    },
    async saveVat(account: AccountId, table: VatTable): Promise<void> {
      await redis.hset(keys.facts(account), 'vat', JSON.stringify({ at: now(), table }))
    },
  }
}
