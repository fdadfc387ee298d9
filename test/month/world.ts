import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { openApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { pendingActStates, type ActKey } from '../../src/core/acts.ts'
import { ThrottledError, TransientError, UncertainError } from '../../src/core/errors.ts'
import { AccountId, type DocumentKey, type OrderRef, orderRef } from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import { ConfigFile, type Shop } from '../../src/core/settings.ts'
import { actJobOf } from '../../src/jobs.ts'
import { createLog } from '../../src/log.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { announceDocument } from '../../workers/announce-document.ts'
import { issueDocument } from '../../workers/issue-document.ts'
import { recordPayment } from '../../workers/record-payment.ts'
import { resolveOutcome } from '../../workers/resolve-outcome.ts'
import { reverseDocument } from '../../workers/reverse-document.ts'
import { routeOrder } from '../../workers/route-order.ts'
import { syncClients } from '../../workers/sync-clients.ts'

export const ACCOUNT = AccountId.parse('acme')
export const CIF = 'RO12345674'
const AT_ONCE = 8

export type World = Awaited<ReturnType<typeof openWorld>>

/** A merchant with two shops and a SmartBill of its own, on a clock that is moved by hand. */
export async function openWorld(redisUrl: string, prefix: string, startAt: number) {
  let ahead = startAt - Date.now()
  const now = () => Date.now() + ahead
  const listed: object[] = []
  const list = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(listed))
  })
  await new Promise<void>((resolve) => list.listen(0, '127.0.0.1', resolve))
  const simulator = await startSimulator({ limit: 0, now })
  simulator.company(CIF, {
    series: [
      { name: 'FCT', type: 'f' },
      { name: 'FCB', type: 'f' },
      { name: 'PRF', type: 'p' },
      { name: 'CHT', type: 'c' },
    ],
  })
  const config = readConfig({
    REDIS_URL: redisUrl,
    RELAY_PREFIX: prefix,
    RELAY_SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
    RELAY_API_KEY: 'ops-key',
    RELAY_ALLOW_PRIVATE_URLS: 'true',
    SMARTBILL_BASE_URL: simulator.url,
    ANAF_BASE_URL: new URL('/anaf', simulator.url).href,
    BNR_URL: new URL('/bnr', simulator.url).href,
    SMARTBILL_TIMEOUT_MS: '400',
    SMARTBILL_GRACE_MS: '4000',
    SMARTBILL_CALLS: '400',
    SMARTBILL_WINDOW_MS: '1000',
    LOG_LEVEL: 'silent',
  })
  const app = await openApp(config, { temper: 'patient', log: createLog('silent', 'test'), now })
  const common = {
    enabled: true,
    document: 'invoice' as const,
    triggerStatuses: ['paid', 'fulfilled', 'completed'],
    onRefund: 'reverse' as const,
    onCancel: 'reverse' as const,
    onEdit: 'reverse' as const,
    cancelEstimatesAfterDays: 10,
    companyLookup: 'off' as const,
  }
  const rulesFor = (series: string) => [
    {
      name: 'Proforma',
      when: { statuses: ['awaiting_payment'], methods: ['proforma'] },
      set: { document: 'estimate' as const, series: 'PRF' },
    },
    { name: 'Later', when: { tags: ['later'] }, set: { delayMinutes: 90, series } },
  ]
  const file = ConfigFile.parse({
    accounts: [{ id: ACCOUNT, email: 'a@acme.example', token: '003|abc', cif: CIF }],
    shops: [
      {
        id: 'web',
        account: ACCOUNT,
        platform: 'generic',
        secret: 'secret-of-web',
        settings: { ...common, series: 'FCT', invoiceSeries: 'FCT', rules: rulesFor('FCT') },
      },
      {
        id: 'b2b',
        account: ACCOUNT,
        platform: 'woocommerce',
        secret: 'secret-of-b2b',
        api: {
          url: `http://127.0.0.1:${(list.address() as AddressInfo).port}`,
          key: 'ck_1',
          secret: 'cs_1',
        },
        settings: {
          ...common,
          series: 'FCB',
          invoiceSeries: 'FCB',
          reverseBy: 'cancel',
          rules: rulesFor('FCB'),
        },
      },
    ],
  })
  await app.ledger.registry.load(file)
  const shops = Object.fromEntries(file.shops.map((shop) => [shop.id, shop])) as Record<
    'web' | 'b2b',
    Shop
  >

  const moveTo = (at: number) => {
    ahead = Math.max(ahead, at - Date.now())
  }
  return {
    app,
    simulator,
    shops,
    now,
    moveTo,
    /** What the second shop lists through its API. */
    listed,
    async tell(shop: 'web' | 'b2b', order: Order): Promise<OrderRef> {
      const ref = orderRef(shop, order.id)
      await app.ledger.events.receive(
        {
          account: ACCOUNT,
          shop: shops[shop].id,
          topic: 'order',
          body: Buffer.from(JSON.stringify(order)),
          deliveryIds: [],
        },
        ref,
        order,
      )
      return ref
    },
    drive: () => drive(app, now, moveTo),
    async close() {
      await app[Symbol.asyncDispose]()
      await simulator.close()
      list.closeAllConnections()
      await new Promise((resolve) => list.close(resolve))
    },
  }
}

