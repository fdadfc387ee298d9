import { Redis } from 'ioredis'
import { startPrivateRedis } from '../../scripts/private-redis.ts'
import { jobNames } from '../../src/jobs.ts'
import { eventually } from '../support/eventually.ts'
import { startSentinels } from '../support/sentinel.ts'

/** Where everything is kept, and what may happen to it. */
export type Store = AsyncDisposable & {
  env: Record<string, string>
  /** SIGKILL, and up again from what is on disk. */
  crash: () => Promise<void>
  /** The primary is gone and its replica takes over; nothing happens where there is only one Redis. */
  failOver: () => Promise<void>
  /** Deletes every key that BullMQ has, and says how many there were. */
  wipeQueues: (prefix: string) => Promise<number>
}

export async function openStore(sentinel: boolean): Promise<Store> {
  if (!sentinel) {
    const redis = await startPrivateRedis()
    return {
      env: { REDIS_URL: redis.url },
      crash: () => redis.restart(),
      failOver: async () => {},
      wipeQueues: (prefix) => wipe(redis.url, prefix),
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    }
  }
  const watched = await startSentinels()
  const { nodes } = watched
  const pair = [
    { server: watched.primary, look: nodes.primary },
    { server: watched.replica, look: nodes.replica },
  ] as const
  const replication = (look: Redis) => look.info('replication').catch(() => '')
  /** A crash that takes long makes the sentinels change the roles, so they are looked at each time. */
  async function roles() {
    const [first, second] = pair
    const isFirst = /role:master/.test(await replication(first.look))
    return isFirst ? { primary: first, other: second } : { primary: second, other: first }
  }
  return {
    env: { REDIS_URL: watched.primary.url, ...watched.env },
    crash: () => watched.primary.restart(),
    async failOver() {
      const inStep = async () => {
        const { other } = await roles()
        return /role:slave[^]*master_link_status:up/.test(await replication(other.look))
      }
      await eventually(inStep, { timeoutMs: 120_000 })
      const { primary, other } = await roles()
      await primary.server.kill9()
      const promoted = async () => /role:master/.test(await replication(other.look))
      await eventually(promoted, { timeoutMs: 120_000 })
    },
    wipeQueues: async (prefix) => wipe((await roles()).primary.server.url, prefix),
    [Symbol.asyncDispose]: () => watched[Symbol.asyncDispose](),
  }
}

async function wipe(url: string, prefix: string): Promise<number> {
  const redis = new Redis(url)
  try {
    let gone = 0
    for (const name of jobNames) {
      for await (const keys of redis.scanStream({ match: `${prefix}:{*}:${name}:*`, count: 1000 }))
        if (keys.length > 0) gone += await redis.del(...keys)
    }
    return gone
  } finally {
    redis.disconnect()
  }
}
