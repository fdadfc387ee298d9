import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { Cause, Reason } from '../core/causes.ts'
import { createDesk } from './dead-letter-desk.ts'
import { Edit, editOrder } from './edit-order.ts'
import { ErrorBody, errors, fail } from './errors.ts'

const Letter = z.object({
  /** A document key, `job ‹queue› ‹id›`, or `event ‹account› ‹id›`. */
  id: z.string(),
  kind: z.enum(['document', 'job', 'event']),
  shop: z.string(),
  order: z.string(),
  account: z.string(),
  cause: Cause,
  reasons: z.array(Reason),
  at: z.string(),
  attempts: z.number(),
})
export type Letter = z.infer<typeof Letter>

const Filter = z.strictObject({
  shop: z.string().optional(),
  account: z.string().optional(),
  /** A class, like `unknown-series`. */
  cause: z.string().optional(),
  /** One wording of a class, as the list of causes names it. */
  fingerprint: z.string().optional(),
})
export type Filter = z.infer<typeof Filter>
const Selection = z
  .strictObject({
    ids: z.array(z.string().max(400)).max(10_000).optional(),
    filter: Filter.optional(),
    dryRun: z.boolean().default(false),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    message: 'give either ids or filter; {"filter": {}} means all',
  })

const Outcome = z.object({
  id: z.string(),
  outcome: z.enum([
    'replayed',
    'would-issue',
    'would-hold',
    'would-skip',
    'would-fail',
    'would-run',
    'not-dead',
    'dismissed',
    'still-broken',
  ]),
  en: z.string(),
  ro: z.string(),
})
export type Outcome = z.infer<typeof Outcome>

const refusals = {
  'not-dead': {
    en: 'It is not a dead letter (any more). Nothing was changed.',
    ro: 'Nu (mai) este în așteptarea unei persoane. Nu s-a schimbat nimic.',
  },
  'order-missing': {
    en: "The order's own data is no longer kept, so there is nothing to correct.",
    ro: 'Datele comenzii nu mai sunt păstrate, deci nu este nimic de corectat.',
  },
  newer: {
    en: 'A newer version of the order came meanwhile. Look at it and edit again.',
    ro: 'Între timp a venit o versiune mai nouă a comenzii. Verificați-o și corectați din nou.',
  },
}

/** The dead letters: work that needs a person. A replay passes through the ledger like any job. */
export function deadLetterRoutes(app: App) {
  const desk = createDesk(app)
  const summary = (outcomes: Outcome[]) =>
    outcomes.reduce<Record<string, number>>((counts, { outcome }) => {
      counts[outcome] = (counts[outcome] ?? 0) + 1
      return counts
    }, {})

  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    const security = [{ apiKey: [] }]
    const tags = ['Dead letters']
    server.get(
      '/v1/dead-letters',
      {
        schema: {
          summary: 'Dead letters, newest first, and how many there are of each cause',
          tags,
          security,
          querystring: Filter.extend({
            limit: z.coerce.number().int().min(1).max(1000).default(100),
          }),
          response: {
            200: z.object({
              total: z.number(),
              causes: z.array(
                z.object({
                  code: z.string(),
                  count: z.number(),
                  en: z.string(),
                  ro: z.string(),
                  said: z.string(),
                  firstAt: z.string(),
                  lastAt: z.string(),
                  /** The same class in SmartBill's different words, names and numbers left out. */
                  wordings: z.array(
                    z.object({
                      fingerprint: z.string(),
                      words: z.string(),
                      count: z.number(),
                      firstAt: z.string(),
                      lastAt: z.string(),
                    }),
                  ),
                }),
              ),
              items: z.array(Letter),
            }),
            401: ErrorBody,
          },
        },
      },
      async (request) => {
        const { limit, ...filter } = request.query
        const letters = await desk.list(filter)
        return {
          total: letters.length,
          causes: desk.causes(letters),
          items: letters.slice(0, limit),
        }
      },
    )
    const result = z.object({
      dryRun: z.boolean(),
      total: z.number(),
      summary: z.record(z.string(), z.number()),
      items: z.array(Outcome),
    })
    server.post(
      '/v1/dead-letters/replay',
      {
        schema: {
          summary: 'Replay dead letters; with dryRun, only say what would happen',
          tags,
          security,
          body: Selection,
          response: { 200: result, 400: ErrorBody, 401: ErrorBody },
        },
      },
      async (request) => {
        const { dryRun } = request.body
        const letters = await desk.select(request.body)
        const items = await desk.each(letters, (letter) =>
          dryRun ? desk.rehearse(letter) : desk.replay(letter, 'operator'),
        )
        request.log.info({ dryRun, letters: items.length }, 'dead letters replayed')
        return { dryRun, total: items.length, summary: summary(items), items }
      },
    )
    server.post(
      '/v1/dead-letters/edit',
      {
        schema: {
          summary: "Correct the data of a dead letter's order and replay it",
          description:
            'The patch is a JSON merge patch. A later word from the shop replaces it; before and after stay in the timeline.',
          tags,
          security,
          body: Edit,
          response: {
            200: z.object({ id: z.string(), outcome: z.literal('replayed') }),
            400: ErrorBody,
            401: ErrorBody,
            409: ErrorBody,
          },
        },
      },
      async (request, reply) => {
        const edited = await editOrder(app, request.body)
        switch (edited.status) {
          case 'replayed':
            request.log.info({ documentKey: edited.key }, 'order edited and replayed')
            return reply.status(200).send({ id: edited.key, outcome: 'replayed' })
          case 'invalid':
            return fail(reply, 400, errors.invalid, edited.reasons)
          case 'not-dead':
          case 'order-missing':
          case 'newer':
            return fail(reply, 409, { code: edited.status, ...refusals[edited.status] })
        }
      },
    )
    server.post(
      '/v1/dead-letters/dismiss',
      {
        schema: {
          summary: 'Dismiss dead letters with a reason: no document will be issued for them',
          tags,
          security,
          body: z.strictObject({
            ids: z.array(z.string().max(400)).min(1).max(10_000),
            reason: z.string().min(3).max(500),
          }),
          response: { 200: result, 400: ErrorBody, 401: ErrorBody },
        },
      },
      async (request) => {
        const { ids, reason } = request.body
        const letters = await desk.select({ ids })
        const items = await desk.each(letters, (letter) => desk.dismiss(letter, 'operator', reason))
        request.log.info({ letters: items.length }, 'dead letters dismissed')
        return { dryRun: false, total: items.length, summary: summary(items), items }
      },
    )
  }
}
