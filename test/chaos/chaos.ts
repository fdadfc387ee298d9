import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { freePort } from '../../scripts/private-redis.ts'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { AccountId, documentKey, orderRef } from '../../src/core/ids.ts'
import { createLog } from '../../src/log.ts'
import { faultKinds, type FaultKind } from '../../src/simulator/faults.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { anOrder } from '../support/builders.ts'
import { plan } from './plan.ts'
import { openStore } from './store.ts'

const root = join(import.meta.dirname, '../..')
const PREFIX = 'chaos'
const ACCOUNT = AccountId.parse('acme')
const CALLS = 100
const WINDOW_MS = 1000
export type ChaosReport = {
  orders: number
  events: number
  documents: number
  /** Orders with more than one live document, with none, and not fully paid. */
  doubled: string[]
  lost: string[]
  unpaid: string[]
  /** Documents we issued that belong to no order. */
  strangers: number
  callsOverLimit: number
  callsWhileBlocked: number
  faults: Partial<Record<FaultKind, number>>
  kills: number
  redisRestarts: number
  failovers: number
  queueWipes: number
  outages: number
  replayed: number
  alerts: unknown[]
  seconds: number
}

/**
 * Orders through real processes while everything breaks: lost answers of every kind, killed workers, a killed Redis,
 * an outage; with `worst`, also queues that are wiped and a primary that is gone for good. Ends when the ledger has no
 * work left.
 */
