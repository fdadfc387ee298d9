import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { ShopId, type DocumentKey } from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import { purgeOrders } from '../../workers/purge-orders.ts'
import { ACCOUNT, aShop, openRig, rawRedis, type Rig } from '../support/rig.ts'

const DAY = 86_400_000
const SHOP = ShopId.parse('web')
const days = (rig: Rig, count: number) => rig.clock.advance(count * DAY)
const purge = (rig: Rig) => purgeOrders({ shard: 0 }, rig.app)

async function issued(rig: Rig, id: string): Promise<DocumentKey> {
  await rig.route(await rig.receive({ id, number: `no-${id}` }))
  await rig.issue(rig.key(id))
  return rig.key(id)
}

/** Everything under the prefix as text, but for the raw events, which expire by themselves. */
async function everything(redis: Redis, prefix: string): Promise<string> {
  const parts: string[] = []
  for (const key of await redis.keys(`${prefix}:*`)) {
    const type = await redis.type(key)
    if (/:(event|delivery):/.test(key)) {
      expect(await redis.ttl(key)).toBeGreaterThan(0)
      continue
    }
    const read: Record<string, () => Promise<unknown>> = {
      hash: () => redis.hgetall(key),
      string: () => redis.get(key),
      list: () => redis.lrange(key, 0, -1),
      zset: () => redis.zrange(key, 0, -1),
      set: () => redis.smembers(key),
      stream: () => redis.xrange(key, '-', '+'),
    }
    parts.push(key, JSON.stringify(await read[type]?.()))
  }
  return parts.join('\n')
}

test('an issued order loses payload and people, and keeps its fiscal facts and a timeline', async () => {
  const rig = await openRig()
  const redis = rawRedis()
  const key = await issued(rig, '1001')
  const before = await rig.show('1001')
  expect(await everything(redis, rig.prefix)).toMatch(/Popescu/)
  days(rig, 89)
  expect(await purge(rig)).toBe('0 orders were purged')
  days(rig, 2)
  expect(await purge(rig)).toBe('1 orders were purged')

  const left = await everything(redis, rig.prefix)
  for (const person of [/Popescu/, /ion@example/, /0721000000/, /Lunga/, /Tricou/])
    expect(left).not.toMatch(person)
  const after = await rig.call('GET', '/v1/shops/web/orders/1001')
  expect(after.status).toBe(200)
  const [was] = before.documents
  expect(after.json).toMatchObject({
    order: null,
    documents: [
      { key, state: 'issued', series: was?.series, number: was?.number, total: '136.00' },
    ],
    timeline: [
      {
        who: 'retention',
        about: key,
        to: 'issued',
        facts: { number: was?.number, total: '136.00' },
      },
    ],
  })
  expect((await rig.app.ledger.reports.counts()).issued).toBe(1)
  expect(await rig.app.ledger.reports.findOrder(ACCOUNT, SHOP, 'no-1001')).toBe('web~1001')
  expect(await purge(rig)).toBe('0 orders were purged')
})

test('news of a purged order is taken in, doubles nothing, and is purged in its turn', async () => {
  const rig = await openRig()
  const key = await issued(rig, '1001')
  days(rig, 91)
  await purge(rig)
  await rig.route(await rig.receive({ updatedAt: '2027-03-01T08:00:00Z', status: 'completed' }))
  expect((await rig.show('1001')).documents).toMatchObject([{ key, state: 'issued' }])
  expect(await rig.issue(key)).toBe('issued')
  expect(rig.documentsOf(key)).toHaveLength(1)
  expect(await purge(rig)).toBe('0 orders were purged')
  days(rig, 91)
  expect(await purge(rig)).toBe('1 orders were purged')
  expect((await rig.show('1001')).timeline).toHaveLength(1)
})

