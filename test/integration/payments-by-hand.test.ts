import { describe, expect, test } from 'vitest'
import { actKey, type ActKey } from '../../src/core/acts.ts'
import { settle } from '../../src/payments.ts'
import { collect } from '../support/smartbill-caller.ts'
import { aShop, openRig, rawRedis, type Rig } from '../support/rig.ts'

const unpaid = { paymentStatus: 'unpaid' as const, status: 'fulfilled', payments: [] }
const collections = (rig: Rig) => rig.simulator.documents().flatMap(({ payments }) => payments)
const open = () => openRig({ shops: [aShop({ triggerStatuses: ['fulfilled'] })], clock: 'fast' })
const pay = (rig: Rig, order: string, body: object) =>
  rig.call('POST', `/v1/shops/web/orders/${order}/payment`, { body })
const say = (rig: Rig, verdict: 'replay' | 'dismiss' | 'done', act: string | undefined) =>
  rig.call('POST', `/v1/acts/${verdict}`, { body: { act, who: 'Ana', reason: 'cash' } })

describe('a payment by hand', () => {
  test('is recorded once, shown with the order, and refused when it cannot be right', async () => {
    const rig = await open()
    await rig.receive({ id: '1', ...unpaid })
    expect(await pay(rig, '1', { amount: '10.00' })).toMatchObject({
      status: 409,
      json: { error: { code: 'no-invoice' } },
    })
    await rig.finish()
    for (const body of [
      { amount: '0.00' },
      { amount: '12,50' },
      { amount: 10 },
      { amount: '1', currency: 'XXX' },
      { amount: '1', id: 'a\ud800' },
      {},
    ])
      expect((await pay(rig, '1', body)).status, JSON.stringify(body)).toBe(400)
    expect((await pay(rig, '2', { amount: '1.00' })).status).toBe(404)
    expect(await pay(rig, '1', { amount: '137.00' })).toMatchObject({
      status: 409,
      json: { error: { code: 'more-than-unpaid' } },
    })
    expect(await pay(rig, '1', { amount: '10.00', currency: 'EUR' })).toMatchObject({
      status: 409,
      json: { error: { code: 'payment-currency' } },
    })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => pay(rig, '1', { amount: '36.00' })),
    )
    expect(
      answers.filter(({ json }) => (json as { status: string }).status === 'asked'),
    ).toHaveLength(1)
    await pay(rig, '1', { amount: '100.00', method: 'bank_transfer', id: 'op-7' })
    await rig.finish()
    expect(collections(rig)).toMatchObject([
      { type: 'Ramburs', value: '36.00' },
      { type: 'Ordin plata', value: '100.00' },
    ])
    const { json } = await rig.call('GET', '/v1/shops/web/orders/1')
    expect(json).toMatchObject({
      payments: [{ amount: '136.00' }],
      acts: [
        { kind: 'payment', state: 'done', result: { value: '36.00' } },
        { kind: 'payment', state: 'done', result: { value: '100.00', paid: '136.00' } },
      ],
    })
  })

  test('that waits for a person is listed, dismissed, replayed and said to be done', async () => {
    const rig = await open()
    for (const id of ['1', '2', '3']) {
      await rig.receive({ id, ...unpaid })
      await rig.finish()
      await pay(rig, id, { amount: '10.00', type: 'Bon' })
    }
    await rig.finish()
    const held = async () =>
      (
        (await rig.call('GET', '/v1/acts?state=held&kind=payment')).json as {
          acts: { key: string }[]
        }
      ).acts
    const [first, second, third] = (await held()).map(({ key }) => key)
    expect(third).toBeDefined()
    expect((await say(rig, 'dismiss', first)).status).toBe(200)
    expect((await say(rig, 'done', second)).status).toBe(200)
    expect((await say(rig, 'replay', third)).status).toBe(200)
    expect((await say(rig, 'done', first)).status).toBe(409)
    await rig.finish()
    expect(await held()).toMatchObject([
      { key: third, reasons: [{ code: 'payment-type-needs-series' }] },
    ])
    expect(collections(rig)).toEqual([])
  })

  test('that a person says is done is on the invoice, and the next instalment is recorded too', async () => {
    const rig = await openRig({
      shops: [aShop({ triggerStatuses: ['fulfilled'] })],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    for (const id of ['1', '2']) await rig.receive({ id, ...unpaid })
    await rig.finish()
    const first = (id: string) => actKey(rig.key(id), 'payment', 'hand-a')
    // Of the first the answer is lost; the second waits, and a person collects it in SmartBill.
    rig.simulator.faults({ route: 'POST /payment', fault: 'silence-after', times: 1 })
    await pay(rig, '1', { amount: '50.00', id: 'a' })
    await expect(rig.doAct(first('1'))).rejects.toThrow()
    await pay(rig, '2', { amount: '50.00', id: 'a', type: 'Bon' })
    await rig.doAct(first('2'))
    await collect(rig.simulator, (await rig.document(rig.key('2')))!, 50)
    for (const id of ['1', '2']) {
      expect((await say(rig, 'done', first(id))).status, id).toBe(200)
      expect(await rig.document(rig.key(id))).toMatchObject({ paid: '50.00' })
      expect(await rig.act(rig.key(id), 'payment', 'hand-a')).toMatchObject({
        state: 'done',
        result: { value: '50.00', paid: '50.00', reason: 'cash' },
      })
      expect((await pay(rig, id, { amount: '87.00' })).status).toBe(409)
      await pay(rig, id, { amount: '50.00', id: 'b' })
    }
    await rig.finish()
    expect(collections(rig).map(({ value }) => value)).toEqual(['50.00', '50.00', '50.00', '50.00'])
    for (const id of ['1', '2'])
      expect(await rig.document(rig.key(id))).toMatchObject({ paid: '100.00' })
    for (const broken of ['web~1~invoice~1~payment~%zz', 'WEB~1~invoice~1~payment~a'])
      expect((await say(rig, 'replay', broken as ActKey)).status, broken).toBe(400)
  })

  test('a method that is a receipt takes a number of the receipt series', async () => {
    const rig = await openRig({
      shops: [
        aShop({
          triggerStatuses: ['fulfilled'],
          receiptSeries: 'CHT',
          paymentTypes: { cash: 'Chitanta' },
        }),
      ],
      clock: 'fast',
    })
    await rig.receive({ id: '1', ...unpaid })
    await rig.finish()
    await pay(rig, '1', { amount: '136.00', method: 'cash' })
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ type: 'Chitanta', series: 'CHT' }])
    const { json } = await rig.call('GET', '/v1/shops/web/orders/1')
    expect(json).toMatchObject({
      acts: [{ result: { receiptSeries: 'CHT', receiptNumber: '0001' } }],
    })
  })
})

