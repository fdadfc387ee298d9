import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { actsIn, decideAct } from '../acts-desk.ts'
import type { App } from '../app.ts'
import { ActKey, actKinds, GivenActKey } from '../core/acts.ts'
import { HandPayment, recordByHand, settle } from '../payments.ts'
import { signedBy } from './auth.ts'
import { ActState, ActView, viewAct } from './act-view.ts'
import { errors, fail, failing } from './errors.ts'
import { findOrder, orderParams } from './orders.ts'

/** Settlements of a courier come once a day, with a line for each parcel. */
const LARGEST_SETTLEMENT = 5_000_000

const Line = z.object({
  line: z.number(),
  order: z.string(),
  amount: z.string(),
  date: z.string().nullable(),
  reference: z.string(),
  outcome: z.enum(['asked', 'known', 'refused']),
  ro: z.string(),
  en: z.string(),
})
const Problem = z.object({ line: z.number(), ro: z.string(), en: z.string() })
const Column = z.string().min(1).max(200).optional()
const by = {
  who: z.string().min(1).max(100).optional(),
  reason: z.string().max(500).default(''),
}

/** Payments by hand, settlements of couriers, and what a person says of acts that wait. */
export function paymentRoutes(app: App) {
  const security = [{ apiKey: [] }]
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.post(
      '/v1/shops/:shop/orders/:order/payment',
      {
        schema: {
          summary: 'Record a payment of an order by hand',
          description:
            'At most what is unpaid. The same `id` (or, without one, the same amount on the same day) is recorded once.',
          tags: ['Payments'],
          security,
          params: orderParams,
          body: HandPayment,
          response: {
            202: z.object({ act: ActKey, state: ActState, status: z.enum(['asked', 'known']) }),
            ...failing(400, 401, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const found = await findOrder(app.ledger, request.params.shop, request.params.order)
        if (found === undefined) return fail(reply, 404, errors.notFound)
        const recorded = await recordByHand(app, found, request.body, signedBy(request))
        if (recorded.status === 'refused') return fail(reply, 409, recorded.words)
        return reply.status(202).send(recorded)
      },
    )

    server.post(
      '/v1/shops/:shop/settlements',
      {
        bodyLimit: LARGEST_SETTLEMENT,
        schema: {
          summary: "Record the payments of a courier's settlement",
          description:
            'The file as CSV text in `csv`. Columns are found by usual headings, or named in `columns`. With `dryRun` nothing is recorded. Sending a file twice is safe.',
          tags: ['Payments'],
          security,
          params: z.object({ shop: z.string() }),
          body: z.strictObject({
            csv: z.string().min(1),
            columns: z
              .strictObject({ order: Column, amount: Column, date: Column, reference: Column })
              .default({}),
            method: z.string().min(1).max(100).default('cod'),
            dryRun: z.boolean().default(false),
          }),
          response: {
            200: z.object({
              dryRun: z.boolean(),
              /** The sum of what is asked for. */
              amount: z.string(),
              lines: z.array(Line),
              problems: z.array(Problem),
            }),
            ...failing(400, 401, 404, 413),
          },
        },
      },
      async (request, reply) => {
        const shop = await app.ledger.registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { csv, columns, method, dryRun } = request.body
        const told = await settle(app, shop, csv, {
          columns: Object.fromEntries(
            Object.entries(columns).filter(([, heading]) => heading !== undefined),
          ),
          method,
          dryRun,
          who: signedBy(request),
        })
        const lines = told.lines.map(({ date, act: _act, ...line }) => ({
          ...line,
          date: date ?? null,
        }))
        return reply.status(200).send({ ...told, lines, dryRun })
      },
    )

    server.get(
      '/v1/acts',
      {
        schema: {
          summary: 'What follows documents and waits',
          tags: ['Payments'],
          security,
          querystring: z.object({
            state: z.enum(['proposed', 'due', 'attempting', 'uncertain', 'held', 'dead']),
            kind: z.enum(actKinds).optional(),
            shop: z.string().optional(),
            limit: z.coerce.number().int().min(1).max(1000).default(200),
          }),
          response: { 200: z.object({ acts: z.array(ActView) }), ...failing(400, 401) },
        },
      },
      async (request, reply) => {
        const { state, kind, shop, limit } = request.query
        const found = await actsIn(app, state, {
          limit,
          ...(kind === undefined ? {} : { kinds: [kind] }),
          ...(shop === undefined ? {} : { shop }),
        })
        return reply.status(200).send({ acts: found.map(viewAct) })
      },
    )

    for (const [verdict, summary] of [
      ['replay', 'Do an act that waits, was refused or is proposed'],
      ['dismiss', 'Leave an act that waits undone'],
      ['done', 'Say that an act whose outcome is not known is done'],
    ] as const) {
      server.post(
        `/v1/acts/${verdict}`,
        {
          schema: {
            summary,
            tags: ['Payments'],
            security,
            body: z.strictObject({ act: GivenActKey, ...by }),
            response: {
              200: z.object({ done: z.literal(true) }),
              ...failing(400, 401, 409),
            },
          },
        },
        async (request, reply) =>
          (await decideAct(app, request.body.act, verdict, {
            ...request.body,
            who: signedBy(request, request.body.who),
          }))
            ? reply.status(200).send({ done: true })
            : fail(reply, 409, notNow),
      )
    }
  }
}

const notNow = {
  code: 'not-now',
  ro: 'Pasul nu este cunoscut sau nu este într-o stare în care se poate spune asta despre el. Reîncărcați și uitați-vă la starea lui.',
  en: 'The act is not known, or not in a state in which that can be said of it. Load it again and look at its state.',
}