test('older news of a purged order brings nothing back', async () => {
  const rig = await openRig()
  await issued(rig, '1001')
  days(rig, 91)
  await purge(rig)
  await rig.receive({ updatedAt: '2026-11-24T07:00:00Z' })
  expect(await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1001'))).toBeUndefined()
})

test('an order that never had a document goes altogether', async () => {
  const rig = await openRig()
  const redis = rawRedis()
  await rig.route(await rig.receive({ id: '1', number: 'no-1', status: 'awaiting_payment' }))
  days(rig, 91)
  expect(await purge(rig)).toBe('1 orders were purged')
  expect((await rig.call('GET', '/v1/shops/web/orders/1')).status).toBe(404)
  expect(await rig.app.ledger.reports.findOrder(ACCOUNT, SHOP, 'no-1')).toBeUndefined()
  expect(await redis.xlen(`${rig.prefix}:{0}:journal`)).toBe(0)
})

test('an order that came long ago and has news of today stays', async () => {
  const rig = await openRig()
  await issued(rig, '1')
  await rawRedis().zadd(`${rig.prefix}:{0}:orders:web`, 1, '1')
  expect(await purge(rig)).toBe('0 orders were purged')
  expect(await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1'))).toBeDefined()
})

test('an order whose news nobody has looked at stays', async () => {
  const rig = await openRig()
  await rig.receive({ id: '1' })
  days(rig, 1000)
  expect(await purge(rig)).toBe('0 orders were purged')
})

describe('a document that still needs somebody keeps its order', () => {
  test.each(['due', 'held', 'dead', 'uncertain', 'attempting'] as const)('%s', async (state) => {
    const rig = await openRig()
    const { documents } = rig.app.ledger
    const key = rig.key('1')
    await rig.route(await rig.receive({ id: '1' }))
    const cause = JSON.stringify({ code: 'x', said: '', ro: '', en: '' })
    if (state === 'held') await documents.move(ACCOUNT, key, 'held', { who: 'test' })
    if (state === 'dead')
      await documents.move(ACCOUNT, key, 'dead', { who: 'test', fields: { cause } })
    if (state === 'attempting' || state === 'uncertain') {
      await documents.move(ACCOUNT, key, 'attempting', { who: 'test' })
      if (state === 'uncertain') await documents.move(ACCOUNT, key, 'uncertain', { who: 'test' })
    }
    expect((await rig.document(key))?.state).toBe(state)
    days(rig, 1000)
    expect(await purge(rig)).toBe('0 orders were purged')
    expect(await documents.order(ACCOUNT, rig.ref('1'))).toBeDefined()
  })

  test('and lets it go once it is finished', async () => {
    const rig = await openRig()
    const key = rig.key('1')
    await rig.route(await rig.receive({ id: '1' }))
    await rig.app.ledger.documents.move(ACCOUNT, key, 'held', { who: 'test' })
    days(rig, 100)
    await purge(rig)
    await rig.app.ledger.documents.move(ACCOUNT, key, 'skipped', {
      who: 'Maria',
      facts: { reason: 'Ion Popescu came by' },
    })
    expect(await purge(rig)).toBe('1 orders were purged')
    expect(await rig.document(key)).toMatchObject({ state: 'skipped' })
    expect(await everything(rawRedis(), rig.prefix)).not.toMatch(/Popescu|Maria/)
  })
})

test('batches are bounded, go on where they stopped, and pass over what stays', async () => {
  const rig = await openRig()
  const { retention } = rig.app.ledger
  for (let id = 0; id < 30; id++) {
    const ref = await rig.receive({ id: String(id), status: id % 3 === 0 ? 'paid' : 'unknown' })
    await rig.route(ref)
  }
  days(rig, 100)
  const slices = []
  for (let i = 0; i < 5; i++) slices.push(await retention.purgeNext(ACCOUNT, SHOP, 10))
  expect(slices.map(({ looked }) => looked)).toEqual([10, 10, 10, 0, 10])
  expect(slices.reduce((sum, { purged }) => sum + purged, 0)).toBe(20)
  expect((await rig.app.ledger.reports.counts()).due).toBe(10)
})

test('twenty purges of one order at once leave one entry', async () => {
  const rig = await openRig()
  await issued(rig, '1')
  days(rig, 100)
  const { retention } = rig.app.ledger
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => retention.purge(ACCOUNT, rig.ref('1'))),
  )
  expect(outcomes.filter((outcome) => outcome === 'purged').length).toBeGreaterThan(0)
  expect((await rig.show('1')).timeline).toHaveLength(1)
})

test('money that was collected is not collected again, nor a reversal wanted again that a person declined', async () => {
  const rig = await openRig({ shops: [aShop({ onCancel: 'reverse' })], clock: 'fast' })
  const { acts } = rig.app.ledger
  let minute = 10
  const news = async (order: Partial<Order>) => {
    await rig.receive({ updatedAt: `2027-03-01T09:${minute++}:00Z`, ...order })
    await rig.finish()
  }
  const unpaid: Partial<Order> = { status: 'completed', paymentStatus: 'unpaid', payments: [] }
  await news({ id: 'at-once' })
  await news({ id: 'later', ...unpaid })
  await news({ id: 'later' })
  for (const id of ['at-once', 'later']) await news({ id, status: 'cancelled' })
  await news({ id: 'declined' })
  // Proposed only: a person says no, before anything is sent.
  const declined = actKey(rig.key('declined'), 'reversal', 'full')
  await acts.wish(ACCOUNT, { key: declined, state: 'proposed', wish: { cause: 'cancelled' } })
  await acts.dismiss(ACCOUNT, declined, 'Maria', 'no')
  days(rig, 100)
  expect(await purge(rig)).toBe('3 orders were purged')

  for (const id of ['at-once', 'later']) await news({ id })
  await news({ id: 'declined', status: 'cancelled' })
  const money = rig.simulator
    .documents()
    .filter(({ stornoOf }) => stornoOf === null)
    .map(({ payments }) => payments.length)
  expect(money).toEqual([1, 1, 1, 0, 0])
  expect(await rig.act(rig.key('declined'), 'reversal', 'full')).toBeUndefined()
  // A person may still ask for it.
  const wish = { key: declined, state: 'due' as const, wish: { cause: 'by-hand' } }
  expect(await acts.wish(ACCOUNT, wish, 'Maria')).toMatchObject({ status: 'made' })
})
