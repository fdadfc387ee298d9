import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ThrottledError, TransientError } from '../../src/core/errors.ts'
import { Account } from '../../src/core/settings.ts'
import { createBudget, type Outcome } from '../../src/smartbill/budget.ts'
import { standingClock } from '../support/redis-clock.ts'
import { redisUrl, testPrefix } from '../support/redis.ts'

const acme = Account.parse({ id: 'acme', email: 'a@acme.ro', token: '003|abc', cif: 'RO12345674' })
const CALLS = 30
const WINDOW_MS = 10_000
const [DOWN_FROM, DOWN_UNTIL, END] = [60_000, 90_000, 146_000]
/** What came due at once at the start, or rested during the outage, is on its way by then. */
const SETTLED_MS = 16_000

const pauses = vi.hoisted(() => ({ sleep: (_ms: number) => Promise.resolve() }))
vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => pauses.sleep(ms) }))

/** Everything that waits here waits by `clock`, one at a time in the order of its moments: no machine is too slow. */
function timetable(clock: { now: () => number; advance: (ms: number) => Promise<void> }) {
  const waiting: { at: number; wake: () => void }[] = []
  const working = { now: 0 }
  const settled = async () => {
    while (working.now > 0) await new Promise(setImmediate)
  }
  pauses.sleep = (ms) => {
    working.now--
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ at: clock.now() + Math.max(0, Math.ceil(ms)), wake: resolve })
    return promise
  }
  return {
    async start(work: () => Promise<void>): Promise<void> {
      working.now++
      void work().finally(() => working.now--)
      await settled()
    },
    async runUntil(end: number): Promise<void> {
      for (;;) {
        const next = waiting.reduce((a, b) => (b.at < a.at ? b : a))
        if (next.at > end) return
        waiting.splice(waiting.indexOf(next), 1)
        await clock.advance(Math.max(0, next.at - clock.now()))
        working.now++
        next.wake()
        await settled()
      }
    },
  }
}

test('a long queue uses the limit, and after an outage again, without a stampede', async () => {
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  const prefix = testPrefix()
  const clock = await standingClock(redis, `${prefix}:clock`)
  const startedAt = clock.now()
  const now = () => clock.now() - startedAt
  vi.spyOn(performance, 'now').mockImplementation(now)
  onTestFinished(() => void vi.restoreAllMocks())
  const budget = createBudget(redis, prefix, {
    calls: CALLS,
    windowMs: WINDOW_MS,
    timeoutMs: 30_000,
    blockMs: 600_000,
  })
  const times = timetable(clock)
  let seed = 1
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  const isUp = () => now() < DOWN_FROM || now() >= DOWN_UNTIL
  const calls: number[] = []

  async function answered(): Promise<Outcome> {
    if (!isUp()) return { kind: 'not-sent' }
    calls.push(now())
    await pauses.sleep(50 + random() * 750)
    return { kind: 'ok', remaining: undefined }
  }
  async function call(): Promise<void> {
    const first = await budget.acquire(acme)
    const grant = first === 'probe' ? await budget.acquireProbe(acme) : first
    const outcome = await answered()
    await budget.release(acme, grant, outcome)
    if (first === 'probe') throw new ThrottledError('found out', 0)
    if (outcome.kind === 'not-sent') throw new TransientError('nobody is there')
  }
  async function job(): Promise<void> {
    let wait = await budget.reserve(acme)
    for (;;) {
      // No queue wakes a job to the millisecond.
      await pauses.sleep(wait + random() * 200)
      try {
        return await call()
      } catch (error) {
        if (error instanceof TransientError) wait = 8000 * (0.5 + random() / 2)
        else if (error instanceof ThrottledError) wait = await budget.reserve(acme, error.retryAt)
        else throw error
      }
    }
  }
  for (let i = 0; i < 700; i++) await times.start(job)
  await times.runUntil(startedAt + END)

  const use = (from: number, to: number) =>
    calls.filter((at) => at >= from && at < to).length / CALLS / ((to - from) / WINDOW_MS)
  expect(use(SETTLED_MS, DOWN_FROM)).toBeGreaterThan(0.9)
  expect(use(DOWN_UNTIL + SETTLED_MS, END)).toBeGreaterThan(0.9)
  expect(calls.find((at) => at >= DOWN_UNTIL)).toBeLessThan(DOWN_UNTIL + 15_000)
  const inWindow = calls.map((from) => use(from, from + WINDOW_MS) * CALLS)
  expect(Math.round(Math.max(...inWindow))).toBeLessThanOrEqual(CALLS)
})
