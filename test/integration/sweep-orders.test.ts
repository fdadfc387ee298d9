import { describe, expect, test } from 'vitest'
import { orderRef, ShopId } from '../../src/core/ids.ts'
import { sweepOrders } from '../../workers/sweep-orders.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, openRig, rawRedis, secretOf, type Rig } from '../support/rig.ts'
import { startShopApi, type ShopApiServer, type ShopPlatform } from '../support/shop-apis.ts'

const SHOP = ShopId.parse('web')
const MINUTE = 60_000
const all = ['woocommerce', 'shopify', 'cloudcart'] as const

async function connected(platform: ShopPlatform, options: Parameters<typeof startShopApi>[1] = {}) {
  const server = await startShopApi(platform, options)
  const lines: string[] = []
  const rig = await openRig({
    env: { RELAY_ALLOW_PRIVATE_URLS: 'true' },
    log: (line) => lines.push(line),
    shops: [
      {
        id: 'web',
        account: 'acme',
        platform,
        secret: secretOf('web'),
        api: server.api,
        settings: { enabled: true, document: 'invoice', series: 'FCT' },
      },
    ],
  })
  const sweep = () => sweepOrders({ shard: 0, shop: SHOP }, rig.app)
  const state = () => rig.app.ledger.sweeps.look(ACCOUNT, SHOP)
  const known = (id: string) => rig.app.ledger.documents.order(ACCOUNT, orderRef('web', id))
  return { server, rig, sweep, state, known, lines }
}

/** An order in the shop, modified some minutes ago. */
const ago = (rig: Rig, minutes: number): number =>
  Math.floor((rig.clock.now() - minutes * MINUTE) / 1000) * 1000

/** So many orders, a second apart. */
async function fill(server: ShopApiServer, rig: Rig, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => String(5000 + index))
  for (const [index, id] of ids.entries()) server.put(id, ago(rig, 9) + index * 1000)
  return ids
}

describe.each(all)('%s', (platform) => {
  test('an order whose webhook never came is found, once', async () => {
    const { server, rig, sweep, known, state } = await connected(platform)
    server.put('5001', ago(rig, 3))
    server.put('4000', ago(rig, 3000))
    expect(await sweep()).toBe('1 changes that no webhook told, of 1 listed')
    expect((await known('5001'))?.order.id).toBe('5001')
    expect(await known('4000')).toBeUndefined()
    expect(await sweep()).toMatch(/^0 changes/)
    expect((await known('5001'))?.version).toBe('1')
    expect(await rig.app.ledger.reports.unrouted(0, Infinity)).toEqual(['web~5001'])
    expect((await state()).completedAt).toBeGreaterThan(0)
  })

  test('a list of many pages is read to its end', async () => {
    const { server, rig, sweep, known } = await connected(platform, { pageSize: 7 })
    const ids = await fill(server, rig, 30)
    expect(await sweepAll(sweep)).toMatch(/of 30 listed|changes/)
    for (const id of ids) expect(await known(id)).toBeDefined()
  })

  test('a rate limit is waited out without a failure', async () => {
    const { server, rig, sweep, state, known } = await connected(platform)
    server.put('5001', ago(rig, 1))
    server.fail('429', 2)
    expect(await sweep()).toMatch(/^1 changes/)
    expect((await state()).failures).toBe(0)
    expect(await known('5001')).toBeDefined()
  })

  test.each([
    ['500', 'shop-api-server'],
    ['html', 'shop-api-not-json'],
    ['login', 'shop-api-login'],
    ['redirect', 'shop-api-wrong-address'],
  ] as const)('%s is contained, told once, and the cursor stays', async (fault, code) => {
    const { server, rig, sweep, state, known, lines } = await connected(platform)
    await sweep()
    const { cursor } = await state()
    server.put('5001', ago(rig, 1))
    server.fail(fault, 3)
    for (let i = 0; i < 3; i++) expect(await sweep()).toBe(`failed: ${code}`)
    expect(await state()).toMatchObject({ cursor, failures: 3, problem: { code } })
    expect(lines.filter((line) => line.includes(code))).toHaveLength(1)
    expect(await sweep()).toMatch(/^1 changes/)
    const after = await state()
    expect([after.failures, after.failingSince, after.problem]).toEqual([0, 0, undefined])
    expect(await known('5001')).toBeDefined()
  })

  test('a list that goes in circles is stopped, told once, and what it shows is taken in', async () => {
    const { server, rig, sweep, known, lines } = await connected(platform, { pageSize: 4 })
    const ids = await fill(server, rig, 4)
    server.fail('loop')
    for (let i = 0; i < 3; i++) expect(await sweep()).toBe('failed: shop-api-loops')
    expect(lines.filter((line) => line.includes('shop-api-loops'))).toHaveLength(1)
    for (const id of ids) expect(await known(id)).toBeDefined()
    server.mend()
    server.put('7000', ago(rig, 0))
    expect(await sweepAll(sweep)).toMatch(/^1 changes/)
  })

  test('a worker that dies between two pages loses nothing', async () => {
    const { server, rig, known } = await connected(platform, { pageSize: 5 })
    const ids = await fill(server, rig, 23)
    let pages = 0
    const dying = {
      ...rig.app,
      ledger: {
        ...rig.app.ledger,
        sweeps: {
          ...rig.app.ledger.sweeps,
          async begin(...args: Parameters<typeof rig.app.ledger.sweeps.begin>) {
            const begun = await rig.app.ledger.sweeps.begin(...args)
            if (begun === undefined) return undefined
            const die = () => Promise.reject(new Error('killed'))
            return {
              ...begun,
              save: (fields: Parameters<typeof begun.save>[0]) =>
                'position' in fields && ++pages % 2 === 0 ? die() : begun.save(fields),
              finish: die,
            }
          },
        },
      },
    }
    const redis = rig.app.redis
    for (let i = 0; i < 12; i++) {
      await sweepOrders({ shard: 0, shop: SHOP }, dying).catch(() => {})
      await redis.del(`${rig.prefix}:{0}:sweep:web:lock`)
    }
    await sweepOrders({ shard: 0, shop: SHOP }, rig.app)
    for (const id of ids) expect((await known(id))?.version).toBe('1')
  })
})

