import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Alerting } from '../../src/core/alerting.ts'
import { raiseAlerts } from '../../workers/raise-alerts.ts'
import { ACCOUNT, openRig } from '../support/rig.ts'
import { ADMIN_PASSWORD, visitorAs } from '../support/visitor.ts'

const HOUR = 3_600_000

test('an alert is seen, taken on (no reminder any more), over, and stays in the list; a test message says whether it arrived', async () => {
  const heard: string[] = []
  let status = 204
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push((JSON.parse(body) as { type: string }).type)
      response.writeHead(status).end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  onTestFinished(() => void receiver.close())
  const rig = await openRig({
    env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD, RELAY_ALLOW_PRIVATE_URLS: 'true' },
  })
  const { alerts, documents } = rig.app.ledger
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/x`
  await alerts.saveAlerting(Alerting.parse({ webhook: { url, secret: 'whsec_abcdefgh' } }))
  const app = {
    ...rig.app,
    durability: async () => ({ durable: true, storing: true, warnings: [] as string[] }),
  }
  const look = () => raiseAlerts({ shard: 0 }, app)
  await rig.route(await rig.receive())
  const cause = JSON.stringify({ code: 'unknown-series', said: '', ro: 'r', en: 'e' })
  await documents.move(ACCOUNT, rig.key('1001'), 'dead', { who: 'test', fields: { cause } })
  await look()
  expect(heard).toEqual(['alert.opened'])

  const [viewer, operator, admin] = await Promise.all(
    (['viewer', 'operator', 'admin'] as const).map((role) => visitorAs(rig, role)),
  )
  if (viewer === undefined || operator === undefined || admin === undefined) throw new Error('who')
  const seen = await viewer.get('/alerts', { 'accept-language': 'en' })
  expect(seen.text).toContain('href="/dead-letters"')
  expect(seen.text).not.toContain('I am on it')
  expect(seen.text).toMatch(/data-count="alerts"\s*>1</)

  await operator.press('/alerts/acknowledge', { id: 'dead-letters' }, '/alerts')
  rig.clock.advance(25 * HOUR)
  await look()
  expect(heard).toEqual(['alert.opened'])
  await operator.press('/alerts/remind', { id: 'dead-letters' }, '/alerts')
  await look()
  expect(heard).toEqual(['alert.opened', 'alert.reminder'])

  await operator.press('/alerts/close', { id: 'dead-letters', reason: 'x' }, '/alerts')
  await documents.move(ACCOUNT, rig.key('1001'), 'skipped', { who: 'test' })
  await look()
  rig.clock.advance(HOUR)
  await look()
  expect(heard.at(-1)).toBe('alert.resolved')
  expect(await alerts.recent(10)).toMatchObject([{ alert: { id: 'dead-letters' } }])
  const over = await viewer.get('/alerts', { 'accept-language': 'en' })
  expect(over.text).toContain('No alert is open')
  expect(over.text).toContain('lasted')

  await admin.press('/alerts/test', { channel: 'webhook' }, '/alerts')
  expect(heard.at(-1)).toBe('alert.test')
  expect((await admin.get('/alerts')).text).toContain('a fost primit')
  status = 500
  await admin.press('/alerts/test', { channel: 'webhook' }, '/alerts')
  expect((await admin.get('/alerts')).text).toContain('nu a ajuns')

  // The record of it, by person and deed and day.
  const names = async (query: string) => {
    const { text } = await admin.get(`/audit?${query}`, { 'accept-language': 'en' })
    return [...text.matchAll(/data-label="Action">([^<]*)</g)].map(([, deed]) => deed)
  }
  expect(await names('who=admin&did=alert-test')).toEqual([
    'sent a test message',
    'sent a test message',
  ])
  expect(await names('who=operator&did=alert-test')).toEqual([])
  expect(await names('who=operator&did=alert-acknowledge')).toEqual(['took an alert on'])
  const day = (ago: number) => new Date(Date.now() - ago * 24 * HOUR).toISOString().slice(0, 10)
  expect(await names(`did=alert-test&to=${day(2)}`)).toEqual([])
  expect(await names(`did=alert-test&from=${day(1)}`)).toHaveLength(2)
})
