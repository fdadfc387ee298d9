import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A receiver of webhooks on loopback; `answer` says what the next ones meet, afterwards all are taken. */
export async function startNoticeReceiver() {
  type Asked = { headers: IncomingHttpHeaders; body: string }
  const asked: Asked[] = []
  const taken: Asked[] = []
  const next: (number | 'close' | 'hang')[] = []
  const hanging: (() => void)[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const call = { headers: request.headers, body: Buffer.concat(chunks).toString() }
      asked.push(call)
      const status = next.shift() ?? 204
      if (status === 'close') return void response.destroy()
      if (status === 'hang') return void hanging.push(() => response.destroy())
      if (status < 300) taken.push(call)
      response
        .writeHead(status, { location: 'https://elsewhere.example/', 'retry-after': '2' })
        .end()
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    asked,
    taken,
    answer: (...statuses: (number | 'close' | 'hang')[]): void => void next.push(...statuses),
    /** How many hang, and what ends them without an answer. */
    hanging,
  }
}