/** Sweeps until the end of the list is reached. */
async function sweepAll(sweep: () => Promise<string>): Promise<string> {
  for (let i = 0; i < 20; i++) {
    const outcome = await sweep()
    if (!outcome.startsWith('goes on')) return outcome
  }
  throw new Error('the list has no end')
}

test("CloudCart's silent change from pending to paid is found and the order becomes due", async () => {
  const { server, rig, sweep, known } = await connected('cloudcart')
  const created = ago(rig, 5)
  server.put('2010', created, { status: 'pending' })
  await sweep()
  await rig.route(orderRef('web', '2010'))
  expect(await rig.document(rig.key('2010'))).toBeUndefined()
  // The gateway confirms; no webhook tells.
  server.put('2010', created + 60_000, { status: 'paid' })
  expect(await sweep()).toMatch(/^1 changes/)
  expect((await known('2010'))?.order.status).toBe('paid')
  await rig.route(orderRef('web', '2010'))
  expect((await rig.document(rig.key('2010')))?.state).toBe('due')
})

test('a payment within the same second as the last snapshot is seen by its content', async () => {
  const { server, rig, sweep, known } = await connected('cloudcart')
  const at = ago(rig, 2)
  server.put('2010', at, { status: 'pending' })
  await sweep()
  server.put('2010', at, { status: 'paid' })
  expect(await sweep()).toMatch(/^1 changes/)
  expect((await known('2010'))?.order.status).toBe('paid')
})

test('CloudCart lists without related rows are completed order by order, unchanged ones are not', async () => {
  const { server, rig, sweep, known } = await connected('cloudcart', { bare: true })
  server.put('2010', ago(rig, 2))
  server.put('2011', ago(rig, 1))
  // The list is answered; the shop asks for a pause at both orders.
  server.fail('429', 2, 1)
  expect(await sweep()).toMatch(/^2 changes/)
  expect(await known('2011')).toBeDefined()
  server.calls.length = 0
  expect(await sweep()).toMatch(/^0 changes/)
  expect(server.calls).toHaveLength(1)
})

test('CloudCart that is nearly out of calls is left alone until its next window', async () => {
  const { server, rig, sweep, state } = await connected('cloudcart', { pageSize: 100 })
  for (let i = 0; i < 130; i++) server.put(String(3000 + i), ago(rig, 2))
  server.limit(5)
  await sweep()
  const { nextAt, position } = await state()
  expect(nextAt).toBeGreaterThan(rig.clock.now() + 20_000)
  expect(position).not.toBe('')
  await sweep()
  expect((await state()).position).toBe('')
})

