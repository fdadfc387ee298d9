import { createHmac } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { decideAct } from '../../src/acts-desk.ts'
import type { ActKind } from '../../src/core/acts.ts'
import { ThrottledError } from '../../src/core/errors.ts'
import { noticeEvents, notices, type NoticeEvent } from '../../src/core/notices.ts'
import { announceDocument } from '../../workers/announce-document.ts'
import { anOrder } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { startNoticeReceiver } from '../support/notice-receiver.ts'
import { ACCOUNT, aShop, CIF, openRig, type Rig, type RigOptions } from '../support/rig.ts'
import { startShopOrders } from '../support/shop-orders.ts'
import { startSmtpServer } from '../support/smtp-server.ts'
import { ADMIN_PASSWORD, visitorAs } from '../support/visitor.ts'

const minute = (at: number) =>
  new Date(Date.parse('2026-11-24T09:00:00Z') + at * 60_000).toISOString()
const open = (options: RigOptions = {}) =>
  openRig({
    clock: 'fast',
    ...options,
    env: {
      RELAY_ALLOW_PRIVATE_URLS: 'true',
      RELAY_PUBLIC_URL: 'https://relay.example',
      ...options.env,
    },
  })

async function issued(rig: Rig, id = '1', shop = 'web') {
  await rig.receive({ id }, shop)
  await rig.finish()
  expect(await rig.document(rig.key(id, 'invoice', shop))).toMatchObject({ state: 'issued' })
}
const acts = async (rig: Rig, kind: ActKind, id = '1', shop = 'web') =>
  (await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref(id, shop))).acts.filter(({ key }) =>
    key.includes(`~${kind}~`),
  )
const decide = async (rig: Rig, kind: ActKind, verdict: 'replay' | 'dismiss', id = '1') => {
  const [act] = await acts(rig, kind, id)
  if (act === undefined) throw new Error(`no ${kind}`)
  await decideAct(rig.app, act.key, verdict, { who: 'user ana', reason: 'asked' })
  await rig.finish()
}

