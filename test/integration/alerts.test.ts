import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Alerting } from '../../src/core/alerting.ts'
import { raiseAlerts } from '../../workers/raise-alerts.ts'
import { startMailServer } from '../support/mail-server.ts'
import { ACCOUNT, openRig, rawRedis, type Rig, type RigOptions } from '../support/rig.ts'

const MINUTE = 60_000
const KEY = Buffer.alloc(32, 5)
const SECRET = `whsec_${KEY.toString('base64')}`

type Heard = {
  headers: Record<string, unknown>
  body: string
  json: { type: string; data: { id: string } }
}

/** Somebody who hears of alerts; answers with the next of `answers` (a status, or 429 with `Retry-After`), then 204. */
async function startReceiver() {
  const heard: Heard[] = []
  const answers: (number | string)[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push({ headers: request.headers, body, json: JSON.parse(body) as Heard['json'] })
      const answer = answers.shift() ?? 204
      if (typeof answer === 'number') return void response.writeHead(answer).end()
      response.writeHead(429, { 'retry-after': answer }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
  return { url, heard, answers }
}

const durable = async () => ({ durable: true, storing: true, warnings: [] as string[] })

async function watched(alerting: Parameters<typeof Alerting.parse>[0], options: RigOptions = {}) {
  const rig = await openRig({ env: { RELAY_ALLOW_PRIVATE_URLS: 'true' }, ...options })
  await rig.app.ledger.alerts.saveAlerting(Alerting.parse(alerting))
  const app = { ...rig.app, durability: durable }
  return {
    rig,
    look: (more: Partial<typeof app> = {}) => raiseAlerts({ shard: 0 }, { ...app, ...more }),
  }
}

async function deadLetter(rig: Rig, id: string): Promise<void> {
  await rig.route(await rig.receive({ id }))
  const cause = JSON.stringify({ code: 'unknown-series', said: '', ro: 'r', en: 'e' })
  await rig.app.ledger.documents.move(ACCOUNT, rig.key(id), 'dead', {
    who: 'test',
    fields: { cause },
  })
}

test('a dead letter is told once, signed; its end is told too', async () => {
  const receiver = await startReceiver()
  const { rig, look } = await watched({ webhook: { url: receiver.url, secret: SECRET } })
  expect(await look()).toBe('0 open, 0 to tell, 0 delivered')
  await deadLetter(rig, '1')
  expect(await look()).toBe('1 open, 1 to tell, 1 delivered')
  await deadLetter(rig, '2')
  expect(await look()).toBe('1 open, 0 to tell, 0 delivered')

  const [first] = receiver.heard
  expect(first?.json).toMatchObject({ type: 'alert.opened', data: { id: 'dead-letters' } })
  const {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': signature,
  } = first?.headers ?? {}
  const wanted = createHmac('sha256', KEY).update(`${String(id)}.${String(at)}.${first?.body}`)
  expect(signature).toBe(`v1,${wanted.digest('base64')}`)
  expect(String(id)).not.toContain('.')

  const listed = await rig.call('GET', '/v1/alerts')
  expect(listed.json).toMatchObject({ alerts: [{ id: 'dead-letters', told: 1 }] })
  const unknown = await rig.call('GET', '/v1/alerts', { headers: { authorization: 'Bearer no' } })
  expect(unknown.status).toBe(401)

  for (const order of ['1', '2'])
    await rig.app.ledger.documents.move(ACCOUNT, rig.key(order), 'skipped', { who: 'test' })
  await look()
  rig.clock.advance(3 * MINUTE)
  expect(await look()).toBe('0 open, 1 to tell, 1 delivered')
  expect(receiver.heard.map(({ json }) => json.type)).toEqual(['alert.opened', 'alert.resolved'])
  expect((await rig.call('GET', '/v1/alerts')).json).toEqual({ alerts: [] })
})

test('a message that is not taken is tried again under the same id', async () => {
  const receiver = await startReceiver()
  const { rig, look } = await watched({ webhook: { url: receiver.url, secret: SECRET } })
  await deadLetter(rig, '1')
  receiver.answers.push(500, 302)
  expect(await look()).toMatch(/0 delivered$/)
  expect(await look()).toMatch(/0 delivered$/)
  rig.clock.advance(2 * MINUTE)
  expect(await look()).toMatch(/0 delivered$/)
  rig.clock.advance(10 * MINUTE)
  expect(await look()).toMatch(/1 delivered$/)
  expect(receiver.heard).toHaveLength(3)
  expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
})

test('a receiver that asks for a pause without end keeps no message back for more than an hour', async () => {
  const receiver = await startReceiver()
  const { rig, look } = await watched({ webhook: { url: receiver.url, secret: SECRET } })
  await deadLetter(rig, '1')
  receiver.answers.push('Infinity', '1e400', '9'.repeat(30))
  for (const heard of [1, 2, 3]) {
    expect(await look()).toMatch(/0 delivered$/)
    expect(receiver.heard).toHaveLength(heard)
    rig.clock.advance(heard * 10 * MINUTE)
  }
  expect(await look()).toMatch(/0 delivered$/)
  expect(receiver.heard).toHaveLength(3)
  rig.clock.advance(31 * MINUTE)

  // What an earlier version wrote of such an answer keeps nothing back either.
  const { alerts } = rig.app.ledger
  const [posted] = await alerts.due(rig.clock.now())
  await alerts.postpone(posted ?? expect.fail('nothing is due'), Infinity)
  expect(await look()).toMatch(/1 delivered$/)
})

test('a worker that dies between telling and noting it tells again, under the same id', async () => {
  const receiver = await startReceiver()
  const { rig, look } = await watched({ webhook: { url: receiver.url, secret: SECRET } })
  await deadLetter(rig, '1')
  const { alerts } = rig.app.ledger
  const dying = {
    ...rig.app.ledger,
    alerts: {
      ...alerts,
      delivered: () => Promise.reject(new Error('killed')),
      postpone: () => Promise.reject(new Error('killed')),
    },
  }
  await expect(look({ ledger: dying })).rejects.toThrow('killed')
  expect(await look()).toMatch(/1 delivered$/)
  expect(receiver.heard).toHaveLength(2)
  expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
})

test('an e-mail says it in both languages; a mail server that refuses is tried again', async () => {
  const mail = await startMailServer()
  const { rig, look } = await watched({
    email: { smtp: mail.url, from: 'relay@acme.example', to: ['ops@acme.example'] },
  })
  await deadLetter(rig, '1')
  mail.refuse(1)
  expect(await look()).toMatch(/0 delivered$/)
  rig.clock.advance(2 * MINUTE)
  expect(await look()).toMatch(/1 delivered$/)
  expect(mail.messages).toHaveLength(1)
  const text = readable(mail.messages[0] ?? '')
  expect(text).toMatch(/Deschideți lista de erori/)
  expect(text).toMatch(/Open the dead letters/)
  expect(text).toMatch(/^To: ops@acme\.example$/m)
})

/** An e-mail's text, whichever way it is encoded. */
function readable(mail: string): string {
  const [head = '', ...body] = mail.split('\n\n')
  const text = body.join('\n\n')
  if (/base64/i.test(head)) return `${head}\n\n${Buffer.from(text, 'base64').toString()}`
  const bytes = text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return `${head}\n\n${Buffer.from(bytes, 'latin1').toString()}`
}

test('no document so long after it was due; a delay by setting is no waiting', async () => {
  const { rig, look } = await watched({})
  const { registry } = rig.app.ledger
  await rig.route(await rig.receive({ id: '1' }))
  rig.clock.advance(20 * MINUTE)
  expect(await look()).toMatch(/^0 open/)
  rig.clock.advance(15 * MINUTE)
  expect(await look()).toMatch(/^1 open/)
  const [alert] = await rig.app.ledger.alerts.open()
  expect(alert?.id).toBe('waiting-long acme')

  const shop = (await registry.shops())[0]
  if (shop === undefined) throw new Error('no shop')
  await registry.saveShop({ ...shop, settings: { ...shop.settings, delayMinutes: 60 } })
  await look()
  rig.clock.advance(3 * MINUTE)
  expect(await look()).toMatch(/^0 open/)
})

test('an account that is stopped, an unreadable event and a weak Redis are told', async () => {
  const { rig, look } = await watched({})
  const [account] = await rig.app.ledger.registry.accounts()
  if (account === undefined) throw new Error('no account')
  const grant = await rig.app.smartbill.budget.acquire(account)
  if (grant === 'probe') throw new Error('a probe')
  await rig.app.smartbill.budget.release(account, grant, { kind: 'login-refused', reason: '401' })
  await rig.app.ledger.events.quarantine(
    {
      account: ACCOUNT,
      shop: (await rig.app.ledger.registry.shops())[0]!.id,
      topic: 'order',
      body: Buffer.from('?'),
      deliveryIds: [],
    },
    {},
    '',
    [],
  )
  await look({
    durability: async () => ({ durable: false, storing: true, warnings: ['appendfsync is no.'] }),
  })
  const open = (await rig.app.ledger.alerts.open()).map(({ id }) => id)
  expect(open.toSorted()).toEqual(['login-refused acme', 'quarantined acme', 'redis-not-durable'])
})

test('a document that exists twice stays open until a person closes it', async () => {
  const { rig, look } = await watched({})
  await rig.route(await rig.receive({ id: '1' }))
  await rig.issue(rig.key('1'))
  const found = { series: 'FCT', number: '0099', documentId: '', url: '', viewUrl: '', paid: '' }
  await rig.app.ledger.documents.issued(ACCOUNT, rig.key('1'), 'test', found, {})
  await look()
  const id = `double-document ${rig.key('1')}`
  expect((await rig.app.ledger.alerts.open()).map((alert) => alert.id)).toEqual([id])
  const close = (body: object) => rig.call('POST', '/v1/alerts/close', { body })
  expect((await close({ id: 'dead-letters', reason: 'x' })).status).toBe(400)
  expect((await close({ id: `${id}9`, reason: 'x' })).status).toBe(404)
  expect((await close({ id, reason: 'stornat' })).status).toBe(204)
  await look()
  rig.clock.advance(3 * MINUTE)
  expect(await look()).toMatch(/^0 open/)
})

test('two looks at once: one looks, and nothing is told twice', async () => {
  const receiver = await startReceiver()
  const { rig, look } = await watched({ webhook: { url: receiver.url, secret: SECRET } })
  await deadLetter(rig, '1')
  const outcomes = await Promise.all([look(), look(), look()])
  expect(outcomes.filter((outcome) => outcome === 'another worker looks')).toHaveLength(2)
  expect(receiver.heard).toHaveLength(1)
})

test('secrets of the configuration are sealed, and the file is applied once', async () => {
  const { rig } = await watched({})
  const { alerts } = rig.app.ledger
  const given = Alerting.parse({
    webhook: { url: 'https://ops.example/hook', secret: SECRET },
    email: { smtp: 'smtps://u:p4ssw0rd@mail.example', from: 'a@b.ro', to: ['c@d.ro'] },
  })
  await alerts.load(given)
  expect(await alerts.alerting()).toEqual(given)
  const raw = await rawRedis().get(`${rig.prefix}:{alerts}:config`)
  expect(raw).not.toMatch(/p4ssw0rd|whsec/)
  await alerts.saveAlerting({ ...given, remindHours: 2 })
  await alerts.load(given)
  expect((await alerts.alerting()).remindHours).toBe(2)
})
