// The whole relay on one machine, in one command: npm start. Redis with its data in ./data unless one is named, web and
// worker, each started again when it ends. Without any SmartBill account it is a sandbox on the simulator.
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import { z } from 'zod'
import { openApp } from '../src/app.ts'
import { readConfig, type Config } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { openRedis, whenReady } from '../src/redis.ts'
import { LockedError, openFamily, root, type Child, type Family } from './children.ts'
import { freePort, startPrivateRedis, type PrivateRedis } from './private-redis.ts'
import { readable } from './start/log-lines.ts'
import { sandboxConfig, tryIt } from './start/sandbox.ts'
import { keepSecrets } from './start/secrets.ts'
import { supervise } from './start/supervise.ts'

/** Longer than a worker takes to finish its jobs. */
const GRACE_MS = 30_000

const help = `npm start -- [--data FOLDER] [--real]

Runs Redis (its data under ./data/redis, unless REDIS_URL, REDIS_SENTINELS or REDIS_CLUSTER_NODES names another), the web
process and a worker. Settings come from the environment or .env; .env.example lists them. Secrets that are not set are
made once and kept in ./data/relay.env. Without RELAY_CONFIG and without any account it is a sandbox on the simulator;
with --real it is none: accounts and shops are then added on the dashboard.`

class StartError extends Error {
  override readonly name = 'StartError'
}

const redisNames = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES']

async function main(dataDir: string, real: boolean): Promise<void> {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stopping.abort())
  const data = resolve(dataDir)
  await mkdir(data, { recursive: true })
  // The path of a socket must be short, so it is told from inside the folder.
  const family = await openFamily({ guardGraceMs: GRACE_MS, lock: 'start.sock', cwd: data })
  const closing: (() => Promise<unknown>)[] = [() => family.close()]
  try {
    await run({ data, real, family, closing, stopping: stopping.signal })
  } finally {
    stopping.abort()
    for (const close of closing.toReversed()) await close()
    say('stopped')
  }
}

type Run = {
  data: string
  /** No sandbox, even without any account. */
  real: boolean
  family: Family
  /** What to undo at the end, the latest first. */
  closing: (() => Promise<unknown>)[]
  stopping: AbortSignal
}

async function run({ data, real, family, closing, stopping }: Run): Promise<void> {
  const secretsFile = join(data, 'relay.env')
  const { values, made } = await keepSecrets(secretsFile, process.env)
  if (made.length > 0) say(`made ${made.join(', ')}: kept in ${secretsFile}; keep a copy`)
  const env: NodeJS.ProcessEnv = { ...process.env, ...values }
  /** What `npm run relay` needs to find this installation. */
  const running: Record<string, string> = {}

  const ownRedis = !redisNames.some((name) => env[name])
  if (ownRedis) {
    const redis = await startPrivateRedis({ dir: join(data, 'redis'), detached: true })
    closing.push(() => redis[Symbol.asyncDispose]())
    env['REDIS_URL'] = running['REDIS_URL'] = redis.url
    say(`Redis on ${redis.url}, its data in ${redis.dir}`)
    const watching = keepRedis(redis, family, stopping)
    closing.push(() => watching)
  }
  const config = settingsOf(env)
  if (!(await isFree(config.port, config.host)))
    throw new StartError(`Port ${config.port} is taken. Set PORT to a free one.`)

  const sandbox = !real && config.configFile === undefined && !(await hasAccounts(config))
  const secret = randomBytes(12).toString('base64url')
  let simulator = ''
  if (sandbox) {
    // The simulator forgets its documents when it ends, so a sandbox has a ledger of its own that ends with it.
    const family = `${config.prefix}-sandbox`
    if (ownRedis) await forget(config, `${family}-*`)
    const prefix = `${family}-${Date.now().toString(36)}`
    closing.push(() => forget(config, `${prefix}*`))
    const file = join(data, 'sandbox.json')
    await writeFile(file, JSON.stringify(sandboxConfig(secret)), { mode: 0o600 })
    closing.push(() => rm(file, { force: true }))
    simulator = `http://127.0.0.1:${await freePort()}`
    Object.assign(running, {
      RELAY_PREFIX: prefix,
      SMARTBILL_BASE_URL: `${simulator}/SBORO/api`,
      ANAF_BASE_URL: `${simulator}/anaf`,
      BNR_URL: `${simulator}/bnr`,
    })
    Object.assign(env, running, { RELAY_CONFIG: file, HOST: env['HOST'] || '127.0.0.1' })
  }
  const runningFile = join(data, 'running.env')
  const lines = Object.entries(running).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(runningFile, lines.join(''), { mode: 0o600 })
  closing.push(() => rm(runningFile, { force: true }))

  const programs = [
    ...(sandbox
      ? [['simulator', 'src/relay.ts', 'simulator', '--port', new URL(simulator).port]]
      : []),
    ['web', 'src/main.ts'],
    ['worker', 'workers/main.ts'],
  ]
  const supervised: Promise<void>[] = []
  closing.push(() => Promise.all(supervised))
  closing.push(() => family.stopAll(GRACE_MS))
  for (const [name = '', entry = '', ...args] of programs) {
    const { child, ready } = await begin(family, name, entry, args, env)
    const outcome = await Promise.race([ready, child.ended, aborted(stopping)])
    if (stopping.aborted) return
    if (outcome !== undefined)
      throw new StartError(`${name} ended at once; its own words are above.`)
    if (name === 'simulator') await showPdfs(simulator)
    supervised.push(
      supervise(child, {
        start: async () => (await begin(family, name, entry, args, env)).child,
        stopping,
        say,
      }),
    )
  }
  const url = `http://${config.host === '0.0.0.0' || sandbox ? '127.0.0.1' : config.host}:${config.port}`
  if (sandbox)
    process.stdout.write(
      tryIt({
        url,
        secret,
        secretsFile: 'RELAY_API_KEY' in values ? secretsFile : undefined,
        simulator,
        now: new Date(),
      }),
    )
  const password =
    'RELAY_ADMIN_PASSWORD' in values
      ? `RELAY_ADMIN_PASSWORD in ${secretsFile}`
      : 'RELAY_ADMIN_PASSWORD'
  say(`ready on ${url}/ (dashboard: user admin, password ${password}; API: ${url}/docs)`)
  await aborted(stopping)
  say('stopping: web and worker finish what they have in hand')
}

