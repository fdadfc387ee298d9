import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import { openApp, type App } from '../../src/app.ts'
import { readConfig, type Config } from '../../src/config.ts'
import { actKey, pendingActStates, type ActKey, type ActKind } from '../../src/core/acts.ts'
import { ThrottledError, TransientError, UncertainError } from '../../src/core/errors.ts'
import {
  AccountId,
  type DocumentKey,
  documentKey,
  orderRef,
  type DocumentKind,
  type OrderRef,
} from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import { ConfigFile, type PlatformName } from '../../src/core/settings.ts'
import { actJobOf } from '../../src/jobs.ts'
import { createLog } from '../../src/log.ts'
import { openRedis } from '../../src/redis.ts'
import { startSimulator, type SimulatorOptions } from '../../src/simulator/simulator.ts'
import { announceDocument } from '../../workers/announce-document.ts'
import { issueDocument } from '../../workers/issue-document.ts'
import { recordPayment } from '../../workers/record-payment.ts'
import { resolveOutcome } from '../../workers/resolve-outcome.ts'
import { reverseDocument } from '../../workers/reverse-document.ts'
import { routeOrder } from '../../workers/route-order.ts'
import { runWorkers } from '../../workers/run-workers.ts'
import { sweepLedger } from '../../workers/sweep-ledger.ts'
import { syncClients } from '../../workers/sync-clients.ts'
import { watchSeriesNumbers } from '../../workers/watch-series.ts'
import { anOrder } from './builders.ts'
import { redisUrl, testPrefix } from './redis.ts'

export const ACCOUNT = AccountId.parse('acme')
export const CIF = 'RO12345674'
export const TOKEN = '003|abc'
const API_KEY = 'ops-key'
const SECRET_KEY = Buffer.alloc(32, 9).toString('base64')

type ShopInput = NonNullable<z.input<typeof ConfigFile>['shops']>[number]
type SettingsInput = NonNullable<ShopInput['settings']>

export const secretOf = (shop: string): string => `secret-of-${shop}`

export const aShop = (
  settings: Partial<SettingsInput> = {},
  more: { id?: string; platform?: PlatformName } = {},
): ShopInput => ({
  id: 'web',
  account: 'acme',
  platform: 'generic',
  secret: secretOf(more.id ?? 'web'),
  settings: { enabled: true, document: 'invoice', series: 'FCT', ...settings },
  ...more,
})

export type RigOptions = {
  shops?: ShopInput[]
  accounts?: z.input<typeof ConfigFile>['accounts']
  simulator?: SimulatorOptions
  /** Environment variables that differ from the rig's own. */
  env?: Record<string, string>
  redisUrl?: string
  /** Waiting moves the clock on instead of taking time. */
  clock?: 'real' | 'fast'
  /** Where the log lines go; nowhere by default. */
  log?: (line: string) => void
}

/** Environment of a rig: a scaled limit, short time-outs, everything under the test's own prefix. */
export const environment = (prefix: string, smartbill: string, url: string) => ({
  REDIS_URL: url,
  RELAY_PREFIX: prefix,
  RELAY_SECRET_KEY: SECRET_KEY,
  RELAY_API_KEY: API_KEY,
  SMARTBILL_BASE_URL: smartbill,
  ANAF_BASE_URL: new URL('/anaf', smartbill).href,
  BNR_URL: new URL('/bnr', smartbill).href,
  SMARTBILL_TIMEOUT_MS: '3000',
  SMARTBILL_GRACE_MS: '4000',
  SMARTBILL_BLOCK_MS: '1000',
  SMARTBILL_CALLS: '100',
  SMARTBILL_WINDOW_MS: '1000',
  LOG_LEVEL: 'silent',
})

export const scaledLimit = { limit: 100, windowMs: 1000, blockMs: 1000 }

export type Rig = Awaited<ReturnType<typeof openRig>>

