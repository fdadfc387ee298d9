import type { Cluster, Redis } from 'ioredis'

type Durability = { durable: boolean; storing: boolean; warnings: string[] }

/** How long one node of a Cluster may take to say how it is, in ms. */
const NODE_MS = 2000

/**
 * Whether this Redis keeps what it accepted, what exactly it may lose, and whether it accepts anything at all. Of a
 * Cluster every node is asked: it is as good as its worst.
 */
export async function durabilityOf(redis: Redis | Cluster): Promise<Durability> {
  if (!redis.isCluster) return ofNode(redis as Redis, 'alone')
  const all = await Promise.all((redis as Cluster).nodes('all').map(ofClusterNode))
  return {
    durable: all.every(({ durable }) => durable),
    storing: all.every(({ storing }) => storing),
    warnings: all.flatMap(({ warnings }) => warnings),
  }
}

async function ofClusterNode(node: Redis): Promise<Durability> {
  const { host, port } = node.options
  const name = `Node ${host}:${port}`
  const silent = new Promise<'silent'>((resolve) => setTimeout(resolve, NODE_MS, 'silent').unref())
  const found = await Promise.race([ofNode(node, 'in a Cluster'), silent]).catch(() => 'silent')
  if (typeof found === 'string')
    return {
      durable: false,
      storing: true,
      warnings: [`${name} does not answer. Start it, or take it out of the Cluster.`],
    }
  return { ...found, warnings: found.warnings.map((warning) => `${name}: ${warning}`) }
}

async function ofNode(redis: Redis, where: 'alone' | 'in a Cluster'): Promise<Durability> {
  const warnings: string[] = []
  const info = await redis.info()
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  const version = field('redis_version') ?? field('valkey_version') ?? '?'
  if (Number.parseFloat(version) < 6.2)
    warnings.push(`Redis ${version} is too old: 6.2 or newer is needed. Install a newer one.`)
  if (field('aof_enabled') !== '1') {
    warnings.push('The append-only file is off: a crash loses accepted orders. Set appendonly yes.')
  } else {
    const fsync = await settings(redis, '*appendfsync*')
    const when = fsync.get('appendfsync')
    if (when !== undefined && when !== 'always') {
      warnings.push(
        `appendfsync is ${when}: a crash may lose the last second of accepted orders. Set appendfsync always.`,
      )
    }
    if (fsync.get('no-appendfsync-on-rewrite') === 'yes') {
      warnings.push(
        'no-appendfsync-on-rewrite is yes: a crash while the file is rewritten loses accepted orders. Set no-appendfsync-on-rewrite no.',
      )
    }
  }
  const policy =
    field('maxmemory_policy') ?? (await settings(redis, 'maxmemory-policy')).get('maxmemory-policy')
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `maxmemory-policy is ${policy}: a full Redis silently drops orders. Set maxmemory-policy noeviction.`,
    )
  }
  if (where === 'alone' && field('role') === 'slave')
    warnings.push('This Redis is a read-only replica. Connect to the primary.')
  if (where === 'alone' && field('cluster_enabled') === '1')
    warnings.push(
      'This Redis is a node of a Cluster and refuses the keys of other nodes. Name the nodes in REDIS_CLUSTER_NODES.',
    )
  const refusals = [...refusalsIn(field), ...(await snapshotRefusals(redis, field))]
  warnings.push(...refusals)
  return { durable: warnings.length === 0, storing: refusals.length === 0, warnings }
}

/** Why Redis stores nothing at the moment, as far as it tells. */
function refusalsIn(field: (name: string) => string | undefined): string[] {
  const refusals: string[] = []
  const [used = 0, most = 0] = ['used_memory', 'maxmemory'].map((name) => Number(field(name) ?? 0))
  if (most > 0 && used >= most)
    refusals.push(
      `Redis is full (${field('used_memory_human')} of ${field('maxmemory_human')}) and stores nothing. Raise maxmemory, or give the machine more.`,
    )
  if (field('aof_enabled') === '1' && field('aof_last_write_status') === 'err')
    refusals.push(
      'Redis cannot write its append-only file and stores nothing. Free space on its disk, or mend the disk.',
    )
  return refusals
}

/** A Redis that shall also save snapshots stores nothing once that fails, unless it is told to go on. */
async function snapshotRefusals(
  redis: Redis,
  field: (name: string) => string | undefined,
): Promise<string[]> {
  if (field('rdb_last_bgsave_status') !== 'err') return []
  const [stops, when] = await Promise.all([
    settings(redis, 'stop-writes-on-bgsave-error'),
    settings(redis, 'save'),
  ])
  if (stops.get('stop-writes-on-bgsave-error') !== 'yes' || (when.get('save') ?? '') === '')
    return []
  return [
    'Redis cannot save its snapshot and stores nothing. Free space on its disk, or set save "": the append-only file keeps everything.',
  ]
}

/** Managed services often refuse CONFIG; then the settings are unknown. */
async function settings(redis: Redis, pattern: string): Promise<Map<string, string>> {
  try {
    const answer: unknown = await redis.config('GET', pattern)
    if (!Array.isArray(answer)) return new Map()
    const words = answer.map(String)
    return new Map(words.flatMap((name, i) => (i % 2 === 0 ? [[name, words[i + 1] ?? '']] : [])))
  } catch {
    return new Map()
  }
}
