import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { Cause, Reason } from '../core/causes.ts'
import { DocumentKey, DocumentKind, LONGEST_ORDER_ID, orderRef, partsOf } from '../core/ids.ts'
import { Imported } from '../core/imported.ts'
import { documentStates, type DocumentState } from '../core/lifecycle.ts'
import { Order } from '../core/order.ts'
import { signedBy } from './auth.ts'
import { ActView, viewAct } from './act-view.ts'
import { decideByHand, Verdict } from './decide-by-hand.ts'
import { errors, fail, failing } from './errors.ts'
import { issueByHand } from './issue-by-hand.ts'

const Document = z.object({
  key: DocumentKey,
  kind: DocumentKind,
  state: z.enum(documentStates as [DocumentState, ...DocumentState[]]),
  series: z.string(),
  number: z.string(),
  total: z.string(),
  currency: z.string(),
  paid: z.string(),
  /** It was deleted at SmartBill, which may give its number to another document. */
  deleted: z.boolean(),
  url: z.string(),
  issuedAt: z.string().nullable(),
  attempts: z.number(),
  /** What the last attempt sent; null before one, and once the order's own data is no longer kept. */
  sent: z.unknown(),
  /** Why it is held: each field with its fix. */
  reasons: z.array(Reason),
  /** Why it is a dead letter. */
  cause: Cause.nullable(),
})
const TimelineEntry = z.object({
  at: z.string(),
  who: z.string(),
  about: z.string(),
  from: z.string(),
  to: z.string(),
  facts: z.unknown(),
})
const OrderView = z.object({
  /** Null once the order's own data is no longer kept. */
  order: Order.nullable(),
  ruling: z.unknown(),
  /** The document that the order has from another program, as it was imported. */
  imported: Imported.nullable(),
  documents: z.array(Document),
  payments: z.array(z.object({ document: DocumentKey, amount: z.string(), currency: z.string() })),
  /** What follows the documents: payments, corrections, messages. */
  acts: z.array(ActView),
  timeline: z.array(TimelineEntry),
})

export type OrderView = z.infer<typeof OrderView>

/** What became of an order; undefined where the shop or the order is not known. */
export async function viewOrder(
  { ledger }: Pick<App, 'ledger'>,
  shopId: string,
  orderId: string,
): Promise<OrderView | undefined> {
  const found =
    (await findOrder(ledger, shopId, orderId)) ?? (await findRemains(ledger, shopId, orderId))
  if (found === undefined) return undefined
  const { account } = found.shop
  const { order } = found
  const [imported, stored, timeline, { acts }] = await Promise.all([
    ledger.imports.of(account, found.shop.id, order ?? { id: orderId, number: '' }),
    Promise.all(
      found.documents.map(async (key) => ({
        key,
        document: await ledger.documents.get(account, key),
        sent: await ledger.documents.sent(account, key),
      })),
    ),
    ledger.reports.timeline(account, found.ref),
    ledger.acts.ofOrder(account, found.ref),
  ])
  const documents = stored.flatMap(({ key, document, sent }) =>
    document === undefined
      ? []
      : [
          {
            key,
            kind: partsOf(key).kind,
            state: document.state,
            series: document.series,
            number: document.number,
            total: document.total,
            currency: document.currency,
            paid: document.paid,
            deleted: document.gone === '1',
            url: document.gone === '' ? document.viewUrl || document.url : '',
            issuedAt: document.issuedAt === 0 ? null : new Date(document.issuedAt).toISOString(),
            attempts: document.attempts,
            sent,
            reasons: document.reasons ?? [],
            cause: document.cause ?? null,
          },
        ],
  )
  return {
    order: found.order,
    ruling: found.ruling ?? null,
    imported: imported?.imported ?? null,
    documents,
    payments: documents.flatMap(({ key, paid, currency }) =>
      paid === '' || Number(paid) === 0 ? [] : [{ document: key, amount: paid, currency }],
    ),
    acts: acts.toSorted((a, b) => a.at - b.at).map(viewAct),
    timeline,
  }
}

