import { randomBytes } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFamily, type Child } from '../children.ts'
import { freePort, startPrivateRedis } from '../private-redis.ts'
import { shopNames, type ShopName } from './orders.ts'
import { configOf } from './shops.ts'

/** SmartBill's pace, and the same made faster so that the demo ends in time. */
export const clock = {
  calls: 30,
  windowMs: { real: 10_000, demo: 2000 },
  timeoutMs: { real: 60_000, demo: 1500 },
  graceMs: { real: 300_000, demo: 4000 },
  blockMs: { real: 600_000, demo: 10_000 },
} as const

const START_LIMIT_MS = 60_000

const secret = (): string => randomBytes(18).toString('base64url')

/** Redis, SmartBill's simulator, one web and two workers: each a process of its own, data and logs in a folder. */
export async function openPlant() {
  const dir = await mkdtemp(join(tmpdir(), 'relay-demo-'))
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const [simulatorPort, webPort] = [await freePort(), await freePort()]
  const secrets = Object.fromEntries(shopNames.map((shop) => [shop, secret()])) as Record<
    ShopName,
    string
  >
  const [apiKey, adminPassword] = [secret(), secret()]
  const config = join(dir, 'relay.json')
  await writeFile(config, JSON.stringify(configOf(secrets), null, 2), { mode: 0o600 })
  const urls = {
    web: `http://127.0.0.1:${webPort}`,
    simulator: `http://127.0.0.1:${simulatorPort}`,
  }
  const family = await openFamily({ guardGraceMs: 3000 })
  const redis = await startPrivateRedis({ dir: join(dir, 'redis'), detached: true }).catch(
    async (error: unknown) => {
      await family.close()
      await rm(dir, { recursive: true, force: true })
      throw error
    },
  )
  const redisPid = redis.pid()
  if (redisPid !== undefined) family.watch(redisPid)
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    REDIS_URL: redis.url,
    RELAY_CONFIG: config,
    RELAY_SECRET_KEY: randomBytes(32).toString('base64'),
    RELAY_API_KEY: apiKey,
    RELAY_ADMIN_PASSWORD: adminPassword,
    HOST: '127.0.0.1',
    PORT: String(webPort),
    SMARTBILL_BASE_URL: `${urls.simulator}/SBORO/api`,
    ANAF_BASE_URL: `${urls.simulator}/anaf`,
    BNR_URL: `${urls.simulator}/bnr`,
    SMARTBILL_CALLS: String(clock.calls),
    SMARTBILL_WINDOW_MS: String(clock.windowMs.demo),
    SMARTBILL_TIMEOUT_MS: String(clock.timeoutMs.demo),
    SMARTBILL_GRACE_MS: String(clock.graceMs.demo),
    SMARTBILL_BLOCK_MS: String(clock.blockMs.demo),
  }
  /** Processes that ended although nobody ended them. */
  const fallen: string[] = []
  const expected = new Set<Child>()

  async function note(child: Child, name: string, log: WriteStream): Promise<void> {
    const { code, signal } = await child.ended
    log.end()
    if (!expected.has(child))
      fallen.push(`${name} ended by itself (${signal ?? `exit code ${code}`})`)
  }

  async function start(
    name: string,
    entry: string,
    ready: RegExp,
    args: string[] = [],
  ): Promise<Child> {
    const log = createWriteStream(join(logs, `${name.replaceAll(' ', '-')}.log`), { flags: 'a' })
    const { promise: up, resolve } = Promise.withResolvers<'ready'>()
    const child = await family.start(name, entry, {
      args,
      env,
      onLine: (line) => {
        log.write(`${line}\n`)
        if (ready.test(line)) resolve('ready')
      },
    })
    void note(child, name, log)
    const late = sleep(START_LIMIT_MS, 'late' as const, { ref: false })
    const outcome = await Promise.race([up, child.ended.then(() => 'ended' as const), late])
    if (outcome !== 'ready')
      throw new Error(
        `${name} ${outcome === 'late' ? 'did not get ready' : 'ended at once'}; see ${logs}`,
      )
    return child
  }
  const startWorker = (name: string) => start(name, 'workers/main.ts', /"msg":"worker is ready"/)

  return {
    dir,
    logs,
    urls,
    secrets,
    apiKey,
    adminPassword,
    fallen,
    async startAll(): Promise<{ workers: Child[] }> {
      const [, , ...workers] = await Promise.all([
        start('simulator', 'src/relay.ts', /^simulator on /, [
          'simulator',
          '--port',
          String(simulatorPort),
        ]),
        start('web', 'src/main.ts', /"msg":"web is ready"/),
        startWorker('worker 1'),
        startWorker('worker 2'),
      ])
      return { workers }
    },
    startWorker,
    /** kill -9, as a machine that loses its power would. */
    async kill9(child: Child): Promise<void> {
      expected.add(child)
      child.signal('SIGKILL')
      await child.ended
    },
    /** Stops everything in order; the logs stay unless `remove`. */
    async close({ remove }: { remove: boolean }): Promise<void> {
      for (const child of family.children()) expected.add(child)
      await family.stopAll(5000)
      await redis[Symbol.asyncDispose]()
      await family.close()
      if (remove) await rm(dir, { recursive: true, force: true })
      else await rm(join(dir, 'redis'), { recursive: true, force: true })
    },
  }
}

export type Plant = Awaited<ReturnType<typeof openPlant>>
