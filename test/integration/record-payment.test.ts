import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { ConfigFile } from '../../src/core/settings.ts'
import type { App } from '../../src/app.ts'
import { collect } from '../support/smartbill-caller.ts'
import { ACCOUNT, aShop, openRig, type Rig } from '../support/rig.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`
const unpaid = { paymentStatus: 'unpaid' as const, status: 'fulfilled', payments: [] }
const paid = (amount: string, id = 'p1', method = 'cod') => ({
  paymentStatus: 'paid' as const,
  payments: [{ id, method, amount, at: at(30) }],
})
const shop = aShop({ triggerStatuses: ['fulfilled'] })

/** An invoice that nothing is paid of. */
async function anInvoice(rig: Rig, id = '1') {
  await rig.receive({ id, ...unpaid, updatedAt: at(1) })
  await rig.finish()
  expect(await rig.document(rig.key(id))).toMatchObject({ state: 'issued', paid: '' })
}
const collected = async (rig: Rig, value: number, id = '1') =>
  collect(rig.simulator, (await rig.document(rig.key(id)))!, value)
const collections = (rig: Rig) => rig.simulator.documents().flatMap(({ payments }) => payments)

describe('money that comes after the invoice', () => {
  test('is recorded once, by its method, however often the order is told', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    for (const minute of [31, 31, 32]) {
      await rig.receive({ id: '1', ...unpaid, ...paid('136.00'), updatedAt: at(minute) })
      await rig.finish()
    }
    expect(collections(rig)).toMatchObject([{ type: 'Ramburs', value: '136.00' }])
    expect(await rig.document(rig.key('1'))).toMatchObject({ paid: '136.00' })
    expect(await rig.act(rig.key('1'), 'payment', 'p1')).toMatchObject({
      state: 'done',
      result: { value: '136.00', paid: '136.00' },
    })
  })

  test('several payments are several collections, together never more than the invoice', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const payments = [
      { id: 'a', method: 'card', amount: '100.00', at: at(5) },
      { id: 'b', method: 'gift_card', amount: '20.00', at: at(6) },
      { id: 'c', method: 'bank_transfer', amount: '50.00', at: at(7) },
    ]
    await rig.receive({ id: '1', ...unpaid, paymentStatus: 'paid', payments, updatedAt: at(9) })
    await rig.finish()
    expect(collections(rig)).toMatchObject([
      { type: 'Card online', value: '100.00' },
      { type: 'Alta incasare', value: '20.00' },
      { type: 'Ordin plata', value: '16.00' },
    ])
  })

  test('what was collected with the invoice is not collected again, what comes later is', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    const first = { id: 'a', method: 'card', amount: '36.00', at: at(1) }
    const partly = { ...unpaid, paymentStatus: 'partially_paid' as const }
    await rig.receive({ id: '1', ...partly, payments: [first], updatedAt: at(1) })
    await rig.finish()
    const rest = { id: 'b', method: 'cod', amount: '100.00', at: at(8) }
    await rig.receive({ id: '1', ...partly, payments: [rest, first], updatedAt: at(9) })
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ value: '36.00' }, { value: '100.00' }])
    expect(await rig.document(rig.key('1'))).toMatchObject({ paid: '136.00' })
  })

  test('only what was captured: authorised and failed payments are not money', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const order = { id: '1', ...unpaid, ...paid('136.00') }
    await rig.receive({ ...order, paymentStatus: 'authorized', updatedAt: at(5) })
    await rig.receive({ ...order, paymentStatus: 'voided', updatedAt: at(6) })
    await rig.finish()
    expect(collections(rig)).toEqual([])
  })

  test('in another currency it waits for a person, with the reason', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const key = actKey(rig.key('1'), 'payment', 'hand')
    const wish = { value: '10.00', currency: 'EUR', type: 'Card', date: '2026-11-24' }
    await rig.app.ledger.acts.wish(ACCOUNT, { key, state: 'due', wish }, 'Ana')
    await rig.finish()
    expect(await rig.act(rig.key('1'), 'payment', 'hand')).toMatchObject({
      state: 'held',
      reasons: [{ code: 'payment-currency' }],
    })
    expect(collections(rig)).toEqual([])
  })

  test.each([
    'close-before',
    'close-after',
    'silence-before',
    'silence-after',
    '500-after',
  ] as const)('one collection although the line fails: %s', async (fault) => {
    const rig = await openRig({
      shops: [shop],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    rig.simulator.faults({ route: 'POST /payment', fault, times: 1 })
    await rig.receive({ id: '1', ...unpaid, ...paid('136.00'), updatedAt: at(31) })
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ value: '136.00' }])
    expect(await rig.act(rig.key('1'), 'payment', 'p1')).toMatchObject({ state: 'done' })
    expect(await rig.document(rig.key('1'))).toMatchObject({ paid: '136.00' })
  })

  test('a partial payment whose answer is lost is not repeated, though SmartBill would take it twice', async () => {
    const rig = await openRig({
      shops: [shop],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    rig.simulator.faults({ route: 'POST /payment', fault: 'silence-after', times: 1 })
    const partly = { ...unpaid, ...paid('50.00'), paymentStatus: 'partially_paid' as const }
    await rig.receive({ id: '1', ...partly, updatedAt: at(31) })
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ value: '50.00' }])
  })

  test('twenty workers at once on two payments of one invoice: two collections', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const payments = ['a', 'b'].map((id) => ({ id, method: 'card', amount: '50.00', at: at(5) }))
    const ref = await rig.receive({
      id: '1',
      ...unpaid,
      paymentStatus: 'paid',
      payments,
      updatedAt: at(9),
    })
    await rig.route(ref)
    const keys = ['a', 'b'].map((id) => actKey(rig.key('1'), 'payment', id))
    await Promise.allSettled(Array.from({ length: 20 }, (_, i) => rig.doAct(keys[i % 2]!)))
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ value: '50.00' }, { value: '50.00' }])
    expect(rig.simulator.calls().byRoute['POST /payment']).toBe(2)
  })

  test('in shadow mode nothing is collected, and once it is off the next news brings it', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const shadowed = async (shadow: boolean) =>
      rig.app.ledger.registry.load(
        ConfigFile.parse({
          accounts: rig.file.accounts,
          shops: [aShop({ triggerStatuses: ['fulfilled'], shadow })],
        }),
      )
    await shadowed(true)
    await rig.receive({ id: '1', ...unpaid, ...paid('136.00'), updatedAt: at(31) })
    await rig.finish()
    expect(collections(rig)).toEqual([])
    await shadowed(false)
    await rig.receive({ id: '1', ...unpaid, ...paid('136.00'), updatedAt: at(32) })
    await rig.finish()
    expect(collections(rig)).toHaveLength(1)
  })

  test('somebody collected in SmartBill meanwhile: nothing is left, and nothing is sent', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const key = actKey(rig.key('1'), 'payment', 'hand')
    const wish = { value: '136.00', currency: 'RON', type: 'Card', date: '2026-11-24' }
    await rig.app.ledger.acts.wish(ACCOUNT, { key, state: 'due', wish }, 'Ana')
    await rig.finish()
    await rig.receive({ id: '1', ...unpaid, ...paid('136.00'), updatedAt: at(31) })
    await rig.finish()
    expect(collections(rig)).toHaveLength(1)
  })

  test('a person collected it in SmartBill: the order is looked at again, by the worker that still has it', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const { acts, reports } = rig.app.ledger
    await collected(rig, 136)
    const key = actKey(rig.key('1'), 'payment', 'hand')
    const wish = { value: '136.00', currency: 'RON', type: 'Card', date: '2026-11-24' }
    await acts.wish(ACCOUNT, { key, state: 'due', wish }, 'Ana')
    // Its look at SmartBill takes so long that another worker has the payment meanwhile.
    const { documents } = rig.app.smartbill
    const slow: App = {
      ...rig.app,
      smartbill: {
        ...rig.app.smartbill,
        documents: {
          ...documents,
          paymentStatus: async (...asked) => {
            const status = await documents.paymentStatus(...asked)
            rig.clock.advance(61_000)
            expect(await acts.claim(ACCOUNT, key)).toMatchObject({ status: 'claimed' })
            return status
          },
        },
      },
    }
    expect(await rig.doAct(key, slow)).toBe('somebody else was faster')
    expect(await rig.act(rig.key('1'), 'payment', 'hand')).toMatchObject({ state: 'due' })
    rig.clock.advance(61_000)
    expect(await reports.unrouted(0, Infinity)).toEqual([])
    await rig.doAct(key)
    expect(await rig.act(rig.key('1'), 'payment', 'hand')).toMatchObject({
      state: 'done',
      result: { value: '0.00', paid: '136.00' },
    })
    expect(await reports.unrouted(0, Infinity)).toEqual([rig.ref('1')])
    expect(collections(rig)).toHaveLength(1)
  })

  test('other money on the invoice is asked about once, and a replay for another reason does not count as the answer', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    for (const id of ['1', '2']) await anInvoice(rig, id)
    const keyOf = (id: string) => actKey(rig.key(id), 'payment', 'hand')
    const wish = { value: '50.00', currency: 'RON', date: '2026-11-24' }
    const { acts } = rig.app.ledger
    await acts.wish(ACCOUNT, { key: keyOf('1'), state: 'due', wish: { ...wish, type: 'Card' } })
    await acts.wish(ACCOUNT, { key: keyOf('2'), state: 'due', wish: { ...wish, type: 'Chitanta' } })
    await collected(rig, 20)
    await rig.finish()
    expect((await acts.get(ACCOUNT, keyOf('1')))?.reasons).toMatchObject([
      { code: 'paid-elsewhere' },
    ])
    expect((await acts.get(ACCOUNT, keyOf('2')))?.reasons).toMatchObject([
      { code: 'payment-type-needs-series' },
    ])
    await collected(rig, 50, '2')
    const receipts = aShop({ triggerStatuses: ['fulfilled'], receiptSeries: 'CHT' })
    await rig.app.ledger.registry.load(
      ConfigFile.parse({ accounts: rig.file.accounts, shops: [receipts] }),
    )
    for (const id of ['1', '2']) await acts.again(ACCOUNT, keyOf(id), 'Ana')
    await rig.finish()
    expect(collections(rig).map(({ value }) => value)).toEqual(['20.00', '50.00', '50.00'])
    expect((await acts.get(ACCOUNT, keyOf('2')))?.result).toMatchObject({ value: '0.00' })
  })

  test('half of a pair of characters in a name of a payment or a refund is made whole', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await anInvoice(rig)
    const order = { id: '1', ...unpaid, ...paid('36.00', 'p\ud83d'), updatedAt: at(31) }
    await rig.receive({ ...order, refunds: [{ id: 'r\ud83d', amount: '10.00' }] })
    await rig.finish()
    expect(collections(rig)).toMatchObject([{ value: '36.00' }])
    expect(await rig.act(rig.key('1'), 'payment', 'p\ufffd')).toMatchObject({ state: 'done' })
  })
})
