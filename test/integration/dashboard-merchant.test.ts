import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Thresholds } from '../../src/core/alerting.ts'
import { accountRoutes } from '../../src/http/dashboard/accounts.ts'
import { alertSettingRoutes } from '../../src/http/dashboard/alert-settings.ts'
import { passwordRoutes } from '../../src/http/dashboard/password.ts'
import { setupRoutes } from '../../src/http/dashboard/setup.ts'
import { connectionRoutes } from '../../src/http/dashboard/shop-connection.ts'
import { shopRoutes } from '../../src/http/dashboard/shops.ts'
import { userRoutes } from '../../src/http/dashboard/users.ts'
import { ACCOUNT, aShop, openRig, TOKEN } from '../support/rig.ts'
import { ADMIN_PASSWORD, createVisitor, PASSWORD, serverOf, visitorAs } from '../support/visitor.ts'

const openDashboard = (more: Parameters<typeof openRig>[0] = {}) =>
  openRig({ ...more, env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD, ...more.env } })

const english = { 'accept-language': 'en' }
const login = { email: 'new@acme.example', token: '003|new', cif: 'RO14399840' }

const thresholds = Object.fromEntries(
  Object.entries(Thresholds.parse({})).map(([name, value]) => [
    `thresholds.${name}`,
    String(value),
  ]),
)

/** What a press of each button of these pages sends. */
const forms: Record<string, Record<string, string | string[]>> = {
  '/shops/new': { id: 'another', account: 'acme', platform: 'generic', secret: 'x' },
  '/shops/:shop/settings': { shown: ['dueDays'], dueDays: '7' },
  '/shops/:shop/secret': { secret: '' },
  '/shops/:shop/access/api': {
    'api.url': 'https://1.1.1.1',
    'api.key': 'ck_1',
    'api.secret': 'cs_1',
  },
  '/shops/:shop/access/api/test': {},
  '/shops/:shop/access/api/remove': {},
  '/shops/:shop/access/stockWebhook': {
    'stockWebhook.url': 'https://1.1.1.1/stock',
    'stockWebhook.secret': 'long enough',
  },
  '/shops/:shop/access/stockWebhook/test': {},
  '/shops/:shop/access/stockWebhook/remove': {},
  '/shops/:shop/access/mailbox': {
    'mailbox.smtp': 'smtps://user:password@1.1.1.1',
    'mailbox.from': 'shop@acme.example',
  },
  '/shops/:shop/access/mailbox/test': {},
  '/shops/:shop/access/mailbox/remove': {},
  '/shops/:shop/notices': { 'notice-url': 'https://1.1.1.1/hook', event: 'document.issued' },
  '/shops/:shop/notices/test': {},
  '/shops/:shop/notices/remove': {},
  '/accounts/new': { id: 'second', ...login },
  '/accounts/:account': { email: 'b@acme.example', cif: 'RO12345674', token: '' },
  '/accounts/:account/stock-token': { stockToken: 'stock token' },
  '/accounts/:account/test': {},
  '/accounts/:account/pause': { reason: 'stocktaking' },
  '/accounts/:account/resume': {},
  '/setup/account': login,
  '/setup/account/:account': { id: 'fresh', platform: 'woocommerce' },
  '/setup/shop/:shop/document': { choice: 'invoice FCT', shown: ['language'], language: 'EN' },
  '/setup/shop/:shop/when': { shown: ['automatic'], automatic: 'false' },
  '/setup/shop/:shop/lists': { shown: ['saveClients'] },
  '/setup/shop/:shop/connect': {},
  '/setup/shop/:shop/secret': {},
  '/setup/shop/:shop/first/try': {},
  '/alerts/settings': { 'email.to': '', remindHours: '12', ...thresholds },
  '/users': { name: 'nora', role: 'viewer' },
  '/users/:name/invite': {},
  '/users/:name/role': { role: 'operator' },
  '/users/:name/disable': {},
  '/users/:name/enable': {},
  '/password': {
    'password-now': ADMIN_PASSWORD,
    password: 'another password',
    'password-again': 'another password',
  },
}

