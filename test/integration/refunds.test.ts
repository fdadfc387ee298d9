import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { documentKey, ShopId } from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import { ACCOUNT, aShop, openRig, type Rig } from '../support/rig.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`
const WEB = ShopId.parse('web')
const automatic = aShop({ onRefund: 'reverse', onCancel: 'reverse' })

async function anInvoice(rig: Rig, id = '1') {
  await rig.receive({ id, updatedAt: at(1) })
  await rig.finish()
  expect(await rig.document(rig.key(id))).toMatchObject({ state: 'issued' })
}
const refunded = (rig: Rig, refunds: Order['refunds'], minute: number, more: Partial<Order> = {}) =>
  rig.receive({
    id: '1',
    paymentStatus: 'partially_refunded',
    refunds,
    updatedAt: at(minute),
    ...more,
  })
const totals = (rig: Rig) => rig.simulator.documents().map(({ totals }) => totals.gross)
const act = (rig: Rig, id: string) => rig.act(rig.key('1'), 'correction', id)
const second = (rig: Rig, revision = 2) => documentKey(rig.ref('1'), 'invoice', revision)
const oneShirt = { id: 'r1', amount: '60.50', lines: [{ id: '1', quantity: '1' }] }

describe('a part of the money goes back', () => {
  test('each refund is one corrective invoice, up to the whole, however often it is told', async () => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await anInvoice(rig)
    const money = { id: 'r2', amount: '10.00' }
    for (const [minute, refunds] of [
      [2, [oneShirt]],
      [3, [oneShirt]],
      [4, [oneShirt, money]],
    ] as const) {
      await refunded(rig, [...refunds], minute)
      await rig.finish()
    }
    expect(totals(rig)).toEqual(['136.00', '-60.50', '-10.00'])
    const [, first] = rig.simulator.documents()
    expect(first).toMatchObject({
      lines: [{ name: 'Tricou', quantity: '-1', taxName: 'Normala' }],
      payments: [],
    })
    expect(first?.mentions).toContain('FCT 0001')
    expect(await rig.document(second(rig))).toMatchObject({
      state: 'issued',
      total: '-60.50',
      corrects: rig.key('1'),
    })
    // The rest goes back, too, and the order is cancelled: nothing is taken twice, and there is no storno.
    const rest = { id: 'r3', amount: '65.50' }
    await refunded(rig, [oneShirt, money, rest], 5, {
      status: 'cancelled',
      paymentStatus: 'refunded',
    })
    await rig.finish()
    expect(totals(rig)).toEqual(['136.00', '-60.50', '-10.00', '-65.50'])
    expect(await rig.alerts()).toEqual([])
  })

  test('an order cancelled after a refund of a part: what is left, once', async () => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await anInvoice(rig)
    await refunded(rig, [oneShirt], 2)
    await rig.finish()
    await refunded(rig, [oneShirt], 3, { status: 'cancelled' })
    await rig.finish()
    const late = { id: 'r2', amount: '75.50' }
    await refunded(rig, [oneShirt, late], 4, { status: 'cancelled', paymentStatus: 'refunded' })
    await rig.finish()
    expect(totals(rig)).toEqual(['136.00', '-60.50', '-75.50'])
  })

  test('also when a document of another program was imported for the order meanwhile', async () => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await anInvoice(rig)
    const imported = { series: 'X', number: '7', date: '', total: '', currency: '' }
    const { imports } = rig.app.ledger
    await imports.add(ACCOUNT, WEB, '1', { ...imported, by: 'Maria', at: at(1) })
    await refunded(rig, [oneShirt], 2)
    await rig.finish(rig.app, 5000)
    expect(totals(rig)).toEqual(['136.00', '-60.50'])
  })

  test('waits for a person where the shop says so, and goes with the refund', async () => {
    const rig = await openRig({ shops: [aShop()], clock: 'fast' })
    await anInvoice(rig)
    await refunded(rig, [oneShirt], 2)
    await rig.finish()
    expect(await act(rig, 'r1')).toMatchObject({ state: 'proposed', wish: { amount: '60.50' } })
    // All of it after all: one storno is proposed instead.
    await refunded(rig, [oneShirt, { id: 'r2', amount: '75.50' }], 3, { paymentStatus: 'refunded' })
    await rig.finish()
    expect(await act(rig, 'r1')).toMatchObject({ state: 'dismissed' })
    expect(await rig.act(rig.key('1'), 'reversal', 'full')).toMatchObject({ state: 'proposed' })
    expect(totals(rig)).toEqual(['136.00'])
  })

  test.each([
    ['refund-exceeds-invoice', { amount: '140.00' }],
    ['refund-currency', { amount: '10.00', currency: 'EUR' }],
    ['refund-quantity', { amount: '10.00', lines: [{ id: '1', quantity: '3' }] }],
  ] as const)('%s is held with the reason, and nothing is sent', async (code, refund) => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await anInvoice(rig)
    // The order's own total says that it is not all of it.
    await refunded(rig, [{ id: 'r1', ...refund } as Order['refunds'][number]], 2, {
      total: '500.00',
    })
    await rig.finish()
    expect(await act(rig, 'r1')).toMatchObject({ state: 'held', reasons: [{ code }] })
    expect(totals(rig)).toEqual(['136.00'])
  })

  test('before there is a document it is a reason not to issue, and no act', async () => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await refunded(rig, [oneShirt], 2)
    await rig.finish()
    expect(await rig.document(rig.key('1'))).toMatchObject({
      state: 'held',
      reasons: [{ code: 'refund-before-issue' }],
    })
    expect((await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref('1'))).acts).toEqual([])
    // Nor does an order without any document.
    await rig.receive({
      id: '2',
      status: 'awaiting_payment',
      refunds: [oneShirt],
      updatedAt: at(3),
    })
    await rig.finish()
    expect((await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref('2'))).acts).toEqual([])
    expect(rig.simulator.documents()).toEqual([])
  })

  test.each([
    'close-before',
    'close-after',
    'silence-before',
    'silence-after',
    '500-after',
    'late-commit',
  ] as const)('one corrective invoice although the line fails: %s', async (fault) => {
    const rig = await openRig({
      shops: [automatic],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1, delayMs: 100 })
    await refunded(rig, [oneShirt], 2)
    await rig.finish()
    expect(totals(rig)).toEqual(['136.00', '-60.50'])
    expect(await rig.document(second(rig))).toMatchObject({ state: 'issued', number: '0002' })
    expect(await rig.alerts()).toEqual([])
  })

  test('twenty workers on two refunds that are more than the invoice together: one of them is held', async () => {
    const rig = await openRig({ shops: [automatic], clock: 'fast' })
    await anInvoice(rig)
    const refunds = ['a', 'b'].map((id) => ({ id, amount: '70.00' }))
    const ref = await refunded(rig, refunds, 2, { total: '500.00' })
    await rig.route(ref)
    const keys = ['a', 'b'].map((id) => actKey(rig.key('1'), 'correction', id))
    await Promise.allSettled(Array.from({ length: 20 }, (_, i) => rig.doAct(keys[i % 2]!)))
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => rig.issue(second(rig, 2 + (i % 2)))),
    )
    await rig.finish()
    expect(totals(rig)).toEqual(['136.00', '-70.00'])
    const states = await Promise.all(['a', 'b'].map(async (id) => (await act(rig, id))?.state))
    expect(new Set(states)).toEqual(new Set(['done', 'held']))
  })
})
