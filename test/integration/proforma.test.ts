import { describe, expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { aShop, CIF, openRig, type Rig } from '../support/rig.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`
const settings = {
  document: 'estimate',
  series: 'PRF',
  invoiceSeries: 'FCT',
  triggerStatuses: ['awaiting_payment', 'paid'],
} as const
const shop = aShop({ ...settings, triggerStatuses: [...settings.triggerStatuses] })
const unpaid = { status: 'awaiting_payment', paymentStatus: 'unpaid' as const, payments: [] }

async function aProforma(rig: Rig, id = '1') {
  await rig.receive({ id, ...unpaid, updatedAt: at(1) })
  await rig.finish()
  expect(await rig.document(rig.key(id, 'estimate'))).toMatchObject({ state: 'issued' })
}
const invoices = (rig: Rig) => rig.simulator.documents({ kind: 'invoice' })
const estimates = (rig: Rig) => rig.simulator.documents({ kind: 'estimate' })

describe('a proforma', () => {
  test('becomes one invoice when the order is paid, made of it and linked, however often it is told', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await aProforma(rig)
    for (const minute of [2, 2, 3]) {
      await rig.receive({ id: '1', updatedAt: at(minute) })
      await rig.finish()
    }
    expect(invoices(rig)).toMatchObject([
      {
        number: '0001',
        series: 'FCT',
        totals: { gross: '136.00' },
        fromEstimate: { series: 'PRF', number: '0001' },
        payments: [{ value: '136.00', type: 'Card online' }],
      },
    ])
    expect(await rig.document(rig.key('1'))).toMatchObject({
      state: 'issued',
      fromEstimate: rig.key('1', 'estimate'),
    })
    expect(estimates(rig)).toHaveLength(1)
  })

  test('of an order that is paid at once is followed by its invoice', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await rig.receive({ id: '1', updatedAt: at(1) })
    await rig.finish()
    expect(invoices(rig)).toHaveLength(1)
    expect(estimates(rig)).toHaveLength(1)
  })

  test.each([
    'close-before',
    'close-after',
    'silence-before',
    'silence-after',
    '500-after',
    'late-commit',
  ] as const)('one invoice although the line fails: %s', async (fault) => {
    const rig = await openRig({
      shops: [shop],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await aProforma(rig)
    rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1, delayMs: 100 })
    const ref = await rig.receive({ id: '1', updatedAt: at(2) })
    await rig.route(ref)
    await Promise.allSettled(Array.from({ length: 20 }, () => rig.issue(rig.key('1'))))
    await rig.finish()
    expect(invoices(rig)).toMatchObject([{ number: '0001', fromEstimate: { number: '0001' } }])
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', number: '0001' })
    expect(await rig.alerts()).toEqual([])
  })

  test('that a person made into an invoice in SmartBill is not invoiced again', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await aProforma(rig)
    await postAsPerson(rig, {
      companyVatCode: CIF,
      seriesName: 'FCT',
      useEstimateDetails: true,
      estimate: { seriesName: 'PRF', number: '0001' },
    })
    await rig.receive({ id: '1', updatedAt: at(2) })
    await rig.finish()
    expect(invoices(rig)).toHaveLength(1)
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', number: '0001' })
    // It is collected like any other.
    expect(invoices(rig)).toMatchObject([{ payments: [{ value: '136.00' }] }])
  })

  test('of an order that changed since: the invoice is made of the order', async () => {
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    await aProforma(rig)
    await rig.receive({
      id: '1',
      shippingLines: [],
      total: '121.00',
      payments: [{ id: 'p1', method: 'card', amount: '121.00', at: at(2) }],
      updatedAt: at(2),
    })
    await rig.finish()
    expect(invoices(rig)).toMatchObject([{ totals: { gross: '121.00' }, fromEstimate: null }])
  })

  test('without a series for invoices the invoice waits, and says which setting is missing', async () => {
    const { invoiceSeries: _none, ...without } = settings
    const rig = await openRig({
      shops: [aShop({ ...without, triggerStatuses: [...settings.triggerStatuses] })],
      clock: 'fast',
    })
    await aProforma(rig)
    await rig.receive({ id: '1', updatedAt: at(2) })
    await rig.finish()
    expect(await rig.document(rig.key('1'))).toMatchObject({
      state: 'held',
      reasons: [{ code: 'invoice-series-missing' }],
    })
  })

  test('is cancelled, too, where a person says that its cancelling is done', async () => {
    const rig = await openRig({
      shops: [shop],
      clock: 'fast',
      env: { SMARTBILL_TIMEOUT_MS: '1500' },
    })
    await aProforma(rig)
    rig.simulator.faults({ route: 'PUT /estimate/cancel', fault: 'silence-before' })
    await rig.receive({ id: '1', ...unpaid, status: 'cancelled', updatedAt: at(2) })
    await rig.route(rig.ref('1'))
    const act = actKey(rig.key('1', 'estimate'), 'reversal', 'full')
    await expect(rig.doAct(act)).rejects.toThrow()
    expect(await rig.document(rig.key('1', 'estimate'))).toMatchObject({ state: 'reversing' })
    const said = { act, who: 'Ana', reason: 'cancelled in SmartBill' }
    expect((await rig.call('POST', '/v1/acts/done', { body: said })).status).toBe(200)
    expect(await rig.document(rig.key('1', 'estimate'))).toMatchObject({ state: 'cancelled' })
  })

  test('is cancelled with its order, and after so many days; never once it is invoiced', async () => {
    const rig = await openRig({
      shops: [
        aShop({
          ...settings,
          triggerStatuses: [...settings.triggerStatuses],
          cancelEstimatesAfterDays: 3,
        }),
      ],
      clock: 'fast',
    })
    await rig.receive({ id: '1', ...unpaid, updatedAt: at(1) })
    await rig.receive({ id: '2', ...unpaid, updatedAt: at(1) })
    await rig.receive({ id: '3', ...unpaid, updatedAt: at(1) })
    for (const id of ['1', '2', '3']) {
      await rig.route(rig.ref(id))
      await rig.issue(rig.key(id, 'estimate'))
      await rig.route(rig.ref(id))
    }
    await rig.receive({ id: '1', ...unpaid, status: 'cancelled', updatedAt: at(2) })
    await rig.route(rig.ref('1'))
    await rig.doAct(actKey(rig.key('1', 'estimate'), 'reversal', 'full'))
    await rig.receive({ id: '2', updatedAt: at(2) })
    await rig.route(rig.ref('2'))
    await rig.issue(rig.key('2'))
    expect(estimates(rig)).toMatchObject([
      { status: 'cancelled' },
      { status: 'issued' },
      { status: 'issued' },
    ])
    rig.simulator.faults({ route: 'PUT /estimate/cancel', fault: 'close-after', times: 1 })
    // The clock goes on by three days.
    await rig.finish()
    expect(estimates(rig)).toMatchObject([
      { status: 'cancelled' },
      { status: 'issued' },
      { status: 'cancelled' },
    ])
    expect(invoices(rig)).toHaveLength(1)
  })
})

async function postAsPerson(rig: Rig, body: object) {
  const answer = await fetch(`${rig.simulator.url}/invoice/v2`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('a@acme.example:person').toString('base64')}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}
