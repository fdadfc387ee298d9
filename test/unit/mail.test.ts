import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sendMail, type Mail } from '../../src/mail.ts'
import { startSmtpServer } from '../support/smtp-server.ts'

const mail: Mail = {
  to: 'ion@example.ro',
  cc: ['contabil@shop.ro'],
  bcc: ['arhiva@shop.ro'],
  subject: 'Factura FCT0001 – comanda 1001',
  text: 'Bună ziua,\n\nVă trimitem factura.',
  messageId: '<act-1@smartbill-relay>',
  attachment: { filename: 'FCT0001.pdf', content: Buffer.from('%PDF-1.4 test') },
}
const from = 'Magazin <facturi@shop.ro>'

test('a mail arrives once with its PDF, hidden recipients stay hidden', async () => {
  const server = await startSmtpServer()
  await sendMail({ smtp: server.url, from }, mail)
  expect(server.received).toHaveLength(1)
  const [message] = server.received
  expect(message?.recipients).toEqual(['ion@example.ro', 'contabil@shop.ro', 'arhiva@shop.ro'])
  expect(message?.content).toContain('Message-ID: <act-1@smartbill-relay>')
  expect(message?.content).not.toContain('arhiva@shop.ro')
  expect(message?.content).toContain(Buffer.from('%PDF-1.4 test').toString('base64'))
})

test.each([
  ['greeting', 'TransientError'],
  ['login', 'RejectedError'],
  ['recipient', 'RejectedError'],
  ['busy', 'TransientError'],
  ['content', 'RejectedError'],
  ['cut-before', 'TransientError'],
  ['cut-after', 'UncertainError'],
] as const)('trouble at "%s" is a %s', async (trouble, name) => {
  const server = await startSmtpServer(trouble)
  const failed = await sendMail({ smtp: server.url, from }, mail).catch((error: unknown) => error)
  expect(failed).toMatchObject({ name })
  expect(server.received).toHaveLength(trouble === 'cut-after' ? 1 : 0)
})

test.each([
  ['buyer', '550 no such user'],
  ['buyer-later', '451 mailbox is busy'],
] as const)('a mail that only the copies got is refused: %s', async (trouble, said) => {
  const server = await startSmtpServer(trouble)
  await expect(sendMail({ smtp: server.url, from }, mail)).rejects.toMatchObject({
    name: 'RejectedError',
    refusal: { code: 'smtp-refused', said },
  })
  expect(server.received).toMatchObject([{ recipients: ['contabil@shop.ro', 'arhiva@shop.ro'] }])
})

test('a server that is not there took nothing', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  await expect(sendMail({ smtp: `smtp://127.0.0.1:${port}`, from }, mail)).rejects.toMatchObject({
    name: 'TransientError',
  })
})
