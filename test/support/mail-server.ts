import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A mail server that keeps what it is given; `refuse` makes it say no to so many messages. */
export async function startMailServer() {
  const messages: string[] = []
  let refusals = 0
  const server = createServer((socket) => {
    let data: string | undefined
    const say = (line: string) => socket.write(`${line}\r\n`)
    socket.setEncoding('utf8').on('error', () => {})
    say('220 mail.example ESMTP')
    let rest = ''
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (data !== undefined) {
          if (line === '.') {
            messages.push(data)
            data = undefined
            say('250 kept')
          } else data += `${line.replace(/^\.\./, '.')}\n`
        } else if (/^(EHLO|HELO)/i.test(line)) say('250 mail.example')
        else if (/^MAIL/i.test(line) && refusals > 0) {
          refusals--
          say('451 try again later')
        } else if (/^DATA/i.test(line)) {
          data = ''
          say('354 go on')
        } else if (/^QUIT/i.test(line)) {
          say('221 bye')
          socket.end()
        } else say('250 ok')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    refuse: (count: number): void => void (refusals = count),
  }
}
