import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { GenericContainer } from 'testcontainers'
import {
  answers,
  durable,
  freePort,
  type PrivateRedis,
  type PrivateRedisOptions,
} from './private-redis.ts'

/** A private Redis in a container. Its port is fixed, since a port that Docker chooses changes with every start. */
export async function startContainer(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const port = options.port ?? (await freePort())
  const image = new GenericContainer('redis:7')
    .withCommand(['redis-server', ...durable, ...(options.args ?? [])])
    .withExposedPorts({ container: 6379, host: port })
  if (options.dir !== undefined) image.withBindMounts([{ source: options.dir, target: '/data' }])
  const container = await image.start()
  const docker = async (...words: string[]): Promise<void> => {
    await promisify(execFile)('docker', [...words, container.getId()])
  }
  const ready = async (): Promise<void> => {
    const deadline = Date.now() + 30_000
    while (!(await answers(port))) {
      if (Date.now() > deadline) throw new Error('Redis in its container does not answer')
      await sleep(50)
    }
  }
  await ready()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir: options.dir ?? '/data',
    pid: () => undefined,
    stop: () => docker('stop'),
    kill9: () => docker('kill'),
    async restart() {
      await docker('kill').catch(() => {}) // it may be down already
      await docker('start')
      await ready()
    },
    pause: () => docker('pause'),
    resume: () => docker('unpause'),
    async [Symbol.asyncDispose]() {
      if (options.dir !== undefined) await docker('stop').catch(() => {})
      await container.stop({ timeout: 0 })
    },
  }
}
