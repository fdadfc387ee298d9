import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { Account } from '../../src/core/settings.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { createSmartBill } from '../../src/smartbill/smartbill.ts'
import { startProcess } from '../support/processes.ts'
import { redisUrl, testPrefix } from '../support/redis.ts'
import { workThrough } from '../support/waiting-jobs.ts'

const acme = Account.parse({ id: 'acme', email: 'a@acme.ro', token: '003|abc', cif: 'RO12345674' })
const sister = Account.parse({ ...acme, id: 'sister', cif: 'RO87654328' })

/** Several processes' worth of connections and gates, all calling one simulator with one token. */
async function machines(count: number, limits: { calls: number; windowMs: number }) {
  const simulator = await startSimulator({ limit: limits.calls, windowMs: limits.windowMs })
  onTestFinished(() => simulator.close())
  const prefix = testPrefix()
  return {
    simulator,
    prefix,
    machines: Array.from({ length: count }, () => {
      const redis = new Redis(redisUrl())
      const smartbill = createSmartBill(redis, {
        prefix,
        baseUrl: simulator.url,
        timeoutMs: 5000,
        blockMs: 60_000,
        ...limits,
      })
      onTestFinished(async () => {
        await smartbill.close()
        redis.disconnect()
      })
      return smartbill
    }),
  }
}

test.each([
  ['at once', 0, 0],
  ['within a tenth of a window', 5, 80],
  ['after more than a window', 200, 1500],
])('three machines and answers that come %s: never over the limit', async (_, minMs, maxMs) => {
  const limits = { calls: 30, windowMs: 1000 }
  const { simulator, machines: all } = await machines(3, limits)
  simulator.latency({ minMs, maxMs })
  const reads = all.map((smartbill, i) =>
    workThrough(smartbill.budget, i === 0 ? sister : acme, 60, () =>
      smartbill.documents.series(i === 0 ? sister : acme, 'invoice'),
    ),
  )
  await Promise.all(reads)
  const calls = simulator.calls()
  expect(calls.total).toBe(180)
  expect(calls.overLimit).toBe(0)
  expect(calls.maxInWindow).toBeLessThanOrEqual(30)
})

test('a machine killed with every call in hand gives them back by itself', async () => {
  const limits = { calls: 5, windowMs: 500 }
  const { machines: all, prefix } = await machines(1, limits)
  const [survivor] = all
  if (survivor === undefined) throw new Error('no machine')
  const holder = startProcess('test/support/hold-calls.ts', {
    args: [redisUrl(), prefix, JSON.stringify(acme), JSON.stringify({ ...limits, timeoutMs: 100 })],
  })
  await holder.until(/holding 5 since \d+\n/)
  const takenAt = Number(/since (\d+)/.exec(holder.logs())?.[1])
  await holder.kill9()
  expect((await survivor.budget.look(acme)).budgetLeft).toBe(0)
  await workThrough(survivor.budget, acme, 5, () => survivor.documents.series(acme, 'invoice'))
  // The lease: time-out and five seconds; then a window, because the calls may have been made.
  expect(Date.now() - takenAt).toBeGreaterThan(5100 + 500)
})