test('a settlement is recorded line by line, and reading it again changes nothing', async () => {
  const rig = await open()
  for (const id of ['1', '2', '3']) await rig.receive({ id, number: `10${id}`, ...unpaid })
  await rig.finish()
  await rig.receive({ id: '4', ...unpaid })
  const csv = [
    'comanda;awb;ramburs;data',
    '#101;A1;136,00;20.11.2026',
    '2;A2;100,00;20.11.2026',
    '2;A3;36,00;20.11.2026',
    '103;A4;500,00;20.11.2026',
    '4;A5;1,00;20.11.2026',
    '99;A6;1,00;20.11.2026',
  ].join('\n')
  const shop = (await rig.app.ledger.registry.shop(rig.file.shops[0]!.id))!
  const dry = await settle(rig.app, shop, csv, { dryRun: true, who: 'Ana' })
  expect(dry.lines.map(({ outcome }) => outcome).join(' ')).toBe(
    'asked asked asked refused refused refused',
  )
  expect(await rig.app.ledger.reports.countActs(0, 'due')).toBe(0)
  const sent = () => rig.call('POST', '/v1/shops/web/settlements', { body: { csv, method: 'cod' } })
  const first = await sent()
  expect(first).toMatchObject({ status: 200, json: { amount: '272.00' } })
  await rig.finish()
  const again = (await sent()).json as { lines: { outcome: string }[] }
  expect(again.lines.map(({ outcome }) => outcome).join(' ')).toBe(
    'known known known refused asked refused',
  )
  await rig.finish()
  expect(
    collections(rig)
      .map(({ value }) => value)
      .toSorted(),
  ).toEqual(['1.00', '100.00', '136.00', '36.00'])
  // The shop says afterwards that the orders are paid: there is nothing left to collect.
  const paid = {
    payments: [{ id: 'p', method: 'cod', amount: '136.00', at: '2026-11-24T09:00:00Z' }],
  }
  for (const id of ['1', '2'])
    await rig.receive({
      id,
      ...unpaid,
      ...paid,
      paymentStatus: 'paid',
      updatedAt: '2026-11-24T09:00:00Z',
    })
  await rig.finish()
  expect(collections(rig)).toHaveLength(4)
})

