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
export type Grant = { id: string; probe: boolean; state: AccountState }

/** Waits up to this long happen in place, longer ones in the queue, in ms. */
const SHORT_WAIT_MS = 300
/** The longest pause between looks at a service that does not answer, in ms: it is back within 15 s of its return. */
const LONGEST_PAUSE_MS = 8000
/** How long one caller may take to find out whether an account works again, in ms. */
const PROBE_LEASE_MS = 5000
const PLAN_PAUSE_MS = 3_600_000
const FOREVER_MS = 100 * 365 * 86_400_000
const FAILURES_TO_OPEN = 3
/** Calls that low priority leaves to documents and payments. */
const LEFT_TO_OTHERS = 5
const LEASE_MARGIN_MS = 5000

const ms = z.coerce.number()
const Acquired = z.union([
  z.tuple([z.literal('go')]),
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
      account: `${base}:account:${account.id}`,
    }
  }
  const fingerprint = (account: Account) => hash(`${account.email}:${account.token}:${account.cif}`)

  async function acquire(
    account: Account,
    priority: 'high' | 'low',
    probe: boolean,
  ): Promise<Grant> {
    const keys = keysOf(account)
    const id = randomUUID()
    for (;;) {
      const answer = Acquired.parse(
        await acquireScript(
          [keys.flying, keys.finished, keys.promised, keys.health, keys.account],
          [
            id,
            limits.calls,
            limits.windowMs,
            leaseMs,
            priority === 'low' ? Math.min(LEFT_TO_OTHERS, limits.calls - 1) : 0,
            fingerprint(account),
            probe ? '1' : '',
            PROBE_LEASE_MS,
          ],
        ),
      )
      switch (answer[0]) {
        case 'go':
          return { id, probe, state: 'ok' }
        case 'probe':
          return { id: '', probe: true, state: answer[1] as AccountState }
        case 'parked':
          throw new ThrottledError(
            `the account is ${answer[1]}`,
            Math.min(answer[2], answer[3] + LONGEST_PAUSE_MS),
          )
        case 'wait': {
          const [, at, now] = answer
          if (at - now > SHORT_WAIT_MS) throw new ThrottledError('the call limit is used up', at)
          await sleep(Math.max(1, at - now))
        }
      }
    }
  }

  return {
    /**
     * Permission for one call now. Waits in place for a moment; otherwise throws ThrottledError with the time at which
     * to come back. `state` other than ok: the caller must find out with one cheap read whether the account works again.
     */
    acquire: (account: Account, priority: 'high' | 'low' = 'high') =>
      acquire(account, priority, false),
    /** Permission for the read that finds out. */
    acquireProbe: (account: Account) => acquire(account, 'high', true),

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
          [keys.slots, keys.flying, keys.finished, keys.health, keys.account],
          [limits.calls, limits.windowMs, notBefore, LONGEST_PAUSE_MS],
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
      const [token, own, flying, finished] = await Promise.all([
        redis.hgetall(keys.health),
        redis.hgetall(keys.account),
        redis.zcard(keys.flying),
        redis.zrange(keys.finished, 0, -1, 'WITHSCORES'),
      ])
      const now = Date.now()
      const health = own['state'] === undefined ? token : own
      const recent = finished.filter(
        (score, i) => i % 2 === 1 && Number(score) > now - limits.windowMs,
      ).length
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