describe('e-mail through SmartBill', () => {
  const issue = { email: { when: 'issued' } } as const

  test('goes out once, in our words, and not for drafts or buyers without address', async () => {
    const email = {
      when: 'issued' as const,
      cc: ['c@shop.ro'],
      subject: 'Comanda {order.number}',
      body: 'A\nB {document.number} {x}',
    } satisfies NonNullable<Parameters<typeof aShop>[0]>['email']
    const rig = await open({
      shops: [aShop({ email }), aShop({ ...issue, draft: true }, { id: 'draft' })],
    })
    await issued(rig)
    await rig.receive({ id: '1', updatedAt: minute(1) })
    const nobody = (await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1')))?.order.customer
    if (nobody === undefined) throw new Error('no order')
    await rig.receive({ id: '2', customer: { ...nobody, email: 'ion' } })
    await rig.receive({ id: '3' }, 'draft')
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(3)
    expect(rig.simulator.emails()).toMatchObject([
      { to: 'ion@example.ro', cc: 'c@shop.ro', subject: 'Comanda 1001', body: 'A\nB FCT0001 {x}' },
    ])
  })

  test('a lost answer is shown and not repeated, a refusal is a dead letter with its fix', async () => {
    const rig = await open({ shops: [aShop(issue)] })
    rig.simulator.faults({ fault: 'reset-after', route: '/document/send', times: 1 })
    await issued(rig)
    expect(await acts(rig, 'email')).toMatchObject([
      { state: 'held', reasons: [{ code: 'email-uncertain' }] },
    ])
    await rig.receive({ id: '1', updatedAt: minute(1) })
    await rig.finish()
    expect(rig.simulator.emails()).toHaveLength(1)
    await decide(rig, 'email', 'replay')
    expect(rig.simulator.emails()).toHaveLength(2)

    rig.simulator.company(CIF, { mailServer: false })
    await rig.receive({ id: '2' })
    await rig.finish()
    expect(await acts(rig, 'email', '2')).toMatchObject([
      { state: 'dead', cause: { code: 'mail-server' } },
    ])
    expect(rig.simulator.emails()).toHaveLength(2)
  })

  test('asked for twice at once on a held one it goes once; while nobody knows of one no second goes', async () => {
    const rig = await open({ shops: [aShop(issue)] })
    const ask = () => rig.call('POST', '/v1/shops/web/orders/1/email')
    const lose = () =>
      rig.simulator.faults({ fault: 'reset-after', route: '/document/send', times: 1 })
    lose()
    await issued(rig)
    // What one caller's press does stands between the other's look and its own press.
    const { again } = rig.app.ledger.acts
    let looked = 0
    rig.app.ledger.acts.again = async (...all) => {
      looked++
      await eventually(() => looked === 2)
      return again(...all)
    }
    const both = await Promise.all([ask(), ask()])
    rig.app.ledger.acts.again = again
    expect(both.map(({ json }) => (json as { status: string }).status).toSorted()).toEqual([
      'asked',
      'under-way',
    ])
    lose()
    const [first] = await acts(rig, 'email')
    // The worker dies before it can show that nobody knows.
    const { hold } = rig.app.ledger.acts
    rig.app.ledger.acts.hold = () => Promise.reject(new Error('killed'))
    await announceDocument({ act: first!.key, account: ACCOUNT }, rig.app).catch(() => {})
    rig.app.ledger.acts.hold = hold
    expect(await acts(rig, 'email')).toMatchObject([{ state: 'uncertain' }])
    expect((await ask()).json).toMatchObject({ status: 'under-way', state: 'uncertain' })
    const operator = await visitorAs(rig, 'operator')
    const told = await operator.follow(await operator.press('/orders/web/1/email'))
    expect(told.text).toContain('Nu se știe dacă e-mailul dinainte a plecat')
    expect(told.text).not.toContain('pe drum')
    await rig.finish()
    expect(await acts(rig, 'email')).toMatchObject([{ state: 'held' }])
    expect(rig.simulator.emails()).toHaveLength(2)
  })

  test('is judged again when its turn comes, unless a person wants it', async () => {
    const rig = await open({ shops: [aShop(issue)] })
    for (const id of ['reversed', 'never', 'shadow', 'asked']) {
      const ref = await rig.receive({ id })
      await rig.route(ref)
      await rig.issue(rig.key(id))
      await rig.route(ref)
    }
    const { registry, documents } = rig.app.ledger
    const shop = (await registry.shop(rig.file.shops[0]!.id))!
    const run = async (id: string, settings: Partial<typeof shop.settings> = {}) => {
      await registry.saveShop({ ...shop, settings: { ...shop.settings, ...settings } })
      const [act] = await acts(rig, 'email', id)
      return announceDocument({ act: act!.key, account: ACCOUNT }, rig.app)
    }
    await documents.move(ACCOUNT, rig.key('reversed'), 'reversing', { who: 'test' })
    await documents.move(ACCOUNT, rig.key('reversed'), 'reversed', { who: 'test' })
    const never = { email: { ...shop.settings.email, when: 'never' as const } }
    expect(await run('reversed')).toBe('dismissed: reversed')
    expect(await run('never', never)).toBe('dismissed: off')
    expect(await run('shadow', { shadow: true })).toBe('dismissed: off')
    const [dismissed] = await acts(rig, 'email', 'shadow')
    expect(dismissed?.state).toBe('dismissed')
    await rig.app.ledger.acts.dismiss(ACCOUNT, (await acts(rig, 'email', 'asked'))[0]!.key, 'x', '')
    await decide(rig, 'email', 'replay', 'asked')
    expect(rig.simulator.emails()).toHaveLength(1)
  })

  test('when paid: once it is paid in full, and not a month after the settings were changed', async () => {
    const rig = await open({
      shops: [aShop({ email: { when: 'paid' }, triggerStatuses: ['fulfilled'] })],
    })
    const unpaid = { status: 'fulfilled', paymentStatus: 'unpaid', payments: [] } as const
    await rig.receive({ id: '1', ...unpaid, payments: [] })
    await rig.finish()
    expect(rig.simulator.emails()).toEqual([])
    const payments = [
      { id: 'p', method: 'cod', amount: '136.00', at: new Date(rig.clock.now()).toISOString() },
    ]
    await rig.receive({ id: '1', status: 'fulfilled', payments, updatedAt: minute(1) })
    await rig.receive({ id: '2', ...unpaid, payments: [] })
    await rig.finish()
    expect(rig.simulator.emails()).toHaveLength(1)
    rig.clock.advance(30 * 86_400_000)
    await rig.receive({ id: '2', status: 'fulfilled', payments, updatedAt: minute(2) })
    await rig.finish()
    expect(rig.simulator.emails()).toHaveLength(1)
  })
})

test('our own mail server: with the PDF, which the archive keeps once and a public link shows', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'relay-archive-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const mail = await startSmtpServer('busy', 2)
  const rig = await open({
    shops: [aShop({ email: { when: 'issued', via: 'smtp' }, documentLink: 'relay' })],
    env: { RELAY_ARCHIVE_DIR: dir, RELAY_SMTP_URL: mail.url, RELAY_SMTP_FROM: 'f@shop.ro' },
  })
  rig.simulator.faults({ fault: '500-before', route: 'GET /invoice/pdf', times: 1 })
  await issued(rig)
  expect(mail.received).toHaveLength(1)
  expect(mail.received[0]?.content).toContain('filename=FCT0001.pdf')
  expect(await readdir(join(dir, 'web'))).toHaveLength(1)
  expect(await acts(rig, 'archive')).toMatchObject([{ state: 'done' }])

  mail.trouble('cut-after')
  await issued(rig, '2')
  expect(mail.received).toHaveLength(2)
  expect(await acts(rig, 'email', '2')).toMatchObject([{ state: 'held' }])

  const link = `/d/${rig.app.links.tokenOf(rig.key('1'))}`
  rig.simulator.faults({ fault: '503-before', route: '*' })
  const shown = await rig.call('GET', link, { headers: { authorization: '' } })
  expect(shown.status).toBe(200)
  expect(shown.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': 'inline; filename="FCT0001.pdf"',
    'x-robots-tag': expect.stringContaining('noindex'),
  })
  expect(shown.text.startsWith('%PDF')).toBe(true)
  const unknown = await rig.call('GET', '/d/d2ViLjE.AAAA')
  const notIssued = await rig.call('GET', `/d/${rig.app.links.tokenOf(rig.key('99'))}`)
  expect([unknown.status, notIssued.status]).toEqual([404, 404])
  expect(unknown.text).toBe(notIssued.text)

  await rm(join(dir, 'web'), { recursive: true })
  expect((await rig.call('GET', link)).status).toBe(503)
  rig.simulator.disarm()
  rig.clock.advance(600_000)
  await rig.app.smartbill.budget.resume(
    (await rig.app.ledger.registry.account(ACCOUNT)) ?? expect.fail('no account'),
  )
  expect((await rig.call('GET', link)).status).toBe(200)
  expect(await readdir(join(dir, 'web'))).toHaveLength(1)
})

