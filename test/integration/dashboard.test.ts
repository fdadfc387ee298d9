import { describe, expect, test } from 'vitest'
import { dashboardRoutes } from '../../src/http/dashboard/dashboard.ts'
import { boards } from '../../src/http/dashboard/queues.ts'
import { anOrder } from '../support/builders.ts'
import { ACCOUNT, aShop, openRig, rawRedis, secretOf, TOKEN } from '../support/rig.ts'
import { ADMIN_PASSWORD, createVisitor, PASSWORD, serverOf, visitorAs } from '../support/visitor.ts'

const openDashboard = (more: Parameters<typeof openRig>[0] = {}) =>
  openRig({ ...more, env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD, ...more.env } })

/** A route's address in the rig: its shop, account and order are there, a day or a run is not. */
const paths = (path: string) =>
  path
    .replace(':account', 'acme')
    .replace(':shop', 'web')
    .replace(':order', '1001')
    .replace(':name', 'somebody')
    .replace(':day', '2026-01-31')
    .replace(':run', 'x')
    .replace(':token', 'x')

describe('signing in', () => {
  test('the first user comes from the environment; without a session every page leads to the login', async () => {
    const rig = await openDashboard()
    const visitor = createVisitor(await serverOf(rig))
    expect((await visitor.get('/orders?q=1')).location).toBe('/login?back=%2Forders%3Fq%3D1')
    const page = await visitor.get('/login?back=%2Forders')
    expect(page.text).toContain('value="/orders"')
    const answer = await visitor.send('POST', '/login', {
      name: 'admin',
      password: ADMIN_PASSWORD,
      back: '/orders',
    })
    expect(answer.location).toBe('/orders')
    expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect((await visitor.get('/')).status).toBe(200)
    await visitor.press('/logout')
    expect((await visitor.get('/')).location).toBe('/login?back=%2F')
  })

  test('the cookie is for https only where the browser came over https', async () => {
    const rig = await openDashboard()
    const visitor = createVisitor(await serverOf(rig))
    const login = { name: 'admin', password: ADMIN_PASSWORD }
    const answer = await visitor.send('POST', '/login', login, { 'x-forwarded-proto': 'https' })
    expect(answer.cookies[0]).toMatchObject({ secure: true })
  })

  test('never leads to another site', async () => {
    const rig = await openDashboard()
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example', '/\t/evil']) {
      const visitor = createVisitor(await serverOf(rig))
      const login = { name: 'admin', password: ADMIN_PASSWORD, back }
      expect((await visitor.send('POST', '/login', login)).location).toBe('/')
    }
  })

  test('five wrong passwords lock the address out of that user, the right one included, and nobody else', async () => {
    const rig = await openDashboard()
    const visitor = createVisitor(await serverOf(rig))
    for (let i = 0; i < 5; i++) expect((await visitor.signIn('admin', 'wrong')).status).toBe(401)
    const locked = await visitor.signIn('admin', ADMIN_PASSWORD)
    expect(locked.status).toBe(429)
    expect(locked.text).toContain('15')
    const operator = await visitorAs(rig, 'operator')
    expect((await operator.get('/')).status).toBe(200)
    const deeds = (await rig.app.ledger.people.audit(20)).map(({ did }) => did)
    expect(deeds).toContain('login-locked')

    // A count that came to have no end gets one, or admin would be locked out for good.
    const redis = rawRedis()
    const counters = await redis.keys(`${rig.prefix}:*fail*`)
    expect(counters.length).toBeGreaterThan(0)
    for (const key of counters) await redis.persist(key)
    await visitor.signIn('admin', 'wrong')
    for (const key of counters) expect(await redis.ttl(key), key).toBeGreaterThan(0)
  })

  test('a page that refreshes itself does not keep an abandoned session alive', async () => {
    const rig = await openDashboard()
    const operator = await visitorAs(rig, 'operator')
    const redis = rawRedis()
    const [key = ''] = await redis.keys(`${rig.prefix}:*session:*`)
    rig.clock.advance(3_600_000)
    await redis.expire(key, 60)
    for (const headers of [
      { accept: 'application/json' },
      { accept: 'text/event-stream' },
      { 'hx-trigger': 'live' },
    ]) {
      await operator.send('GET', '/held', undefined, headers)
      expect(await redis.ttl(key)).toBeLessThanOrEqual(60)
    }
    await operator.get('/held')
    expect(await redis.ttl(key)).toBeGreaterThan(3600)
  })

  test('a hundred guesses at once are a hundred', async () => {
    const rig = await openDashboard()
    const server = await serverOf(rig)
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => createVisitor(server).signIn('admin', 'wrong')),
    )
    expect(answers.filter(({ status }) => status === 401).length).toBe(5)
  })

  test('a new password in the environment is the way back in, and ends the sessions of the old one', async () => {
    const rig = await openDashboard()
    const visitor = await visitorAs(rig, 'admin')
    await rig.app.ledger.people.seedAdmin('another password')
    expect((await visitor.get('/')).status).toBe(303)
    const again = createVisitor(await serverOf(rig))
    expect((await again.signIn('admin', ADMIN_PASSWORD)).status).toBe(401)
    expect((await again.signIn('admin', 'another password')).location).toBe('/')
  })
})

