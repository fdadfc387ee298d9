import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { request } from 'undici'
import { freePort } from '../../scripts/private-redis.ts'
import { FLOW_LIMITS_MS, flowGrains } from '../../src/core/flow.ts'
import { ledgerKeys } from '../../src/ledger/keys.ts'
import { anOrder } from '../support/builders.ts'
import { startChild } from './child.ts'
import { median, percentile, round, type Figure } from './figures.ts'
import { accountOf, addAccounts, each, openWorld, shopOf, type World } from './world.ts'

const ORDERS = 1_000_000
/** Redis needs about this much for each order and what belongs to it. */
const BYTES_PER_ORDER = 5000
const SHOPS = 8
const BATCH = 200
const VISITS = 40
const WARM_UP = 3
const PASSWORD = 'a password for the bench'
const TARGET_MS = 300
/** Orders of the last ninety days. */
const SPAN_MS = 90 * 86_400_000

/** Not a secret: what it protects are made-up accounts. A ledger that is kept needs the same key again. */
const KEY = Buffer.alloc(32, 'bench').toString('base64')

/**
 * How long the pages take with a million orders in the ledger, half of them of one shop. With `keep`, a folder, the
 * filled ledger stays there and is there at once the next time.
 */
export async function pages(quick: boolean, keep?: string): Promise<Figure[]> {
  const fits = Math.floor((freemem() * 0.7) / BYTES_PER_ORDER)
  const orders = quick ? 50_000 : Math.min(ORDERS, fits)
  await using world = await openWorld(
    'http://127.0.0.1:9',
    { RELAY_ADMIN_PASSWORD: PASSWORD, RELAY_SECRET_KEY: KEY },
    // What is measured is reading; a disk that keeps a million made-up orders is not.
    { args: ['--appendonly', 'no'], ...(keep ? { dir: keep } : {}) },
  )
  const startedAt = performance.now()
  if ((await world.redis.dbsize()) < orders) {
    await addAccounts(world, 0, SHOPS)
    await fill(world, orders)
    if (keep) await world.redis.save()
  }
  const filled = Math.round((performance.now() - startedAt) / 1000)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  await using web = await startChild(
    'src/main.ts',
    { ...world.env, PORT: String(port) },
    async () => (await fetch(`${origin}/readyz`)).ok,
  )
  const cookie = await signIn(origin)
  const figures: Figure[] = []
  for (const [what, path, target] of visits(orders)) {
    const times: number[] = []
    let size = 0
    let [webMs, redisMs] = [0, 0]
    for (let i = 0; i < VISITS + WARM_UP; i++) {
      if (i === WARM_UP) [webMs, redisMs] = [await web.cpuMs(), await world.cpuMs()]
      const at = performance.now()
      const answer = await request(`${origin}${path}`, { headers: { cookie, accept: 'text/html' } })
      size = (await answer.body.text()).length
      if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`)
      if (i >= WARM_UP) times.push(performance.now() - at)
    }
    const perVisit = (ms: number) => `${(ms / VISITS).toFixed(0)} ms`
    const cpu = `CPU web ${perVisit((await web.cpuMs()) - webMs)}, Redis ${perVisit((await world.cpuMs()) - redisMs)}`
    figures.push({
      name: 'pages',
      what: `${what}, p95`,
      value: round(percentile(times, 0.95), 0),
      unit: 'ms',
      ...(target ? { target: { atMost: TARGET_MS } } : {}),
      detail: `p50 ${round(median(times), 0)} ms, ${cpu}, ${Math.round(size / 1024)} KB, ${path}`,
    })
  }
  const memory = Math.round((await world.memory()) / 1_048_576)
  figures.push({
    name: 'pages',
    what: 'orders in the ledger',
    value: orders,
    unit: '',
    detail: `${memory} MB of Redis, filled in ${filled} s; ${VISITS} visits to each page`,
  })
  return figures
}

const visits = (orders: number): [string, string, boolean][] => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  return [
    ['overview', '/', true],
    ['orders, newest', '/orders', true],
    ['orders, sixty days ago', `/orders?to=${day(60)}`, true],
    ['orders of one shop and three days', `/orders?shop=s0&from=${day(33)}&to=${day(30)}`, true],
    ['orders issued', '/orders?state=issued', true],
    ['orders waiting', '/orders?state=waiting', true],
    ['orders without document (one in 500)', '/orders?state=none', true],
    ['search: a name that 1 in 50 has', '/orders?q=popescu', true],
    ['search: two names', '/orders?q=Popescu%20ion', true],
    ['search: a first name that 1 in 10 has, held', '/orders?q=maria&state=held', true],
    ['search: a beginning', '/orders?q=ion', true],
    ['search: an e-mail', `/orders?q=popescu${Math.floor(orders / 100) * 50}@example.ro`, true],
    ['search: a phone number', '/orders?q=07%2000%200012', true],
    ['search: a code that every order has', '/orders?q=TS-1', true],
    ['search: a code and days', `/orders?q=SKU77&from=${day(20)}&to=${day(10)}`, true],
    ['search: nothing there', '/orders?q=nimeni', true],
    ['one order', '/orders/s0/1', true],
    ['held', '/held', false],
    ['dead letters', '/dead-letters', false],
    ['alerts', '/alerts', false],
    ['audit', '/audit', false],
  ]
}

async function signIn(origin: string): Promise<string> {
  const answer = await request(`${origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ name: 'admin', password: PASSWORD }).toString(),
  })
  await answer.body.dump()
  return [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ')
}

