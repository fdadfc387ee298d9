import { readFileSync } from 'node:fs'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'

export type Turn = { kind: 'go' } | { kind: 'wait' | 'resting'; ms: number }

const ms = z.coerce.number()
const TurnAnswer = z.tuple([z.enum(['go', 'wait', 'resting']), ms])
const Health = z.object({ failures: ms.default(0), answeredAt: ms.default(0) })

/** Failures in a row after which a register is left alone for a while. */
const FAILURES_TO_REST = 2
const FIRST_REST_MS = 5000
const LONGEST_REST_MS = 60_000

/**
 * The line to one outside register, shared by all processes on one Redis: one call per `gapMs`, and a rest after
 * failures. After the rest a single call finds out, because a failure makes it rest again at once.
 */
export function createLine(redis: Redis | Cluster, base: string, gapMs: number) {
  const script = (name: string) => {
    redis.defineCommand(`register-${name}`, {
      lua: readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8'),
    })
    return (keys: string[], args: (string | number)[]): Promise<unknown> => {
      const run = Reflect.get(redis, `register-${name}`) as (
        ...all: (string | number)[]
      ) => Promise<unknown>
      return run.call(redis, keys.length, ...keys, ...args)
    }
  }
  const turnScript = script('turn')
  const outcomeScript = script('outcome')
  const turnKey = `${base}:turn`
  const healthKey = `${base}:health`
  return {
    /** Permission for one call now, or how long it cannot be given. */
    async turn(): Promise<Turn> {
      const [kind, wait] = TurnAnswer.parse(await turnScript([turnKey, healthKey], [gapMs]))
      return kind === 'go' ? { kind } : { kind, ms: wait }
    },
    async ended(outcome: 'ok' | 'failed'): Promise<void> {
      await outcomeScript([healthKey], [outcome, FAILURES_TO_REST, FIRST_REST_MS, LONGEST_REST_MS])
    },
    /** `down`: it failed too often and has not answered since. `answeredAt`: ms since 1970, by the clock of Redis. */
    async health(): Promise<{ down: boolean; answeredAt: number }> {
      const { failures, answeredAt } = Health.parse(await redis.hgetall(healthKey))
      return { down: failures >= FAILURES_TO_REST, answeredAt }
    },
  }
}

export type Line = ReturnType<typeof createLine>
