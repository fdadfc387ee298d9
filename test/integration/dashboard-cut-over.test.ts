import { expect, test } from 'vitest'
import { ShopId } from '../../src/core/ids.ts'
import { ADMIN_PASSWORD, visitorAs } from '../support/visitor.ts'
import { aShop, openRig } from '../support/rig.ts'

const english = { 'accept-language': 'en' }

test('rules, documents of another program and shadow mode have their pages, and work without scripts', async () => {
  const rig = await openRig({ shops: [aShop()], env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD } })
  await rig.receive({ id: '1', number: '1', tags: ['intern'] })
  await rig.receive({ id: '2', number: '2' })
  const admin = await visitorAs(rig, 'admin')
  const rules = '/shops/web/rules'
  const settings = async () => (await rig.app.ledger.registry.shop(ShopId.parse('web')))?.settings
  const press = async (fields: Record<string, string>) => {
    const { text } = await admin.get(rules, english)
    const was = admin.hidden(text, 'was')
    return admin.press(rules, { was, ...fields }, rules)
  }

  // A rule is tried before it is saved.
  const rule = { at: 'new', name: 'Intern', tags: 'intern, proba', document: 'none' }
  const tried = await press({ ...rule, act: 'rehearse' })
  expect(tried.status).toBe(200)
  expect(tried.text).toMatch(/Din 2 comenzi .* 1 s-ar trata altfel/)
  expect(tried.text).toContain('href="/orders/web/1"')
  expect(tried.text).toContain('value="intern, proba"')
  expect((await settings())?.rules).toEqual([])
  expect((await press({ ...rule, act: 'save' })).status).toBe(303)
  expect(
    (await press({ at: 'new', name: 'Mari', totalFrom: '100', series: 'BIG', act: 'save' })).status,
  ).toBe(303)
  expect((await press({ at: '1', act: 'up' })).status).toBe(303)
  expect((await settings())?.rules).toEqual([
    { name: 'Mari', when: { totalFrom: '100' }, set: { series: 'BIG' } },
    { name: 'Intern', when: { tags: ['intern', 'proba'] }, set: { document: 'none' } },
  ])
  const wrong = await press({
    at: '0',
    name: 'intern',
    totalFrom: '1,5',
    delayMinutes: 'x',
    act: 'save',
  })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('must be a decimal number')
  expect(wrong.text).toContain('value="1,5"')
  const stale = await admin.press(rules, { was: 'old', at: '0', act: 'delete' }, rules)
  expect(stale.status).toBe(303)
  expect((await settings())?.rules).toHaveLength(2)
  expect((await admin.get(rules)).text).toContain('Altcineva a schimbat regulile')

  // Documents of another program: as many as the field takes, though each comma arrives as three bytes.
  const long = `commande,serie\n${',\n'.repeat(940_000)}`
  const tooWide = await admin.press('/shops/web/cut-over', { csv: long, act: 'check' })
  expect(tooWide.status).toBe(400)
  const page = '/shops/web/cut-over'
  const csv = 'order,series,number\n2,OLD,7\n4711,OLD,8\n,OLD,9'
  const checked = await admin.press(page, { csv, act: 'check' }, page)
  expect(checked.text).toContain('Rândul nu spune numărul comenzii')
  const refused = await admin.press(page, { csv, act: 'record' }, page)
  expect(refused).toMatchObject({ status: 400 })
  expect((await admin.press(page, { csv, act: 'record', skipBad: 'on' }, page)).status).toBe(303)
  expect((await admin.get(page)).text).toMatch(/Documente noi: 2.*Linia 4: Rândul nu spune/)
  expect((await admin.get('/orders/web/2')).text).toContain('Are deja OLD 7, importat de admin')
  const unknown = await admin.get('/orders/web/4711')
  expect(unknown.status).toBe(200)
  expect(unknown.text).toContain('nu a ajuns încă aici')
  const back = await admin.press(
    '/orders/web/2/revoke-import',
    { reason: 'fisier gresit' },
    '/orders/web/2',
  )
  expect(back).toMatchObject({ status: 303, location: '/orders/web/2' })
  expect((await admin.get('/orders/web/2')).text).not.toContain('Are deja')

  // Shadow mode.
  const known = await rig.app.ledger.registry.shop(ShopId.parse('web'))
  if (known === undefined) throw new Error('no shop')
  await rig.app.ledger.registry.saveShop({
    ...known,
    settings: { ...known.settings, shadow: true, rules: [] },
  })
  await rig.finish()
  const shadow = await admin.get('/shops/web/shadow')
  expect(shadow.text).toContain('Modul umbră este pornit')
  expect(shadow.text).toContain('lipsește la celălalt')
  expect((await admin.get('/orders/web/2')).text).toContain(
    's-ar fi emis în seria FCT, total 136.00 RON',
  )

  const viewer = await visitorAs(rig, 'viewer')
  for (const path of [rules, page, '/shops/web/shadow']) {
    const { status, text } = await viewer.get(path)
    expect(status).toBe(200)
    expect(text).not.toContain('name="act"')
  }
  expect((await viewer.press(page, { csv, act: 'record' })).status).toBe(403)
  expect((await admin.get('/shops/none/rules')).status).toBe(404)
})
