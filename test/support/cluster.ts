import { Redis } from 'ioredis'
import { freePort, type PrivateRedis, startPrivateRedis } from '../../scripts/private-redis.ts'
import { eventually } from './eventually.ts'

/** A primary that says nothing for this long is replaced, in ms. */
const NODE_TIMEOUT_MS = 2000
const SLOTS = 16_384

/** A Redis Cluster on loopback ports: `primaries` share the slots, each followed by `replicas` others. */
export async function startCluster({ primaries = 3, replicas = 0 } = {}) {
  const stack = new AsyncDisposableStack()
  try {
    const start = async () => {
      const bus = await freePort()
      const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)]
      const node = stack.use(
        await startPrivateRedis({ args: [...args, '--cluster-port', String(bus)] }),
      )
      return { ...node, bus, redis: stack.adopt(new Redis(node.url), (r) => r.disconnect()) }
    }
    const nodes = await Promise.all(Array.from({ length: primaries * (1 + replicas) }, start))
    for (const { redis } of nodes) redis.on('error', () => {}) // some tests kill it
    for (const [i, { redis }] of nodes.entries()) {
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
      if (i < primaries) {
        const from = Math.floor((i * SLOTS) / primaries)
        const to = Math.floor(((i + 1) * SLOTS) / primaries) - 1
        await redis.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
      }
      if (i > 0) await nodes[0]?.redis.call('CLUSTER', 'MEET', '127.0.0.1', ...portsOf(nodes[i]))
    }
    const settled = async (wanted: RegExp) => {
      const told = await Promise.all(nodes.map(({ redis }) => redis.cluster('INFO')))
      return told.every((info) => wanted.test(info))
    }
    await eventually(() => settled(new RegExp(`cluster_known_nodes:${nodes.length}\\b`)))
    for (const [i, { redis }] of nodes.slice(primaries).entries()) {
      const primary = await nodes[i % primaries]?.redis.cluster('MYID')
      await eventually(() => redis.call('CLUSTER', 'REPLICATE', primary ?? ''))
    }
    await eventually(() => settled(/cluster_state:ok/))
    for (const { redis } of nodes.slice(primaries)) {
      await eventually(async () => /master_link_status:up/.test(await redis.info('replication')))
    }
    return {
      nodes,
      /** As REDIS_CLUSTER_NODES wants it. */
      endpoints: nodes.map(({ port }) => `127.0.0.1:${port}`).join(','),
      /** The node that answers for a key at the moment. */
      async ownerOf(key: string) {
        for (const node of nodes) {
          const found = await node.redis.get(key).then(
            () => true,
            () => false,
          )
          if (found) return node
        }
        throw new Error(`no node answers for ${key}`)
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

const portsOf = (node: (PrivateRedis & { bus: number }) | undefined): number[] =>
  node === undefined ? [] : [node.port, node.bus]
