import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { Redis } from 'ioredis'
import { expect, inject, onTestFinished } from 'vitest'
import { type PrivateRedis, startPrivateRedis } from '../../scripts/private-redis.ts'

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

/** A Redis of the test's own, to crash, pause and restart. A machine without any Redis fails, it does not skip. */
export const startRedis = (options: { args?: readonly string[] } = {}): Promise<PrivateRedis> =>
  startPrivateRedis(options)