describe('who may do what', () => {
  const ranks = { anyone: -1, viewer: 0, operator: 1, admin: 2 } as const
  test('every route refuses every role below its own and changes nothing', async () => {
    const rig = await openDashboard()
    await rig.receive()
    const before = await rig.app.ledger.people.audit(1000)
    const visitors = {
      anyone: createVisitor(await serverOf(rig)),
      viewer: await visitorAs(rig, 'viewer'),
      operator: await visitorAs(rig, 'operator'),
      admin: await visitorAs(rig, 'admin'),
    }
    const reached: string[] = []
    const expected: string[] = []
    for (const route of dashboardRoutes()) {
      for (const [role, visitor] of Object.entries(visitors)) {
        const allowed = ranks[role as keyof typeof ranks] >= ranks[route.access]
        // What an allowed role can do is the business of other tests; here only that it is not turned away.
        if (allowed && (route.method === 'POST' || route.path === '/again')) continue
        const url = paths(route.path)
        const answer =
          route.method === 'GET'
            ? await visitor.get(url)
            : await visitor.press(url, {}, '/password')
        const turnedAway =
          answer.status === 403 ||
          (role === 'anyone' && (answer.status === 401 || answer.location?.startsWith('/login')))
        reached.push(`${role} ${route.method} ${route.path}: ${turnedAway ? 'refused' : 'shown'}`)
        expected.push(`${role} ${route.method} ${route.path}: ${allowed ? 'shown' : 'refused'}`)
      }
    }
    expect(reached).toEqual(expected)
    const deeds = await rig.app.ledger.people.audit(1000)
    expect(
      deeds.map(({ did }) => did).filter((did) => !/^(login|invite-accepted|logout)/.test(did)),
    ).toEqual(before.map(({ did }) => did))
  })

  test('an operator and an admin reach what is theirs', async () => {
    const rig = await openDashboard()
    const operator = await visitorAs(rig, 'operator')
    expect((await operator.press('/accounts/acme/pause')).location).toBe('/accounts/acme')
    expect((await operator.press('/accounts/acme/resume')).location).toBe('/accounts/acme')
    const admin = await visitorAs(rig, 'admin')
    expect((await admin.press('/users/operator/disable')).location).toBe('/users')
    expect((await operator.get('/')).status).toBe(303)
  })

  test('a role that was taken away is gone at once, and the last admin stays', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const operator = await visitorAs(rig, 'operator')
    await admin.press('/users/operator/role', { role: 'viewer' })
    expect((await operator.press('/accounts/acme/pause')).status).toBe(403)
    expect((await admin.press('/users/admin/role', { role: 'viewer' })).status).toBe(400)
    expect((await admin.press('/users/admin/disable')).status).toBe(400)
    expect((await admin.get('/users')).status).toBe(200)
  })

  test('the queues: read-only for all but admins, closed without a login', async () => {
    const rig = await openDashboard()
    const [board, manage] = boards
    const anyone = createVisitor(await serverOf(rig))
    expect((await anyone.get(board.path)).location).toMatch(/^\/login/)
    expect((await anyone.get(`${board.path}/api/queues`, { accept: '*/*' })).status).toBe(401)
    const operator = await visitorAs(rig, 'operator')
    expect((await operator.get(board.path)).status).toBe(200)
    expect((await operator.get(`${board.path}/api/queues`)).text).toContain('issue-document')
    expect((await operator.get(manage.path)).status).toBe(403)
    const pause = (path: string, of = operator, headers = {}) =>
      of.send('PUT', `${path}/api/queues/issue-document/pause`, undefined, headers)
    expect((await pause(board.path)).status).toBe(403)
    expect((await pause(manage.path)).status).toBe(403)
    const admin = await visitorAs(rig, 'admin')
    const foreign = { 'sec-fetch-site': 'cross-site' }
    expect((await pause(manage.path, admin, foreign)).status).toBe(403)
    expect((await pause(manage.path, admin)).status).toBe(200)
    const [deed] = await rig.app.ledger.people.audit(1)
    expect(deed).toMatchObject({ who: 'admin', did: 'queues' })
  })
})

