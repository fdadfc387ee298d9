import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { answers, freePort, startPrivateRedis } from '../../scripts/private-redis.ts'
import { eventually } from './eventually.ts'

/** A primary that says nothing for this long is down, in ms. */
const DOWN_AFTER_MS = 1500
const NAME = 'relay-test'

/** A primary, one replica and three sentinels that watch over them, on loopback ports. */
export async function startSentinels() {
  const stack = new AsyncDisposableStack()
  try {
    const primary = stack.use(await startPrivateRedis())
    const replica = stack.use(
      await startPrivateRedis({ args: ['--replicaof', '127.0.0.1', String(primary.port)] }),
    )
    const look = (url: string) => {
      const redis = stack.adopt(new Redis(url), (r) => r.disconnect())
      return redis.on('error', () => {}) // some tests kill it
    }
    const nodes = { primary: look(primary.url), replica: look(replica.url) }
    await eventually(async () =>
      /master_link_status:up/.test(await nodes.replica.info('replication')),
    )
    const ports: number[] = []
    for (let i = 0; i < 3; i++) ports.push(stack.use(await startSentinel(primary.port)).port)
    const [first] = ports.map((port) => look(`redis://127.0.0.1:${port}`))
    await eventually(async () => {
      const state = String(await first?.call('SENTINEL', 'CKQUORUM', NAME))
      const replicas = await first?.call('SENTINEL', 'REPLICAS', NAME)
      return state.startsWith('OK 3') && Array.isArray(replicas) && replicas.length === 1
    })
    return {
      primary,
      replica,
      nodes,
      env: {
        REDIS_SENTINELS: ports.map((port) => `127.0.0.1:${port}`).join(','),
        REDIS_SENTINEL_NAME: NAME,
      },
      /** Whether the replica has been promoted. */
      promoted: async () => /role:master/.test(await nodes.replica.info('replication')),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** A sentinel rewrites its configuration, so it has a folder of its own. */
async function startSentinel(primaryPort: number) {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'relay-sentinel-'))
  const file = join(dir, 'sentinel.conf')
  const rules = [
    `monitor ${NAME} 127.0.0.1 ${primaryPort} 2`,
    `down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `failover-timeout ${NAME} 5000`,
    `parallel-syncs ${NAME} 1`,
  ].map((rule) => `sentinel ${rule}`)
  await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`, ...rules, ''].join('\n'))
  const server = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const ended = once(server, 'exit')
  const orphan = (): void => void server.kill('SIGKILL')
  process.once('exit', orphan)
  await eventually(() => answers(port))
  return {
    port,
    async [Symbol.asyncDispose](): Promise<void> {
      process.removeListener('exit', orphan)
      server.kill('SIGKILL')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
