import { expect, test } from 'vitest'
import { deadLetters } from '../support/dead-letters.ts'
import { ACCOUNT, aShop, openRig, type Rig } from '../support/rig.ts'
import { ADMIN_PASSWORD, visitorAs } from '../support/visitor.ts'

const english = { 'accept-language': 'en' }
const withDashboard = { env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD } }

/** A held order: its line has no code. */
async function heldOrder() {
  const rig = await openRig(withDashboard)
  await rig.receive({
    lines: [{ id: '1', name: 'Cana', quantity: '1', unitPrice: '136.00', vatRate: '21' }] as never,
    shippingLines: [],
  })
  await rig.finish()
  expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'held' })
  return rig
}

const versionOf = async (rig: Rig) =>
  (await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1001')))?.version ?? ''

test('a held order: exactly what is missing is asked for, and filled in it is issued', async () => {
  const rig = await heldOrder()
  const operator = await visitorAs(rig, 'operator')
  for (const url of ['/held', '/orders/web/1001']) {
    const { text } = await operator.get(url, english)
    const small = text.slice(text.indexOf('class="fix"'))
    expect(text, url).toContain('class="fix"')
    expect(small.match(/name="order\.[^"]+"/g), url).toEqual(['name="order.lines.0.sku"'])
  }
  const sent = await operator.press('/orders/web/1001/edit', {
    document: rig.key('1001'),
    version: await versionOf(rig),
    reason: 'filled in what was missing',
    'order.lines.0.sku': 'CANA-1',
  })
  expect(sent.location).toBe('/orders/web/1001')
  await rig.finish()
  const [document] = rig.documentsOf(rig.key('1001'))
  expect(JSON.stringify(document)).toContain('CANA-1')
  const deeds = await rig.app.ledger.people.audit(5)
  expect(deeds.find(({ did }) => did === 'order-edit')).toMatchObject({
    who: 'operator',
    about: rig.key('1001'),
    before: { 'lines.0.sku': '' },
    after: { 'lines.0.sku': 'CANA-1' },
  })
  const order = await operator.get('/orders/web/1001', english)
  expect(order.text).toContain('lines.0.sku: – → CANA-1')
  // It is no longer there to be corrected.
  expect((await operator.get('/orders/web/1001/edit')).location).toBe('/orders/web/1001')
})

test('what is wrong is said beside its field, in the language of the page, and nothing typed is lost', async () => {
  const rig = await heldOrder()
  const operator = await visitorAs(rig, 'operator')
  const version = await versionOf(rig)
  const send = (fields: Record<string, string>, headers = {}) =>
    operator.press('/orders/web/1001/edit', {
      document: rig.key('1001'),
      version,
      reason: 'the buyer called',
      ...fields,
      ...headers,
    })
  const typed = {
    'order.total': '12,50',
    'order.customer.name': '<b>Ana</b>',
    'order.createdAt': 'ieri',
  }
  const wrong = await send(typed)
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('id="order.total-error"')
  expect(wrong.text).toContain('Are virgulă. Scrieți un număr zecimal')
  expect(wrong.text).toContain('value="12,50"')
  expect(wrong.text).toContain('value="&lt;b&gt;Ana&lt;/b&gt;"')
  expect(wrong.text).toContain('id="order.createdAt-error"')
  await operator.send('POST', '/language', { lang: 'en', back: '/' })
  expect((await send(typed)).text).toContain('Has a comma. Write a decimal number')
  const noReason = await send({ 'order.total': '12.50', reason: 'x' })
  expect(noReason.text).toContain('id="reason-error"')
  expect(noReason.text).toContain('value="12.50"')
  expect((await send({})).text).toContain('Nothing has been changed')
  expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'held' })

  // The shop's newer version is not overwritten unseen.
  await rig.receive({ updatedAt: '2026-11-24T09:00:00Z', total: '99.00' })
  const newer = await send({ 'order.total': '136.50' })
  expect(newer.status).toBe(409)
  expect(newer.text).toContain('Now: &quot;99.00&quot;')
  expect(newer.text).toContain('value="136.50"')
  const again = operator.hidden(newer.text, 'version')
  expect(again).not.toBe(version)

  // The session ends in mid-form: the login keeps what was typed, and after it the same is sent.
  const page = await operator.get('/orders/web/1001/edit', english)
  const csrf = operator.hidden(page.text, 'csrf')
  operator.cookies.delete('relay_session')
  const fields = {
    document: rig.key('1001'),
    version: again,
    reason: 'why',
    'order.lines.0.sku': 'K',
  }
  const lost = await operator.send('POST', '/orders/web/1001/edit', { csrf, ...fields })
  expect(lost.status).toBe(401)
  expect(lost.text).toContain('order.lines.0.sku')
})

test('a line is added and another taken out; an order keeps at least one', async () => {
  const rig = await heldOrder()
  const operator = await visitorAs(rig, 'operator')
  const send = async (fields: Record<string, string>) =>
    operator.press('/orders/web/1001/edit', {
      document: rig.key('1001'),
      version: await versionOf(rig),
      reason: 'the buyer called',
      ...fields,
    })
  const page = await operator.get('/orders/web/1001/edit', english)
  expect(page.text).toContain('Add: ')
  const empty = await send({ 'order.lines.0': 'remove' })
  expect([empty.status, empty.text.includes('lines: ')]).toEqual([400, true])
  const nameless = await send({ 'order.lines.1.unitPrice': '136.00' })
  expect(nameless.text).toContain('id="order.lines.1.name-error"')
  expect(nameless.text).toContain('value="136.00"')
  const sent = await send({
    'order.lines.0': 'remove',
    'order.lines.1.name': 'Cană roșie',
    'order.lines.1.sku': 'CANA-2',
    'order.lines.1.quantity': '1',
    'order.lines.1.unitPrice': '136.00',
    'order.lines.1.vatRate': '21',
  })
  expect(sent.location).toBe('/orders/web/1001')
  await rig.finish()
  const [document] = rig.documentsOf(rig.key('1001'))
  expect(JSON.stringify(document)).toContain('CANA-2')
  expect(document?.totals.gross).toBe('136.00')
})

test('a failed order: the fields of its cause come first, a setting is linked, a viewer sees no form', async () => {
  const rig = await openRig({
    ...withDashboard,
    shops: [aShop({}, {}), aShop({}, { id: 'other' })],
  })
  await deadLetters(rig, ['1001'], { code: 'unknown-vat-rate', said: 'Cota 9 nu a fost gasita.' })
  await deadLetters(rig, ['1002'])
  const operator = await visitorAs(rig, 'operator')
  const page = await operator.get('/orders/web/1001/edit', english)
  const first = page.text.slice(0, page.text.indexOf('All data of the order'))
  expect(first.match(/name="order\.[^"]+"/g)).toEqual([
    'name="order.lines.0.vatRate"',
    'name="order.shippingLines.0.vatRate"',
  ])
  expect(first).toContain('Cota 9 nu a fost gasita.')
  expect(page.text).toContain('name="order.billing.county"')
  expect(page.text).not.toContain('name="order.id"')
  const setting = await operator.get('/orders/web/1002/edit', english)
  expect(setting.text).toContain('href="/shops/web"')
  const viewer = await visitorAs(rig, 'viewer')
  expect((await viewer.get('/orders/web/1001/edit')).status).toBe(403)
  expect((await viewer.get('/orders/web/1001')).text).not.toContain('/orders/web/1001/edit')
})
