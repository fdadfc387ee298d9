import { readFileSync } from 'node:fs'
import type { Cluster, Redis } from 'ioredis'

export type Connection = Redis | Cluster
type Argument = string | number | Buffer
type How = 'plain' | 'with-prelude' | 'with-acts'
type Run = (keys: readonly string[], args: readonly Argument[]) => Promise<unknown>

/**
 * Loads the named `.lua` files beside this one, with `prelude.lua` (and `acts-prelude.lua`) in front where it is
 * asked for, and returns a caller for each. A script that Redis does not know yet (restart, failover) is sent in full by itself.
 */
export function loadScripts<Name extends string>(
  redis: Connection,
  names: Record<Name, How>,
): Record<Name, Run> {
  const read = (name: string) => readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8')
  const before = {
    plain: [],
    'with-prelude': ['prelude'],
    'with-acts': ['prelude', 'acts-prelude'],
  } satisfies Record<How, string[]>
  const entries = Object.entries<How>(names).map(([name, how]) => {
    const source = [...before[how], name].map(read).join('\n')
    const command = `relay-${name}`
    redis.defineCommand(command, { lua: source })
    const run: Run = (keys, args) => {
      const call = Reflect.get(redis, command) as (...all: Argument[]) => Promise<unknown>
      return call.call(redis, keys.length, ...keys, ...args)
    }
    return [name, run]
  })
  return Object.fromEntries(entries) as Record<Name, Run>
}