describe('every button of the pages for merchants', () => {
  const routes = [
    ...shopRoutes(),
    ...connectionRoutes(),
    ...accountRoutes(),
    ...setupRoutes(),
    ...alertSettingRoutes(),
    ...userRoutes(),
    // Ends all sessions, so it comes last.
    ...passwordRoutes(),
  ].filter(({ method }) => method === 'POST')

  test('pressed twice at once it acts once, and both presses lead to the same place', async () => {
    expect(routes.map(({ path }) => path).toSorted()).toEqual(Object.keys(forms).toSorted())
    const rig = await openDashboard({ shops: [aShop({}, { platform: 'woocommerce' })] })
    const admin = await visitorAs(rig, 'admin')
    await rig.app.ledger.people.invite('somebody', 'viewer')
    const wrong: string[] = []
    for (const { path } of routes) {
      const url = path
        .replace(':shop', 'web')
        .replace(':account', 'acme')
        .replace(':name', 'somebody')
      const { text } = await admin.get('/password')
      const body = {
        csrf: admin.hidden(text, 'csrf'),
        once: admin.hidden(text, 'once'),
        ...forms[path],
      }
      const before = (await rig.app.ledger.people.audit(1000)).length
      const answers = await Promise.all([
        admin.send('POST', url, body),
        admin.send('POST', url, body),
      ])
      const deeds = (await rig.app.ledger.people.audit(1000)).length - before
      const places = new Set(answers.map(({ location }) => location))
      const looksOnly = path.endsWith('/test')
      // Of a form that was shown again nothing was done; a look may be taken twice.
      if (answers.some(({ status }) => status !== (looksOnly ? 200 : 303)))
        wrong.push(`${path} answers ${answers.map(({ status }) => status).join()}`)
      if (places.size > 1) wrong.push(`${path} leads to ${[...places].join()}`)
      if (deeds !== (looksOnly ? 0 : 1)) wrong.push(`${path} did ${deeds}`)
    }
    expect(wrong).toEqual([])
  })
})

test('two forms of one page act both, though they carry the same token', async () => {
  const rig = await openDashboard({ shops: [aShop(), aShop({}, { id: 'other' })] })
  const admin = await visitorAs(rig, 'admin')
  const { text } = await admin.get('/password')
  const page = { csrf: admin.hidden(text, 'csrf'), once: admin.hidden(text, 'once') }
  await rig.app.ledger.people.invite('ana', 'viewer')
  await rig.app.ledger.people.invite('ion', 'viewer')
  for (const name of ['ana', 'ion'])
    expect(
      (await admin.send('POST', `/users/${name}/role`, { ...page, role: 'operator' })).status,
    ).toBe(303)
  const users = await rig.app.ledger.people.users()
  expect(
    users
      .filter(({ role }) => role === 'operator')
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['ana', 'ion'])
})

