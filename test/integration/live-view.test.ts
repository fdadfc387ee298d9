import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openRig } from '../support/rig.ts'
import { ADMIN_PASSWORD, serverOf, visitorAs } from '../support/visitor.ts'

/** A browser's view of a stream: what has come so far, and whether it has ended. */
async function follow(port: number, cookie: string) {
  const request = get({
    port,
    path: '/overview/stream',
    headers: { cookie, accept: 'text/event-stream' },
  })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  const seen = {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    text: '',
    over: false,
  }
  answer.setEncoding('utf8').on('data', (text: string) => (seen.text += text))
  answer.once('close', () => (seen.over = true)).on('error', () => {})
  onTestFinished(() => void request.destroy())
  return { seen, leave: () => request.destroy() }
}

test('whoever looks is shown news as they come, up to four at once, in the language and role of each, until the session ends', async () => {
  const rig = await openRig({ env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD } })
  const server = await serverOf(rig)
  const admin = await visitorAs(rig, 'admin')
  const viewer = await visitorAs(rig, 'viewer')
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const cookieOf = (visitor: typeof admin, lang: string) =>
    [...visitor.cookies, ['relay_lang', lang]].map(([name, value]) => `${name}=${value}`).join('; ')

  const { seen: stranger } = await follow(port, '')
  expect(stranger.status).toBe(401)

  const { seen: first, leave } = await follow(port, cookieOf(admin, 'en'))
  const { seen: second } = await follow(port, cookieOf(viewer, 'ro'))
  expect(first).toMatchObject({ status: 200, type: expect.stringContaining('text/event-stream') })
  await eventually(() => first.text.includes('No orders') && second.text.includes('Nicio comandă'))
  // A button for who may press it, with that session's own guard.
  expect(first.text).toContain('/accounts/acme/pause')
  expect(second.text).not.toContain('/accounts/acme/pause')

  await rig.receive({ id: 'NEWS-1', number: 'NEWS-1' })
  await eventually(() => first.text.includes('NEWS-1') && second.text.includes('NEWS-1'))

  for (let i = 0; i < 3; i++) await follow(port, cookieOf(admin, 'en'))
  const { seen: fifth } = await follow(port, cookieOf(admin, 'en'))
  expect(fifth.status).toBe(204)
  leave()
  await eventually(async () => {
    const again = await follow(port, cookieOf(admin, 'en'))
    return again.seen.status === 200
  })

  await viewer.press('/logout')
  rig.clock.advance(11_000)
  await eventually(() => second.over)
  expect(second.text).toContain('event: over')
  expect(first.text).not.toContain('event: over')
})

test('a search of two million characters is told why it was refused', async () => {
  const rig = await openRig({ env: { RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD } })
  const server = await serverOf(rig)
  const viewer = await visitorAs(rig, 'viewer')
  const long = await viewer.get(`/orders?q=${'a'.repeat(5000)}`, { 'accept-language': 'en' })
  expect(long.status).toBe(400)
  expect(long.text).toContain('more than 200 characters')
  await server.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  socket.on('error', () => {})
  socket.write(`GET /orders?q=${'a'.repeat(2_000_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await eventually(() => text.includes('Search for a shorter text'))
  expect(text).toMatch(/^HTTP\/1.1 431 /)
})
