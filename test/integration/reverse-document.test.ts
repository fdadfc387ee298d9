import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { aShop, openRig, type Rig } from '../support/rig.ts'

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
    const { acts } = await rig.app.ledger.acts.ofOrder('acme' as never, rig.ref('1'))
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
      env: { SMARTBILL_TIMEOUT_MS: '300' },
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
