import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { LONGEST_ORDER_ID } from '../core/ids.ts'
import { Imported } from '../core/imported.ts'
import { ShopRules } from '../core/shop-rules.ts'
import { importDocuments, revokeImport } from '../cut-over.ts'
import { rehearseRules, shadowReport } from '../shop-reports.ts'
import { signedBy } from './auth.ts'
import { errors, fail, failing } from './errors.ts'

/** A list of two hundred thousand documents. */
const LARGE_BODY = 30_000_000
const WEEK_MS = 7 * 86_400_000

const heading = z.string().max(200).optional()
const who = z.string().trim().min(1).max(80).optional()
const since = z.iso.datetime({ offset: true }).optional()

/** Moving to the relay from another program: documents issued elsewhere, shadow mode, and rules tried on real orders. */
export function cutOverRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    const security = [{ apiKey: [] }]
    const params = z.object({ shop: z.string() })

    server.post(
      '/v1/shops/:shop/imports',
      {
        bodyLimit: LARGE_BODY,
        schema: {
          summary: 'Record the documents that orders have from another program',
          description:
            'A CSV with headings: order (id or number), number, and if known series, date, total, currency. None of these orders is ever invoiced here, also those that come later. All rows or none, unless `skipBad`.',
          tags: ['Cut-over'],
          security,
          params,
          body: z.strictObject({
            csv: z.string(),
            /** Which heading stands for what, where the usual ones do not fit. */
            columns: z
              .strictObject({
                order: heading,
                series: heading,
                number: heading,
                date: heading,
                total: heading,
                currency: heading,
              })
              .optional(),
            dryRun: z.boolean().default(false),
            skipBad: z.boolean().default(false),
            who,
          }),
          response: { 200: z.unknown(), ...failing(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const shop = await app.ledger.registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { csv, columns, dryRun, skipBad } = request.body
        const by = signedBy(request, request.body.who)
        const done = await importDocuments(app, shop, csv, {
          ...(columns === undefined ? {} : { columns }),
          dryRun,
          skipBad,
          by,
        })
        if (done.kind === 'unreadable') return fail(reply, 400, done)
        const { status, added, badRows } = done.report
        request.log.info({ shop: shop.id, status, added, badRows }, 'documents imported')
        return reply.status(200).send(done.report)
      },
    )

    server.post(
      '/v1/shops/:shop/imports/:order/revoke',
      {
        schema: {
          summary: 'Take an imported document back: the order may be invoiced again',
          tags: ['Cut-over'],
          security,
          params: params.extend({ order: z.string().min(1).max(LONGEST_ORDER_ID) }),
          body: z.strictObject({ reason: z.string().trim().min(3).max(500), who }),
          response: { 200: Imported, ...failing(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const shop = await app.ledger.registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { reason } = request.body
        const by = signedBy(request, request.body.who)
        const revoked = await revokeImport(app, shop, request.params.order, by, reason)
        return revoked === undefined
          ? fail(reply, 404, errors.notFound)
          : reply.status(200).send(revoked)
      },
    )

    server.post(
      '/v1/shops/:shop/rules/dry-run',
      {
        schema: {
          summary: 'What rules would make of the orders of the last week',
          description:
            'Each order is judged as it is now, by the rules of today and by those given; without any, by those of today. Nothing is written.',
          tags: ['Cut-over'],
          security,
          params,
          body: z.strictObject({ rules: ShopRules.optional(), since }).default({}),
          response: { 200: z.unknown(), ...failing(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const shop = await app.ledger.registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const { rules = shop.settings.rules, since: from } = request.body
        const begin = from === undefined ? app.now() - WEEK_MS : Date.parse(from)
        return reply.status(200).send(await rehearseRules(app, shop, rules, begin))
      },
    )

    server.get(
      '/v1/shops/:shop/shadow',
      {
        schema: {
          summary: 'What shadow mode would have issued',
          description:
            'Totals by day, reasons for which orders would wait, and each document beside the one from another program.',
          tags: ['Cut-over'],
          security,
          params,
          querystring: z.object({ since }),
          response: { 200: z.unknown(), ...failing(401, 404) },
        },
      },
      async (request, reply) => {
        const shop = await app.ledger.registry.shopNamed(request.params.shop)
        if (shop === undefined) return fail(reply, 404, errors.notFound)
        const from = request.query.since
        const begin = from === undefined ? app.now() - WEEK_MS : Date.parse(from)
        return reply.status(200).send(await shadowReport(app, shop, begin))
      },
    )
  }
}
