import { expect, test } from 'vitest'
import { z } from 'zod'
import { anOrder, payerVat } from '../support/builders.ts'
import { ACCOUNT, openRig } from '../support/rig.ts'

const Answer = z.object({
  kind: z.string(),
  vatAgeMs: z.number().nullable(),
  preview: z.looseObject({ status: z.string() }),
})

test('a preview is the very document that is issued then, and SmartBill is not asked for it', async () => {
  const rig = await openRig()
  await rig.post(anOrder())
  const preview = async (order: string, query = '') => {
    const answer = await rig.call('GET', `/v1/shops/web/orders/${order}/preview${query}`)
    expect(answer.status).toBe(200)
    return Answer.parse(answer.json)
  }

  expect(await preview('1001')).toMatchObject({
    vatAgeMs: null,
    preview: { status: 'vat-unknown' },
  })

  await rig.app.ledger.facts.saveVat(ACCOUNT, payerVat)
  const { preview: shown, kind } = await preview('1001')
  expect(kind).toBe('invoice')
  expect(shown).toMatchObject({
    status: 'issue',
    document: { total: '136.00', currency: 'RON', client: { name: 'Ion Popescu' } },
    totals: {
      columns: {
        gross: '136.00',
        rates: [{ name: 'Normala', net: '112.40', vat: '23.60', gross: '136.00' }],
      },
      cashRegister: { gross: '136.00' },
    },
  })
  expect(rig.simulator.calls().total).toBe(0)
  expect((await preview('1001', '?kind=estimate')).kind).toBe('estimate')

  await rig.post(anOrder({ id: '1002', total: '150.00' }))
  expect((await preview('1002')).preview).toMatchObject({
    status: 'hold',
    reasons: [{ code: 'total-differs', field: 'total' }],
  })
  await rig.post(anOrder({ id: '1003', test: true }))
  expect((await preview('1003')).preview).toMatchObject({ status: 'skip', rule: 'test-order' })
  expect(rig.simulator.calls().total).toBe(0)

  await rig.finish()
  const [document] = rig.simulator.documents()
  expect(document?.totals.gross).toBe('136.00')
  expect(document?.mentions).toBe(
    z.looseObject({ mentions: z.string() }).parse(shown['document']).mentions,
  )
})

test('a preview of an order that nobody sent, or without the key, is refused', async () => {
  const rig = await openRig()
  const url = '/v1/shops/web/orders/none/preview'
  expect((await rig.call('GET', url)).status).toBe(404)
  const headers = { authorization: 'Bearer wrong' }
  expect((await rig.call('GET', url, { headers })).status).toBe(401)
})