async function fill({ app, redis }: World, orders: number): Promise<void> {
  redis.defineCommand('fillOrders', {
    numberOfKeys: 9,
    lua: readFileSync(new URL('./fill.lua', import.meta.url), 'utf8'),
  })
  const run = Reflect.get(redis, 'fillOrders') as (...args: (string | number)[]) => Promise<unknown>
  const keys = ledgerKeys(app.config.prefix, app.config.shards)
  const batches: { shop: number; from: number; count: number }[] = []
  for (let shop = 0, from = 0; shop < SHOPS; shop++) {
    const own = shop === 0 ? Math.floor(orders / 2) : Math.floor(orders / 2 / (SHOPS - 1))
    for (let n = 0; n < own; n += BATCH)
      batches.push({ shop, from: from + n, count: Math.min(BATCH, own - n) })
    from += own
  }
  const snapshot = JSON.stringify(
    anOrder({
      id: '@n',
      number: '@n',
      customer: { name: '@first @last', email: '@last@n-example.ro', phone: '07@n' },
      lines: ['@sku', 'TS-1'].map((sku, i) => ({
        id: String(i),
        sku,
        name: 'Tricou din bumbac organic',
        quantity: '2',
        unit: 'buc',
        unitPrice: '30.25',
        vatRate: '21',
      })),
    }),
  )
  const reasons = [
    { code: 'sku-missing', field: 'lines.0.sku', en: 'No code.', ro: 'Lipsește codul.' },
  ]
  const cause = {
    code: 'series-unknown',
    said: 'Seria nu exista',
    en: 'No such series.',
    ro: 'Seria nu există.',
  }
  const [now, step] = [app.now(), Math.max(1, Math.floor(SPAN_MS / (orders / 2)))]
  await each(
    batches.length,
    async (i) => {
      const { shop: n, from, count } = batches[i] ?? { shop: 0, from: 0, count: 0 }
      const [{ id: account }, { id: shop }] = [accountOf(n), shopOf(n)]
      const shard = keys.ofShard(keys.shardOf(account))
      const key = keys.order(account, '' as never)
      const apart = n === 0 ? step : Math.floor(SPAN_MS / (orders / 2 / (SHOPS - 1)))
      const first = n === 0 ? 0 : orders / 2 + (n - 1) * Math.floor(orders / 2 / (SHOPS - 1))
      await run.call(
        redis,
        keys.orders(account, shop),
        keys.words(account, shop),
        shard.journal,
        shard.counts,
        keys.numbers(account, 'invoice', 'FCT'),
        keys.pending(account),
        ...(['due', 'held', 'dead'] as const).map(shard.state),
        from,
        count,
        now - SPAN_MS + (from - first) * apart,
        apart,
        shop,
        account,
        key,
        keys.document(account, '' as never),
        snapshot,
        JSON.stringify(reasons),
        JSON.stringify(cause),
      )
    },
    8,
  )
  await flow(redis, keys.ofShard(0).flow, now)
}

async function flow(redis: World['redis'], key: string, now: number): Promise<void> {
  for (const [grain, { ms, slots }] of Object.entries(flowGrains)) {
    const last = Math.floor(now / ms)
    const fields = Array.from({ length: slots }, (_, i) => [
      `${grain}${(last - i) % slots}`,
      [last - i, ...FLOW_LIMITS_MS.map((_, n) => n + (i % 7)), 0].join(' '),
    ]).flat()
    await redis.hset(key, ...fields)
  }
}
