import type { TestProject } from 'vitest/node'
import { startRedis } from './redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string
    /** Told apart from every other run, so that what a failed test left in a lasting Redis harms nobody. */
    redisRun: string
  }
}

/** One Redis for all the tests of a run: the one named by `TEST_REDIS_URL`, else one of our own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('redisRun', Date.now().toString(36))
  const given = process.env['TEST_REDIS_URL']
  if (given) {
    project.provide('redisUrl', given)
    return async () => {}
  }
  const redis = await startRedis()
  project.provide('redisUrl', redis.url)
  return () => redis[Symbol.asyncDispose]()
}
