import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { durabilityOf } from '../../src/durability.ts'

const healthy = {
  redis_version: '7.2.0',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  used_memory: '900',
  used_memory_human: '900B',
  maxmemory: '1000',
  maxmemory_human: '1000B',
  maxmemory_policy: 'noeviction',
  role: 'master',
}
const look = (fields: Partial<Record<keyof typeof healthy, string>>) =>
  durabilityOf({
    info: async () =>
      Object.entries({ ...healthy, ...fields })
        .map(([name, value]) => `${name}:${value}\r\n`)
        .join(''),
    config: async () => ['appendfsync', 'always'],
  } as unknown as Redis)

test('a Redis that keeps everything has no warnings', async () => {
  expect(await look({})).toEqual({ durable: true, storing: true, warnings: [] })
  expect(await look({ maxmemory: '0' })).toMatchObject({ storing: true })
})

test.each([
  [{ used_memory: '1000' }, 'Redis is full (900B of 1000B)'],
  [{ aof_last_write_status: 'err' }, 'cannot write its append-only file'],
])('a Redis that stores nothing at the moment says why: %j', async (fields, why) => {
  const found = await look(fields)
  expect(found).toMatchObject({ durable: false, storing: false })
  expect(found.warnings.join()).toContain(why)
})

test('a Redis that may lose something stores all the same', async () => {
  expect(await look({ aof_enabled: '0' })).toMatchObject({ durable: false, storing: true })
})