describe('forms', () => {
  test('without the token of the session nothing happens, and what was typed is asked about again', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const answer = await admin.send('POST', '/accounts/acme/pause', { csrf: 'guess' })
    expect(answer.status).toBe(403)
    expect((await rig.app.smartbill.budget.look(rig.file.accounts[0]!)).state).toBe('ok')
  })

  test.each([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['origin', 'https://evil.example'],
  ])(
    'a form of another site (%s: %s) is refused, login and language included',
    async (name, value) => {
      const rig = await openDashboard()
      const visitor = createVisitor(await serverOf(rig))
      const login = { name: 'admin', password: ADMIN_PASSWORD }
      expect((await visitor.send('POST', '/login', login, { [name]: value })).status).toBe(403)
      expect(visitor.cookies.size).toBe(0)
    },
  )

  test('a login that ended in the middle of a form loses nothing that was typed', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const page = await admin.get('/accounts/new')
    const typed = { id: 'second', email: 'b@acme.example', token: '004|def', cif: 'RO12345674' }
    admin.cookies.clear()
    const lost = await admin.send('POST', '/accounts/new', {
      csrf: admin.hidden(page.text, 'csrf'),
      once: admin.hidden(page.text, 'once'),
      ...typed,
    })
    expect(lost.status).toBe(401)
    const kept = decode(admin.hidden(lost.text, 'kept'))
    expect(JSON.parse(kept)).toMatchObject({ action: '/accounts/new' })
    const wrong = await admin.send('POST', '/login', { name: 'admin', password: 'no', kept })
    expect(decode(admin.hidden(wrong.text, 'kept'))).toBe(kept)
    const again = await admin.send('POST', '/login', {
      name: 'admin',
      password: ADMIN_PASSWORD,
      kept,
    })
    expect(again.location).toBe('/again')
    const asked = await admin.follow(again)
    for (const [name, value] of Object.entries(typed))
      expect(admin.hidden(asked.text, name)).toBe(value)
    const sent = await admin.send('POST', '/accounts/new', {
      csrf: admin.hidden(asked.text, 'csrf'),
      once: admin.hidden(asked.text, 'once'),
      ...typed,
    })
    expect(sent.location).toBe('/accounts/second')
  })

  test('a button pressed twice acts once', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const { text } = await admin.get('/accounts/acme')
    const fields = { csrf: admin.hidden(text, 'csrf'), once: admin.hidden(text, 'once') }
    const answers = await Promise.all(
      [1, 2, 3].map(() => admin.send('POST', '/accounts/acme/pause', fields)),
    )
    expect(answers.map(({ location }) => location)).toEqual([1, 2, 3].map(() => '/accounts/acme'))
    const deeds = await rig.app.ledger.people.audit(10)
    expect(deeds.filter(({ did }) => did === 'account-pause')).toHaveLength(1)
  })

  test('a search of two million characters is refused or cut, never an error', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    expect((await admin.get(`/orders?q=${'x'.repeat(2_000_000)}`)).status).toBeLessThan(500)
    expect((await admin.press('/accounts/new', { id: 'x'.repeat(3_000_000) })).status).toBe(413)
  })
})