async function begin(
  family: Family,
  name: string,
  entry: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ child: Child; ready: Promise<undefined> }> {
  const { promise: ready, resolve } = Promise.withResolvers<undefined>()
  const child = await family.start(name, entry, {
    args,
    env,
    onLine: (line) => {
      if (/"msg":"\w+ is ready"|^simulator on /.test(line)) resolve(undefined)
      process.stdout.write(`${process.stdout.isTTY ? readable(name, line) : line}\n`)
    },
  })
  return { child, ready }
}

/** The links of documents open the simulator's own PDFs. */
async function showPdfs(simulator: string): Promise<void> {
  await fetch(`${simulator}/__simulator/switches`, {
    method: 'POST',
    body: JSON.stringify({ localLinks: true }),
  })
}

/** Starts Redis again, on the same data, should it end. */
async function keepRedis(
  redis: PrivateRedis,
  family: Family,
  stopping: AbortSignal,
): Promise<void> {
  let watched = redis.pid()
  if (watched === undefined) return
  family.watch(watched)
  while (!stopping.aborted) {
    await sleep(1000, undefined, { signal: stopping }).catch(() => {})
    if (stopping.aborted || watched === undefined || lives(watched)) continue
    say('Redis ended; it starts again on its data')
    family.forget(watched)
    await redis.restart()
    watched = redis.pid()
    if (watched !== undefined) family.watch(watched)
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function settingsOf(env: NodeJS.ProcessEnv): Config {
  try {
    return readConfig(env)
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Whether an account is known already, from a config file of before or from the dashboard. */
async function hasAccounts(config: Config): Promise<boolean> {
  try {
    await using app = await openApp(config, {
      temper: 'impatient',
      log: createLog('silent', 'start'),
    })
    return (await app.ledger.registry.accounts()).length > 0
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Removes the keys of a sandbox. */
async function forget(config: Config, pattern: string): Promise<void> {
  const redis = openRedis(config.redis, 'impatient')
  redis.on('error', () => {})
  try {
    await whenReady(redis, 5000)
    const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis]
    for (const node of nodes) {
      for await (const keys of node.scanStream({ match: pattern, count: 1000 })) {
        for (const key of z.array(z.string()).parse(keys)) await redis.unlink(key)
      }
    }
  } catch {
    // What stays behind has a prefix that nobody uses again.
  } finally {
    redis.disconnect()
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, host, () => server.close(() => resolve(true)))
  return promise
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const say = (sentence: string): void => void process.stderr.write(`· ${sentence}\n`)

const { values: given } = parseArgs({
  options: {
    data: { type: 'string', default: join(root, 'data') },
    real: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (given.help) process.stdout.write(`${help}\n`)
else {
  try {
    await main(given.data, given.real)
  } catch (error) {
    if (error instanceof LockedError)
      process.stderr.write(`npm start is running already on ${given.data}.\n`)
    else if (error instanceof StartError) process.stderr.write(`${error.message}\n`)
    else throw error
    process.exitCode = 1
  }
}
