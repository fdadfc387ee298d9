import type { Cluster, Redis } from 'ioredis'

/** Whether this Redis keeps what it accepted, what exactly it may lose, and whether it accepts anything at all. */
export async function durabilityOf(
  redis: Redis | Cluster,
): Promise<{ durable: boolean; storing: boolean; warnings: string[] }> {
  const warnings: string[] = []
  const info = await redis.info()
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  const version = field('redis_version') ?? field('valkey_version') ?? '?'
  if (Number.parseFloat(version) < 6.2)
    warnings.push(`Redis ${version} is too old: 6.2 or newer is needed.`)
  if (field('aof_enabled') !== '1') {
    warnings.push('The append-only file is off: a crash loses accepted orders. Set appendonly yes.')
  } else {
    const fsync = await setting(redis, 'appendfsync')
    if (fsync !== undefined && fsync !== 'always') {
      warnings.push(
        `appendfsync is ${fsync}: a crash may lose the last second of accepted orders. Set appendfsync always.`,
      )
    }
  }
  const policy = field('maxmemory_policy') ?? (await setting(redis, 'maxmemory-policy'))
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `maxmemory-policy is ${policy}: a full Redis silently drops orders. Set maxmemory-policy noeviction.`,
    )
  }
  if (field('role') === 'slave')
    warnings.push('This Redis is a read-only replica: connect to the primary.')
  const refusals = refusalsIn(field)
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

/** Managed services often refuse CONFIG; then the setting is unknown. */
async function setting(redis: Redis | Cluster, name: string): Promise<string | undefined> {
  try {
    const answer: unknown = await redis.config('GET', name)
    return Array.isArray(answer) ? String(answer[1]) : undefined
  } catch {
    return undefined
  }
}
