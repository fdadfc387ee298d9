import type { FastifyInstance } from 'fastify'
import { buildServer } from '../../src/http/server.ts'
import { onTestFinished } from 'vitest'
import type { Rig } from './rig.ts'

export const ADMIN_PASSWORD = 'correct horse 9'
export const PASSWORD = 'a long enough one'

type FormFields = Record<string, string | readonly string[]>

const servers = new WeakMap<Rig, Promise<FastifyInstance>>()

/** The rig's own web server, for pages. */
export function serverOf(rig: Rig): Promise<FastifyInstance> {
  const known = servers.get(rig)
  if (known !== undefined) return known
  const server = buildServer(rig.app)
  servers.set(rig, server)
  onTestFinished(async () => (await server).close())
  return server
}

/** A browser without scripts: keeps cookies, fills in the hidden fields of a form. */
export function createVisitor(server: FastifyInstance) {
  const cookies = new Map<string, string>()
  async function send(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body?: FormFields,
    headers: Record<string, string> = {},
  ) {
    const form = new URLSearchParams(
      Object.entries(body ?? {}).flatMap(([name, value]) =>
        (typeof value === 'string' ? [value] : value).map(
          (item) => [name, item] as [string, string],
        ),
      ),
    )
    const answer = await server.inject({
      method,
      url,
      headers: {
        accept: 'text/html',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: form.toString() }),
    })
    for (const { name, value, maxAge, expires } of answer.cookies) {
      if (maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now()))
        cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.location
    return {
      status: answer.statusCode,
      headers: answer.headers,
      cookies: answer.cookies,
      location: typeof location === 'string' ? location : undefined,
      text: answer.body,
    }
  }
  const hidden = (page: string, name: string): string =>
    new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(page)?.[1] ?? ''
  return {
    cookies,
    hidden,
    send,
    get: (url: string, headers?: Record<string, string>) => send('GET', url, undefined, headers),
    /** Presses a button of a page that was just fetched. */
    async press(url: string, fields: FormFields = {}, page = '/') {
      const { text } = await send('GET', page)
      return send('POST', url, {
        csrf: hidden(text, 'csrf'),
        once: hidden(text, 'once'),
        ...fields,
      })
    },
    /** The page that a press leads to. */
    async follow(answer: { location: string | undefined }) {
      return send('GET', answer.location ?? '/')
    },
    signIn: (name: string, password: string) => send('POST', '/login', { name, password }),
  }
}

/** A visitor who is signed in with this role. */
export async function visitorAs(rig: Rig, role: 'viewer' | 'operator' | 'admin') {
  const server = await serverOf(rig)
  const visitor = createVisitor(server)
  if (role === 'admin') {
    await visitor.signIn('admin', ADMIN_PASSWORD)
    return visitor
  }
  const { people } = rig.app.ledger
  const invited = await people.invite(role, role)
  const token = invited.status === 'invited' ? invited.token : ''
  await visitor.send('POST', `/invite/${token}`, { password: PASSWORD, again: PASSWORD })
  return visitor
}
