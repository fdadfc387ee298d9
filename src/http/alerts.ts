import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { Alert, type OpenAlert } from '../core/alerts.ts'
import { signedBy } from './auth.ts'
import { errors, fail, failing } from './errors.ts'

const View = Alert.extend({
  openedAt: z.string(),
  /** When it was last told, and how often. */
  toldAt: z.string(),
  told: z.number(),
})

const viewOf = ({ id, rule, about, ro, en, openedAt, toldAt, told }: OpenAlert) => ({
  id,
  rule,
  about,
  ro,
  en,
  openedAt: new Date(openedAt).toISOString(),
  toldAt: new Date(toldAt).toISOString(),
  told,
})

/** What needs a person now. */
export function alertRoutes(app: App) {
  const { alerts } = app.ledger
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.get(
      '/v1/alerts',
      {
        schema: {
          summary: 'Open alerts, each with what to do, oldest first',
          tags: ['Operations'],
          security: [{ apiKey: [] }],
          response: { 200: z.object({ alerts: z.array(View) }), ...failing(401) },
        },
      },
      async () => ({
        alerts: (await alerts.open()).toSorted((a, b) => a.openedAt - b.openedAt).map(viewOf),
      }),
    )
    server.post(
      '/v1/alerts/close',
      {
        schema: {
          summary: 'Close an alert that a person has dealt with',
          description:
            'For a document that was issued twice and for a number that two documents have: nothing but a person can say that it is settled. Other alerts end by themselves.',
          tags: ['Operations'],
          security: [{ apiKey: [] }],
          body: z.object({
            id: z
              .string()
              .regex(
                /^(double-document|number-taken) /,
                'only alerts of the rules double-document and number-taken',
              ),
            reason: z.string().min(1).max(500),
          }),
          response: { 204: z.null(), ...failing(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { id, reason } = request.body
        const closed = await alerts.close(id, signedBy(request), reason, app.now())
        return closed ? reply.status(204).send(null) : fail(reply, 404, errors.notFound)
      },
    )
  }
}
