import type { Redis } from 'ioredis'

/**
 * Makes the scripts that are defined on `redis` from now on, and its `time()`, go by a clock that only the test moves:
 * what they decide no longer depends on how busy the machine is. The clock is kept in Redis under `key`, so several
 * connections share it when each is given the same one.
 */
export async function standingClock(redis: Redis, key: string) {
  const define = redis.defineCommand.bind(redis)
  redis.defineCommand = (name, { lua, ...more }) =>
    define(name, { ...more, lua: lua.replaceAll(`'TIME'`, `'LRANGE', '${key}', 0, 1`) })
  redis.time = (async () => redis.lrange(key, 0, 1)) as unknown as Redis['time']
  let now = Date.now()
  const set = () =>
    redis
      .multi()
      .del(key)
      .rpush(key, Math.floor(now / 1000), (now % 1000) * 1000)
      .exec()
  await set()
  return {
    now: () => now,
    async advance(ms: number): Promise<void> {
      now += ms
      await set()
    },
  }
}