/** A person's verdict on a document of an order; undefined where the shop or the order is not known. */
export async function decideOrder(app: App, shopId: string, orderId: string, verdict: Verdict) {
  const { ledger } = app
  const found =
    (await findOrder(ledger, shopId, orderId)) ?? (await findRemains(ledger, shopId, orderId))
  return found === undefined ? undefined : decideByHand(app, found, verdict)
}

/** What is known of an order without its own data: it was purged, or never came and was imported. */
async function findRemains(ledger: App['ledger'], shopId: string, orderId: string) {
  const shop = await ledger.registry.shopNamed(shopId)
  if (shop === undefined) return undefined
  const ref = orderRef(shop.id, orderId)
  const [remains, imported] = await Promise.all([
    ledger.retention.remains(shop.account, ref),
    ledger.imports.of(shop.account, shop.id, { id: orderId, number: '' }),
  ])
  const documents = remains ?? (imported === undefined ? undefined : [])
  return documents === undefined
    ? undefined
    : { shop, ref, documents, order: null, ruling: undefined }
}

export async function findOrder(ledger: App['ledger'], shopId: string, orderId: string) {
  const shop = await ledger.registry.shopNamed(shopId)
  if (shop === undefined) return undefined
  const ref = orderRef(shop.id, orderId)
  const known = await ledger.documents.order(shop.account, ref)
  return known === undefined ? undefined : { shop, ref, ...known }
}

/** What every path to an order names. */
export const orderParams = z.object({
  shop: z.string(),
  order: z.string().min(1).max(LONGEST_ORDER_ID),
})

/** What became of an order, and asking for its document by hand. */
export function orderRoutes(app: App) {
  const { ledger } = app

  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.get(
      '/v1/shops/:shop/orders/:order',
      {
        schema: {
          summary: 'An order, its documents, payments and timeline',
          tags: ['Orders'],
          security: [{ apiKey: [] }],
          params: orderParams,
          response: { 200: OrderView, ...failing(401, 404) },
        },
      },
      async (request, reply) => {
        const view = await viewOrder(app, request.params.shop, request.params.order)
        return view === undefined ? fail(reply, 404, errors.notFound) : reply.status(200).send(view)
      },
    )

    server.post(
      '/v1/shops/:shop/orders/:order/issue',
      {
        schema: {
          summary: 'Issue the document of an order by hand',
          description:
            'Also takes a held or dead document back to work. It cannot double anything: the ledger decides.',
          tags: ['Orders'],
          security: [{ apiKey: [] }],
          params: orderParams,
          response: {
            202: z.object({ key: DocumentKey, state: z.string() }),
            ...failing(401, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const found = await findOrder(ledger, request.params.shop, request.params.order)
        if (found === undefined) return fail(reply, 404, errors.notFound)
        const asked = await issueByHand(app, found, signedBy(request))
        if (asked.status === 'refused') {
          const { rule: code, en, ro } = asked.ruling
          return fail(reply, 409, { code, en, ro })
        }
        return reply.status(202).send({ key: asked.key, state: asked.state })
      },
    )

    server.post(
      '/v1/shops/:shop/orders/:order/decide',
      {
        schema: {
          summary: 'Say what became of a document that nobody can tell about',
          description:
            '"issued" names its number and is checked against SmartBill; "not-issued" takes it back to work once the grace period is over, and it is looked for again before it is sent. Name and reason stay in the timeline.',
          tags: ['Orders'],
          security: [{ apiKey: [] }],
          params: orderParams,
          body: Verdict,
          response: {
            200: z.object({
              key: DocumentKey,
              state: z.enum(['issued', 'due']),
              series: z.string(),
              number: z.string(),
            }),
            ...failing(400, 401, 404, 409, 503),
          },
        },
      },
      async (request, reply) => {
        const decided = await decideOrder(app, request.params.shop, request.params.order, {
          ...request.body,
          who: signedBy(request, request.body.who),
        })
        switch (decided?.status) {
          case undefined:
            return fail(reply, 404, errors.notFound)
          case 'refused':
            return fail(reply, 409, decided.words)
          case 'unavailable':
            return fail(reply.header('retry-after', '10'), 503, decided.words)
          case 'decided': {
            const { key, state, series, number } = decided
            request.log.info({ documentKey: key, state, number }, 'document decided by hand')
            return reply.status(200).send({ key, state, series, number })
          }
        }
      },
    )
  }
}
