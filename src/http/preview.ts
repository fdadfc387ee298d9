import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { documentKey, DocumentKind, orderRef } from '../core/ids.ts'
import { Preview, previewOf } from '../core/preview.ts'
import { effectiveSettings } from '../core/shop-rules.ts'
import { civilDate } from '../core/time.ts'
import { knownFacts } from '../known-facts.ts'
import { errors, fail, failing } from './errors.ts'
import { orderParams } from './orders.ts'

const OrderPreview = z.object({
  kind: DocumentKind,
  /** How old the account's VAT rates are that this was computed with; null: never read. */
  vatAgeMs: z.number().nullable(),
  preview: Preview,
})
export type OrderPreview = z.infer<typeof OrderPreview>

/**
 * The document that an order would become now, by what is known here: SmartBill and the company register are not asked.
 * Undefined where the shop or the order is not known.
 */
export async function previewOrder(
  { ledger, markerOf, now }: Pick<App, 'ledger' | 'markerOf' | 'now'>,
  shopId: string,
  orderId: string,
  wanted?: DocumentKind,
): Promise<OrderPreview | undefined> {
  const shop = await ledger.registry.shopNamed(shopId)
  if (shop === undefined) return undefined
  const ref = orderRef(shop.id, orderId)
  const [known, account] = await Promise.all([
    ledger.documents.order(shop.account, ref),
    ledger.registry.account(shop.account),
  ])
  if (known === undefined || account === undefined) return undefined
  const { order } = known
  const { settings } = shop
  const kind = wanted ?? effectiveSettings(order, settings).settings.document ?? 'invoice'
  const [vat, facts, found] = await Promise.all([
    ledger.facts.vat(account.id),
    knownFacts({ ledger, now }, account.id, order, settings),
    ledger.imports.of(account.id, shop.id, order),
  ])
  const preview = previewOf({
    order,
    kind,
    settings,
    companyCif: account.cif,
    vat,
    marker: markerOf(documentKey(ref, kind, 1)),
    today: civilDate(now()),
    imported: found?.imported,
    ...facts,
  })
  return { kind, vatAgeMs: vat?.ageMs ?? null, preview: Preview.parse(preview) }
}

/** What would be issued, without issuing it. */
export function previewRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    plain.withTypeProvider<ZodTypeProvider>().get(
      '/v1/shops/:shop/orders/:order/preview',
      {
        schema: {
          summary: 'The document that an order would become, with its totals by VAT rate and why',
          description:
            'Computed from what is stored; SmartBill is not called. While an account has never been read, the answer says so.',
          tags: ['Orders'],
          security: [{ apiKey: [] }],
          params: orderParams,
          querystring: z.object({ kind: DocumentKind.optional() }),
          response: { 200: OrderPreview, ...failing(401, 404) },
        },
      },
      async (request, reply) => {
        const { shop, order } = request.params
        const found = await previewOrder(app, shop, order, request.query.kind)
        if (found === undefined) return fail(reply, 404, errors.notFound)
        return reply.status(200).send(found)
      },
    )
  }
}
