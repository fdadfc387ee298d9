import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { expect, inject, onTestFinished } from 'vitest'
import {
  answers,
  freePort,
  NoRedisServerError,
  type PrivateRedis,
  startPrivateRedis,
} from '../../scripts/private-redis.ts'
import { eventually } from './eventually.ts'

/** The Redis that all tests of this run share; a test keeps to its `testPrefix()`. */
export const redisUrl = (): string => inject('redisUrl')

/**
 * A key prefix of the running test's own, named after it. What the test leaves under it is deleted if it passed and
 * kept if it failed. Call it inside the test or its `beforeEach`; every call in one test gives the same prefix.
 */
export function testPrefix(): string {
  const { currentTestName = '', testPath = '' } = expect.getState()
  const name = `${basename(testPath, '.test.ts')} ${currentTestName}`
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const hash = createHash('sha256').update(`${testPath} ${currentTestName}`).digest('hex')
  const prefix = `t-${inject('redisRun')}-${slug.slice(-40)}-${hash.slice(0, 8)}`
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') await deleteKeys(prefix)
  })
  return prefix
}

async function deleteKeys(prefix: string): Promise<void> {
  const redis = new Redis(redisUrl())
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await redis.unlink(...keys)
    }
  } finally {
    redis.disconnect()
  }
}

/**
 * A Redis of the test's own, to crash, pause and restart. A `redis-server` process, or a container where only Docker
 * is there; a machine with neither fails, it does not skip.
 */
export async function startRedis(
  options: { args?: readonly string[] } = {},
): Promise<PrivateRedis> {
  try {
    return await startPrivateRedis(options)
  } catch (error) {
    if (!(error instanceof NoRedisServerError)) throw error
  }
  try {
    return await startContainer(options.args ?? [])
  } catch (cause) {
    throw new Error('Tests need Redis: install redis-server, start Docker or set TEST_REDIS_URL.', {
      cause,
    })
  }
}

async function startContainer(args: readonly string[]): Promise<PrivateRedis> {
  // Slow to load, and hardly ever needed.
  const { GenericContainer } = await import('testcontainers')
  const port = await freePort()
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
  const container = await new GenericContainer('redis:7')
    .withCommand(['redis-server', ...durable, '--maxmemory-policy', 'noeviction', ...args])
    .withExposedPorts({ container: 6379, host: port })
    .start()
  const docker = async (...words: string[]): Promise<void> => {
    await promisify(execFile)('docker', [...words, container.getId()])
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir: '/data',
    stop: () => docker('stop'),
    kill9: () => docker('kill'),
    async restart() {
      await docker('kill').catch(() => {}) // it may be down already
      await docker('start')
      await eventually(() => answers(port), { message: 'Redis did not come back' })
    },
    pause: () => docker('pause'),
    resume: () => docker('unpause'),
    async [Symbol.asyncDispose]() {
      await container.stop({ timeout: 0 })
    },
  }
}
