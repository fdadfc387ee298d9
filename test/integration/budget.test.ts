import { Redis } from 'ioredis'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ThrottledError } from '../../src/core/errors.ts'
import { Account } from '../../src/core/settings.ts'
import { createBudget, type Grant, type Outcome } from '../../src/smartbill/budget.ts'
import { standingClock } from '../support/redis-clock.ts'
import { redisUrl, testPrefix } from '../support/redis.ts'

const WINDOW_MS = 600
const CALLS = 8

const anAccount = (more: Partial<Record<keyof Account, string>> = {}): Account =>
  Account.parse({ id: 'acme', email: 'a@acme.ro', token: '003|abc', cif: 'RO12345674', ...more })
const acme = anAccount()
const ok = (remaining?: number): Outcome => ({ kind: 'ok', remaining })

let redis: Redis
let prefix: string
let clock: Awaited<ReturnType<typeof standingClock>>
const open = (limits: Partial<Parameters<typeof createBudget>[2]> = {}) =>
  createBudget(redis, prefix, {
    calls: CALLS,
    windowMs: WINDOW_MS,
    timeoutMs: 5000,
    blockMs: 1000,
    ...limits,
  })
type Budget = ReturnType<typeof open>

beforeEach(async () => {
  prefix = testPrefix()
  redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  clock = await standingClock(redis, `${prefix}:clock`)
})

const granted = async (
  budget: Budget,
  account = acme,
  priority?: 'high' | 'low',
): Promise<Grant> => {
  const grant = await budget.acquire(account, priority)
  if (grant === 'probe') throw new Error('asked for a probe')
  return grant
}
const grants = (budget: Budget, count: number, account = acme) =>
  Promise.all(Array.from({ length: count }, () => granted(budget, account)))
const refusal = async (budget: Budget, account = acme, priority?: 'high' | 'low') => {
  const error = await budget.acquire(account, priority).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  return error instanceof ThrottledError ? error.message : error
}
const LIMITED = 'the call limit is used up'
const call = async (budget: Budget, outcome: Outcome, account = acme) =>
  budget.release(account, await granted(budget, account), outcome)
const probe = async (budget: Budget, outcome: Outcome, account = acme) => {
  expect(await budget.acquire(account)).toBe('probe')
  await budget.release(account, await budget.acquireProbe(account), outcome)
}

describe('the limit', () => {
  test('counts calls in flight, and finished ones for a window from their end', async () => {
    const budget = open()
    const flying = await grants(budget, CALLS)
    expect(await refusal(budget)).toBe(LIMITED)
    await clock.advance(WINDOW_MS + 50)
    expect(await refusal(budget)).toBe(LIMITED)
    await Promise.all(flying.map((grant) => budget.release(acme, grant, ok())))
    await clock.advance(WINDOW_MS - 500)
    expect(await refusal(budget)).toBe(LIMITED)
    await clock.advance(510)
    await grants(budget, CALLS)
    expect(await refusal(budget)).toBe(LIMITED)
  })

  test('a clock that was set back costs a window, not an hour', async () => {
    const budget = open()
    const flying = await grants(budget, CALLS)
    await Promise.all(flying.map((grant) => budget.release(acme, grant, ok())))
    const [finished = ''] = await redis.keys(`${prefix}*:finished`)
    for (const call of await redis.zrange(finished, 0, -1))
      await redis.zadd(finished, clock.now() + 3_600_000, call)
    expect(await refusal(budget)).toBe(LIMITED)
    await clock.advance(WINDOW_MS + 50)
    await grants(budget, CALLS)
  })

  test('a call that was never sent frees its place at once', async () => {
    const budget = open()
    const [first] = await grants(budget, CALLS)
    if (first !== undefined) await budget.cancel(acme, first)
    await granted(budget)
    expect(await refusal(budget)).toBe(LIMITED)
  })

  test('a place that becomes free within 300 ms is waited for, by as many as there are places', async () => {
    const budget = open()
    const flying = await grants(budget, CALLS)
    await Promise.all(flying.slice(0, 3).map((grant) => budget.release(acme, grant, ok())))
    await clock.advance(WINDOW_MS - 200)
    const asked = Array.from({ length: 6 }, () => refusal(budget))
    await clock.advance(201)
    const results = await Promise.all(asked)
    expect(results.filter((result) => result === undefined)).toHaveLength(3)
    expect(results.filter((result) => result === LIMITED)).toHaveLength(3)
  })

  test('a dead caller gives its place back when its lease ends, a window later', async () => {
    // The lease is the time-out and five seconds.
    const budget = open({ timeoutMs: -4800 })
    await grants(budget, CALLS)
    await clock.advance(250)
    expect(await refusal(budget)).toBe(LIMITED)
    await clock.advance(WINDOW_MS + 50)
    await granted(budget)
  })

  test('low priority leaves five places to documents and payments', async () => {
    const budget = open()
    await grants(budget, CALLS - 5)
    expect(await refusal(budget, acme, 'low')).toBe(LIMITED)
    await grants(budget, 5)
    expect(await refusal(budget)).toBe(LIMITED)
  })

  test('accounts of one e-mail share it, whatever the capitals; others do not', async () => {
    const budget = open()
    const sister = anAccount({ id: 'sister', email: ' A@Acme.RO', cif: 'RO99999' })
    await grants(budget, CALLS)
    expect(await refusal(budget, sister)).toBe(LIMITED)
    await granted(budget, anAccount({ id: 'other', email: 'b@other.ro' }))
  })

  test('goes by the clock of Redis: a machine with a wrong clock is none the worse', async () => {
    const budget = open()
    const skewed = open()
    const real = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => real + 3_600_000)
    onTestFinished(() => void vi.restoreAllMocks())
    await Promise.all([grants(budget, CALLS / 2), grants(skewed, CALLS / 2)])
    expect(await refusal(budget)).toBe(LIMITED)
    expect(await refusal(skewed)).toBe(LIMITED)
    expect((await budget.look(acme)).budgetLeft).toBe(0)
  })

  test('a permission kept for too long is void', async () => {
    const budget = open()
    const grant = await granted(budget)
    expect(budget.isFresh(grant)).toBe(true)
    expect(budget.isFresh({ ...grant, askedAt: grant.askedAt - 4001 })).toBe(false)
  })
})

