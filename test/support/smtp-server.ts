import { createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * Where a conversation goes wrong. `cut-after`: the message is taken, and the answer is lost; `buyer`: of the recipients
 * only the first one is refused, for good or (`buyer-later`) for now.
 */
export type MailTrouble =
  | 'greeting'
  | 'login'
  | 'recipient'
  | 'buyer'
  | 'buyer-later'
  | 'busy'
  | 'content'
  | 'cut-before'
  | 'cut-after'

/** A mail server on loopback, closed with the test; it keeps what it took. `times`: so many
 * conversations meet the trouble. The login is `shop` with `pass`. */
export async function startSmtpServer(trouble?: MailTrouble, times = Infinity) {
  const received: { recipients: string[]; content: string }[] = []
  const sockets = new Set<Socket>()
  let now = trouble
  let left = times

  function converse(socket: Socket): void {
    sockets.add(socket)
    if (left-- <= 0) now = undefined
    let recipients: string[] = []
    let buyerRefused = false
    let content: string | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const answer = (line: string): void => {
      if (content !== undefined) {
        if (line !== '.') {
          content += `${line}\n`
          return
        }
        if (now === 'content') say('554 spam')
        else {
          received.push({ recipients, content })
          if (now === 'cut-after') socket.destroy()
          else say('250 taken')
        }
        content = undefined
        return
      }
      const word = line.split(/[ :]/)[0]?.toUpperCase()
      if (word === 'EHLO') socket.write('250-mail.example\r\n250 AUTH PLAIN\r\n')
      else if (word === 'AUTH') {
        const given = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString()
        say(now !== 'login' && given === '\0shop\0pass' ? '235 welcome' : '535 wrong password')
      } else if (word === 'MAIL') {
        recipients = []
        buyerRefused = false
        say('250 ok')
      } else if (word === 'RCPT') {
        if (now === 'recipient') return void say('550 no such user')
        if (now === 'busy') return void say('451 try later')
        if (recipients.length === 0 && !buyerRefused && now?.startsWith('buyer')) {
          buyerRefused = true
          return void say(now === 'buyer' ? '550 no such user' : '451 mailbox is busy')
        }
        recipients.push(/<([^>]*)>/.exec(line)?.[1] ?? '')
        say('250 ok')
      } else if (word === 'DATA') {
        if (now === 'cut-before') socket.destroy()
        else {
          content = ''
          say('354 go on')
        }
      } else say(word === 'QUIT' ? '221 bye' : '500 what?')
    }
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) answer(line)
    })
    if (now === 'greeting') socket.end('421 closed\r\n')
    else say('220 mail.example')
  }

  const server = createServer(converse)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    url: `smtp://shop:pass@127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    trouble(next: MailTrouble | undefined): void {
      now = next
      left = Infinity
    },
  }
}