test('a settlement of orders whose invoice is refused or given up first is recorded once it is issued', async () => {
  const rig = await open()
  const csv = 'comanda;awb;ramburs;data\n1;A1;136,00;20.11.2026\n2;A2;36,00;20.11.2026'
  const read = async () => {
    const { json } = await rig.call('POST', '/v1/shops/web/settlements', { body: { csv } })
    return (json as { lines: { outcome: string; en: string }[] }).lines
  }
  for (const id of ['1', '2']) await rig.route(await rig.receive({ id, ...unpaid }))
  expect(await read()).toMatchObject([
    { outcome: 'asked', en: 'Is recorded on the invoice that is being issued.' },
    { outcome: 'asked' },
  ])
  await rig.receive({ id: '2', ...unpaid, status: 'cancelled', updatedAt: '2026-11-24T09:00:00Z' })
  rig.simulator.faults({
    route: 'POST /invoice/v2',
    fault: '200-error',
    errorText: 'Nu.',
    times: 1,
  })
  await rig.finish()
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'dead' })
  expect(await rig.document(rig.key('2'))).toMatchObject({ state: 'skipped' })
  expect(await rig.act(rig.key('1'), 'payment', 'settled-A1')).toMatchObject({
    state: 'held',
    reasons: [{ code: 'invoice-not-issued' }],
  })
  expect(await rig.act(rig.key('2'), 'payment', 'settled-A2')).toMatchObject({ state: 'dismissed' })

  const again = await rig.call('POST', '/v1/dead-letters/replay', { body: { ids: [rig.key('1')] } })
  expect(again.status).toBe(200)
  await rig.receive({ id: '2', ...unpaid, updatedAt: '2026-11-24T10:00:00Z' })
  await rig.finish()
  expect(collections(rig)).toEqual([])
  // The one that waits for a person is known, the one that the order took back is asked for again.
  expect((await read()).map(({ outcome }) => outcome)).toEqual(['known', 'asked'])
  await say(rig, 'replay', actKey(rig.key('1'), 'payment', 'settled-A1'))
  await rig.finish()
  expect(
    collections(rig)
      .map(({ value }) => value)
      .toSorted(),
  ).toEqual(['136.00', '36.00'])
})

test('queues that are lost, a purge and a restore neither lose nor repeat a payment', async () => {
  const rig = await open()
  await rig.receive({ id: '1', ...unpaid })
  await rig.finish()
  const { acts } = rig.app.ledger
  await pay(rig, '1', { amount: '36.00', id: 'a' })
  const redis = rawRedis()
  for (const key of await redis.keys(`${rig.prefix}:{0}:record-payment:*`)) await redis.del(key)
  const { queues } = rig.app
  expect((await queues.counts())['record-payment'].waiting).toBe(0)
  await rig.sweep()
  const { waiting, delayed } = (await queues.counts())['record-payment']
  expect(waiting + delayed).toBe(1)
  await rig.finish()
  expect(collections(rig)).toHaveLength(1)

  const entries = []
  for await (const page of rig.app.ledger.journal.pages(0)) entries.push(...page)
  const account = rig.file.accounts[0]!.id
  rig.clock.advance(500 * 86_400_000)
  expect(await rig.app.ledger.retention.purge(account, rig.ref('1'))).toBe('purged')
  expect(await acts.ofOrder(account, rig.ref('1'))).toEqual({
    acts: [],
    did: ['invoice~1~payment~hand-a'],
  })
  const late = { id: 'hand-a', method: 'cod', amount: '36.00', at: '2026-11-24T09:00:00Z' }
  await rig.receive({
    id: '1',
    ...unpaid,
    payments: [late],
    paymentStatus: 'partially_paid',
    updatedAt: '2026-12-01T09:00:00Z',
  })
  await rig.finish()
  expect(collections(rig)).toHaveLength(1)

  for (const key of await redis.keys(`${rig.prefix}:{0}*`)) await redis.del(key)
  for (const entry of entries) await rig.app.ledger.restoring.put(account, entry)
  expect((await acts.ofOrder(account, rig.ref('1'))).acts).toMatchObject([
    { state: 'done', result: { value: '36.00' }, wish: { value: '36.00' } },
  ])
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', paid: '36.00' })
})
