import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { documentKey } from '../../src/core/ids.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, aShop, CIF, openRig, type Rig } from '../support/rig.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`
const automatic = { onCancel: 'reverse', onRefund: 'reverse', onEdit: 'reverse' } as const
const cancelled = { status: 'cancelled' }
const fullId = 'full'

/** An invoice that was paid with the order. */
async function anInvoice(rig: Rig, id = '1') {
  await rig.receive({ id, updatedAt: at(1) })
  await rig.finish()
  expect(await rig.document(rig.key(id))).toMatchObject({ state: 'issued' })
}
const live = (rig: Rig) => rig.simulator.documents().filter(({ status }) => status !== 'deleted')
const stornos = (rig: Rig) => live(rig).filter(({ stornoOf }) => stornoOf !== null)
const net = (rig: Rig) =>
  live(rig)
    .filter(({ status, kind }) => status !== 'cancelled' && kind === 'invoice')
    .reduce((sum, { totals }) => sum + Number(totals.gross), 0)

describe('an order that is cancelled after its invoice', () => {
  test('is proposed for a storno once, whatever says so', async () => {
    const rig = await openRig({ shops: [aShop()], clock: 'fast' })
    await anInvoice(rig)
    const refunds = [{ id: 'r1', amount: '136.00' }]
    await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
    await rig.finish()
    await rig.receive({ id: '1', ...cancelled, refunds, updatedAt: at(3) })
    await rig.finish()
    await rig.receive({
      id: '1',
      status: 'refunded',
      paymentStatus: 'refunded',
      refunds,
      updatedAt: at(4),
    })
    await rig.finish()
    const { acts } = await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref('1'))
    expect(acts).toMatchObject([
      { state: 'proposed', key: actKey(rig.key('1'), 'reversal', fullId) },
    ])
    expect(stornos(rig)).toEqual([])
  })
})

describe('a storno', () => {
  test.each([
    'none',
    'close-before',
    'close-after',
    'silence-before',
    'silence-after',
    '500-after',
    'empty-number',
    'late-commit',
  ] as const)('happens once: %s', async (fault) => {
    const rig = await openRig({
      shops: [aShop(automatic)],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    if (fault !== 'none')
      rig.simulator.faults({ route: 'POST /invoice/reverse', fault, times: 1, delayMs: 100 })
    await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
    await rig.finish()
    await rig.receive({ id: '1', ...cancelled, updatedAt: at(3) })
    await rig.finish()
    expect(await rig.act(rig.key('1'), 'reversal', fullId)).toMatchObject({
      state: 'done',
      result: { number: '0002' },
    })
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed', number: '0001' })
    expect(stornos(rig)).toMatchObject([{ number: '0002' }])
    expect(net(rig)).toBe(0)
    expect(await rig.alerts()).toEqual([])
  })
})

describe('the other ways', () => {
  test.each(['close-after', 'silence-before', '500-after'] as const)(
    'cancelling is repeated until SmartBill says so: %s',
    async (fault) => {
      const rig = await openRig({
        shops: [aShop({ ...automatic, reverseBy: 'cancel' })],
        clock: 'fast',
        env: { SMARTBILL_TIMEOUT_MS: '1500' },
      })
      await anInvoice(rig)
      rig.simulator.faults({ route: 'PUT /invoice/cancel', fault, times: 1 })
      await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
      await rig.finish()
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'cancelled', paid: '0.00' })
      expect(live(rig)).toMatchObject([{ status: 'cancelled', payments: [] }])
    },
  )

  test.each(['none', 'close-after', 'silence-after', 'close-before'] as const)(
    'the last of a series is deleted once, and its number is free again: %s',
    async (fault) => {
      const rig = await openRig({
        shops: [aShop({ ...automatic, reverseBy: 'delete-if-last' })],
        clock: 'fast',
        env: { SMARTBILL_TIMEOUT_MS: '1500' },
      })
      await anInvoice(rig)
      await anInvoice(rig, '2')
      if (fault !== 'none') rig.simulator.faults({ route: 'DELETE /invoice', fault, times: 1 })
      await rig.receive({ id: '2', ...cancelled, updatedAt: at(2) })
      await rig.finish()
      expect(await rig.document(rig.key('2'))).toMatchObject({ state: 'cancelled', number: '0002' })
      expect(live(rig)).toMatchObject([{ number: '0001' }])
      // The number goes to the next order, which is not taken for a double.
      await anInvoice(rig, '3')
      expect(await rig.document(rig.key('3'))).toMatchObject({ number: '0002' })
      expect(await rig.alerts()).toEqual([])
      // Now the first is not the last: it gets a storno.
      await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
      await rig.finish()
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed' })
      expect(stornos(rig)).toMatchObject([{ number: '0003', stornoOf: { number: '0001' } }])
    },
  )

  test('a number that another document has since is never deleted', async () => {
    const rig = await openRig({
      shops: [aShop({ ...automatic, reverseBy: 'delete-if-last' })],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    // The delete is carried out, its answer is lost, and somebody takes the number at once.
    rig.simulator.faults({ route: 'DELETE /invoice', fault: 'silence-after', times: 1 })
    const ref = await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
    await rig.route(ref)
    await rig.doAct(actKey(rig.key('1'), 'reversal', fullId)).catch(() => {})
    rig.simulator.issueAsOther(CIF, 'FCT')
    await rig.finish()
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'cancelled' })
    expect(live(rig)).toMatchObject([{ by: 'other', number: '0001' }])
  })

  test('twenty workers and a crash between the request and its outcome: one storno', async () => {
    const rig = await openRig({
      shops: [aShop(automatic)],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await anInvoice(rig)
    const ref = await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
    await rig.route(ref)
    const act = actKey(rig.key('1'), 'reversal', fullId)
    const dying = await rig.another()
    // It dies when it hears the answer: nothing of it is written down.
    const { reversals } = dying.smartbill
    const storno = reversals.storno.bind(reversals)
    reversals.storno = async (...all) => {
      await storno(...all)
      dying.ledger.acts.done = () => new Promise(() => {})
      return new Promise(() => {})
    }
    void rig.doAct(act, dying).catch(() => {})
    await eventually(() => stornos(rig).length === 1)
    await Promise.allSettled(Array.from({ length: 20 }, () => rig.doAct(act)))
    await rig.finish()
    expect(stornos(rig)).toHaveLength(1)
    expect(rig.simulator.calls().byRoute['POST /invoice/reverse']).toBe(1)
    expect(await rig.act(rig.key('1'), 'reversal', fullId)).toMatchObject({
      state: 'done',
      result: { number: '0002' },
    })
  })

  test('a storno that somebody made in SmartBill is found, and its number is ours from then on', async () => {
    const rig = await openRig({ shops: [aShop(automatic)], clock: 'fast' })
    await anInvoice(rig)
    const account = (await rig.app.ledger.registry.account(ACCOUNT))!
    const grant = await rig.app.smartbill.admit(account)
    await rig.app.smartbill.reversals.storno(account, grant, { series: 'FCT', number: '0001' })
    await rig.watch()
    expect(await rig.alerts()).toEqual([])
    await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) })
    await rig.finish()
    expect(await rig.act(rig.key('1'), 'reversal', fullId)).toMatchObject({
      state: 'done',
      result: { number: '0002', found: 'it existed' },
    })
    const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
    expect(await rig.app.ledger.series.explained(ref, 2)).toContain('~reversal~')
    expect(stornos(rig)).toHaveLength(1)
  })
})

describe('a storno that somebody made in SmartBill, when SmartBill says so', () => {
  const act = (rig: Rig) => rig.act(rig.key('1'), 'reversal', fullId)
  /** The person's storno is 0002, `later` numbers of others follow; then the order is cancelled. */
  async function reversedByAPerson(later: number) {
    const rig = await openRig({
      shops: [aShop(automatic)],
      clock: 'fast',
      simulator: { blockMs: 200 },
      env: { SMARTBILL_BLOCK_MS: '200' },
    })
    await anInvoice(rig)
    const account = (await rig.app.ledger.registry.account(ACCOUNT))!
    const grant = await rig.app.smartbill.admit(account)
    await rig.app.smartbill.reversals.storno(account, grant, { series: 'FCT', number: '0001' })
    for (let n = 0; n < later; n++) rig.simulator.issueAsOther(CIF, 'FCT')
    await rig.route(await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) }))
    return rig
  }
  const calls = (rig: Rig, route: string) => rig.simulator.calls().byRoute[route] ?? 0
  const asked = 'POST /invoice/reverse'
  const read = 'GET /invoice/pdf'

  test.each(['block-429', '503-before', 'close-before'] as const)(
    'is found although SmartBill cannot be asked right then: %s',
    async (fault) => {
      const rig = await reversedByAPerson(0)
      rig.simulator.faults({ route: 'GET /series', fault, times: 2 })
      const name = actKey(rig.key('1'), 'reversal', fullId)
      await expect(rig.doAct(name)).rejects.toThrow('the storno exists')
      // Whoever comes next knows what SmartBill said: nothing is sent, and there is no dead letter.
      expect(await act(rig)).toMatchObject({ state: 'uncertain', before: { exists: true } })
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversing' })
      await rig.finish()
      expect(await act(rig)).toMatchObject({
        state: 'done',
        result: { number: '0002', found: 'it existed' },
      })
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed' })
      expect(calls(rig, asked)).toBe(2)
    },
  )

  test('is found below many numbers of others: each is read once, however often the look is cut short', async () => {
    const rig = await reversedByAPerson(9)
    for (const afterCalls of [4, 7])
      rig.simulator.faults({ route: read, fault: 'block-429', afterCalls, times: 1 })
    const before = calls(rig, read)
    await rig.finish()
    expect(await act(rig)).toMatchObject({ state: 'done', result: { number: '0002' } })
    expect(calls(rig, read) - before).toBe(10 + 2)
    expect(calls(rig, asked)).toBe(2)
  })

  test('has no number where it cannot be read, after the grace period; nothing is sent again', async () => {
    const rig = await reversedByAPerson(0)
    rig.simulator.faults({ route: read, fault: 'pdf-unreadable' })
    await rig.finish()
    expect(await act(rig)).toMatchObject({
      state: 'done',
      result: { number: '', found: 'it existed' },
    })
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed' })
    expect(calls(rig, asked)).toBe(2)
    expect(calls(rig, read)).toBeGreaterThan(1)
  })
})

describe('a reversal that a person says is done', () => {
  test.each([
    // What it was, what went wrong, and what became of it and of its document.
    ['in doubt, a storno', {}, 'POST /invoice/reverse', 'silence-before', 'uncertain', 'reversed'],
    ['refused, a storno', {}, 'POST /invoice/reverse', '200-error', 'dead', 'reversed'],
    [
      'in doubt, cancelled',
      { reverseBy: 'cancel' },
      'PUT /invoice/cancel',
      'silence-before',
      'uncertain',
      'cancelled',
    ],
    [
      'refused, by whatever way',
      { reverseBy: 'delete-if-last' },
      'DELETE /invoice',
      '200-error',
      'dead',
      'cancelled',
    ],
  ] as const)(
    'takes its document with it: %s',
    async (_, settings, route, fault, state, becomes) => {
      const rig = await openRig({
        shops: [aShop({ ...automatic, ...settings })],
        clock: 'fast',
        env: { SMARTBILL_TIMEOUT_MS: '1500' },
      })
      await anInvoice(rig)
      rig.simulator.faults({ route, fault })
      await rig.route(await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) }))
      const act = actKey(rig.key('1'), 'reversal', fullId)
      await expect(rig.doAct(act)).rejects.toThrow()
      expect(await rig.app.ledger.acts.get(ACCOUNT, act)).toMatchObject({ state })
      const said = { act, who: 'Ana', reason: 'I did it in SmartBill' }
      expect((await rig.call('POST', '/v1/acts/done', { body: said })).status).toBe(200)
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: becomes })
      expect(await rig.app.ledger.acts.get(ACCOUNT, act)).toMatchObject({
        state: 'done',
        result: { reason: said.reason },
      })
      // The order lives again: it has a document of its own again.
      await rig.receive({ id: '1', updatedAt: at(3) })
      await rig.finish()
      const again = documentKey(rig.ref('1'), 'invoice', 2)
      expect(await rig.document(again)).toMatchObject({ state: 'issued' })
    },
  )

  test('leaves a document as it is that was undone meanwhile', async () => {
    const rig = await openRig({
      shops: [aShop({ ...automatic, reverseBy: 'cancel' })],
      clock: 'fast',
    })
    await anInvoice(rig)
    rig.simulator.faults({ route: 'PUT /invoice/cancel', fault: '200-error', times: 1 })
    await rig.route(await rig.receive({ id: '1', ...cancelled, updatedAt: at(2) }))
    const act = actKey(rig.key('1'), 'reversal', fullId)
    await expect(rig.doAct(act)).rejects.toThrow()
    const byStorno = { by: 'storno' }
    await rig.call('POST', '/v1/shops/web/orders/1/reverse', { body: byStorno })
    await rig.finish()
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed' })
    const said = { act, who: 'Ana', reason: 'the storno' }
    expect((await rig.call('POST', '/v1/acts/done', { body: said })).status).toBe(200)
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed' })
  })
})

test('a storno that carries the mentions of its original is no second document of the order', async () => {
  const rig = await openRig({
    shops: [aShop()],
    clock: 'fast',
    env: { SMARTBILL_TIMEOUT_MS: '1500' },
  })
  // Its marker stays open: the first answer was lost.
  rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'silence-after', times: 1 })
  await anInvoice(rig)
  const marker = rig.app.markerOf(rig.key('1'))
  rig.simulator.issueAsOther(CIF, 'FCT', `Storno la factura FCT0001. Ref ${marker}`)
  await rig.watch()
  expect(await rig.alerts()).toEqual([])
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', number: '0001' })
  // The same marker on anything else is a double, and is told.
  rig.simulator.issueAsOther(CIF, 'FCT', `Ref ${marker}`)
  await rig.watch()
  expect(await rig.alerts()).toHaveLength(1)
})

describe('an order that changes after its invoice', () => {
  const edited = {
    lines: [
      {
        id: '1',
        sku: 'TS-1',
        name: 'Tricou',
        quantity: '1',
        unit: 'buc',
        unitPrice: '60.50',
        vatRate: '21',
      },
    ],
    total: '75.50',
  } as const
  const order = (rig: Rig, more: object, minute: number) =>
    rig.receive({ id: '1', ...more, updatedAt: at(minute) })

  test('is reversed and invoiced anew, once; the money stays where it is', async () => {
    const rig = await openRig({ shops: [aShop(automatic)], clock: 'fast' })
    await anInvoice(rig)
    for (const minute of [2, 3]) {
      await order(rig, edited, minute)
      await rig.finish()
    }
    const invoices = live(rig).filter(({ stornoOf }) => stornoOf === null)
    expect(invoices).toMatchObject([
      { number: '0001', status: 'reversed', paid: '136.00' },
      { number: '0003', status: 'issued', totals: { gross: '75.50' }, payments: [] },
    ])
    expect(net(rig)).toBe(75.5)
    // Cancelled, and active again: the same rules, another revision.
    await order(rig, { ...edited, ...cancelled }, 4)
    await rig.finish()
    expect(net(rig)).toBe(0)
    await order(rig, edited, 5)
    await rig.finish()
    expect(net(rig)).toBe(75.5)
    expect(live(rig)).toHaveLength(5)
    expect(await rig.alerts()).toEqual([])
  })

  test('is proposed with what changed, and the proposal goes when the change is taken back', async () => {
    const rig = await openRig({ shops: [aShop()], clock: 'fast' })
    await anInvoice(rig)
    await order(rig, edited, 2)
    await rig.finish()
    const proposals = async () => (await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref('1'))).acts
    expect(await proposals()).toMatchObject([
      {
        state: 'proposed',
        wish: {
          cause: 'edited',
          total: '136.00',
          newTotal: '75.50',
          changes: [
            {
              name: 'Tricou',
              was: { quantity: '2', amount: '121.00' },
              is: { quantity: '1', amount: '60.50' },
            },
          ],
        },
      },
    ])
    await order(rig, {}, 3)
    await rig.finish()
    expect(await proposals()).toMatchObject([{ state: 'dismissed', withdrawn: '1' }])
    await order(rig, edited, 4)
    await rig.finish()
    expect(await proposals()).toMatchObject([{ state: 'proposed' }])
    expect(live(rig)).toHaveLength(1)
  })

  test('is left alone where the shop says so, with a note', async () => {
    const rig = await openRig({ shops: [aShop({ onEdit: 'ignore' })], clock: 'fast' })
    await anInvoice(rig)
    await order(rig, edited, 2)
    await rig.finish()
    const { acts } = await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref('1'))
    expect(acts).toMatchObject([{ state: 'dismissed' }])
    expect(live(rig)).toHaveLength(1)
  })
})