describe('settings', () => {
  test('an error stands beside its field in the language of the page, and everything typed is still there', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const typed = {
      shown: ['dueDays', 'oss', 'zeroVat', 'paymentTypes', 'rules', 'mentions', 'useStock'],
      dueDays: '400',
      oss: 'DE = Germania 19 = 19\nRO = x = 21',
      'zeroVat.export': 'x'.repeat(101),
      paymentTypes: 'paypal = Cash',
      rules: '[{"name": ',
      mentions: 'Comanda {order.number} <b>',
      useStock: 'on',
    }
    const refused = await admin.press('/shops/web/settings', typed)
    expect(refused.status).toBe(400)
    for (const name of ['dueDays', 'oss', 'zeroVat.export', 'paymentTypes', 'rules'])
      expect(refused.text, name).toContain(`id="${name}-error"`)
    expect(refused.text).not.toContain('id="mentions-error"')
    expect(refused.text).toContain('Un număr întreg între 0 și 365.')
    for (const text of [
      'value="400"',
      'RO = x = 21',
      'paypal = Cash',
      'Comanda {order.number} &lt;b&gt;',
    ])
      expect(refused.text).toContain(text)
    const inEnglish = await admin.send(
      'POST',
      '/shops/web/settings',
      { csrf: admin.hidden(refused.text, 'csrf'), ...typed },
      english,
    )
    expect(inEnglish.text).toContain('A whole number from 0 to 365.')
    expect((await rig.app.ledger.registry.shops())[0]?.settings.useStock).toBe(false)
  })

  test('a form that is older than somebody’s change undoes nothing, and says so where both changed the same', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const { text } = await admin.get('/shops/web')
    const seen = [...text.matchAll(/name="seen"\s+value="([^"]*)"/g)].map(([, mark]) => mark ?? '')
    const guard = { csrf: admin.hidden(text, 'csrf') }
    await admin.press('/shops/web/settings', {
      shown: ['dueDays', 'unit'],
      dueDays: '7',
      unit: 'kg',
    })
    // The old form shows the due days as they were and changes the unit too.
    const stale = { ...guard, seen, shown: ['dueDays', 'unit', 'mentions'], dueDays: '' }
    const asked = await admin.send(
      'POST',
      '/shops/web/settings',
      { ...stale, unit: 'set', mentions: 'mine' },
      english,
    )
    expect(asked.status).toBe(409)
    expect(asked.text).toContain('somebody else changed: Unit of measure')
    expect(asked.text).toContain('value="set"')
    await admin.send('POST', '/shops/web/settings', { ...stale, unit: 'buc', mentions: 'mine' })
    expect((await rig.app.ledger.registry.shops())[0]?.settings).toMatchObject({
      dueDays: 7,
      unit: 'kg',
      mentions: 'mine',
    })
  })
})