test('the longest ids there may be open link, page and API, and are taken where documents are named', async () => {
  const [id, shop] = ['€'.repeat(128), 'w'.repeat(63)]
  const rig = await open({ shops: [aShop({}, { id: shop })] })
  expect((await rig.post({ id }, { shop })).status).toBe(202)
  const tooLong = JSON.stringify({ ...anOrder(), id: `${id}€` })
  expect((await rig.post(tooLong, { shop })).status).toBe(400)
  await rig.finish()
  const key = rig.key(id, 'invoice', shop)
  const order = `/v1/shops/${shop}/orders/${encodeURIComponent(id)}`
  const shown = await rig.call('GET', order)
  expect(shown.json).toMatchObject({ documents: [{ key, state: 'issued' }] })
  const link = `/d/${rig.app.links.tokenOf(key)}`
  const refusal = rig.simulator.faults({ fault: '200-error', route: 'GET /invoice/pdf' })
  expect(await rig.call('GET', link)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '60' },
    text: expect.stringContaining('peste un minut'),
  })
  rig.simulator.disarm(refusal[0])
  expect((await rig.call('GET', link)).headers['content-type']).toBe('application/pdf')
  const viewer = await visitorAs(rig, 'viewer')
  const page = await viewer.get(`/orders/${shop}/${encodeURIComponent(id)}`)
  expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/FCT ?0001/) })
  expect((await rig.call('POST', `${order}/email`)).status).toBe(202)
  const [act] = await acts(rig, 'email', id, shop)
  const replayed = await rig.call('POST', '/v1/dead-letters/replay', { body: { ids: [act?.key] } })
  expect(replayed).toMatchObject({ status: 200, json: { total: 1 } })
  const finding = { finding: `mismatch ${act?.key}` }
  const accepted = await rig.call('POST', `/v1/shops/${shop}/reconciliation/accept`, {
    body: finding,
  })
  expect(accepted.status).toBe(404)
})

