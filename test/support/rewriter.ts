import { once } from 'node:events'
import { createServer } from 'node:http'
import { onTestFinished } from 'vitest'

type Answer = { status: number; body: string }

/** An HTTP server that passes every call on and may answer with something else than what came back. */
export async function startRewriter(
  origin: string,
  rewrite: (call: string, answer: Answer) => Answer | undefined,
): Promise<string> {
  const server = createServer((incoming, response) => {
    const pass = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const { method = 'GET', url = '/', headers } = incoming
      const answer = await fetch(origin + url, {
        method,
        headers: Object.entries(headers).flatMap(([name, value]) =>
          typeof value === 'string' && name !== 'host' && name !== 'connection'
            ? [[name, value] as [string, string]]
            : [],
        ),
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const changed = rewrite(`${method} ${url.split('?')[0]}`, {
        status: answer.status,
        body: bytes.toString('utf8'),
      })
      response.writeHead(changed?.status ?? answer.status, { 'content-type': 'application/json' })
      response.end(changed?.body ?? bytes)
    }
    pass().catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return `http://127.0.0.1:${address.port}`
}
