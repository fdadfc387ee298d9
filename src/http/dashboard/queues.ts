import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { App } from '../../app.ts'
import type { Session } from './route.ts'

/** Its own pages: no scripts from elsewhere, but styles that it sets itself and a `base` of its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'self'",
].join('; ')

export const boards = [
  { path: '/queues', readOnly: true, role: 'viewer' },
  { path: '/queues-admin', readOnly: false, role: 'admin' },
] as const

/**
 * Bull Board, the engine room: the queues as BullMQ has them. Read-only for everybody but administrators, and what
 * they change there is on record.
 */
export async function mountQueues(
  app: App,
  server: FastifyInstance,
  sessionOf: (request: FastifyRequest) => Promise<Session | undefined>,
  how: {
    allows: (session: Session, role: 'viewer' | 'admin') => boolean
    isOwnForm: (request: FastifyRequest) => boolean
  },
): Promise<void> {
  for (const { path, readOnly, role } of boards) {
    const adapter = new FastifyAdapter()
    adapter.setBasePath(path)
    createBullBoard({
      queues: app.queues.shards.flatMap((queues, shard) =>
        Object.values(queues).map(
          (queue) =>
            new BullMQAdapter(queue, {
              readOnlyMode: readOnly,
              ...(app.config.shards > 1 ? { displayName: `${queue.name} ${shard}` } : {}),
            }),
        ),
      ),
      serverAdapter: adapter,
      options: {
        uiConfig: {
          boardTitle: 'SmartBill Relay',
          boardLogo: { path: '' },
          miscLinks: [{ text: 'SmartBill Relay', url: '/' }],
          showWorkers: false,
        },
      },
    })
    await server.register(async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        const session = await sessionOf(request)
        const page = (request.headers.accept ?? '').includes('text/html')
        if (session === undefined) {
          return page
            ? reply.redirect(`/login?back=${encodeURIComponent(request.url)}`, 303)
            : reply.status(401).send({ error: 'login' })
        }
        const reads = request.method === 'GET' || request.method === 'HEAD'
        if (!how.allows(session, role) || (!reads && (readOnly || !how.isOwnForm(request))))
          return reply.status(403).send({ error: 'not allowed' })
        if (!reads)
          await app.ledger.people.record({
            who: session.user,
            from: request.ip,
            did: 'queues',
            about: `${request.method} ${request.url.slice(path.length, 300)}`,
          })
        reply.header('content-security-policy', POLICY)
      })
      scope.addHook('onSend', async (_request, reply, payload) =>
        String(reply.getHeader('content-type')).startsWith('text/html') &&
        typeof payload === 'string'
          ? withoutOutside(payload)
          : payload,
      )
      await scope.register(adapter.registerPlugin(), { prefix: path })
    })
  }
}

/** Fonts from another site would tell it who looks at the queues, and the policy refuses them anyway. */
const withoutOutside = (page: string): string =>
  page.replaceAll(/<link[^>]*fonts\.(?:googleapis|gstatic)\.com[^>]*>/g, '')
