import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Account } from '../../src/core/settings.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { createSmartBill } from '../../src/smartbill/smartbill.ts'
import { eventually } from '../support/eventually.ts'
import { redisUrl, testPrefix } from '../support/redis.ts'
import { workThrough } from '../support/waiting-jobs.ts'

const acme = Account.parse({ id: 'acme', email: 'a@acme.ro', token: '003|abc', cif: 'RO12345674' })

async function connected(more: { timeoutMs?: number; blockMs?: number; blockStatus?: 403 } = {}) {
  const { blockStatus, ...limits } = more
  const simulator = await startSimulator({
    blockMs: 60_000,
    switches: blockStatus === undefined ? {} : { blockStatus },
  })
  const redis = new Redis(redisUrl())
  const smartbill = createSmartBill(redis, {
    prefix: testPrefix(),
    baseUrl: simulator.url,
    calls: 30,
    windowMs: 10_000,
    timeoutMs: 5000,
    blockMs: 1500,
    ...limits,
  })
  onTestFinished(async () => {
    await smartbill.close()
    redis.disconnect()
    await simulator.close()
  })
  const read = () => smartbill.documents.series(acme, 'invoice')
  return { simulator, smartbill, read }
}
const state = async ({ smartbill }: Awaited<ReturnType<typeof connected>>) =>
  (await smartbill.budget.look(acme)).state

describe.each(['refuse', 'silence'] as const)('after an outage (%s)', (mode) => {
  test('work is back within 15 s', async () => {
    const relay = await connected()
    const { simulator, smartbill } = relay
    let done = 0
    const read = async () => {
      await relay.read()
      done++
    }
    await read()
    await simulator.outage(mode)
    const running = workThrough(smartbill.budget, acme, 8, read)
    await eventually(async () => (await state(relay)) === 'unreachable')
    // The worst moment: the longest pause has just begun, or a look at the silence.
    await sleep(mode === 'silence' ? 8200 : 4000)
    expect(done).toBe(1)
    await simulator.endOutage()
    const backAt = performance.now()
    await eventually(() => done > 1)
    expect(performance.now() - backAt).toBeLessThan(15_000)
    await running
    expect(done).toBe(9)
    expect(await state(relay)).toBe('ok')
  })
})

describe.each([undefined, 403] as const)('a block (%s)', (blockStatus) => {
  test('is respected, and found to be over by one call', async () => {
    const relay = await connected(blockStatus === undefined ? {} : { blockStatus })
    const { simulator, smartbill, read } = relay
    // Somebody else uses up the limit.
    simulator.useExternally(acme.token, 30)
    const startedAt = performance.now()
    await expect(read()).rejects.toThrow('blocks the token')
    expect(await state(relay)).toBe('blocked')
    await expect(read()).rejects.toThrow('the account is blocked')
    expect(simulator.calls().total).toBe(1)
    simulator.unblock()
    await workThrough(smartbill.budget, acme, 5, read)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1500)
    expect(simulator.calls().total).toBe(1 + 1 + 5)
    expect(simulator.calls().whileBlocked).toBe(0)
  })
})

test('a login that is refused is tried once, until its token changes', async () => {
  const relay = await connected()
  const { simulator, smartbill, read } = relay
  simulator.refuseLogins([acme.token])
  await expect(read()).rejects.toThrow('refuses the login')
  for (let i = 0; i < 5; i++) await expect(read()).rejects.toThrow('the account is login-refused')
  expect(simulator.calls().total).toBe(1)
  await smartbill.documents.series({ ...acme, token: '003|new' }, 'invoice')
  expect(await state(relay)).toBe('ok')
})

test('while nobody knows whether it works again, one call finds out', async () => {
  const relay = await connected({ blockMs: 300 })
  const { simulator, read } = relay
  simulator.useExternally(acme.token, 30)
  await expect(read()).rejects.toThrow('blocks the token')
  simulator.unblock()
  simulator.latency({ minMs: 500, maxMs: 500 })
  await sleep(350)
  const before = simulator.calls().total
  const results = await Promise.allSettled(Array.from({ length: 20 }, read))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(simulator.calls().total - before).toBe(2)
})

test('a burst of failures opens before the whole budget is spent on them', async () => {
  const relay = await connected()
  const { simulator, read } = relay
  await simulator.outage('503')
  for (let i = 0; i < 4; i++) await read().catch(() => undefined)
  expect(await state(relay)).toBe('unreachable')
  expect(simulator.calls().total).toBeLessThanOrEqual(4)
})
