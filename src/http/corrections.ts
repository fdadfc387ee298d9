import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { actsIn, decideAct } from '../acts-desk.ts'
import type { App } from '../app.ts'
import { ActKey, GivenActKey, partsOfAct } from '../core/acts.ts'
import { HandReversal, reverseByHand } from '../corrections/by-hand.ts'
import { signedBy } from './auth.ts'
import { ActState, ActView, viewAct } from './act-view.ts'
import { errors, fail, failing } from './errors.ts'
import { findOrder, orderParams } from './orders.ts'

const Signed = z.strictObject({
  who: z.string().trim().min(1).max(100),
  reason: z.string().trim().min(3).max(500),
})

/** Documents undone or corrected by hand, and those that are proposed and wait for a person. */
export function correctionRoutes(app: App) {
  const security = [{ apiKey: [] }]
  const tags = ['Corrections']
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.post(
      '/v1/shops/:shop/orders/:order/reverse',
      {
        schema: {
          summary: "Reverse an order's document, or correct a part of it, by hand",
          description:
            'Without `amount` and `lines` the whole: a storno, or as `by` says. With them a corrective invoice of that part. Asking twice for the same is asking once.',
          tags,
          security,
          params: orderParams,
          // A POST without a body asks for the whole.
          body: HandReversal.nullish().transform((body) => body ?? HandReversal.parse({})),
          response: {
            202: z.object({ act: ActKey, state: ActState, status: z.enum(['asked', 'known']) }),
            ...failing(400, 401, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const found = await findOrder(app.ledger, request.params.shop, request.params.order)
        if (found === undefined) return fail(reply, 404, errors.notFound)
        const asked = await reverseByHand(app, found, request.body, signedBy(request))
        if (asked.status === 'refused') return fail(reply, 409, asked.words)
        return reply.status(202).send(asked)
      },
    )

    server.get(
      '/v1/corrections',
      {
        schema: {
          summary: 'Reversals and corrections that wait',
          description:
            '`proposed` ones wait for a person to agree; `held` and `dead` ones for a fix.',
          tags,
          security,
          querystring: z.object({
            state: z.enum(['proposed', 'held', 'dead', 'uncertain', 'due']).default('proposed'),
            shop: z.string().optional(),
            limit: z.coerce.number().int().min(1).max(1000).default(200),
          }),
          response: {
            200: z.object({ corrections: z.array(ActView) }),
            ...failing(400, 401),
          },
        },
      },
      async (request, reply) => {
        const { state, shop, limit } = request.query
        const found = await actsIn(app, state, {
          kinds: ['reversal', 'correction'],
          limit,
          ...(shop === undefined ? {} : { shop }),
        })
        return reply.status(200).send({ corrections: found.map(viewAct) })
      },
    )

    for (const [path, verdict, summary] of [
      ['approve', 'replay', 'Agree to a proposed reversal or correction'],
      ['dismiss', 'dismiss', 'Leave a proposed reversal or correction undone'],
    ] as const) {
      server.post(
        `/v1/shops/:shop/orders/:order/corrections/:id/${path}`,
        {
          schema: {
            summary,
            description: '`id` is the `key` of the act. Name and reason stay in the timeline.',
            tags,
            security,
            params: z.object({ shop: z.string(), order: z.string(), id: GivenActKey }),
            body: Signed,
            response: {
              200: z.object({ done: z.literal(true) }),
              ...failing(400, 401, 404, 409),
            },
          },
        },
        async (request, reply) => {
          const { shop, order, id } = request.params
          const found = await findOrder(app.ledger, shop, order)
          const about = partsOfAct(id)
          const isTheirs = found?.ref === about.order
          if (!isTheirs || (about.kind !== 'reversal' && about.kind !== 'correction'))
            return fail(reply, 404, errors.notFound)
          const who = signedBy(request, request.body.who)
          return (await decideAct(app, id, verdict, { ...request.body, who }))
            ? reply.status(200).send({ done: true })
            : fail(reply, 409, notNow)
        },
      )
    }
  }
}

const notNow = {
  code: 'not-now',
  ro: 'Cererea nu este cunoscută sau s-a hotărât deja asupra ei. Reîncărcați și uitați-vă la starea ei.',
  en: 'It is not known, or has been decided already. Load it again and look at its state.',
}
