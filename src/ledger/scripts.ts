import { readFileSync } from 'node:fs'
import type { Cluster, Redis } from 'ioredis'

export type Connection = Redis | Cluster
type Argument = string | number | Buffer
type Run = (keys: readonly string[], args: readonly Argument[]) => Promise<unknown>

/**
 * Loads the named `.lua` files beside this one, with `prelude.lua` in front where it is asked for, and returns a
 * caller for each. A script that Redis does not know yet (restart, failover) is sent in full by itself.
 */
export function loadScripts<Name extends string>(
  redis: Connection,
  names: Record<Name, 'plain' | 'with-prelude'>,
): Record<Name, Run> {
  const prelude = readFileSync(new URL('./prelude.lua', import.meta.url), 'utf8')
  const entries = Object.entries<'plain' | 'with-prelude'>(names).map(([name, how]) => {
    const source = readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8')
    const command = `relay-${name}`
    redis.defineCommand(command, { lua: how === 'plain' ? source : `${prelude}\n${source}` })
    const run: Run = (keys, args) => {
      const call = Reflect.get(redis, command) as (...all: Argument[]) => Promise<unknown>
      return call.call(redis, keys.length, ...keys, ...args)
    }
    return [name, run]
  })
  return Object.fromEntries(entries) as Record<Name, Run>
}
