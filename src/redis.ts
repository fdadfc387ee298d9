import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisTarget } from './config.ts'

/**
 * A connection for one of two temperaments. `impatient` (web): a command fails at once when Redis is away, so that a
 * shop hears 503 and sends again. `patient` (worker): commands wait until Redis is back.
 */
export function openRedis(target: RedisTarget, temper: 'impatient' | 'patient'): Redis | Cluster {
  const options: RedisOptions = {
    ...(temper === 'patient'
      ? { maxRetriesPerRequest: null }
      : { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 5000 }),
    connectTimeout: 5000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 1000),
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  }
  switch (target.kind) {
    case 'single':
      return joinWrites(new Redis(target.url, options))
    case 'sentinel': {
      const { username, password, db, tls } = credentials(target.url)
      return joinWrites(
        new Redis({
          ...options,
          sentinels: target.sentinels,
          name: target.name,
          username,
          password,
          db,
          ...(tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
        }),
      )
    }
    case 'cluster': {
      const { username, password, tls } = credentials(target.url)
      const cluster = new Cluster(target.nodes, {
        redisOptions: { ...options, username, password, ...(tls === undefined ? {} : { tls }) },
        enableOfflineQueue: temper === 'patient',
        // With the check, a connect() that meets a Cluster in the middle of a take-over is never answered, and whoever
        // waits for it hangs for good: a worker's queue. Without it commands hear CLUSTERDOWN and are sent again.
        enableReadyCheck: false,
      })
      return cluster.on('+node', joinWrites)
    }
  }
}

/**
 * Commands that are issued in one turn of the event loop leave in one write, in their order: under load a system call
 * per command is a large part of what the relay does, and Redis writes to disk once for all that arrive together.
 */
function joinWrites(redis: Redis): Redis {
  return redis.on('connect', () => {
    const { stream } = redis
    // Each reply of a primary that became read-only asks for a new connection, and waits for the end of this one.
    stream.setMaxListeners(0)
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
    let corked = false
    stream.write = (...args: unknown[]) => {
      if (!corked) {
        corked = true
        stream.cork()
        setImmediate(() => {
          corked = false
          stream.uncork()
        })
      }
      return write(...args)
    }
  })
}

/** Sentinel and Cluster take user, password, database and TLS from REDIS_URL. */
function credentials(url: string) {
  const { username, password, pathname, protocol } = new URL(url)
  return {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    db: Number(pathname.slice(1) || '0'),
    tls: protocol === 'rediss:' ? {} : undefined,
  }
}

/** Resolves when the connection serves; rejects after `limitMs` with a sentence that says what to check. */
export async function whenReady(redis: Redis | Cluster, limitMs: number): Promise<void> {
  if (redis.status === 'ready') return
  let problem = 'no answer'
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => {
      problem = error.message || String(error)
    }
    const timer = setTimeout(() => {
      redis.off('error', onError)
      redis.off('ready', onReady)
      reject(
        new Error(`Redis cannot be reached (${problem}). Is it running, and is REDIS_URL right?`),
      )
    }, limitMs)
    const onReady = () => {
      clearTimeout(timer)
      redis.off('error', onError)
      resolve()
    }
    redis.on('error', onError)
    redis.once('ready', onReady)
  })
}
