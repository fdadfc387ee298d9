import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { RejectedError, TransientError } from '../../src/core/errors.ts'
import { ShopId } from '../../src/core/ids.ts'
import { pushStock } from '../../workers/push-stock.ts'
import { syncProducts } from '../../workers/sync-products.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, aShop, CIF, openRig, TOKEN, type Rig, type RigOptions } from '../support/rig.ts'
import { startReceiver, startShopify, startWooCommerce } from '../support/shop-servers.ts'

const STOCK_TOKEN = 'Stock-Token-1'
const HOURS = 3_600_000
const account = {
  id: ACCOUNT,
  email: 'a@acme.example',
  token: TOKEN,
  cif: CIF,
  stockToken: STOCK_TOKEN,
}
const open = (options: RigOptions = {}) =>
  openRig({ accounts: [account], env: { RELAY_ALLOW_PRIVATE_URLS: 'true' }, ...options })
const tell = (rig: Rig, body: unknown, token = STOCK_TOKEN) =>
  rig.call('POST', '/webhooks/smartbill/acme', {
    body,
    headers: { authorization: `Bearer ${token}` },
  })
const stock = async (rig: Rig) =>
  Object.fromEntries(
    (await rig.app.ledger.stock.items(ACCOUNT)).map(({ warehouse, code, name, quantity }) => [
      `${warehouse}/${code || name}`,
      quantity,
    ]),
  )
const set = (rig: Rig, quantities: Record<string, number>) =>
  tell(rig, {
    products: Object.entries(quantities).map(([productCode, quantity]) => ({
      warehouse: 'Depozit',
      productName: `Produs ${productCode}`,
      productCode,
      quantity,
    })),
  })
const push = (rig: Rig, shop = 'web') => pushStock({ shard: 0, shop: ShopId.parse(shop) }, rig.app)
const pull = (rig: Rig) => syncProducts({ shard: 0, account: ACCOUNT }, rig.app)

describe("SmartBill's stock webhook", () => {
  test('sets absolute quantities, as an object or a bare array, whatever the order of messages', async () => {
    const rig = await open()
    const lamp = { warehouse: 'Depozit', productName: 'Lampa', productCode: 'LB-01', quantity: 8 }
    expect((await tell(rig, { products: [lamp] })).status).toBe(200)
    expect((await tell(rig, [{ ...lamp, quantity: '7.5' }])).status).toBe(200)
    await tell(rig, [{ ...lamp, warehouse: 'DEPOZIT', quantity: -3 }])
    await tell(rig, [{ ...lamp, productCode: '', productName: 'Fara cod', quantity: 2 }])
    expect(await stock(rig)).toEqual({ 'DEPOZIT/LB-01': '0', 'Depozit/Fara cod': '2' })
  })

  test('answers a test call with 200, unreadable JSON with 400, a wrong token with 401', async () => {
    const rig = await open()
    expect((await tell(rig, { products: [] })).json).toMatchObject({ status: 'ok', taken: 0 })
    expect((await tell(rig, '{"products":')).status).toBe(400)
    expect((await tell(rig, { products: [] }, 'wrong')).status).toBe(401)
    expect((await tell(rig, { products: [] }, STOCK_TOKEN.toLowerCase())).status).toBe(200)
    const nonsense = { products: [null, 5, { quantity: 'x' }, { productCode: 'A', quantity: 1 }] }
    expect((await tell(rig, nonsense)).json).toMatchObject({ taken: 1, ignored: 3 })
  })

  test('is closed for an account without a stock token', async () => {
    const rig = await openRig()
    expect((await tell(rig, { products: [] }, '')).status).toBe(401)
    expect((await tell(rig, { products: [] }, 'undefined')).status).toBe(401)
  })

  test('the token is sealed where it is stored', async () => {
    const rig = await open()
    const stored = await rig.app.redis.hgetall(`${rig.prefix}:{registry}:accounts`)
    expect(JSON.stringify(stored)).not.toContain(STOCK_TOKEN)
    expect((await rig.app.ledger.registry.account(ACCOUNT))?.stockToken).toBe(STOCK_TOKEN)
  })
})

