import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { actKey } from '../../src/core/acts.ts'
import { linkOf } from '../../src/announcing/subject.ts'
import { factsOf, numbersOf } from '../../src/reconciling/facts.ts'
import { ACCOUNT, aShop, openRig, type Rig } from '../support/rig.ts'
import { startSmtpServer } from '../support/smtp-server.ts'
import { ADMIN_PASSWORD, visitorAs } from '../support/visitor.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`
const cancelled = { status: 'cancelled', updatedAt: at(2) }

/** A shop whose invoices are deleted where they are the last, with an archive and two ways of e-mail. */
async function open() {
  const archive = await mkdtemp(join(tmpdir(), 'relay-archive-'))
  onTestFinished(() => rm(archive, { recursive: true }))
  const mail = await startSmtpServer()
  const settings = { onCancel: 'reverse', reverseBy: 'delete-if-last' } as const
  const rig = await openRig({
    clock: 'fast',
    shops: [
      aShop({ ...settings, documentLink: 'relay', email: { when: 'issued', via: 'smtp' } }),
      aShop({ ...settings, email: { when: 'issued' } }, { id: 'other' }),
    ],
    env: {
      RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD,
      RELAY_PUBLIC_URL: 'https://relay.example',
      RELAY_ARCHIVE_DIR: archive,
      RELAY_SMTP_URL: mail.url,
      RELAY_SMTP_FROM: 'f@shop.ro',
      SMARTBILL_TIMEOUT_MS: '1500',
    },
  })
  return { rig, mail, archive }
}

/** Issued, and what follows it is asked for and not done yet. */
async function issued(rig: Rig, id: string, email: string, shop = 'web') {
  const ref = await rig.receive({ id, customer: { ...buyer, email }, updatedAt: at(1) }, shop)
  await rig.route(ref)
  await rig.issue(rig.key(id, 'invoice', shop))
  await rig.route(ref)
}

/** Its order is cancelled, and the one job that deletes it is run. */
async function deleted(rig: Rig, id: string, email: string, shop = 'web') {
  const order = { id, ...cancelled, customer: { ...buyer, email } }
  await rig.route(await rig.receive(order, shop))
  await rig.doAct(actKey(rig.key(id, 'invoice', shop), 'reversal', 'full'))
}
const link = (rig: Rig, id: string) =>
  rig.call('GET', `/d/${rig.app.links.tokenOf(rig.key(id))}`, { headers: { authorization: '' } })
const told = async (rig: Rig, id: string, shop = 'web') =>
  Object.fromEntries(
    (await rig.app.ledger.acts.ofOrder(ACCOUNT, rig.ref(id, shop))).acts.map(({ key, state }) => [
      key.split('~')[4],
      state,
    ]),
  )

test('a deleted invoice leads nobody to the invoice that has its number now', async () => {
  const { rig, mail, archive } = await open()
  for (const shop of ['web', 'other']) {
    await issued(rig, '1', 'ana@example.ro', shop)
    await deleted(rig, '1', 'ana@example.ro', shop)
    await issued(rig, '2', 'ion@example.ro', shop)
    const number = shop === 'web' ? '0001' : '0002'
    for (const id of ['1', '2'])
      expect(await rig.document(rig.key(id, 'invoice', shop))).toMatchObject({ number })
  }
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'cancelled', gone: '1' })
  expect((await link(rig, '1')).status).toBe(404)
  await rig.finish()
  for (const shop of ['web', 'other'])
    expect(await told(rig, '1', shop)).toEqual({
      email: 'dismissed',
      archive: 'dismissed',
      reversal: 'done',
    })
  expect(await told(rig, '2')).toEqual({ email: 'done', archive: 'done' })
  expect(mail.received.map(({ recipients }) => recipients)).toEqual([['ion@example.ro']])
  expect(rig.simulator.emails().map(({ to }) => to)).toEqual(['ion@example.ro'])
  expect(await readdir(join(archive, 'web'))).toHaveLength(1)
  expect((await link(rig, '1')).status).toBe(404)
  expect((await link(rig, '2')).status).toBe(200)

  const byHand = { body: { document: rig.key('1') } }
  const asked = await rig.call('POST', '/v1/shops/web/orders/1/email', byHand)
  expect(asked).toMatchObject({ status: 409, json: { error: { code: 'email-deleted' } } })
  const payment = await rig.call('POST', '/v1/shops/web/orders/1/payment', {
    body: { amount: '10.00' },
  })
  expect(payment).toMatchObject({ status: 409, json: { error: { code: 'no-invoice' } } })
  expect((await rig.show('1')).documents).toMatchObject([{ deleted: true, url: '' }])
  expect((await rig.show('2')).documents).toMatchObject([{ deleted: false }])
  const operator = await visitorAs(rig, 'operator')
  const page = await operator.get('/orders/web/1')
  expect(page.text).toContain('Documentul a fost șters în SmartBill, iar numărul lui poate fi dat')
  expect(page.text).not.toContain('Deschide documentul')
  const shop = (await rig.app.ledger.registry.shop(rig.file.shops[0]!.id))!
  const facts = await Promise.all(['1', '2'].map((id) => factsOf(rig.app, shop, rig.ref(id))))
  expect(numbersOf(facts)).toEqual(new Map([['invoice~FCT', [1]]]))
  expect(await rig.alerts()).toEqual([])
})