const works = {
  'record-payment': recordPayment,
  'reverse-document': reverseDocument,
  'announce-document': announceDocument,
} as const

/** Does what the workers do, many at once, until nothing is left that is due before `until`. */
async function drive(
  app: App,
  now: () => number,
  moveTo: (at: number) => void,
  horizonMs = 4 * 3_600_000,
): Promise<void> {
  const { reports } = app.ledger
  const horizon = now() + horizonMs
  const deadline = performance.now() + 300_000
  for (;;) {
    const orders = await reports.unrouted(0, Infinity)
    await each(orders, (order) => routeOrder({ order, account: ACCOUNT }, app))
    if ((await app.ledger.companies.waiting()) > 0) await syncClients({ shard: 0 }, app)
    const waits: number[] = []
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        await work()
      } catch (error) {
        if (error instanceof ThrottledError) waits.push(error.retryAt)
        else if (error instanceof TransientError) waits.push(now() + 100)
        else if (!(error instanceof UncertainError) && !isRefusal(error)) throw error
      }
    }
    const documents = await listed(
      ['due', 'attempting', 'uncertain'] as const,
      (state) => reports.inState(0, state, 0, 2000),
      async (key) => (await app.ledger.documents.get(ACCOUNT, key))?.notBefore ?? 0,
    )
    const acts = await listed(
      pendingActStates,
      (state) => reports.actsInState(0, state, 0, 2000),
      async (key) => (await app.ledger.acts.get(ACCOUNT, key))?.notBefore ?? 0,
    )
    const soon = [...documents, ...acts].filter(({ notBefore }) => notBefore <= horizon)
    if (orders.length === 0 && soon.length === 0) return
    for (const { notBefore } of soon) if (notBefore > now()) waits.push(notBefore)
    const ready = (one: { notBefore: number }) => one.notBefore <= now()
    await each(documents.filter(ready), ({ key, state }) =>
      attempt(() =>
        state === 'uncertain'
          ? resolveOutcome({ documentKey: key as DocumentKey, account: ACCOUNT }, app)
          : issueDocument({ documentKey: key as DocumentKey, account: ACCOUNT }, app),
      ),
    )
    await each(acts.filter(ready), ({ key }) => {
      const act = key as ActKey
      return attempt(() => works[actJobOf(act)]({ act, account: ACCOUNT }, app))
    })
    if (performance.now() > deadline)
      throw new Error(
        `still unfinished: ${soon.map(({ key, state }) => `${key} ${state}`).join(', ')}`,
      )
    if (waits.length === 0) continue
    // What was late at SmartBill has arrived before the clock jumps.
    await sleep(40)
    moveTo(Math.min(...waits))
  }
}

async function listed<State extends string>(
  states: readonly State[],
  list: (state: State) => Promise<string[]>,
  notBefore: (key: never) => Promise<number>,
) {
  const found = await Promise.all(
    states.map(async (state) => (await list(state)).map((key) => ({ key, state }))),
  )
  return Promise.all(
    found.flat().map(async (one) => ({ ...one, notBefore: await notBefore(one.key as never) })),
  )
}

async function each<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < list.length; i += AT_ONCE)
    await Promise.all(list.slice(i, i + AT_ONCE).map(work))
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'RejectedError'