export async function runChaos(options: {
  orders: number
  worst?: boolean
  limitMs: number
  progress?: (sentence: string) => void
}): Promise<ChaosReport> {
  const startedAt = performance.now()
  const say = options.progress ?? (() => {})
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'relay-chaos-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const { worst = false } = options
  const store = stack.use(await openStore(worst))
  const simulator = stack.use(
    await startSimulator({ limit: CALLS, windowMs: WINDOW_MS, blockMs: 1000 }),
  )
  const configFile = join(dir, 'relay.json')
  await writeFile(
    configFile,
    JSON.stringify({
      accounts: [{ id: ACCOUNT, email: 'a@acme.example', token: '003|abc', cif: 'RO12345674' }],
      shops: [
        {
          id: 'web',
          account: ACCOUNT,
          platform: 'generic',
          secret: 's3cret',
          settings: { enabled: true, document: 'invoice', series: 'FCT' },
        },
      ],
    }),
  )
  const port = await freePort()
  const env = {
    ...store.env,
    RELAY_PREFIX: PREFIX,
    RELAY_CONFIG: configFile,
    RELAY_SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
    RELAY_API_KEY: 'ops-key',
    HOST: '127.0.0.1',
    PORT: String(port),
    SMARTBILL_BASE_URL: simulator.url,
    SMARTBILL_TIMEOUT_MS: '600',
    SMARTBILL_GRACE_MS: '2500',
    SMARTBILL_BLOCK_MS: '1000',
    SMARTBILL_CALLS: String(CALLS),
    SMARTBILL_WINDOW_MS: String(WINDOW_MS),
    RELAY_CONCURRENCY: '10',
    LOG_LEVEL: 'warn',
  }
  const children = new Set<ChildProcess>()
  stack.defer(async () => {
    for (const child of children) await kill(child)
  })
  function start(entry: string, ...args: string[]): ChildProcess {
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(process.execPath, [join(root, entry), ...args], {
      cwd: root,
      env: { PATH, HOME, ...env },
      stdio: 'ignore',
    })
    children.add(child)
    return child
  }
  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child)
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  simulator.faults(plan(options.orders))
  start('src/main.ts')
  const workers = [start('workers/main.ts'), start('workers/main.ts')]
  const app = stack.use(
    await openApp(readConfig(env), { temper: 'patient', log: createLog('silent', 'chaos') }),
  )
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/readyz`)).ok, 60_000, 'web')

  /** How far it is, for the message of a failure. */
  async function state() {
    const account = await app.ledger.registry.account(ACCOUNT)
    const waiting = (['due', 'attempting', 'uncertain'] as const).map((name) =>
      app.ledger.reports.inState(0, name, 0, 5),
    )
    const keys = (await Promise.all(waiting)).flat()
    return {
      issued: issued(),
      counts: await app.ledger.reports.counts(),
      health: account && (await app.smartbill.budget.look(account)),
      queues: await app.queues.counts(),
      waiting: await Promise.all(keys.map((key) => app.ledger.documents.get(ACCOUNT, key))),
      calls: simulator.calls().log.slice(-15),
    }
  }

  // ── the shop: sends each event one to three times, again and again until it is accepted ──
  let events = 0
  const ids = Array.from({ length: options.orders }, (_, i) => `c-${i}`)
  async function send(id: string): Promise<void> {
    const body = JSON.stringify(anOrder({ id, number: id }))
    for (;;) {
      events++
      const answer = await fetch(`${url}/v1/shops/web/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret' },
        body,
      }).catch(() => undefined)
      if (answer?.status === 202) return
      if (answer !== undefined && answer.status !== 503)
        throw new Error(`an order was answered ${answer.status}: ${await answer.text()}`)
      await sleep(200)
    }
  }
  const deliveries = ids.flatMap((id, i) => Array.from({ length: 1 + (i % 3) }, () => id))
  const sending = Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let i = lane; i < deliveries.length; i += 4) {
        await send(deliveries[i] ?? '')
        await sleep(20)
      }
    }),
  )

  // ── what happens on the way ──
  const issued = () => simulator.documents({ brief: true }).filter(({ by }) => by === 'api').length
  let kills = 0
  async function killOne(which: number): Promise<void> {
    say(`kill -9 of a worker at ${issued()} documents`)
    const child = workers[which]
    if (child !== undefined) await kill(child)
    kills++
    workers[which] = start('workers/main.ts')
  }
  /** Somebody deletes the queues, and an operator has them rebuilt. */
  async function wipeQueues(): Promise<void> {
    const gone = await store.wipeQueues(PREFIX)
    say(
      `all ${gone} keys of the queues are deleted at ${issued()} documents; relay doctor --repair`,
    )
    const doctor = start('src/relay.ts', '--data', '/nowhere', 'doctor', '--repair')
    await once(doctor, 'exit')
    children.delete(doctor)
  }
  const happenings: [share: number, act: () => Promise<void>][] = [
    [0.1, () => killOne(0)],
    [
      0.25,
      async () => {
        say('SmartBill answers 503 for two seconds')
        await simulator.outage('503', 2000)
      },
    ],
    [0.45, () => killOne(1)],
    [
      0.6,
      async () => {
        say('Redis is killed and started again')
        await store.crash()
      },
    ],
    [0.75, () => killOne(0)],
  ]
  if (worst)
    happenings.push(
      [0.8, wipeQueues],
      [
        0.9,
        async () => {
          say(`the primary is killed for good at ${issued()} documents`)
          await store.failOver()
        },
      ],
    )
  const deadline = performance.now() + options.limitMs
  const left = () => Math.max(1, deadline - performance.now())
  // ── the person at the desk: replays what was refused, lets a refused login go on ──
  let replayed = 0
  const evening = new AbortController()
  async function desk(): Promise<void> {
    while (!evening.signal.aborted) {
      const account = await app.ledger.registry.account(ACCOUNT)
      const health = account && (await app.smartbill.budget.look(account))
      if (account && health?.state === 'login-refused') await app.smartbill.budget.resume(account)
      const { dead } = await app.ledger.reports.counts()
      if (dead > 0) replayed += await replay(url).catch(() => 0)
      await sleep(500)
    }
  }
  const atWork = desk()
  stack.defer(async () => {
    evening.abort()
    await atWork
  })

  for (const [share, act] of happenings) {
    await until(
      () => issued() >= share * options.orders,
      left(),
      `${share} of the documents`,
      state,
    )
    await act()
  }
  await sending

  await until(
    async () => {
      const counts = await app.ledger.reports.counts()
      const waiting = counts.due + counts.attempting + counts.uncertain + counts.dead
      const unrouted = await app.ledger.reports.unrouted(0, Infinity, 1)
      return waiting === 0 && unrouted.length === 0
    },
    left(),
    'the end of all work',
    state,
  )
  evening.abort()
  await atWork

  // ── the witness ──
  const live = simulator.documents().filter(({ by, status }) => by === 'api' && status === 'issued')
  const byOrder = new Map(
    ids.map((id) => {
      const marker = app.markerOf(documentKey(orderRef('web', id), 'invoice', 1))
      return [id, live.filter(({ mentions }) => mentions.includes(marker))]
    }),
  )
  const having = (test: (found: typeof live) => boolean) =>
    [...byOrder].flatMap(([id, found]) => (test(found) ? [id] : []))
  const fired = Armed.parse(await (await fetch(`${simulator.origin}/__simulator/faults`)).json())
  const faults: ChaosReport['faults'] = {}
  for (const { fault, fired: times } of fired) faults[fault] = (faults[fault] ?? 0) + times
  const calls = simulator.calls()
  return {
    orders: ids.length,
    events,
    documents: live.length,
    doubled: having((found) => found.length > 1),
    lost: having((found) => found.length === 0),
    unpaid: having((found) => found.some(({ paid, totals }) => paid !== totals.gross)),
    strangers: live.length - [...byOrder.values()].flat().length,
    callsOverLimit: calls.overLimit,
    callsWhileBlocked: calls.whileBlocked,
    faults,
    kills,
    redisRestarts: 1,
    failovers: worst ? 1 : 0,
    queueWipes: worst ? 1 : 0,
    outages: 1,
    replayed,
    alerts: await app.ledger.reports.alerts(),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
}

const Armed = z.array(z.looseObject({ fault: z.enum(faultKinds), fired: z.number() }))

async function replay(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/dead-letters/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ops-key' },
    body: JSON.stringify({ filter: {} }),
  })
  const { total } = z.looseObject({ total: z.number() }).parse(await answer.json())
  return total
}

async function until(
  holds: () => boolean | Promise<boolean>,
  limitMs: number,
  what: string,
  state: () => Promise<unknown> = async () => '',
): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const held = await Promise.resolve(holds()).catch(() => false)
    if (held) return
    if (performance.now() > deadline)
      throw new Error(`waited in vain for ${what}: ${JSON.stringify(await state())}`)
    await sleep(100)
  }
}
