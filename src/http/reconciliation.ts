import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { LONGEST_ACT_KEY } from '../core/acts.ts'
import { DayResult } from '../core/reconcile-day.ts'
import { reconciliationCsv } from '../core/reconciliation-csv.ts'
import { isDay, lastDay, reconcileNow } from '../reconciling/run-now.ts'
import { signedBy } from './auth.ts'
import { errors, fail, failing } from './errors.ts'

const Summary = DayResult.omit({ findings: true })
const params = z.object({ shop: z.string() })
const answers = failing(400, 401, 404)

/** What the daily reconciliation of a shop found, running it now, and leaving a finding as it is. */
export function reconciliationRoutes(app: App) {
  const security = [{ apiKey: [] }]
  const { registry, reconciliations } = app.ledger
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.get(
      '/v1/shops/:shop/reconciliation',
      {
        schema: {
          summary: 'What the reconciliation found',
          description:
            'With `day` (`yyyy-MM-dd`, a Romanian day) everything of that day, also as CSV with `format=csv`; without it the days that were reconciled, the newest first, without their findings. Amounts are decimal text.',
          tags: ['Reconciliation'],
          security,
          params,
          querystring: z.object({
            day: z.iso.date().optional(),
            format: z.enum(['json', 'csv']).default('json'),
          }),
          response: {
            200: z.union([DayResult, z.object({ days: z.array(Summary) }), z.string()]),
            ...answers,
          },
        },
      },
      async (request, reply) => {
        const shop = await registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { day, format } = request.query
        if (day === undefined) {
          const days = await reconciliations.summaries(shop.account, shop.id)
          return reply.status(200).send({ days: days.map((one) => Summary.parse(one)) })
        }
        const result = await reconciliations.result(shop.account, shop.id, day)
        if (result === undefined) return fail(reply, 404, notReconciled(day))
        if (format === 'json') return reply.status(200).send(result)
        const rows = result.findings.map((finding) => ({ day, shop: shop.id, finding }))
        return reply
          .status(200)
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${csvName(shop.id, day)}"`)
          .serializer(String)
          .send(reconciliationCsv(rows))
      },
    )

    server.post(
      '/v1/shops/:shop/reconciliation',
      {
        schema: {
          summary: 'Reconcile a day now',
          description:
            'Without `day` the last day that is over; without `form` as the setting `reconcile` says. 200 with the result, or 202 when it takes longer: ask for the day a little later.',
          tags: ['Reconciliation'],
          security,
          params,
          body: z
            .strictObject({
              day: z.iso.date().optional(),
              form: z.enum(['ledger', 'smartbill']).optional(),
            })
            .default({}),
          response: {
            200: DayResult,
            202: z.object({ day: z.string(), status: z.literal('goes-on') }),
            ...answers,
          },
        },
      },
      async (request, reply) => {
        const shop = await registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const day = request.body.day ?? lastDay(app.now())
        if (!isDay(day, app.now())) return fail(reply, 400, notBegun)
        const set = shop.settings.reconcile
        const form = request.body.form ?? (set === 'off' ? 'ledger' : set)
        const result = await reconcileNow(app, shop, day, form)
        return result === 'goes-on'
          ? reply.status(202).send({ day, status: 'goes-on' })
          : reply.status(200).send(result)
      },
    )

    server.post(
      '/v1/shops/:shop/reconciliation/accept',
      {
        schema: {
          summary: 'Leave a finding as it is',
          description: 'It stays in the list and no longer counts as open, on any day.',
          tags: ['Reconciliation'],
          security,
          params,
          body: z.strictObject({
            finding: z.string().min(1).max(LONGEST_ACT_KEY),
            who: z.string().min(1).max(100).optional(),
            reason: z.string().max(500).default(''),
          }),
          response: { 200: z.object({ accepted: z.literal(true) }), ...answers },
        },
      },
      async (request, reply) => {
        const shop = await registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { finding, reason } = request.body
        const by = { who: signedBy(request, request.body.who), reason, at: app.now() }
        return (await reconciliations.accept(shop.account, shop.id, finding, by))
          ? reply.status(200).send({ accepted: true })
          : fail(reply, 404, errors.notFound)
      },
    )
  }
}

export const csvName = (shop: string, day: string): string => `reconciliere-${shop}-${day}.csv`

const notReconciled = (day: string) => ({
  code: 'not-reconciled',
  ro: `Ziua ${day} nu a fost verificată. Porniți verificarea cu POST.`,
  en: `The day ${day} was not reconciled. Run it with POST.`,
})
const notBegun = {
  code: 'not-a-day',
  ro: 'Ziua nu există sau nu a început. Dați o zi ca 2026-11-24.',
  en: 'There is no such day, or it has not begun. Give a day like 2026-11-24.',
}