test('WooCommerce: more orders of one second than a page holds, and one that moves while it is read', async () => {
  const { server, rig, sweep, known } = await connected('woocommerce')
  const at = ago(rig, 4)
  for (let i = 0; i < 250; i++) server.put(String(6000 + i), i < 30 ? at - 5000 : at)
  expect(await sweepAll(sweep)).toMatch(/^250 changes/)
  for (let i = 0; i < 250; i++) expect(await known(String(6000 + i))).toBeDefined()
})

test('WooCommerce: an order that changes between two pages hides no other', async () => {
  const { server, rig, known } = await connected('woocommerce')
  for (let i = 0; i < 150; i++) server.put(String(6000 + i), ago(rig, 8) + i * 1000)
  let pages = 0
  const { woocommerce } = rig.app.platforms
  const app = {
    ...rig.app,
    platforms: {
      ...rig.app.platforms,
      woocommerce: {
        ...woocommerce,
        list: (...args: Parameters<NonNullable<typeof woocommerce.list>>) => {
          if (++pages === 2) server.put('6000', ago(rig, 0))
          return woocommerce.list?.(...args) ?? Promise.reject(new Error('no list'))
        },
      },
    },
  }
  await sweepOrders({ shard: 0, shop: SHOP }, app)
  for (let i = 0; i < 150; i++) expect(await known(String(6000 + i))).toBeDefined()
})

test("a shop's clock that is years ahead does not make later orders invisible", async () => {
  const { server, rig, sweep, state, known } = await connected('shopify')
  server.put('1', rig.clock.now() + 3e10)
  await sweep()
  expect((await state()).cursor).toBeLessThanOrEqual(rig.clock.now())
  server.put('2', ago(rig, 0))
  await sweep()
  expect(await known('2')).toBeDefined()
})

test('an order that cannot be read goes to quarantine, the others come in', async () => {
  const { server, rig, sweep, known } = await connected('woocommerce')
  server.put('1', ago(rig, 2), { total: 'a lot' })
  server.put('2', ago(rig, 1))
  await sweep()
  await sweep()
  expect(await known('2')).toBeDefined()
  expect(await rig.app.ledger.reports.quarantined(10)).toHaveLength(1)
})

test('two sweeps of one shop at once: one works, the other leaves', async () => {
  const { server, rig, sweep } = await connected('shopify')
  server.put('1', ago(rig, 1))
  const outcomes = await Promise.all([sweep(), sweep()])
  expect(outcomes).toContain('another worker sweeps this shop')
  expect(outcomes.filter((outcome) => outcome.startsWith('1 changes'))).toHaveLength(1)
})

test('every connected shop that is due gets a job, others do not', async () => {
  const { rig, sweep } = await connected('woocommerce')
  expect(await sweepOrders({ shard: 0 }, rig.app)).toBe('1 of 1 shops are due')
  await sweep()
  expect(await sweepOrders({ shard: 0 }, rig.app)).toBe('0 of 1 shops are due')
  rig.clock.advance(6 * MINUTE)
  expect(await sweepOrders({ shard: 0 }, rig.app)).toBe('1 of 1 shops are due')
})

test('by itself: an order that only the shop knows is found through the queue and invoiced', async () => {
  const { server, rig } = await connected('woocommerce')
  server.put('5001', ago(rig, 1))
  await rig.startWorkers()
  await rig.app.queues.schedule()
  const document = await eventually(async () => {
    const found = await rig.document(rig.key('5001'))
    return found?.state === 'issued' || found?.state === 'held' ? found : undefined
  })
  expect(document.reasons ?? []).toEqual([])
  expect(document.state).toBe('issued')
})

test('the login of a shop is stored sealed', async () => {
  const { rig, server } = await connected('woocommerce')
  const stored = await rawRedis().hget(`${rig.prefix}:{registry}:shops`, 'web')
  expect(stored).not.toMatch(/ck_1|cs_1|127\.0\.0\.1/)
  expect((await rig.app.ledger.registry.shop(SHOP))?.api).toEqual(server.api)
})

test('an address that is not public is refused, and the login never leaves', async () => {
  const server = await startShopApi('woocommerce')
  const rig = await openRig({
    shops: [{ id: 'web', account: 'acme', platform: 'woocommerce', secret: 's', api: server.api }],
  })
  expect(await sweepOrders({ shard: 0, shop: SHOP }, rig.app)).toBe(
    'failed: shop-api-forbidden-address',
  )
  expect(server.calls).toEqual([])
})
