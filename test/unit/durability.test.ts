import type { Cluster, Redis } from 'ioredis'
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
  cluster_enabled: '0',
}
const redisSaying = (fields: Partial<Record<keyof typeof healthy, string>>) =>
  ({
    info: async () =>
      Object.entries({ ...healthy, ...fields })
        .map(([name, value]) => `${name}:${value}\r\n`)
        .join(''),
    config: async () => ['appendfsync', 'always'],
  }) as unknown as Redis
const look = (fields: Partial<Record<keyof typeof healthy, string>>) =>
  durabilityOf(redisSaying(fields))

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

test('a Cluster is as good as its worst node, and each warning names its node', async () => {
  const node = (port: number, fields: Partial<Record<keyof typeof healthy, string>>) =>
    Object.assign(redisSaying(fields), { options: { host: '10.0.0.1', port } })
  const cluster = (...nodes: unknown[]) =>
    durabilityOf({ isCluster: true, nodes: () => nodes } as unknown as Cluster)
  expect(await cluster(node(1, {}), node(2, { role: 'slave' }))).toEqual({
    durable: true,
    storing: true,
    warnings: [],
  })
  const gone = {
    options: { host: '10.0.0.1', port: 3 },
    info: async () => Promise.reject(new Error()),
  }
  const found = await cluster(node(1, {}), node(2, { used_memory: '1000' }), gone)
  expect(found).toMatchObject({ durable: false, storing: false })
  expect(found.warnings).toEqual([
    expect.stringMatching(/^Node 10\.0\.0\.1:2: Redis is full/),
    'Node 10.0.0.1:3 does not answer. Start it, or take it out of the Cluster.',
  ])
})

test.each([
  [{ cluster_enabled: '1' }, 'REDIS_CLUSTER_NODES'],
  [{ role: 'slave' }, 'Connect to the primary'],
  [{ redis_version: '6.0.9' }, 'too old'],
])('a Redis of another kind than expected is named: %j', async (fields, why) => {
  expect((await look(fields)).warnings.join()).toContain(why)
})