describe('users', () => {
  test('an invitation works once, shows its link once and gives the role', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const shown = await admin.follow(await admin.press('/users', { name: 'Ana', role: 'operator' }))
    const link = /http:\/\/[^<\s]+\/invite\/[^<\s]+/.exec(shown.text)?.[0] ?? ''
    expect(link).not.toBe('')
    expect((await admin.get('/users')).text).not.toContain(link)
    const path = new URL(link).pathname
    const ana = createVisitor(await serverOf(rig))
    expect((await ana.get(path)).text).toContain('ana')
    expect((await ana.send('POST', path, { password: 'short', again: 'short' })).status).toBe(400)
    const set = { password: PASSWORD, again: PASSWORD }
    expect((await ana.send('POST', path, set)).location).toBe('/')
    expect((await ana.get('/audit')).status).toBe(200)
    expect((await ana.get('/users')).status).toBe(403)
    expect((await createVisitor(await serverOf(rig)).send('POST', path, set)).status).toBe(404)
    const deed = (await rig.app.ledger.people.audit(20)).find(({ did }) => did === 'user-invite')
    expect(deed).toMatchObject({ who: 'admin', about: 'ana', after: { role: 'operator' } })
  })
})

describe('pages', () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>\'`{{7*7}}'

  test('whatever a buyer types comes out as text', async () => {
    const rig = await openDashboard()
    await rig.receive({
      id: 'evil/../1',
      number: evil,
      status: 'paid<b>'.slice(0, 60),
      platformStatus: '<i>x</i>',
      paymentMethod: evil,
      customer: {
        kind: 'company',
        name: evil,
        company: evil,
        email: evil,
        phone: evil,
        cif: evil,
        regCom: evil,
        cnp: evil,
        bank: evil,
        iban: evil,
      },
      billing: {
        name: evil,
        company: evil,
        line1: evil,
        line2: evil,
        city: evil,
        county: evil,
        postcode: evil,
        country: evil,
      },
      lines: [{ ...anOrder().lines[0]!, name: evil, sku: evil, barcode: evil, unit: '<u>' }],
      shippingLines: [{ name: evil, price: '15.00', vatRate: '21' }],
      discounts: [{ code: evil, name: evil, amount: '1.00' }],
      payments: [{ id: evil, method: evil, amount: '1.00' }],
    })
    await rig.finish()
    const admin = await visitorAs(rig, 'admin')
    for (const url of [
      '/',
      '/orders',
      '/held',
      '/dead-letters',
      '/orders/web/evil%2F..%2F1',
      `/orders?q=${encodeURIComponent(evil)}`,
    ]) {
      const { text, status } = await admin.get(url)
      expect([200, 303], url).toContain(status)
      expect(text, url).not.toMatch(/<script>alert|<img src=x|onerror=alert\(2\)>|<i>x|<u>|<b>/)
    }
    expect((await admin.get('/orders/web/evil%2F..%2F1')).text).toContain('&lt;script&gt;')
  })

  test('whatever SmartBill answers comes out as text', async () => {
    const rig = await openDashboard()
    await rig.receive({ id: '1', number: '1' })
    rig.simulator.faults({
      route: 'POST /invoice/v2',
      fault: '200-error',
      errorText: evil,
      times: 1,
    })
    await rig.finish()
    await rig.receive({ id: '2', number: '2' })
    rig.simulator.faults([
      { route: 'POST /invoice/v2', fault: 'html-500-after', times: 1 },
      { route: 'GET /invoice/pdf', fault: 'pdf-unreadable' },
    ])
    await rig.route(rig.ref('2'))
    await rig.issue(rig.key('2')).catch(() => {})
    const states = [await rig.document(rig.key('1')), await rig.document(rig.key('2'))]
    expect(states.map((one) => one?.state)).toEqual(['dead', 'uncertain'])
    const admin = await visitorAs(rig, 'admin')
    for (const url of ['/', '/dead-letters', '/uncertain', '/orders/web/1', '/orders/web/2']) {
      const { text } = await admin.get(url)
      expect(text, url).not.toMatch(/<script>alert|<img src=x|onerror=alert\(2\)>|<h1>HTTP|<html>/)
    }
    expect((await admin.get('/dead-letters')).text).toMatch(/<blockquote>&quot;&gt;/)
  })

  test('no page shows a secret, and the policy allows no script but our own', async () => {
    const rig = await openDashboard()
    await rig.receive()
    await rig.finish()
    const admin = await visitorAs(rig, 'admin')
    const asked = { act: 'replay', dryRun: true, who: 'x', reason: '', selection: {} } as const
    const run = await rig.app.ledger.runs.create({ ...asked, ids: ['web~1~invoice~1'] })
    for (const route of dashboardRoutes()) {
      if (route.method === 'POST' || route.access === 'anyone') continue
      const url = paths(route.path.replace(':run', run.id))
      const { text, headers, status } = await admin.get(url)
      expect(status, url).toBeLessThan(route.path.includes(':day') ? 500 : 400)
      expect(text, url).not.toContain(TOKEN)
      expect(text, url).not.toContain(secretOf('web'))
      expect(headers['content-security-policy']).toContain("script-src 'self'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(text, url).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=/)
    }
  })

  test('Romanian first, English for a browser that asks for it, and as chosen', async () => {
    const rig = await openDashboard()
    const visitor = createVisitor(await serverOf(rig))
    expect((await visitor.get('/login')).text).toContain('lang="ro"')
    const english = { 'accept-language': 'en-GB,en;q=0.9,ro;q=0.5' }
    expect((await visitor.get('/login', english)).text).toContain('<html lang="en"')
    expect((await visitor.get('/login', { 'accept-language': 'de,fr' })).text).toContain(
      '<html lang="ro"',
    )
    const chosen = await visitor.send('POST', '/language', { lang: 'en', back: '/login' })
    expect(chosen.location).toBe('/login')
    expect((await visitor.get('/login')).text).toContain('<html lang="en"')
  })
})

