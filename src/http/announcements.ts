import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailByHand } from '../announcing/by-hand.ts'
import type { App } from '../app.ts'
import { ActKey } from '../core/acts.ts'
import { DocumentKey } from '../core/ids.ts'
import { noticeEvents, notices, type NoticeEvent } from '../core/notices.ts'
import { signedBy } from './auth.ts'
import { ActState } from './act-view.ts'
import { errors, fail, failing } from './errors.ts'
import { findOrder, orderParams } from './orders.ts'

/** Asking by hand for a document to be e-mailed. */
export function announcementRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    plain.withTypeProvider<ZodTypeProvider>().post(
      '/v1/shops/:shop/orders/:order/email',
      {
        schema: {
          summary: 'E-mail the document of an order to its buyer (again)',
          description:
            'The document named, or else the invoice issued last, or the proforma. While an e-mail of it is on its way no second one is asked for.',
          tags: ['Orders'],
          security: [{ apiKey: [] }],
          params: orderParams,
          body: z.strictObject({ document: DocumentKey.optional() }).nullish(),
          response: {
            202: z.object({
              act: ActKey,
              state: ActState,
              status: z.enum(['asked', 'under-way']),
            }),
            ...failing(400, 401, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const found = await findOrder(app.ledger, request.params.shop, request.params.order)
        if (found === undefined) return fail(reply, 404, errors.notFound)
        const asked = await emailByHand(app, found, signedBy(request), request.body?.document)
        if (asked.status === 'refused') return fail(reply, 409, asked.words)
        return reply.status(202).send(asked)
      },
    )
  }
}

const summaries: Record<NoticeEvent, string> = {
  'document.issued': 'A document was issued',
  'document.paid': 'An invoice is paid in full',
  'document.reversed': 'A document was reversed or cancelled',
  'order.held': 'The document of an order waits for a person',
  'order.dead': 'The document of an order was refused',
}

const schemaOf = (event: NoticeEvent): object => z.toJSONSchema(notices[event])

/** What we send, for the `webhooks` of the OpenAPI document. */
export const webhookDocs = () =>
  Object.fromEntries(
    noticeEvents.map((event) => [
      event,
      {
        post: {
          summary: summaries[event],
          description:
            'Signed after Standard Webhooks 1.0.0 with the secret of the receiver. `webhook-id` stays the same at every attempt. Any 2xx takes it; 5xx, 408, 429 (with Retry-After) and silence are tried again for two days, anything else is a dead letter at once. Redirects are not followed.',
          tags: ['Webhooks'],
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: schemaOf(event) },
            },
          },
          responses: { '2XX': { description: 'Taken.' } },
        },
      },
    ]),
  )
