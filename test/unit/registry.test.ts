import { expect, test } from 'vitest'
import { ShopId } from '../../src/core/ids.ts'
import { ledgerKeys } from '../../src/ledger/keys.ts'
import { createRegistry } from '../../src/ledger/registry.ts'
import { createSealer } from '../../src/ledger/secrets.ts'

test('settings are read again within a second, even of a clock that was set back', async () => {
  let now = 1_800_000_000_000
  let reads = 0
  const redis = { hget: async () => (reads++, null) }
  const registry = createRegistry(
    redis as unknown as Parameters<typeof createRegistry>[0],
    ledgerKeys('test', 1),
    createSealer(Buffer.alloc(32)),
    () => now,
  )
  const shop = () => registry.shop(ShopId.parse('acme-web'))
  await shop()
  await shop()
  expect(reads).toBe(1)
  now -= 3_600_000
  await shop()
  expect(reads).toBe(2)
})