describe('accounts and shops', () => {
  test('a new account and a new shop: secret and address are shown once, settings are checked', async () => {
    const rig = await openDashboard({ accounts: [], shops: [] })
    const admin = await visitorAs(rig, 'admin')
    const account = { id: 'acme', email: 'a@acme.example', token: TOKEN, cif: 'RO12345674' }
    const wrong = await admin.press('/accounts/new', { ...account, cif: 'x' })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain('id="cif-error"')
    expect((await admin.press('/accounts/new', account)).location).toBe('/accounts/acme')
    const tested = await admin.press('/accounts/acme/test')
    expect(tested.text).toContain('FCT')
    expect(tested.text).toContain('Normala 21')

    const added = await admin.press('/shops/new', {
      id: 'web',
      account: 'acme',
      platform: 'woocommerce',
      secret: '',
    })
    const shown = await admin.follow(added)
    const shop = (await rig.app.ledger.registry.shops())[0]
    expect(shop?.secret.length).toBeGreaterThan(20)
    expect(shown.text).toContain(shop?.secret)
    expect(shown.text).toContain('/webhooks/woocommerce/web')
    expect((await admin.get('/shops/web/connection')).text).not.toContain(shop?.secret)

    const settings = {
      enabled: 'on',
      document: 'invoice',
      series: 'FCT',
      language: 'ro',
      automatic: 'true',
      triggerStatuses: ['paid', 'completed'],
      'triggerStatuses.other': 'wc-picked, paid',
      saveClients: 'on',
      productCode: 'barcode,sku',
    }
    const shownFields = [...Object.keys(settings), 'saveProducts']
    Object.assign(settings, { shown: shownFields })
    const refused = await admin.press('/shops/web/settings', { ...settings, language: 'romana' })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('id="language-error"')
    expect(refused.text).toContain('value="romana"')
    expect((await admin.press('/shops/web/settings', settings)).location).toBe('/shops/web')
    const saved = (await rig.app.ledger.registry.shops())[0]?.settings
    expect(saved).toMatchObject({
      enabled: true,
      document: 'invoice',
      series: 'FCT',
      language: 'RO',
      triggerStatuses: ['paid', 'completed', 'wc-picked'],
      saveProducts: false,
      productCode: ['barcode', 'sku'],
    })
    const deed = (await rig.app.ledger.people.audit(20)).find(({ did }) => did === 'shop-settings')
    expect(deed).toMatchObject({ before: { enabled: false }, after: { enabled: true } })
    expect(JSON.stringify(await rig.app.ledger.people.audit(50))).not.toContain(shop?.secret)
  })

  test('an empty token keeps the stored one, a new secret still accepts the old one', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    await admin.press('/accounts/acme', { email: 'b@acme.example', cif: 'RO12345674', token: '' })
    const account = await rig.app.ledger.registry.account(ACCOUNT)
    expect(account).toMatchObject({ email: 'b@acme.example', token: TOKEN })
    await admin.press('/shops/web/secret', { secret: 'brand-new' })
    const shop = (await rig.app.ledger.registry.shops())[0]
    expect(shop).toMatchObject({ secret: 'brand-new', previousSecret: secretOf('web') })
  })
})