test('an archive in trouble keeps neither e-mail nor link back, and is filled once it works', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'relay-archive-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const place = join(dir, 'pdf')
  await writeFile(place, 'no folder')
  const mail = await startSmtpServer()
  const rig = await open({
    shops: [aShop({ email: { when: 'issued', via: 'smtp' } })],
    env: { RELAY_ARCHIVE_DIR: place, RELAY_SMTP_URL: mail.url, RELAY_SMTP_FROM: 'f@shop.ro' },
  })
  await issued(rig)
  expect(mail.received).toHaveLength(1)
  const link = `/d/${rig.app.links.tokenOf(rig.key('1'))}`
  expect((await rig.call('GET', link)).status).toBe(200)
  expect(await acts(rig, 'archive')).toMatchObject([
    { state: 'dead', cause: { code: 'archive-disk-refused' } },
  ])
  await rm(place)
  await mkdir(place)
  await decide(rig, 'archive', 'replay')
  expect(await readdir(join(place, 'web'))).toHaveLength(1)
})

test('the order in the shop is written on once, through a 500, a lost answer and a crash', async () => {
  const shop = await startShopOrders('woocommerce', ['1', '2', '3'])
  const rig = await open({
    shops: [{ ...aShop({ writeBack: true }), platform: 'woocommerce', api: shop.api }],
  })
  shop.fail(500, 429, 'pass', 'pass', 'lost')
  await issued(rig)
  expect(shop.notes('1')).toHaveLength(1)
  expect(shop.fields('1')).toMatchObject({ _smartbill_relay_invoice: 'FCT0001' })

  // The worker dies after the shop was told and before that is written down.
  const ledger = rig.app.ledger.acts
  const whole = { ...ledger }
  ledger.done = () => Promise.reject(new Error('killed'))
  ledger.unclaim = () => Promise.resolve()
  await rig.receive({ id: '2' })
  await expect(rig.finish()).rejects.toThrow('killed')
  Object.assign(ledger, whole)
  await rig.finish()
  expect(shop.notes('2')).toHaveLength(1)
  expect(await acts(rig, 'write-back', '2')).toMatchObject([{ state: 'done' }])

  shop.fail(401)
  await issued(rig, '3')
  expect(await acts(rig, 'write-back', '3')).toMatchObject([
    { state: 'dead', cause: { code: 'shop-api-no-write', said: 'HTTP 401: Nu acum' } },
  ])
  await decide(rig, 'write-back', 'replay', '3')
  expect(shop.notes('3')).toHaveLength(1)
})

test('reversed, then issued again: the order shows the invoice that holds, also when the reversal is told late', async () => {
  const shop = await startShopOrders('woocommerce', ['1'])
  const rig = await open({
    shops: [
      {
        ...aShop({ writeBack: true, onCancel: 'reverse' }),
        platform: 'woocommerce',
        api: shop.api,
      },
    ],
  })
  await issued(rig)
  shop.fail(401)
  await rig.receive({ id: '1', status: 'cancelled', updatedAt: minute(1) })
  await rig.finish()
  await rig.receive({ id: '1', updatedAt: minute(2) })
  await rig.finish()
  const told = await acts(rig, 'write-back')
  const late = told.find(({ state }) => state === 'dead')
  expect(late?.key).toBe(`${rig.key('1')}~write-back~reversed`)
  expect(told.filter(({ state }) => state === 'done')).toHaveLength(2)
  const shown = { ...shop.fields('1') }
  expect(shown['_smartbill_relay_invoice']).toBe('FCT0003')
  if (late !== undefined)
    await decideAct(rig.app, late.key, 'replay', { who: 'user ana', reason: 'asked' })
  await rig.finish()
  expect(shop.fields('1')).toEqual(shown)
  expect(shop.notes('1').at(-1)).toContain('FCT0001 a fost stornată cu FCT0002')
})

