import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { buildServer } from '../../src/http/server.ts'
import { createLog } from '../../src/log.ts'
import { anOrder } from '../support/builders.ts'
import { startRedis } from '../support/redis.ts'
import { ACCOUNT, aShop, openRig, rawRedis, secretOf, type Rig } from '../support/rig.ts'

type Failure = {
  error: {
    code: string
    en: string
    ro: string
    reasons?: { field: string; en: string; ro: string }[]
  }
}

const fixture = (path: string): Buffer =>
  readFileSync(new URL(`../fixtures/platforms/${path}.json`, import.meta.url))

const hmac = (body: Buffer | string, shop: string) =>
  createHmac('sha256', secretOf(shop)).update(body).digest('base64')

/** Nothing of an event is on record: no order, no event, no job. */
async function nothingStored(rig: Rig): Promise<void> {
  const keys = await rawRedis().keys(`${rig.prefix}:{0}:*`)
  expect(keys.filter((key) => /:(order|event|delivery|doc):/.test(key))).toEqual([])
  expect((await rig.app.queues.counts())['route-order']).toMatchObject({ waiting: 0, delayed: 0 })
}

describe('bad input is refused with the field and the fix, and without a stack trace', () => {
  const order = anOrder()
  const line = order.lines[0]!
  const without = (field: string) =>
    JSON.stringify(Object.fromEntries(Object.entries(order).filter(([name]) => name !== field)))
  const cases: [string, string, string][] = [
    ['malformed JSON', '{"id": "1001",', ''],
    ['no JSON at all', 'hello', ''],
    ['an empty body', '', ''],
    ['a list instead of an order', '[]', ''],
    ['a number as total', JSON.stringify({ ...order, total: 136 }), 'total'],
    ['total "1e5"', JSON.stringify({ ...order, total: '1e5' }), 'total'],
    ['total "12,50"', JSON.stringify({ ...order, total: '12,50' }), 'total'],
    ['no total', without('total'), 'total'],
    ['no id', without('id'), 'id'],
    ['an unknown currency', JSON.stringify({ ...order, currency: 'LEI' }), 'currency'],
    ['lines that are text', JSON.stringify({ ...order, lines: 'two shirts' }), 'lines'],
    ['no lines', JSON.stringify({ ...order, lines: [] }), 'lines'],
    [
      'a day instead of an instant',
      JSON.stringify({ ...order, updatedAt: '24.11.2026' }),
      'updatedAt',
    ],
    [
      'a line whose price is NaN',
      JSON.stringify({ ...order, lines: [{ ...line, unitPrice: 'NaN' }] }),
      'lines',
    ],
  ]
  test.each(cases)('%s', async (_what, body, field) => {
    const rig = await openRig()
    const answer = await rig.post(body)
    expect(answer.status).toBe(400)
    const { error } = answer.json as Failure
    expect(error.en).not.toBe('')
    expect(error.ro).not.toBe('')
    if (field !== '') {
      const named = (error.reasons ?? []).filter((reason) => reason.field.startsWith(field))
      expect(named).not.toEqual([])
      for (const { en, ro } of named) expect([en, ro]).not.toContain('')
    }
    expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|ZodError/)
    await nothingStored(rig)
  })

  test.each([
    ['a wrong secret', 'web', 'wrong'],
    ['a shop that does not exist', 'nowhere', secretOf('web')],
    ['the secret of another shop', 'web', secretOf('other')],
    ['no secret', 'web', ''],
  ])('%s: 401', async (_what, shop, secret) => {
    const rig = await openRig({ shops: [aShop(), aShop({}, { id: 'other' })] })
    const answer = await rig.call('POST', `/v1/shops/${shop}/orders`, {
      body: order,
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(answer.status).toBe(401)
    await nothingStored(rig)
  })

  test('ten megabytes: 413, on both doors', async () => {
    const rig = await openRig({
      shops: [aShop(), aShop({}, { id: 'woo', platform: 'woocommerce' })],
    })
    const body = JSON.stringify({ ...order, observations: 'x'.repeat(10_000_000) })
    expect((await rig.post(body)).status).toBe(413)
    const webhook = await rig.call('POST', '/webhooks/woocommerce/woo', {
      body,
      headers: { 'x-wc-webhook-signature': hmac(body, 'woo') },
    })
    expect(webhook.status).toBe(413)
    await nothingStored(rig)
  })

  test('a line without SKU and barcode is accepted and held, with the field and the fix in both languages', async () => {
    const rig = await openRig()
    expect((await rig.post({ lines: [{ ...line, sku: '', barcode: '' }] })).status).toBe(202)
    await rig.finish()
    const [document] = (await rig.show('1001')).documents
    expect(document?.state).toBe('held')
    for (const reason of document?.reasons ?? []) {
      expect(reason.field).toMatch(/^lines/)
      expect(reason.en).toMatch(/SKU|barcode/i)
      expect(reason.ro).toMatch(/SKU|cod/i)
    }
    expect(rig.simulator.documents()).toEqual([])
  })
})

describe('webhooks of platforms', () => {
  const shops = (['woocommerce', 'shopify', 'cloudcart'] as const).map((platform) =>
    aShop({ triggerStatuses: ['paid', 'completed', 'processing'] }, { id: platform, platform }),
  )

  test('WooCommerce’s ping when the webhook is saved is answered 200 and stores nothing', async () => {
    const rig = await openRig({ shops })
    const answer = await rig.call('POST', '/webhooks/woocommerce/woocommerce', {
      body: Buffer.from('webhook_id=17'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.status).toBe(200)
    await nothingStored(rig)
  })

  test('a wrong signature: 401 and nothing stored', async () => {
    const rig = await openRig({ shops })
    const body = fixture('shopify/paid-card-two-rates')
    for (const proof of ['', 'AAAA', hmac(body, 'woocommerce')]) {
      const answer = await rig.call('POST', '/webhooks/shopify/shopify', {
        body,
        headers: { 'x-shopify-hmac-sha256': proof, 'x-shopify-topic': 'orders/paid' },
      })
      expect(answer.status).toBe(401)
    }
    await nothingStored(rig)
  })

  test('a guesser behind a trusted proxy is slowed down alone, and a flood of forgeries takes a line or two of log', async () => {
    const lines: string[] = []
    const rig = await openRig({
      shops,
      env: { RELAY_TRUSTED_PROXIES: '10.1.0.0/16' },
      log: (line) => lines.push(line),
    })
    const server = await buildServer(rig.app)
    onTestFinished(() => server.close())
    const forge = async (from: string, proxy = '10.1.2.3') =>
      (
        await server.inject({
          method: 'POST',
          url: '/webhooks/shopify/shopify',
          payload: fixture('shopify/paid-card-two-rates'),
          headers: {
            'x-shopify-hmac-sha256': 'AAAA',
            'x-shopify-topic': 'orders/paid',
            'x-forwarded-for': from,
          },
          remoteAddress: proxy,
        })
      ).statusCode
    const flood: number[] = []
    for (let i = 0; i < 125; i++) flood.push(await forge('203.0.113.7'))
    expect(flood.filter((status) => status === 429)).toHaveLength(5)
    expect(await forge('203.0.113.8')).toBe(401)
    // Whom nobody trusts is counted by his own address, whatever he says.
    expect(await forge('203.0.113.7', '198.51.100.1')).toBe(401)
    const said = lines.filter((line) => line.includes('webhook without proof'))
    expect(said).toHaveLength(1)
    expect(JSON.parse(said[0]!)).toMatchObject({ shop: 'shopify', times: 1 })
  })

  test('dated years ahead is taken in as news of now, told in log and timeline, and what follows is newer still', async () => {
    const lines: string[] = []
    const rig = await openRig({ log: (line) => lines.push(line) })
    const { documents, reports } = rig.app.ledger
    const far = '2051-01-01T00:00:00Z'
    // As it was put on record before dates were looked at.
    await rig.receive({ id: 'old', updatedAt: far })
    await rig.post({ id: 'old', updatedAt: '2026-11-24T09:00:00Z', total: '136.00' })
    expect((await documents.order(ACCOUNT, rig.ref('old')))?.version).toBe('2')

    expect((await rig.post({ updatedAt: far })).status).toBe(202)
    const at = rig.clock.now()
    const known = (await documents.order(ACCOUNT, rig.ref('1001')))!
    expect(Math.abs(Date.parse(known.order.updatedAt) - at)).toBeLessThan(60_000)
    expect(lines.filter((line) => line.includes('dated in the future'))).toHaveLength(1)
    const [received] = await reports.timeline(ACCOUNT, rig.ref('1001'))
    expect(received?.facts).toMatchObject({ saidAt: far, updatedAt: known.order.updatedAt })

    rig.clock.advance(60_000)
    const later = new Date(rig.clock.now()).toISOString()
    await rig.post({ updatedAt: later, status: 'cancelled' })
    expect(await documents.order(ACCOUNT, rig.ref('1001'))).toMatchObject({
      version: '2',
      order: { status: 'cancelled', updatedAt: later },
    })
  })

  test('CloudCart never hears 400: what cannot be read is kept for a person', async () => {
    const rig = await openRig({ shops })
    for (const [i, body] of ['{"broken', '{}', '[]', '', '{"id": 5}'].entries()) {
      const answer = await rig.call('POST', '/webhooks/cloudcart/cloudcart', {
        body: Buffer.from(body),
        headers: {
          'x-cloudcart-apikey': secretOf('cloudcart'),
          'x-event': `order.updated${i}`,
        },
      })
      expect(answer.status).toBe(200)
    }
    const letters = (await rig.call('GET', '/v1/dead-letters')).json as {
      items: { kind: string }[]
    }
    expect(letters.items.every(({ kind }) => kind === 'event')).toBe(true)
    expect(letters.items.length).toBeGreaterThan(0)
  })

  test('an order of a platform goes the whole way; the same delivery twice is one document', async () => {
    const rig = await openRig({ shops })
    const body = fixture('shopify/paid-card-two-rates')
    const headers = {
      'x-shopify-hmac-sha256': hmac(body, 'shopify'),
      'x-shopify-topic': 'orders/paid',
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-event-id': 'e-1',
    }
    const first = await rig.call('POST', '/webhooks/shopify/shopify', { body, headers })
    const second = await rig.call('POST', '/webhooks/shopify/shopify', { body, headers })
    expect([first.json, second.json]).toEqual([{ status: 'accepted' }, { status: 'duplicate' }])
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test('a quarantined event is listed with the field to fix, replayed it is still broken, dismissed it is gone', async () => {
    const rig = await openRig({ shops })
    const source = JSON.parse(fixture('shopify/paid-card-two-rates').toString()) as object
    const body = Buffer.from(JSON.stringify({ ...source, total_price: 'twelve' }))
    const answer = await rig.call('POST', '/webhooks/shopify/shopify', {
      body,
      headers: { 'x-shopify-hmac-sha256': hmac(body, 'shopify'), 'x-shopify-topic': 'orders/paid' },
    })
    expect(answer.status).toBe(200)
    type Letters = {
      total: number
      items: { id: string; kind: string; reasons: { field: string }[] }[]
    }
    const list = async () => (await rig.call('GET', '/v1/dead-letters')).json as Letters
    const [letter] = (await list()).items
    expect(letter).toMatchObject({ kind: 'event', shop: 'shopify' })
    expect(letter?.reasons.length).toBeGreaterThan(0)
    const replayed = await rig.call('POST', '/v1/dead-letters/replay', {
      body: { ids: [letter!.id] },
    })
    expect(replayed.json).toMatchObject({ items: [{ outcome: 'still-broken' }] })
    const dismissed = await rig.call('POST', '/v1/dead-letters/dismiss', {
      body: { ids: [letter!.id], reason: 'test' },
    })
    expect(dismissed.json).toMatchObject({ items: [{ outcome: 'dismissed' }] })
    expect((await list()).total).toBe(0)
    const eventId = letter!.id.split(' ')[2]
    expect(await rawRedis().ttl(`${rig.prefix}:{0}:event:${eventId}`)).toBeGreaterThan(0)
  })

  test('a quarantined event that can be read after a fix becomes its order, once', async () => {
    const rig = await openRig({ shops })
    const body = fixture('shopify/paid-card-two-rates')
    const { events } = rig.app.ledger
    const shop = rig.file.shops.find(({ id }) => id === 'shopify')!
    const delivered = {
      account: ACCOUNT,
      shop: shop.id,
      topic: 'orders/paid',
      body,
      deliveryIds: [],
    }
    await events.quarantine(delivered, { 'x-shopify-topic': 'orders/paid' }, '', [])
    const replay = () =>
      rig.call('POST', '/v1/dead-letters/replay', { body: { filter: { shop: 'shopify' } } })
    const answers = await Promise.all([replay(), replay()])
    expect(JSON.stringify(answers.map(({ json }) => json))).toContain('replayed')
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
    expect((await rig.call('GET', '/v1/dead-letters')).json).toMatchObject({ total: 0 })
  })
})

describe('without Redis', () => {
  test('an order is not accepted: 503 with Retry-After; sent again later it is', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis[Symbol.asyncDispose]())
    const rig = await openRig({ redisUrl: redis.url })
    const web = await openApp(rig.config, { temper: 'impatient', log: createLog('silent', 'web') })
    const server = await buildServer(web)
    onTestFinished(async () => {
      await server.close()
      await web[Symbol.asyncDispose]()
    })
    const post = (id: string) =>
      server.inject({
        method: 'POST',
        url: '/v1/shops/web/orders',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${secretOf('web')}`,
        },
        payload: JSON.stringify(anOrder({ id })),
      })
    expect((await post('1')).statusCode).toBe(202)
    await redis.kill9()
    const refused = await post('2')
    expect(refused.statusCode).toBe(503)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.body).not.toMatch(/ECONNREFUSED|\.ts\b/)
    await redis.restart()
    expect(await rig.app.ledger.documents.order(ACCOUNT, rig.ref('2'))).toBeUndefined()
    expect(await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1'))).toBeDefined()
    await expect.poll(async () => (await post('2')).statusCode, { timeout: 30_000 }).toBe(202)
    await rig.finish()
    expect(rig.documentsOf(rig.key('1'))).toHaveLength(1)
    expect(rig.documentsOf(rig.key('2'))).toHaveLength(1)
  })
})
