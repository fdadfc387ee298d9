import { expect, onTestFinished, test } from 'vitest'
import { createQueues, queuePrefix } from '../../src/queue/queues.ts'
import { testPrefix } from '../support/redis.ts'
import { rawRedis } from '../support/rig.ts'

test('every failed job is found, however many there are of a kind', async () => {
  const redis = rawRedis()
  const prefix = testPrefix()
  const queues = createQueues(redis, { prefix, shards: 1, shardOf: () => 0 })
  onTestFinished(() => queues.close())
  const base = `${queuePrefix(prefix, 0)}:sync-clients`
  const many = redis.pipeline()
  for (let id = 1; id <= 2001; id++) {
    const job = { name: 'sync-clients', data: '{"shard":0}', opts: '{}', timestamp: 1 }
    many.hset(`${base}:j${id}`, { ...job, finishedOn: id, failedReason: 'a fault', atm: 1 })
    many.zadd(`${base}:failed`, id, `j${id}`)
  }
  await many.exec()
  const found = await queues.failedJobs()
  expect(new Set(found.map(({ id }) => id)).size).toBe(2001)
  expect(found).toHaveLength(2001)
  expect(found[0]).toMatchObject({ id: 'j2001', queue: 'sync-clients', reason: 'a fault' })
  expect(await queues.failedCount()).toBe(2001)
})
