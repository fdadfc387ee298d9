import { expect, test, vi } from 'vitest'
import { Account } from '../../src/core/settings.ts'
import { watchSeries } from '../../src/series-watch.ts'

const NOW = 1_800_000_000_000
const HOUR_MS = 3_600_000
const account = Account.parse({ id: 'acme', email: 'a@b.ro', token: 't', cif: 'RO12345674' })
const ref = { account: account.id, kind: 'invoice', series: 'FCT' } as const

/** Watches a series that was last looked at `lookedAt`; answers whether it was looked at again. */
async function looksAgain(lookedAt: number, since: number, doubt?: number): Promise<boolean> {
  const alone = vi.fn(async () => ({ complete: true }))
  const known = async () => ({ lookedAt, doubt: 5, doubtLookedAt: lookedAt })
  const app = { now: () => NOW, ledger: { series: { known, alone } } }
  await watchSeries(app as unknown as Parameters<typeof watchSeries>[0], account, ref, since, doubt)
  return alone.mock.calls.length > 0
}

test.each([undefined, 5])('a look that is recent enough serves (doubt %s)', async (doubt) => {
  expect(await looksAgain(NOW - 500, NOW - 1000, doubt)).toBe(false)
  expect(await looksAgain(NOW - 1500, NOW - 1000, doubt)).toBe(true)
})

test.each([undefined, 5])(
  'a look of before a clock was set back says nothing of what was sent since (doubt %s)',
  async (doubt) => {
    expect(await looksAgain(NOW + HOUR_MS, NOW - 1000, doubt)).toBe(true)
    expect(await looksAgain(NOW + HOUR_MS, 0, doubt)).toBe(false)
  },
)
