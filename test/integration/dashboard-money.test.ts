import { expect, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { aShop, openRig } from '../support/rig.ts'
import { visitorAs } from '../support/visitor.ts'

const unpaid = { paymentStatus: 'unpaid' as const, status: 'fulfilled', payments: [] }
const open = () => openRig({ shops: [aShop({ triggerStatuses: ['fulfilled'] })], clock: 'fast' })

test('a payment is recorded on the order’s page, one that waits is settled on its own page, pressed twice it is once', async () => {
  const rig = await open()
  await rig.receive({ id: '1', ...unpaid })
  await rig.receive({ id: '2', ...unpaid })
  await rig.finish()
  const ana = await visitorAs(rig, 'operator')
  expect((await ana.get('/orders/web/1')).text).toContain('/orders/web/1/payment')
  const paid = { amount: '36,00', method: 'cod', date: '' }
  for (let i = 0; i < 2; i++)
    expect((await ana.press('/orders/web/1/payment', paid, '/orders/web/1')).status).toBe(303)
  await ana.press('/orders/web/1/payment', { amount: 'abc' }, '/orders/web/1')
  await rig.finish()
  expect(rig.simulator.documents().flatMap(({ payments }) => payments)).toMatchObject([
    { value: '36.00' },
  ])
  expect((await ana.get('/orders/web/1')).text).toMatch(/36[,.]00/)

  const wish = {
    value: '5.00',
    currency: 'EUR',
    type: 'Card',
    date: '2026-11-24',
    method: '<i>x</i>',
  }
  const act = actKey(rig.key('2'), 'payment', 'x')
  await rig.app.ledger.acts.wish(rig.file.accounts[0]!.id, { key: act, state: 'due', wish })
  await rig.finish()
  const page = (await ana.get('/payments')).text
  expect(page).toContain(act)
  expect(page).not.toContain('<i>x</i>')
  const say = { act, say: 'dismiss', back: '/payments' }
  await ana.press('/acts/decide', say, '/payments')
  expect((await ana.get('/payments')).text).not.toContain(act)
  await ana.press('/acts/decide', say, '/payments')
  expect((await ana.get('/payments')).text).toMatch(/notice bad/)
  const viewer = await visitorAs(rig, 'viewer')
  expect((await viewer.get('/payments')).status).toBe(200)
  expect((await viewer.press('/acts/decide', say, '/payments')).status).toBe(403)
  // A way back that leads elsewhere is not taken.
  const away = await ana.press('/acts/decide', { ...say, back: '//evil.example' }, '/payments')
  expect(away.location).toBe('/payments')
})

test('a settlement is checked, then recorded; what cannot be taken is listed with its line', async () => {
  const rig = await open()
  await rig.receive({ id: '1', ...unpaid })
  await rig.finish()
  const ana = await visitorAs(rig, 'operator')
  const csv = 'comanda;ramburs;awb\n1;136,00;A1\n9;1,00;A2'
  const checked = await ana.press(
    '/payments/settle',
    { shop: 'web', csv, say: 'check' },
    '/payments',
  )
  expect(checked.text).toMatch(/136[.,]00/)
  expect(checked.text).toContain('A2')
  expect(await rig.app.ledger.reports.countActs(0, 'due')).toBe(0)
  await ana.press('/payments/settle', { shop: 'web', csv, say: 'do' }, '/payments')
  await ana.press('/payments/settle', { shop: 'web', csv, say: 'do' }, '/payments')
  await rig.finish()
  expect(rig.simulator.documents().flatMap(({ payments }) => payments)).toHaveLength(1)
})

test('a cancelled order’s reversal waits for a yes on the corrections page', async () => {
  const rig = await open()
  await rig.receive({ id: '1', ...unpaid })
  await rig.finish()
  await rig.receive({ id: '1', ...unpaid, status: 'cancelled', updatedAt: '2026-11-24T10:00:00Z' })
  await rig.finish()
  const ana = await visitorAs(rig, 'operator')
  const page = (await ana.get('/corrections')).text
  const act = /name="act"\s+value="([^"]+)"/.exec(page)?.[1] ?? ''
  expect(act).toContain('~reversal~')
  expect(rig.simulator.documents()).toHaveLength(1)
  await ana.press('/acts/decide', { act, say: 'replay', back: '/corrections' }, '/corrections')
  await rig.finish()
  expect(rig.simulator.documents()).toHaveLength(2)
  expect((await rig.document(rig.key('1')))?.state).toBe('reversed')
})