test('a PDF that was on its way while its document was deleted is kept by nobody, and no link names it', async () => {
  const { rig, archive } = await open()
  await issued(rig, '1', 'ana@example.ro')
  const before = (await rig.document(rig.key('1')))!
  const shop = (await rig.app.ledger.registry.shop(rig.file.shops[0]!.id))!
  expect(linkOf(rig.app, shop, rig.key('1'), before)).toMatch(/^https:/)
  // Asked for by what was read before; when the answer comes, the number is another invoice's.
  const { documents } = rig.app.smartbill
  const real = documents.pdf.bind(documents)
  documents.pdf = async (...asked) => {
    documents.pdf = real
    await deleted(rig, '1', 'ana@example.ro')
    await issued(rig, '2', 'ion@example.ro')
    return real(...asked)
  }
  expect(await rig.app.pdfs.get(ACCOUNT, rig.key('1'), before)).toBeUndefined()
  expect(await rig.document(rig.key('2'))).toMatchObject({ number: before.number })
  expect(await readdir(archive)).toEqual([])
  const after = (await rig.document(rig.key('1')))!
  expect(linkOf(rig.app, shop, rig.key('1'), after)).toBe('')
})

test('nobody is led to its number while the answer to its deletion is not known', async () => {
  const { rig, mail } = await open()
  await issued(rig, '1', 'ana@example.ro')
  rig.simulator.faults({ route: 'DELETE /invoice', fault: 'silence-after', times: 1 })
  await deleted(rig, '1', 'ana@example.ro').catch(() => {})
  await issued(rig, '2', 'ion@example.ro')
  expect(await rig.document(rig.key('2'))).toMatchObject({ number: '0001' })
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversing', number: '0001' })
  expect(await rig.alerts()).toEqual([])
  expect((await link(rig, '1')).status).toBe(404)
  await expect(rig.doAct(actKey(rig.key('1'), 'email', 'first'))).resolves.toMatch('dismissed')
  await rig.finish()
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'cancelled', gone: '1' })
  expect(mail.received.map(({ recipients }) => recipients)).toEqual([['ion@example.ro']])
  const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
  expect(await rig.app.ledger.series.explained(ref, 1)).toBe(rig.key('2'))
  expect(await rig.alerts()).toEqual([])
})

test.each([
  [1, 'after'],
  [2, 'after'],
  [2, 'before'],
] as const)(
  'an invoice whose answer was lost is found on a number that one of %d deleted left: looked for %s that is known',
  async (many, when) => {
    const { rig } = await open()
    const all = (start: number) => Array.from({ length: many }, (_, i) => String(start + i))
    await issued(rig, 'before', 'eu@example.ro')
    for (const id of all(1)) await issued(rig, id, 'ana@example.ro')
    // The last first: only the last number can be deleted. Nobody is told that it is.
    for (const id of all(1).toReversed()) {
      rig.simulator.faults({ route: 'DELETE /invoice', fault: 'silence-after', times: 1 })
      await deleted(rig, id, 'ana@example.ro').catch(() => {})
    }
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'silence-after', times: 1 })
    await issued(rig, 'lost', 'dan@example.ro').catch(() => {})
    expect(await rig.document(rig.key('lost'))).toMatchObject({ state: 'uncertain' })
    for (const id of all(11)) await issued(rig, id, 'ion@example.ro')
    if (when === 'before') {
      const { sentAt } = (await rig.document(rig.key('lost')))!
      await rig.waitFor(sentAt + rig.config.smartbill.graceMs + 1)
      expect(await rig.resolve(rig.key('lost'))).toBe('issued')
    }
    for (const id of all(1)) {
      const { sentAt } = (await rig.app.ledger.acts.get(
        ACCOUNT,
        actKey(rig.key(id), 'reversal', 'full'),
      ))!
      await rig.waitFor(sentAt + rig.config.smartbill.graceMs + 1)
      await rig.doAct(actKey(rig.key(id), 'reversal', 'full'))
      expect(await rig.document(rig.key(id))).toMatchObject({ state: 'cancelled', gone: '1' })
    }
    await rig.finish()
    expect(rig.documentsOf(rig.key('lost'))).toMatchObject([{ number: '0002' }])
    expect(await rig.document(rig.key('lost'))).toMatchObject({ state: 'issued', number: '0002' })
    expect(await rig.alerts()).toEqual([])
  },
)