test('what we wrote on an order comes back as ours; a number from elsewhere does not', async () => {
  const rig = await open()
  await issued(rig)
  const external = async (externalInvoice: string, at: number) => {
    await rig.post({ id: '1', externalInvoice, updatedAt: minute(at) })
    return (await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1')))?.order.externalInvoice
  }
  expect(await external('FCT 0001', 1)).toBe('')
  expect(await external('FCT0002', 2)).toBe('FCT0002')
})

describe('notices', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const hooked = (url: string, events: NoticeEvent[] = [], id = 'web') => ({
    ...aShop({}, { id }),
    webhooks: [{ url, secret, events }],
  })
  const signature = (id: string, at: string, body: string) =>
    `v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(`${id}.${at}.${body}`).digest('base64')}`

  test('are signed, documented, sent once each, and again under the same id until they are taken', async () => {
    const receiver = await startNoticeReceiver()
    const rig = await open({ shops: [hooked(receiver.url)] })
    receiver.answer(500, 'close', 429)
    await issued(rig)
    await rig.receive({ id: '1', updatedAt: minute(1) })
    await rig.receive({ id: '2', customer: { ...noCif, kind: 'company', company: 'Fara Cif SRL' } })
    rig.simulator.faults({
      fault: '200-error',
      route: 'POST /invoice/v2',
      errorText: 'Seria nu a fost gasita.',
      times: 1,
    })
    await rig.receive({ id: '3', number: 'N3' })
    await rig.finish()
    const taken = receiver.taken.map(({ body }) => JSON.parse(body) as { type: NoticeEvent })
    for (const notice of taken) expect(notices[notice.type].parse(notice)).toEqual(notice)
    expect(taken.map(({ type }) => type).toSorted()).toEqual([
      'document.issued',
      'document.paid',
      'order.dead',
      'order.held',
    ])
    expect(taken.find(({ type }) => type === 'document.issued')).toMatchObject({
      data: {
        shop: 'web',
        order: { id: '1' },
        document: { series: 'FCT', number: '0001', total: '136.00' },
      },
    })
    expect(receiver.asked).toHaveLength(taken.length + 3)
    for (const { headers, body } of receiver.asked) {
      const [id, at] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
      expect(headers['webhook-signature']).toBe(signature(id, at, body))
    }
    const ids = new Set(receiver.asked.map(({ headers }) => headers['webhook-id']))
    expect(ids.size).toBe(taken.length)
  })

  test('end after two days of silence, at once at a redirect or a refusal, and are replayed by a person', async () => {
    const receiver = await startNoticeReceiver()
    const rig = await open({
      shops: [
        hooked(receiver.url, ['document.issued']),
        hooked('http://127.0.0.1:1/', ['document.issued'], 'silent'),
      ],
    })
    receiver.answer(302)
    await issued(rig)
    expect(await acts(rig, 'notice')).toMatchObject([
      { state: 'dead', cause: { code: 'notice-redirect', said: 'HTTP 302' } },
    ])
    expect(receiver.asked).toHaveLength(1)
    await decide(rig, 'notice', 'replay')
    expect(receiver.taken).toHaveLength(1)

    const began = rig.clock.now()
    await issued(rig, '5', 'silent')
    const [dead] = await acts(rig, 'notice', '5', 'silent')
    expect(dead).toMatchObject({ state: 'dead', tries: 9, cause: { code: 'notice-unreachable' } })
    const hours = (rig.clock.now() - began) / 3_600_000
    expect(hours).toBeGreaterThan(40)
    expect(hours).toBeLessThan(56)
  })

  test('wait without a claim while their receiver hangs, one behind the other', async () => {
    const receiver = await startNoticeReceiver()
    const rig = await open({ shops: [hooked(receiver.url, ['document.issued'])] })
    const ids = Array.from({ length: 12 }, (_, at) => String(at + 1))
    for (const id of ids) {
      await rig.receive({ id, number: `N${id}` })
      await rig.route(rig.ref(id))
      await rig.issue(rig.key(id))
      await rig.route(rig.ref(id))
    }
    receiver.answer('hang', 'hang', 'hang', 'hang')
    const told = async (id: string) => {
      const [act] = await acts(rig, 'notice', id)
      if (act === undefined) throw new Error('no notice')
      return announceDocument({ act: act.key, account: ACCOUNT }, rig.app).catch(
        (error: unknown) => error,
      )
    }
    const stuck = ids.slice(0, 4).map(told)
    await eventually(() => receiver.hanging.length === 4)
    const untils: number[] = []
    for (const id of ids.slice(4)) {
      const error = await told(id)
      expect(error).toBeInstanceOf(ThrottledError)
      if (error instanceof ThrottledError) untils.push(error.retryAt)
      expect(await acts(rig, 'notice', id)).toMatchObject([{ state: 'due', fence: 0 }])
    }
    expect(untils).toHaveLength(8)
    expect(Math.max(...untils) - Math.min(...untils)).toBeGreaterThan(1000)
    for (const end of receiver.hanging) end()
    await Promise.all(stuck)
    await rig.finish()
    expect(receiver.taken).toHaveLength(ids.length)
  })

  test('go to no private address, and to nobody who was taken off the list', async () => {
    const receiver = await startNoticeReceiver()
    const rig = await open({
      shops: [hooked(receiver.url)],
      env: { RELAY_ALLOW_PRIVATE_URLS: 'false' },
    })
    await issued(rig)
    expect((await acts(rig, 'notice')).map(({ cause }) => cause?.code)).toEqual([
      'notice-address',
      'notice-address',
    ])
    await rig.app.ledger.registry.saveShop({
      ...((await rig.app.ledger.registry.shop(rig.file.shops[0]!.id)) ?? expect.fail('no shop')),
      webhooks: [],
    })
    await decide(rig, 'notice', 'replay')
    expect((await acts(rig, 'notice')).map(({ state }) => state).toSorted()).toEqual([
      'dead',
      'dismissed',
    ])
    expect(receiver.asked).toEqual([])
    const stored = await rig.app.redis.hgetall(`${rig.prefix}:{registry}:shops`)
    expect(JSON.stringify(stored)).not.toContain(secret)
  })
})