describe('reading the stock', () => {
  test('keeps every warehouse, zeroes what is gone, and runs twice without harm', async () => {
    const rig = await open()
    rig.simulator.company(CIF, {
      warehouses: [
        { name: 'Depozit', type: 'en gros' },
        { name: 'Magazin', type: 'en detail' },
      ],
      stock: [
        { name: 'Tricou', code: 'TS-1', quantity: 5 },
        { name: 'Tricou', code: 'TS-1', warehouse: 'Magazin', quantity: 2.5, unit: 'set' },
        { name: 'Cana', code: 'CN-1', quantity: 1 },
      ],
    })
    await pull(rig)
    await pull(rig)
    expect(await stock(rig)).toEqual({
      'Depozit/TS-1': '5',
      'Magazin/TS-1': '2.5',
      'Depozit/CN-1': '1',
    })
    rig.simulator.company(CIF, { stock: [{ name: 'Tricou', code: 'TS-1', quantity: 4 }] })
    rig.clock.advance(10)
    await pull(rig)
    expect(await stock(rig)).toEqual({
      'Depozit/TS-1': '4',
      'Magazin/TS-1': '0',
      'Depozit/CN-1': '0',
    })
  })

  test('is done only for accounts that need it', async () => {
    const rig = await open()
    expect(await syncProducts({ shard: 0 }, rig.app)).toBe('0 of 0 accounts are due')
    const needing = await open({ shops: [aShop({ useStock: true, warehouse: 'Depozit' })] })
    expect(await syncProducts({ shard: 0 }, needing.app)).toBe('1 of 1 accounts are due')
    await pull(needing)
    expect(await syncProducts({ shard: 0 }, needing.app)).toBe('0 of 1 accounts are due')
  })

  test('never takes a call that a document could need', async () => {
    const rig = await open({
      env: { SMARTBILL_CALLS: '10', SMARTBILL_WINDOW_MS: '1000' },
      simulator: { limit: 10, windowMs: 1000 },
    })
    const known = await rig.app.ledger.registry.account(ACCOUNT)
    if (known === undefined) throw new Error('no account')
    const grants = [1, 2, 3, 4, 5, 6].map(() => rig.app.smartbill.admit(known))
    await Promise.all(grants)
    expect(await pull(rig)).toMatch(/^later/)
    await Promise.all([7, 8, 9, 10].map(() => rig.app.smartbill.admit(known)))
    expect(rig.simulator.calls().byRoute['GET /stocks']).toBeUndefined()
  })

  test('a document that discharges stock names the unit that SmartBill has', async () => {
    const rig = await open({
      shops: [aShop({ useStock: true, warehouse: 'Depozit' })],
    })
    rig.simulator.company(CIF, {
      stock: [{ name: 'Tricou', code: 'TS-1', quantity: 5, unit: 'set' }],
    })
    await pull(rig)
    await rig.receive({ id: '1' })
    await rig.finish()
    const [document] = rig.documentsOf(rig.key('1'))
    expect(document).toMatchObject({ stockMoved: true, lines: [{ unit: 'set' }, {}] })
  })

  test('too little stock is a cause of its own', async () => {
    const rig = await open({ shops: [aShop({ useStock: true, warehouse: 'Depozit' })] })
    rig.simulator.company(CIF, { stock: [{ name: 'Tricou', code: 'TS-1', quantity: 1 }] })
    await rig.receive({ id: '1' })
    await rig.finish()
    expect((await rig.document(rig.key('1')))?.cause).toMatchObject({ code: 'out-of-stock' })
  })
})

const woo = (url: string, settings = {}) =>
  aShop({ pushStock: true, ...settings }, {
    platform: 'woocommerce',
    api: { url, key: 'ck_1', secret: 'cs_1' },
  } as object)