describe('others who use the same token', () => {
  test('shrink the budget for a window', async () => {
    const budget = open()
    await budget.release(acme, await granted(budget), ok(CALLS - 1 - 4))
    await grants(budget, CALLS - 1 - 4)
    expect(await refusal(budget)).toBe(LIMITED)
    await clock.advance(WINDOW_MS + 10)
    await grants(budget, 4)
  })

  test('are not seen in our own calls, in flight or finished when this one arrived', async () => {
    const budget = open()
    const [one, two, ...others] = await grants(budget, 5)
    await Promise.all(others.map((grant) => budget.release(acme, grant, ok(CALLS - 5))))
    await clock.advance(WINDOW_MS - 100)
    const slow = await granted(budget)
    await clock.advance(200)
    // It arrived when the server still counted the three that are forgotten by now.
    await budget.release(acme, slow, ok(CALLS - 6))
    for (const grant of [one, two]) if (grant !== undefined) await budget.cancel(acme, grant)
    await grants(budget, CALLS - 1)
  })
})

describe('places for jobs that wait', () => {
  test('the first calls start at once, the others one by one as the limit allows', async () => {
    const budget = open({ calls: 30, windowMs: 10_000 })
    const starts: number[] = []
    for (let i = 0; i < 100; i++) starts.push((await budget.reserve(acme)) + clock.now())
    expect(new Set(starts.slice(0, 30))).toEqual(new Set([clock.now()]))
    expect((starts[30] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(10_000)
    for (let i = 31; i < 100; i++) {
      const apart = (starts[i] ?? 0) - (starts[30] ?? 0)
      expect(Math.abs(apart - ((i - 30) * 10_000) / 30)).toBeLessThan(2)
    }
  })

  test('a job for later delays nobody else', async () => {
    const budget = open({ calls: 30, windowMs: 10_000 })
    const inAnHour = clock.now() + 3_600_000
    const later = [await budget.reserve(acme, inAnHour), await budget.reserve(acme, inAnHour)]
    expect(later[0]).toBeGreaterThan(3_599_000)
    expect((later[1] ?? 0) - (later[0] ?? 0)).toBeGreaterThan(300)
    expect(await budget.reserve(acme)).toBe(0)
  })

  test('what waits now goes round what was promised for later', async () => {
    const budget = open({ calls: 10, windowMs: 1000 })
    const now = clock.now()
    for (const at of [2000, 2100, 5000]) await budget.reserve(acme, now + at)
    const starts: number[] = []
    for (let i = 0; i < 60; i++) starts.push((await budget.reserve(acme)) + clock.now() - now)
    const taken = [...starts.slice(10), 2000, 2100, 5000].toSorted((a, b) => a - b)
    expect(taken[0]).toBeGreaterThan(1000)
    // 53 places of 100 ms each, the first after the burst's window.
    expect(taken.at(-1)).toBeLessThanOrEqual(1100 + 53 * 100)
  })

  test('during a block the first comes at its end, the others behind it', async () => {
    const budget = open({ calls: 10, windowMs: 1000, blockMs: 60_000 })
    await call(budget, { kind: 'blocked', reason: 'HTTP 429' })
    const waits = [await budget.reserve(acme), await budget.reserve(acme)]
    expect(waits[0]).toBeGreaterThan(59_000)
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThan(80)
  })

  test.each(['paused', 'refused'])(
    'a %s account is looked at every few seconds only',
    async (state) => {
      const budget = open()
      if (state === 'paused') await budget.pause(acme, 'ana')
      else await call(budget, { kind: 'login-refused', reason: '401' })
      expect(await budget.reserve(acme)).toBeGreaterThan(7000)
    },
  )
})

describe('a blocked token', () => {
  test('rests, then one caller asks and the others wait for its answer', async () => {
    const budget = open()
    const underWay = await granted(budget)
    await call(budget, { kind: 'blocked', reason: 'HTTP 429' })
    expect(await refusal(budget)).toBe('the account is blocked')
    await budget.release(acme, underWay, ok(20))
    expect(await refusal(budget), 'an answer under way ends no block').toBe(
      'the account is blocked',
    )
    await clock.advance(1010)
    expect(await budget.acquire(acme)).toBe('probe')
    expect(await refusal(budget)).toBe('the account is blocked')
    await budget.release(acme, await budget.acquireProbe(acme), ok())
    await granted(budget)
    expect((await budget.look(acme)).state).toBe('ok')
  })

  test('blocked again, it rests as long again', async () => {
    const budget = open()
    await call(budget, { kind: 'blocked', reason: 'HTTP 429' })
    await clock.advance(1010)
    await probe(budget, { kind: 'blocked', reason: 'HTTP 429' })
    await clock.advance(500)
    expect(await refusal(budget)).toBe('the account is blocked')
  })

  test('a prober that dies holds it for five seconds only', async () => {
    const budget = open({ blockMs: 1 })
    await call(budget, { kind: 'blocked', reason: 'HTTP 429' })
    await clock.advance(5)
    expect(await budget.acquire(acme)).toBe('probe')
    await clock.advance(4500)
    expect(await refusal(budget)).toBe('the account is blocked')
    await clock.advance(600)
    expect(await budget.acquire(acme)).toBe('probe')
  })
})

describe('an unreachable SmartBill', () => {
  test('is believed after three failures in a row, an answer between them starts the count again', async () => {
    const budget = open()
    for (let i = 0; i < 2; i++) await call(budget, { kind: 'unreachable' })
    await call(budget, ok())
    for (let i = 0; i < 2; i++) await call(budget, { kind: 'not-sent' })
    expect((await budget.look(acme)).state).toBe('ok')
    await call(budget, { kind: 'unreachable' })
    expect(await refusal(budget)).toBe('the account is unreachable')
  })

  test('any answer ends it', async () => {
    const budget = open()
    const [late, ...failed] = await grants(budget, 4)
    await Promise.all(failed.map((grant) => budget.release(acme, grant, { kind: 'unreachable' })))
    expect(await refusal(budget)).toBe('the account is unreachable')
    if (late !== undefined) await budget.release(acme, late, ok())
    await granted(budget)
  })

  test('is asked again after a pause that grows to eight seconds', async () => {
    const budget = open()
    const failed = await grants(budget, CALLS)
    await Promise.all(failed.map((grant) => budget.release(acme, grant, { kind: 'unreachable' })))
    const { until } = await budget.look(acme)
    expect((until ?? 0) - clock.now()).toBeGreaterThan(7000)
    expect((until ?? 0) - clock.now()).toBeLessThanOrEqual(8000)
  })
})

describe('a refused login', () => {
  test('stops the account until its token changes', async () => {
    const budget = open()
    await call(budget, { kind: 'login-refused', reason: '401' })
    expect(await refusal(budget)).toBe('the account is login-refused')
    await granted(budget, anAccount({ token: '003|new' }))
    await granted(budget)
  })

  test('stops no other account of the same e-mail', async () => {
    const budget = open()
    const sister = anAccount({ id: 'sister', cif: 'RO99999' })
    await call(budget, { kind: 'company-refused', reason: 'firma' }, sister)
    await granted(budget)
    expect(await refusal(budget, sister)).toBe('the account is login-refused')
    await granted(budget)
    expect(await refusal(budget, sister)).toBe('the account is login-refused')
  })

  test('can be tried again by hand', async () => {
    const budget = open()
    await call(budget, { kind: 'login-refused', reason: '401' })
    await budget.resume(acme)
    await granted(budget)
  })
})

test('a plan that is used up stops the account for an hour', async () => {
  const budget = open()
  await call(budget, { kind: 'plan-limit', reason: 'plan' })
  const { state, until } = await budget.look(acme)
  expect(state).toBe('plan-limit')
  expect((until ?? 0) - clock.now()).toBeGreaterThan(3_590_000)
  expect(await refusal(budget)).toBe('the account is plan-limit')
})

test('a paused account stays paused, whatever its last calls say, until a person resumes it', async () => {
  const budget = open()
  const [one, two] = await grants(budget, 2)
  await budget.pause(acme, 'ana')
  if (one !== undefined) await budget.release(acme, one, ok())
  if (two !== undefined) await budget.release(acme, two, { kind: 'login-refused', reason: '401' })
  expect(await refusal(budget)).toBe('the account is paused')
  expect(await budget.look(acme)).toMatchObject({ state: 'paused', reason: 'ana' })
  await budget.resume(acme)
  await granted(budget)
})