describe('orders and dead letters', () => {
  test('an order is found by its number, its document’s number, and listed by state', async () => {
    const rig = await openDashboard()
    await rig.receive({ id: '77001', number: '#1001' })
    await rig.receive({ id: '77002', number: '#1002', status: 'awaiting_payment' })
    await rig.finish()
    const admin = await visitorAs(rig, 'admin')
    const at = async (q: string) => (await admin.get(`/orders?q=${encodeURIComponent(q)}`)).location
    expect(await at('77001')).toBe('/orders/web/77001')
    expect(await at('1001')).toBe('/orders/web/77001')
    expect(await at('#1001')).toBe('/orders/web/77001')
    const number = (await rig.document(rig.key('77001')))?.number ?? ''
    for (const q of [`FCT ${number}`, `fct${number}`, String(Number(number))])
      expect(await at(q), q).toBe('/orders/web/77001')
    expect((await admin.get('/orders?q=nowhere')).text).toContain('nowhere')
    expect((await admin.get('/orders?state=issued')).text).toMatch(/#1001/)
    expect((await admin.get('/orders?state=issued')).text).not.toMatch(/#1002/)
    expect((await admin.get('/orders?state=none')).text).toMatch(/#1002/)
    const order = await admin.get('/orders/web/77002', { 'accept-language': 'en' })
    expect(order.text).toContain('awaiting_payment')
    expect((await admin.press('/orders/web/77002/issue')).location).toBe('/orders/web/77002')
    await rig.finish()
    expect((await rig.document(rig.key('77002')))?.state).toBe('issued')
  })

  test('a cause is rehearsed, replayed and issued; every step says how many', async () => {
    const rig = await openDashboard({ shops: [aShop({ series: 'NOPE' })] })
    for (const id of ['1', '2', '3']) await rig.receive({ id, number: id })
    await rig.finish()
    const operator = await visitorAs(rig, 'operator')
    const english = { 'accept-language': 'en' }
    const list = await operator.get('/dead-letters', english)
    expect(list.text).toContain('id="unknown-series"')
    await rig.app.ledger.registry.saveShop({
      ...rig.file.shops[0]!,
      settings: { ...rig.file.shops[0]!.settings, series: 'FCT' },
    })
    const dry = await operator.press('/dead-letters/rehearse', { cause: 'unknown-series' })
    expect(dry.text).toMatch(/<span class="value">3</)
    expect((await rig.app.ledger.reports.counts()).dead).toBe(3)
    const two = await operator.press('/dead-letters/replay', { id: [rig.key('1'), rig.key('2')] })
    expect(two.location).toBe('/dead-letters')
    expect((await rig.app.ledger.reports.counts()).dead).toBe(1)
    const noReason = await operator.press('/dead-letters/dismiss', { all: '1', reason: 'x' })
    expect(noReason.status).toBe(400)
    await operator.press('/dead-letters/dismiss', { all: '1', reason: 'made by hand' })
    await rig.finish()
    expect(await rig.app.ledger.reports.counts()).toMatchObject({ issued: 2, dead: 0, skipped: 1 })
    const deeds = await rig.app.ledger.people.audit(5)
    expect(deeds.find(({ did }) => did === 'dead-letters-replay')).toMatchObject({
      who: 'operator',
      before: { dead: 2 },
      after: { replayed: 2 },
    })
    const order = await operator.get('/orders/web/3', english)
    expect(order.text).toContain('made by hand')
    expect(order.text).toContain('operator')
  })

  test('an uncertain document is decided by a person, as far as SmartBill bears it out', async () => {
    const rig = await openDashboard({ env: { SMARTBILL_GRACE_MS: '100' } })
    rig.simulator.faults([
      { route: 'POST /invoice/v2', fault: 'reset-after', times: 1 },
      { route: 'GET /invoice/pdf', fault: 'pdf-unreadable' },
    ])
    const ref = await rig.receive()
    await rig.route(ref)
    await rig.issue(rig.key('1001')).catch(() => {})
    expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
    const operator = await visitorAs(rig, 'operator')
    const page = await operator.get('/orders/web/1001')
    expect(page.text).toContain('/orders/web/1001/decide')
    expect((await (await visitorAs(rig, 'viewer')).get('/orders/web/1001')).text).not.toContain(
      '/decide',
    )
    const say = (number: string) =>
      operator.press('/orders/web/1001/decide', {
        document: rig.key('1001'),
        answer: 'issued',
        number,
        reason: 'seen in SmartBill',
      })
    await say('0099')
    expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
    await say(rig.simulator.documents()[0]?.number ?? '')
    expect((await rig.document(rig.key('1001')))?.state).toBe('issued')
    const deeds = await rig.app.ledger.people.audit(10)
    expect(deeds.filter(({ did }) => did === 'decide')).toHaveLength(1)
    expect((await operator.get('/orders/web/1001')).text).toContain('operator')
  })

  test('of an order whose own data was purged the documents are still shown', async () => {
    const rig = await openDashboard()
    await rig.receive()
    await rig.finish()
    const raw = rawRedis()
    const [order] = await raw.keys(`${rig.prefix}:*:order:web~1001`)
    const [sent] = await raw.keys(`${rig.prefix}:*:sent:web~1001`)
    await raw.hdel(order ?? '', 'snapshot')
    await raw.del(sent ?? '')
    const admin = await visitorAs(rig, 'admin')
    const page = await admin.get('/orders/web/1001')
    expect(page.status).toBe(200)
    expect(page.text).toContain('FCT')
    expect(page.text).not.toContain('Popescu')
  })

  test('the first page says what is wrong and what to do', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const english = { 'accept-language': 'en' }
    expect((await admin.get('/', english)).text).toContain('Everything works')
    await admin.press('/accounts/acme/pause')
    expect((await admin.get('/overview/live', english)).text).toContain('Account acme: paused')
  })
})

const decode = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&')