/** One shop, one account, a simulator of its own and the whole program in this process; closed with the test. */
export async function openRig(options: RigOptions = {}) {
  const prefix = testPrefix()
  const simulator = await startSimulator({ ...scaledLimit, ...options.simulator })
  onTestFinished(() => simulator.close())
  const config = readConfig({
    ...environment(prefix, simulator.url, options.redisUrl ?? redisUrl()),
    ...options.env,
  })
  let ahead = 0
  const clock = {
    now: () => Date.now() + ahead,
    advance: (ms: number) => void (ahead += ms),
  }
  const log = options.log
    ? createLog('info', 'test', { write: options.log })
    : createLog('silent', 'test')
  const app = await openApp(config, { temper: 'patient', log, now: clock.now })
  let server: Promise<FastifyInstance> | undefined
  const closers: (() => Promise<void>)[] = []
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close()
    await (await server)?.close()
    await app[Symbol.asyncDispose]()
  })
  const file = ConfigFile.parse({
    accounts: options.accounts ?? [
      { id: ACCOUNT, email: 'a@acme.example', token: TOKEN, cif: CIF },
    ],
    shops: options.shops ?? [aShop()],
  })
  await app.ledger.registry.load(file)

  const ref = (order: string, shop = 'web'): OrderRef => orderRef(shop, order)
  const key = (order: string, kind: DocumentKind = 'invoice', shop = 'web'): DocumentKey =>
    documentKey(ref(order, shop), kind, 1)

  /** Loaded only when asked for: most tests never do. */
  const http = (): Promise<FastifyInstance> =>
    (server ??= import('../../src/http/server.ts').then(({ buildServer }) => buildServer(app)))
  async function call(
    method: 'GET' | 'POST',
    url: string,
    more: { body?: unknown; headers?: Record<string, string> } = {},
  ) {
    const answer = await (
      await http()
    ).inject({
      method,
      url,
      headers: {
        ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        authorization: `Bearer ${API_KEY}`,
        ...more.headers,
      },
      ...(more.body === undefined
        ? {}
        : {
            payload:
              typeof more.body === 'string' || Buffer.isBuffer(more.body)
                ? more.body
                : JSON.stringify(more.body),
          }),
    })
    const text = answer.body
    return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) }
  }

  const waitFor = async (until: number): Promise<void> => {
    const missing = Math.max(0, until - clock.now())
    if (options.clock === 'fast') {
      clock.advance(missing)
      // The budget's clock is that of Redis and cannot be moved.
      await sleep(10)
    } else await sleep(Math.min(missing, 200) + 5)
  }

  const rig = {
    prefix,
    config,
    simulator,
    app,
    clock,
    file,
    ref,
    key,
    call,
    log,
    /** An order through the door, as a shop sends it. */
    post: (order: Partial<Order> | string, more: { shop?: string; key?: string } = {}) =>
      call('POST', `/v1/shops/${more.shop ?? 'web'}/orders`, {
        body: typeof order === 'string' ? order : anOrder(order),
        headers: {
          authorization: `Bearer ${secretOf(more.shop ?? 'web')}`,
          ...(more.key === undefined ? {} : { 'idempotency-key': more.key }),
        },
      }),
    /** An order in the ledger, without HTTP and without a job. */
    async receive(order: Partial<Order> = {}, shop = 'web', target: App = app): Promise<OrderRef> {
      const whole = anOrder(order)
      await target.ledger.events.receive(
        {
          account: ACCOUNT,
          shop: orderShop(shop),
          topic: 'order',
          body: Buffer.from(JSON.stringify(whole)),
          deliveryIds: [],
        },
        ref(whole.id, shop),
        whole,
      )
      return ref(whole.id, shop)
    },
    document: (documentKey: DocumentKey) => app.ledger.documents.get(ACCOUNT, documentKey),
    /** What the order looks like from outside. */
    show: async (order: string, shop = 'web') =>
      (await call('GET', `/v1/shops/${shop}/orders/${order}`)).json as ShownOrder,

    route: (order: OrderRef, target: App = app) => routeOrder({ order, account: ACCOUNT }, target),
    issue: (documentKey: DocumentKey, target: App = app) =>
      issueDocument({ documentKey, account: ACCOUNT }, target),
    act: (document: DocumentKey, kind: ActKind, id: string) =>
      app.ledger.acts.get(ACCOUNT, actKey(document, kind, id)),
    doAct: (act: ActKey, target: App = app) => doAct(act, target),
    resolve: (documentKey: DocumentKey, target: App = app) =>
      resolveOutcome({ documentKey, account: ACCOUNT }, target),
    watch: (kind: DocumentKind = 'invoice', series = 'FCT', target: App = app) =>
      watchSeriesNumbers({ account: ACCOUNT, kind, series }, target),
    sweep: (target: App = app, stillMs = 0) => sweepLedger({ shard: 0 }, target, stillMs),
    waitFor,

    /** A second program on the same Redis and simulator, as after a restart. */
    async another(overrides: Partial<Config> = {}): Promise<App> {
      const other = await openApp(
        { ...config, ...overrides },
        { temper: 'patient', log, now: clock.now },
      )
      closers.push(() => other[Symbol.asyncDispose]())
      return other
    },

    /** All workers on the queues, in this process. */
    async startWorkers(target: App = app) {
      const connection = openRedis(config.redis, 'patient')
      connection.on('error', () => {})
      const running = runWorkers(target, connection)
      let open = true
      const stop = async () => {
        if (!open) return
        open = false
        await running.close(2000)
        connection.disconnect()
      }
      closers.push(stop)
      return { stop }
    },

    /**
     * Does by direct calls, one after the other, what the workers do through the queues, until no document is left that
     * is due, attempting or uncertain. What a crash left behind is picked up here from the ledger alone.
     */
    async finish(target: App = app, limitMs = 60_000): Promise<void> {
      const deadline = performance.now() + limitMs
      const { reports } = target.ledger
      for (;;) {
        const orders = await reports.unrouted(0, Infinity)
        for (const order of orders) await routeOrder({ order, account: ACCOUNT }, target)
        if ((await target.ledger.companies.waiting()) > 0) await syncClients({ shard: 0 }, target)
        const documents = (
          await Promise.all(
            (['due', 'attempting', 'uncertain'] as const).map((state) =>
              reports.inState(0, state, 0, 1000),
            ),
          )
        ).flat()
        const acts = (
          await Promise.all(pendingActStates.map((state) => reports.actsInState(0, state, 0, 1000)))
        ).flat()
        if (orders.length === 0 && documents.length === 0 && acts.length === 0) return
        const waits: number[] = []
        for (const documentKey of documents) {
          const state = (await target.ledger.documents.get(ACCOUNT, documentKey))?.state
          try {
            if (state === 'uncertain')
              await resolveOutcome({ documentKey, account: ACCOUNT }, target)
            else await issueDocument({ documentKey, account: ACCOUNT }, target)
          } catch (error) {
            if (error instanceof ThrottledError) waits.push(error.retryAt)
            else if (error instanceof TransientError) waits.push(clock.now() + 100)
            else if (!(error instanceof UncertainError) && !isRefusal(error)) throw error
          }
        }
        for (const act of acts) {
          try {
            await doAct(act, target)
          } catch (error) {
            if (error instanceof ThrottledError) waits.push(error.retryAt)
            else if (error instanceof TransientError) waits.push(clock.now() + 100)
            else if (!isRefusal(error)) throw error
          }
        }
        if (performance.now() > deadline) {
          const left = await Promise.all(
            documents.map(async (name) => [name, await target.ledger.documents.get(ACCOUNT, name)]),
          )
          throw new Error(`still unfinished after ${limitMs} ms: ${JSON.stringify(left)}`)
        }
        if (waits.length > 0) await waitFor(Math.min(...waits))
      }
    },

    /** Live documents at SmartBill that carry this document's marker. */
    documentsOf: (documentKey: DocumentKey) =>
      simulator
        .documents({ mention: app.markerOf(documentKey) })
        .filter(({ status }) => status !== 'deleted'),
    alerts: () => app.ledger.reports.alerts(),
  }
  return rig
}

