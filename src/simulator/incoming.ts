import type { IncomingMessage } from 'node:http'
import type { Login } from './routes.ts'

const LONGEST_BODY = 10_000_000

/** An e-mail and a token, or what is wrong with the header. */
export function readLogin(header: string): Login {
  if (!/^basic\b/i.test(header)) return { kind: 'none' }
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header.trim())?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return { kind: 'malformed' }
  return { kind: 'basic', email: text.slice(0, colon), token: text.slice(colon + 1) }
}

/** Events rather than an async iterator: this runs for every call of a benchmark. */
export function bodyOf(incoming: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let length = 0
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > LONGEST_BODY) incoming.destroy()
    else chunks.push(chunk)
  })
  incoming.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
  incoming.once('close', () => reject(new Error('the request was not complete')))
  return promise
}