describe('the connections of a shop', () => {
  test('an address that may not be called is refused with a plain sentence, whatever it is for', async () => {
    const rig = await openDashboard({ shops: [aShop({}, { platform: 'woocommerce' })] })
    const admin = await visitorAs(rig, 'admin')
    const { text } = await admin.get('/password')
    const post = (path: string, fields: Record<string, string>) =>
      admin.send('POST', path, { csrf: admin.hidden(text, 'csrf'), ...fields }, english)
    for (const [url, sentence] of Object.entries({
      'https://127.0.0.1/stock': 'leads into a private network',
      'https://169.254.169.254/latest': 'leads into a private network',
      'https://[::1]/': 'leads into a private network',
      'https://localhost/stock': 'leads into a private network',
      'http://shop.ro/stock': 'must begin with https',
      'ftp://shop.ro/stock': 'must begin with https',
      'javascript:alert(1)': 'must begin with https',
      'shop.ro': 'This is no web address',
      '': 'This is no web address',
    })) {
      const answers = [
        await post('/shops/web/access/stockWebhook', {
          'stockWebhook.url': url,
          'stockWebhook.secret': 'long enough',
        }),
        await post('/shops/web/access/api', { 'api.url': url, 'api.key': 'k', 'api.secret': 's' }),
        await post('/shops/web/notices', { 'notice-url': url }),
      ]
      for (const { status, text: page } of answers)
        expect({ url, status, told: page.includes(sentence) }).toEqual({
          url,
          status: 400,
          told: true,
        })
    }
    const mailbox = await post('/shops/web/access/mailbox', {
      'mailbox.smtp': 'smtps://user:password@10.0.0.1',
      'mailbox.from': 'shop@acme.example',
    })
    expect(mailbox.text).toContain('leads into a private network')
    expect(Object.keys((await rig.app.ledger.registry.shops())[0] ?? {})).not.toContain('api')
  })

  test('what is stored is never shown again, an emptied secret keeps it; a try says what came of it', async () => {
    const rig = await openDashboard({
      shops: [aShop({}, { platform: 'woocommerce' })],
      env: { RELAY_ALLOW_PRIVATE_URLS: 'true' },
    })
    let status = 302
    const seen: { url: string | undefined; authorization: string | undefined }[] = []
    const web = createServer((request, response) => {
      seen.push({ url: request.url, authorization: request.headers.authorization })
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('[]')
    })
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void web.close())
    const address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
    const admin = await visitorAs(rig, 'admin')
    await admin.press('/language', { lang: 'en', back: '/' })
    const at = '/shops/web/access/api'
    await admin.press(at, { 'api.url': address, 'api.key': 'ck_1', 'api.secret': 'cs_secret' })
    await admin.press(at, { 'api.url': `${address}/`, 'api.key': '', 'api.secret': '' })
    const shop = () => rig.app.ledger.registry.shops().then(([one]) => one)
    expect((await shop())?.api).toEqual({ url: `${address}/`, key: 'ck_1', secret: 'cs_secret' })
    const page = await admin.get('/shops/web/connection')
    expect(page.text).toContain(`${address}/`)
    expect(page.text).not.toContain('cs_secret')

    expect((await admin.press(`${at}/test`)).text).toContain('a redirect')
    status = 200
    expect((await admin.press(`${at}/test`)).text).toContain('The API answers')
    expect(seen.at(-1)?.url).toContain('/wp-json/wc/v3/orders')

    const shown = await admin.follow(
      await admin.press('/shops/web/notices', { 'notice-url': `${address}/hook?key=of-the-hook` }),
    )
    const secret = /whsec_[\w+/=]+/.exec(shown.text)?.[0] ?? ''
    expect((await shop())?.webhooks).toEqual([
      { url: `${address}/hook?key=of-the-hook`, secret, events: [] },
    ])
    const again = await admin.get('/shops/web/connection')
    expect(again.text).not.toContain(secret)
    const endpoint = admin.hidden(again.text, 'endpoint')
    expect(again.text).toContain(`${address}/hook?key=of-the-hook`)
    for (const role of ['viewer', 'operator'] as const) {
      const seenBy = (await (await visitorAs(rig, role)).get('/shops/web/connection')).text
      expect(seenBy).toContain(`>${address}<`)
      expect(seenBy).not.toMatch(/of-the-hook|\/hook/)
    }
    const tested = await admin.press('/shops/web/notices/test', { endpoint })
    expect(tested.text).toContain('took the test message (answer 200)')
    await admin.press('/shops/web/notices/remove', { endpoint })
    await admin.press(`${at}/remove`)
    expect(await shop()).toMatchObject({ webhooks: [] })
    expect((await shop())?.api).toBeUndefined()
    expect(JSON.stringify(await rig.app.ledger.people.audit(50))).not.toMatch(/cs_secret|whsec_/)
  })

  test('who hears of trouble: errors beside the fields, secrets kept and never shown', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const save = (fields: Record<string, string>) =>
      admin.press('/alerts/settings', { remindHours: '24', ...thresholds, ...fields }, '/password')
    const refused = await save({
      'webhook.url': 'https://127.0.0.1/hook',
      'webhook.secret': 'long enough',
      'email.to': 'ops@acme.example\nnot an address',
      'thresholds.heldHours': '0',
    })
    expect(refused.status).toBe(400)
    for (const name of ['email.to', 'thresholds.heldHours'])
      expect(refused.text).toContain(`id="${name}-error"`)
    const hidden = await save({
      'webhook.url': 'https://127.0.0.1/hook',
      'webhook.secret': 'long enough',
    })
    expect(hidden.text).toContain('id="webhook.url-error"')
    await save({ 'webhook.url': 'https://1.1.1.1/hook', 'webhook.secret': 'long enough' })
    await save({ 'webhook.url': 'https://1.1.1.1/other', 'thresholds.heldHours': '3' })
    expect(await rig.app.ledger.alerts.alerting()).toMatchObject({
      webhook: { url: 'https://1.1.1.1/other', secret: 'long enough' },
      thresholds: { heldHours: 3 },
    })
    expect((await admin.get('/alerts/settings')).text).not.toContain('long enough')
  })

  test('an edit of the account keeps its stock token; a pause says why', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    await admin.press('/accounts/acme/stock-token', { stockToken: 'stock token' })
    await admin.press('/accounts/acme', { email: 'b@acme.example', cif: 'RO12345674', token: '' })
    expect(await rig.app.ledger.registry.account(ACCOUNT)).toMatchObject({
      email: 'b@acme.example',
      token: TOKEN,
      stockToken: 'stock token',
    })
    expect((await admin.get('/accounts/acme')).text).not.toContain('stock token')
    expect((await admin.press('/accounts/acme/stock-token', { stockToken: 'x' })).status).toBe(400)
    await admin.press('/accounts/acme/pause', { reason: 'inventar <b>' })
    expect((await admin.get('/accounts/acme')).text).toContain('inventar &lt;b&gt;')
  })
})