describe('telling a WooCommerce shop', () => {
  test('everything the first time, then only what changed, variations too', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }, { sku: 'B', parent_id: 100 }, { sku: 'C' }])
    const rig = await open({ shops: [woo(shop.url)] })
    await set(rig, { A: 5, B: 3.7, X: 9 })
    expect(await push(rig)).toBe('3 quantities, 2 changed, 1 not in the shop')
    expect([shop.quantity('A'), shop.quantity('B'), shop.quantity('C')]).toEqual([5, 3, null])
    const calls = shop.asked.length
    expect(await push(rig)).toBe('0 quantities, 0 changed, 0 not in the shop')
    expect(shop.asked).toHaveLength(calls)
    await set(rig, { A: 4 })
    expect(await push(rig)).toBe('1 quantities, 1 changed, 0 not in the shop')
    expect(shop.quantity('A')).toBe(4)
  })

  test('a quantity that drifted at the shop is corrected by the regular check', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }, { sku: 'B' }])
    const lines: string[] = []
    const rig = await open({ shops: [woo(shop.url)], log: (line) => lines.push(line) })
    await set(rig, { A: 5, B: 6 })
    await push(rig)
    shop.sell('A', 2)
    await push(rig)
    expect(shop.quantity('A')).toBe(2)
    rig.clock.advance(7 * HOURS)
    expect(await push(rig)).toBe('2 quantities, 1 changed, 0 not in the shop')
    expect(shop.quantity('A')).toBe(5)
    expect(lines.join('')).toContain('had drifted')
  })

  test('by the queue: the webhook answers at once and the shop hears of it', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }])
    const rig = await open({ shops: [woo(shop.url)] })
    await rig.startWorkers()
    await set(rig, { A: 5 })
    await set(rig, { A: 4 })
    await eventually(() => shop.quantity('A') === 4)
  })

  test('only from the warehouses of the shop', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }])
    const rig = await open({ shops: [woo(shop.url, { stockWarehouses: ['MAGAZIN'] })] })
    await set(rig, { A: 5 })
    await tell(rig, [{ warehouse: 'Magazin', productCode: 'A', productName: 'A', quantity: 2 }])
    await push(rig)
    expect(shop.quantity('A')).toBe(2)
  })

  test('two workers at once: one tells, the other waits', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }])
    const rig = await open({ shops: [woo(shop.url)] })
    await set(rig, { A: 5 })
    const results = await Promise.allSettled([push(rig), push(rig)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(shop.writes()).toBe(1)
  })

  test('a refused login is a dead letter once, an outage waits', async () => {
    const shop = await startWooCommerce([{ sku: 'A' }])
    const rig = await open({ shops: [woo(shop.url)] })
    await set(rig, { A: 5 })
    shop.answerWith(503)
    await expect(push(rig)).rejects.toThrow(TransientError)
    shop.answerWith(401)
    await expect(push(rig)).rejects.toThrow(RejectedError)
    const waiting = async () => (await rig.app.queues.counts())['push-stock'].delayed
    const before = await waiting()
    rig.clock.advance(2000)
    await set(rig, { A: 6 })
    expect(await waiting()).toBe(before)
    shop.answerWith(200)
    await push(rig)
    rig.clock.advance(2000)
    await set(rig, { A: 7 })
    expect(await waiting()).toBe(before + 1)
  })
})

describe('telling a Shopify shop', () => {
  const shopify = (url: string) =>
    aShop({ pushStock: true }, { platform: 'shopify', api: { url, token: 'shpat_1' } } as object)

  test('by SKU, and never over a sale that came in between', async () => {
    const shop = await startShopify({ A: 1, B: 2, C: 3 }, ['C'])
    const rig = await open({ shops: [shopify(shop.url)] })
    await set(rig, { A: 5, B: 2, C: 9, X: 1 })
    shop.beforeSet(() => shop.sell('A', 0))
    await push(rig)
    expect(shop.quantity('A')).toBe(0)
    expect(await push(rig)).toBe('1 quantities, 1 changed, 0 not in the shop')
    expect([shop.quantity('A'), shop.quantity('B'), shop.quantity('C')]).toEqual([5, 2, 3])
  })

  test('a refused token is a dead letter', async () => {
    const shop = await startShopify({ A: 1 })
    const rig = await open({
      shops: [
        aShop({ pushStock: true }, {
          platform: 'shopify',
          api: { url: shop.url, token: 'wrong' },
        } as object),
      ],
    })
    await set(rig, { A: 5 })
    await expect(push(rig)).rejects.toMatchObject({ refusal: { code: 'shop-api-login' } })
  })
})

describe('telling any shop by webhook', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const hearing = (url: string) =>
    aShop({ pushStock: true }, { stockWebhook: { url, secret } } as object)

  test('signed as Standard Webhooks say', async () => {
    const receiver = await startReceiver()
    const rig = await open({ shops: [hearing(`${receiver.url}/stock`)] })
    await set(rig, { A: 5, B: 3.7 })
    await push(rig)
    const [call] = receiver.asked
    if (call === undefined) throw new Error('nothing came')
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': sign } = call.headers
    const mac = createHmac('sha256', Buffer.alloc(24, 7))
      .update(`${String(id)}.${String(at)}.${call.body}`)
      .digest('base64')
    expect(sign).toBe(`v1,${mac}`)
    expect(JSON.parse(call.body)).toMatchObject({
      type: 'stock.changed',
      data: {
        shop: 'web',
        products: [
          { code: 'A', quantity: '5' },
          { code: 'B', quantity: '3' },
        ],
      },
    })
    const stored = await rig.app.redis.hgetall(`${rig.prefix}:{registry}:shops`)
    expect(JSON.stringify(stored)).not.toContain(secret)
  })

  test('never to an address that only this machine can see', async () => {
    const receiver = await startReceiver()
    const rig = await open({ shops: [hearing(receiver.url)], env: {} })
    await set(rig, { A: 5 })
    await expect(push(rig)).rejects.toMatchObject({
      refusal: { code: 'shop-api-forbidden-address' },
    })
    expect(receiver.asked).toEqual([])
  })
})