test('by hand: again from the API and the order page, never two at once, and with the reason where it cannot be', async () => {
  const rig = await open({
    shops: [
      aShop({ email: { when: 'paid' }, triggerStatuses: ['fulfilled'] }),
      aShop({ draft: true }, { id: 'draft' }),
    ],
    env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD },
  })
  await rig.receive({ id: '1', status: 'fulfilled', paymentStatus: 'unpaid', payments: [] })
  await rig.receive({ id: '2' }, 'draft')
  await rig.finish()
  const ask = (order: string, shop = 'web') =>
    rig.call('POST', `/v1/shops/${shop}/orders/${order}/email`)
  const operator = await visitorAs(rig, 'operator')
  const page = await operator.get('/orders/web/1')
  expect(page.text).toContain('Se trimite după ce este plătit în întregime.')
  expect((await operator.press('/orders/web/1/email')).location).toBe('/orders/web/1')
  expect((await ask('1')).json).toMatchObject({ status: 'under-way' })
  await rig.finish()
  expect((await ask('1')).json).toMatchObject({ status: 'asked' })
  await rig.finish()
  expect(rig.simulator.emails()).toHaveLength(2)
  expect((await operator.get('/orders/web/1')).text).toContain('Trimite din nou prin e-mail')
  expect((await ask('2', 'draft')).json).toMatchObject({ error: { code: 'email-draft' } })
  expect((await ask('3')).status).toBe(404)

  const api = (await rig.call('GET', '/openapi.json')).json as { webhooks: Record<string, unknown> }
  expect(Object.keys(api.webhooks)).toEqual([...noticeEvents])
})

test('through the queues: an order that comes in is invoiced, and its buyer and its receiver hear of it', async () => {
  const receiver = await startNoticeReceiver()
  const secret = 'a-secret-of-ours'
  const rig = await openRig({
    shops: [
      {
        ...aShop({ email: { when: 'issued' } }),
        webhooks: [{ url: receiver.url, secret, events: ['document.issued'] }],
      },
    ],
    env: { RELAY_ALLOW_PRIVATE_URLS: 'true' },
  })
  const workers = await rig.startWorkers()
  await rig.post({ id: '1' })
  await eventually(() => rig.simulator.emails().length > 0 && receiver.taken.length > 0)
  await workers.stop()
  expect(rig.simulator.emails()).toHaveLength(1)
  expect(receiver.taken).toHaveLength(1)
})

test('fifty workers on one announcement: one e-mail', async () => {
  const rig = await open({ shops: [aShop({ email: { when: 'issued' } })] })
  await rig.receive({ id: '1' })
  await rig.route(rig.ref('1'))
  await rig.issue(rig.key('1'))
  await rig.route(rig.ref('1'))
  const [act] = await acts(rig, 'email')
  if (act === undefined) throw new Error('no e-mail')
  await Promise.allSettled(
    Array.from({ length: 50 }, () => announceDocument({ act: act.key, account: ACCOUNT }, rig.app)),
  )
  await rig.finish()
  expect(rig.simulator.emails()).toHaveLength(1)
})

const noCif = {
  name: 'Ion Popescu',
  email: 'ion@example.ro',
  phone: '',
  cif: '',
  regCom: '',
  cnp: '',
  bank: '',
  iban: '',
}