describe('the setup', () => {
  test('from nothing to the first invoice without scripts: wrong data is told, nothing typed is lost', async () => {
    const rig = await openDashboard({ accounts: [], shops: [] })
    const press = (...[url, fields]: Parameters<typeof admin.press>) =>
      admin.press(url, fields, '/password')
    rig.simulator.faults({ route: 'GET /series', fault: 'login-401', times: 2 })
    const admin = await visitorAs(rig, 'admin')
    await press('/language', { lang: 'en', back: '/' })
    const broken = await press('/setup/account', { ...login, cif: 'x' })
    expect(broken.text).toContain('id="cif-error"')
    const refused = await press('/setup/account', login)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('SmartBill does not accept this e-mail with this token')
    expect(refused.text).toContain('SmartBill says:')
    expect(refused.text).toContain('value="new@acme.example"')
    expect(await rig.app.ledger.registry.accounts()).toEqual([])

    const accepted = await press('/setup/account', login)
    expect(accepted.location).toBe('/setup/account/cif-14399840')
    const shopPage = await admin.follow(accepted)
    expect(shopPage.text).toContain('next number 1')
    expect(shopPage.text).toContain('Normala 21')
    // The same login again is the same account.
    expect((await press('/setup/account', login)).location).toBe(accepted.location)

    const named = await press('/setup/account/cif-14399840', {
      id: 'my-shop',
      platform: 'generic',
    })
    expect(named.location).toBe('/setup/shop/my-shop/document')
    expect((await admin.follow(named)).text).toContain('invoice FCT')
    const unchosen = await press('/setup/shop/my-shop/document', {
      shown: ['language'],
      language: 'EN',
    })
    expect(unchosen.text).toContain('Choose a series')
    expect(unchosen.text).toContain('value="EN"')
    // Nothing may be turned on before there is a series.
    expect((await press('/setup/shop/my-shop/connect')).location).toBe(
      '/setup/shop/my-shop/document',
    )
    await press('/setup/shop/my-shop/document', {
      choice: 'invoice FCT',
      shown: ['language'],
      language: 'EN',
    })
    await press('/setup/shop/my-shop/when', {
      shown: ['automatic', 'triggerStatuses'],
      automatic: 'true',
      triggerStatuses: ['paid'],
    })
    // Back: what was sent before is there.
    expect((await admin.get('/setup/shop/my-shop/document')).text).toMatch(
      /value="invoice FCT"\s+checked/,
    )
    const connect = await admin.get('/setup/shop/my-shop/connect')
    const secret = (await rig.app.ledger.registry.shops())[0]?.secret ?? '?'
    expect(connect.text).toContain(secret)
    const other = createVisitor(await serverOf(rig))
    await other.signIn('admin', ADMIN_PASSWORD)
    expect((await other.get('/setup/shop/my-shop/connect')).text).not.toContain(secret)

    const on = await press('/setup/shop/my-shop/connect')
    const waiting = await admin.follow(on)
    expect(waiting.text).toContain('Waiting for the first order')
    const command = /<code id="curl">([\s\S]*?)<\/code>/.exec(waiting.text)?.[1] ?? ''
    expect(command).toContain(secret)
    const order = /-d &#39;(.*)&#39;/.exec(command)?.[1]?.replaceAll('&quot;', '"') ?? ''
    const posted = await rig.call('POST', '/v1/shops/my-shop/orders', {
      body: order,
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(posted.status).toBe(202)
    await rig.startWorkers()
    await expect
      .poll(async () => (await admin.get('/setup/shop/my-shop/first/live')).text, {
        timeout: 30_000,
      })
      .toMatch(/Received: order PROBA-\d+, invoice FCT\u00A00001/)
    expect((await admin.get('/setup/shop/my-shop/first')).text).not.toContain('hx-get')
    // The shop is at work: another setup cannot take its name.
    expect(
      (await press('/setup/account/cif-14399840', { id: 'my-shop', platform: 'shopify' })).text,
    ).toContain('is already at work')
  })

  test('a platform that signs with its own secret is not turned on without it', async () => {
    const rig = await openDashboard({ shops: [] })
    const admin = await visitorAs(rig, 'admin')
    await admin.press('/setup/account/acme', { id: 'cart', platform: 'cloudcart' })
    await admin.press('/setup/shop/cart/document', { choice: 'invoice FCT' })
    const refused = await admin.press('/setup/shop/cart/connect')
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('id="secret-error"')
    const on = await admin.press('/setup/shop/cart/connect', { secret: 'the key of CloudCart' })
    expect(on.location).toBe('/setup/shop/cart/first')
    expect((await rig.app.ledger.registry.shops())[0]).toMatchObject({
      secret: 'the key of CloudCart',
      settings: { enabled: true },
    })
  })

  test('in the middle of a step the login may end: after a new one everything typed is there to be sent', async () => {
    const rig = await openDashboard()
    const admin = await visitorAs(rig, 'admin')
    const { text } = await admin.get('/setup/account')
    admin.cookies.clear()
    const lost = await admin.send('POST', '/setup/account', {
      csrf: admin.hidden(text, 'csrf'),
      ...login,
    })
    const kept = admin.hidden(lost.text, 'kept').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
    const again = await admin.send('POST', '/login', {
      name: 'admin',
      password: ADMIN_PASSWORD,
      kept,
    })
    const asked = await admin.follow(again)
    for (const [name, value] of Object.entries(login))
      expect(admin.hidden(asked.text, name)).toBe(value)
    expect(asked.text).not.toMatch(/<dd>003\|new/)
  })
})

test('one’s own password: only with the present one, and other sessions end', async () => {
  const rig = await openDashboard()
  const viewer = await visitorAs(rig, 'viewer')
  const other = createVisitor(await serverOf(rig))
  await other.signIn('viewer', PASSWORD)
  const change = (now: string, wanted: string, again = wanted) =>
    viewer.press(
      '/password',
      { 'password-now': now, password: wanted, 'password-again': again },
      '/password',
    )
  expect((await change(PASSWORD, 'short')).text).toContain('id="password-error"')
  expect((await change(PASSWORD, 'a new password', 'another')).text).toContain(
    'id="password-again-error"',
  )
  expect((await change('wrong', 'a new password')).text).toContain('id="password-now-error"')
  expect((await change(PASSWORD, 'a new password')).location).toBe('/')
  expect((await viewer.get('/orders')).status).toBe(200)
  expect((await other.get('/orders')).status).toBe(303)
  expect((await other.signIn('viewer', PASSWORD)).status).toBe(401)
  expect((await other.signIn('viewer', 'a new password')).location).toBe('/')
  await Promise.all(Array.from({ length: 5 }, () => change('wrong', 'yet another one')))
  expect((await change('a new password', 'yet another one')).status).toBe(400)
})
