import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import { ThrottledError } from '../core/errors.ts'
import type { Account } from '../core/settings.ts'

export type AccountState =
  | 'ok'
  | 'blocked'
  | 'unreachable'
  | 'login-refused'
  | 'plan-limit'
  | 'paused'

/** What a call's end says about the token and the account. */
export type Outcome =
  | { kind: 'ok'; remaining: number | undefined }
  | { kind: 'not-sent' | 'unreachable' }
  | { kind: 'blocked' | 'login-refused' | 'company-refused' | 'plan-limit'; reason: string }

/** Permission for one call, to be given back with what became of it. */
export type Grant = {
  id: string
  probe: boolean
  /** When it was given, by the clock of Redis: ms since 1970. */
  at: number
  /** When it was asked for, by this process's own steady clock: ms. */
  askedAt: number
}

/** Waits up to this long happen in place, longer ones in the queue, in ms. */
const SHORT_WAIT_MS = 300
/** A job that has to wait no longer than this comes back just then, as long as few do; others take a place behind all. */
const NEAR_MS = 1000
const NEAR_JOBS = 3
/** The longest pause between looks at a service that does not answer, in ms: it is back within 15 s of its return. */
const LONGEST_PAUSE_MS = 8000
/** How long one caller may take to find out whether an account works again, in ms. */
const PROBE_LEASE_MS = 5000
/** A permission that was not used by then is void: its process was away, and others may have got its place. */
const UNUSED_MS = 4000
const PLAN_PAUSE_MS = 3_600_000
const FOREVER_MS = 100 * 365 * 86_400_000
const FAILURES_TO_OPEN = 3
/** Calls that low priority leaves to documents and payments. */
const LEFT_TO_OTHERS = 5
const LEASE_MARGIN_MS = 5000

const ms = z.coerce.number()
const Acquired = z.union([
  z.tuple([z.literal('go'), ms]),
  z.tuple([z.literal('wait'), ms, ms]),
  z.tuple([z.literal('probe'), z.string()]),
  z.tuple([z.literal('parked'), z.string(), ms, ms]),
])
const Reserved = z.tuple([ms, ms])

type Limits = { calls: number; windowMs: number; timeoutMs: number; blockMs: number }

/**
 * The call budget of each SmartBill token and the health of each account, shared by all processes on one Redis: at most
 * `calls` in any window of `windowMs`, whatever the latency (API documentation: 30 calls in 10 seconds per token).
 */