test('a deletion that did not happen leaves link and e-mail as they were', async () => {
  const { rig, mail } = await open()
  await issued(rig, '1', 'ana@example.ro')
  rig.simulator.faults({ route: 'DELETE /invoice', fault: 'silence-before', times: 1 })
  await deleted(rig, '1', 'ana@example.ro').catch(() => {})
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversing', gone: 'maybe' })
  expect((await link(rig, '1')).status).toBe(404)
  await expect(rig.doAct(actKey(rig.key('1'), 'email', 'first'))).rejects.toThrow('being deleted')
  // It is not the last any more when the grace period is over: a storno, and the document is there to be seen.
  await issued(rig, '2', 'ion@example.ro')
  await rig.finish()
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'reversed', gone: '' })
  expect((await link(rig, '1')).status).toBe(200)
  expect(mail.received.flatMap(({ recipients }) => recipients)).toContain('ion@example.ro')
})

test('a person deleted it in SmartBill: once its number is given again, the other invoice is left alone', async () => {
  const { rig, mail } = await open()
  await issued(rig, '1', 'ana@example.ro')
  const account = (await rig.app.ledger.registry.account(ACCOUNT))!
  const grant = await rig.app.smartbill.admit(account)
  await rig.app.smartbill.reversals.remove(account, grant, { series: 'FCT', number: '0001' })
  await issued(rig, '2', 'ion@example.ro')
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', gone: '1' })
  expect((await link(rig, '1')).status).toBe(404)
  // What is asked for of it waits for a person, and goes once the invoice is known to be undone.
  const money = { value: '10.00', currency: 'RON', date: '2026-11-24', method: 'card' }
  const payment = { ...money, type: 'Card', source: 'Maria' }
  const part = { amount: '10.00', currency: 'RON', lines: [], source: 'Maria', reason: '' }
  const [pay, correct] = [
    { key: actKey(rig.key('1'), 'payment', 'late'), state: 'due' as const, wish: payment },
    { key: actKey(rig.key('1'), 'correction', 'part'), state: 'due' as const, wish: part },
  ]
  for (const wanted of [pay, correct]) await rig.app.ledger.acts.wish(ACCOUNT, wanted)
  expect(await rig.doAct(pay.key)).toBe('held: invoice-missing')
  expect(await rig.doAct(correct.key)).toBe('held: invoice-deleted')
  await deleted(rig, '1', 'ana@example.ro')
  await rig.finish()
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'cancelled' })
  for (const { key } of [pay, correct]) await rig.app.ledger.acts.again(ACCOUNT, key, 'Maria')
  expect(await rig.doAct(pay.key)).toBe('withdrawn: the invoice is cancelled')
  expect(await rig.doAct(correct.key)).toBe('dismissed: the invoice is cancelled')
  expect(rig.simulator.documents().map(({ payments }) => payments.length)).toEqual([0, 1])
  expect(mail.received.map(({ recipients }) => recipients)).toEqual([['ion@example.ro']])
  expect(rig.simulator.documents()).toMatchObject([
    { number: '0001', status: 'deleted' },
    { number: '0001', status: 'issued' },
  ])
})

const buyer = {
  kind: 'person' as const,
  company: '',
  name: 'Ana Pop',
  email: '',
  phone: '',
  cif: '',
  regCom: '',
  cnp: '',
  bank: '',
  iban: '',
}