/** What the job of an act does. */
function doAct(act: ActKey, app: App): Promise<string> {
  const job = actJobOf(act)
  switch (job) {
    case 'record-payment':
      return recordPayment({ act, account: ACCOUNT }, app)
    case 'reverse-document':
      return reverseDocument({ act, account: ACCOUNT }, app)
    case 'announce-document':
      return announceDocument({ act, account: ACCOUNT }, app)
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'RejectedError'

const orderShop = (id: string) => ConfigFile.shape.shops.unwrap().element.shape.id.parse(id)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** GET /v1/shops/:shop/orders/:order, as far as tests read it. */
export type ShownOrder = {
  documents: {
    key: string
    kind: string
    state: string
    series: string
    number: string
    total: string
    paid: string
    attempts: number
    reasons: { code: string; field: string; ro: string; en: string }[]
    cause: { code: string; said: string; ro: string; en: string } | null
  }[]
  payments: { amount: string }[]
  timeline: { who: string; about: string; from: string; to: string; facts: unknown }[]
}

/** A connection of the test's own, to look into Redis from outside. */
export function rawRedis(url = redisUrl()): Redis {
  const redis = new Redis(url)
  redis.on('error', () => {}) // some tests kill it
  onTestFinished(() => redis.disconnect())
  return redis
}