export function createBudget(redis: Redis | Cluster, prefix: string, limits: Limits) {
  const script = (name: string) => {
    redis.defineCommand(`budget-${name}`, {
      lua: readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8'),
    })
    return (keys: string[], args: (string | number)[]): Promise<unknown> => {
      const run = Reflect.get(redis, `budget-${name}`) as (
        ...all: (string | number)[]
      ) => Promise<unknown>
      return run.call(redis, keys.length, ...keys, ...args)
    }
  }
  const acquireScript = script('acquire')
  const releaseScript = script('release')
  const reserveScript = script('reserve')
  const leaseMs = limits.timeoutMs + LEASE_MARGIN_MS

  // A token belongs to one SmartBill user: accounts with the same e-mail share its budget.
  const keysOf = (account: Account) => {
    const user = hash(account.email.trim().toLowerCase())
    const base = `${prefix}:{token:${user}}`
    return {
      flying: `${base}:flying`,
      finished: `${base}:finished`,
      promised: `${base}:promised`,
      health: `${base}:health`,
      slots: `${base}:slots`,
      burst: `${base}:burst`,
      near: `${base}:near`,
      account: `${base}:account:${account.id}`,
    }
  }
  const fingerprint = (account: Account) => hash(`${account.email}:${account.token}:${account.cif}`)

  async function acquire(
    account: Account,
    priority: 'high' | 'low',
    probe: boolean,
  ): Promise<Grant | 'probe'> {
    const keys = keysOf(account)
    const id = randomUUID()
    const started = performance.now()
    for (;;) {
      const askedAt = performance.now()
      const waited = askedAt - started
      const answer = Acquired.parse(
        await acquireScript(
          [keys.flying, keys.finished, keys.promised, keys.health, keys.account, keys.near],
          [
            id,
            limits.calls,
            limits.windowMs,
            leaseMs,
            priority === 'low' ? Math.min(LEFT_TO_OTHERS, limits.calls - 1) : 0,
            fingerprint(account),
            probe ? '1' : '',
            PROBE_LEASE_MS,
            Math.max(0, Math.floor(SHORT_WAIT_MS - waited)),
          ],
        ),
      )
      switch (answer[0]) {
        case 'go':
          return { id, probe, at: answer[1], askedAt }
        case 'probe':
          return 'probe'
        case 'parked': {
          const [, state, until, now] = answer
          throw new ThrottledError(
            `the account is ${state}`,
            Math.min(until || Infinity, now + LONGEST_PAUSE_MS),
          )
        }
        case 'wait': {
          const [, at, now] = answer
          if (at - now > SHORT_WAIT_MS - waited)
            throw new ThrottledError('the call limit is used up', at)
          await sleep(at - now)
        }
      }
    }
  }

  return {
    /**
     * Permission for one call now. Waits in place for a moment; otherwise throws ThrottledError with the time at which
     * to come back. `probe`: the caller must find out with one cheap read whether the account works again.
     */
    acquire: (account: Account, priority: 'high' | 'low' = 'high') =>
      acquire(account, priority, false),
    /** Permission for the read that finds out. */
    async acquireProbe(account: Account): Promise<Grant> {
      const grant = await acquire(account, 'high', true)
      if (grant === 'probe') throw new Error('a probe cannot ask for a probe')
      return grant
    },

    /** Whether a permission still holds. One left unused for too long does not: others may have got its place. */
    isFresh: (grant: Grant): boolean => performance.now() - grant.askedAt <= UNUSED_MS,

    async release(account: Account, grant: Grant, outcome: Outcome): Promise<void> {
      const keys = keysOf(account)
      await releaseScript(
        [keys.flying, keys.finished, keys.health, keys.account],
        [
          grant.id,
          limits.windowMs,
          outcome.kind,
          outcome.kind === 'ok' ? (outcome.remaining ?? '') : '',
          limits.calls,
          grant.probe ? '1' : '',
          pauseOf(outcome),
          fingerprint(account),
          'reason' in outcome ? outcome.reason.slice(0, 200) : outcome.kind,
          FAILURES_TO_OPEN,
          grant.at,
        ],
      )
    },

    /** Gives an unused permission back: nothing was sent, nothing is known. */
    async cancel(account: Account, grant: Grant): Promise<void> {
      await redis.zrem(keysOf(account).flying, grant.id)
    },

    /** A start of its own for a job that will wait: ms from now. Not before `notBefore` (ms since 1970) when given. */
    async reserve(account: Account, notBefore = 0): Promise<number> {
      const keys = keysOf(account)
      const [at, now] = Reserved.parse(
        await reserveScript(
          [
            keys.slots,
            keys.flying,
            keys.finished,
            keys.health,
            keys.account,
            keys.burst,
            keys.near,
          ],
          [limits.calls, limits.windowMs, notBefore, LONGEST_PAUSE_MS, NEAR_MS, NEAR_JOBS],
        ),
      )
      return Math.max(0, at - now)
    },

    /** A person stops an account, or lets it go on, forgetting every other reason to stop. */
    async pause(account: Account, who: string): Promise<void> {
      await redis.hset(keysOf(account).account, {
        state: 'paused',
        until: 0,
        reason: who,
        since: Date.now(),
      })
    },
    async resume(account: Account): Promise<void> {
      const keys = keysOf(account)
      await redis.del(keys.account)
      await redis.hdel(
        keys.health,
        'state',
        'until',
        'since',
        'reason',
        'login',
        'failures',
        'opens',
      )
    },

    /** What an operator sees of an account. `until` and `since` are ms since 1970. */
    async look(account: Account) {
      const keys = keysOf(account)
      const [token, own, flying, time] = await Promise.all([
        redis.hgetall(keys.health),
        redis.hgetall(keys.account),
        redis.zcard(keys.flying),
        redis.time(),
      ])
      const now = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000)
      const recent = await redis.zcount(keys.finished, now - limits.windowMs, '+inf')
      const health = own['state'] === undefined ? token : own
      const foreign = Number(token['foreignUntil'] ?? 0) > now ? Number(token['foreign'] ?? 0) : 0
      const state = (health['state'] ?? 'ok') as AccountState
      return {
        state,
        reason: health['reason'] ?? '',
        since: health['since'] === undefined ? undefined : Number(health['since']),
        until:
          state === 'ok' || health['until'] === undefined ? undefined : Number(health['until']),
        budgetLeft: Math.max(0, limits.calls - flying - recent - foreign),
      }
    },
  }

  function pauseOf(outcome: Outcome): number {
    switch (outcome.kind) {
      case 'blocked':
        return limits.blockMs
      case 'login-refused':
      case 'company-refused':
        return FOREVER_MS
      case 'plan-limit':
        return PLAN_PAUSE_MS
      case 'ok':
      case 'not-sent':
      case 'unreachable':
        return LONGEST_PAUSE_MS
    }
  }
}

const hash = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 16)

export type Budget = ReturnType<typeof createBudget>
