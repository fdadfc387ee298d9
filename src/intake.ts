import type { App } from './app.ts'
import type { Reason } from './core/causes.ts'
import { orderRef, type OrderRef } from './core/ids.ts'
import { datedBelievably } from './core/news.ts'
import type { Order } from './core/order.ts'
import { foreignInvoice } from './core/own-invoice.ts'
import type { Shop } from './core/settings.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'platforms' | 'now' | 'log'>

export type Taken =
  | { status: 'accepted' | 'stale' | 'duplicate'; eventId: string; sameBody: boolean }
  | { status: 'ignored'; note: string }
  | { status: 'broken'; eventId: string; reasons: readonly Reason[] }

export type Delivery = {
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  /** Ids by which the sender marks a repeat, beside the platform's own. */
  deliveryIds?: readonly string[]
  /** Distinguishes a second reading of the same bytes from a repeated delivery. */
  reading?: string
}

/** Headers without which a stored delivery could not be read again. */
const READING_HEADERS = [
  'content-type',
  'x-shopify-topic',
  'x-wc-webhook-topic',
  'x-wc-webhook-resource',
  'x-event',
  'x-relay-amounts',
]

/**
 * The one door for orders: a proven delivery becomes a stored event and a job. When this resolves, both are on disk.
 * `keepBroken`: what cannot be read is kept for a person instead of being given back to the sender.
 */
export async function takeIn(
  { ledger, queues, platforms, now, log }: Needs,
  shop: Shop,
  delivery: Delivery,
  keepBroken: boolean,
): Promise<Taken> {
  const parsed = platforms[shop.platform].parse(delivery, shop.settings.extraction)
  if (parsed.kind === 'ignored') return { status: 'ignored', note: parsed.note }
  const delivered = {
    account: shop.account,
    shop: shop.id,
    topic: parsed.topic + (delivery.reading ?? ''),
    body: delivery.body,
    deliveryIds: [
      ...(delivery.deliveryIds ?? []),
      ...(parsed.kind === 'order' ? parsed.deliveryIds : []),
    ],
  }
  if (parsed.kind === 'broken') {
    if (!keepBroken) return { status: 'broken', eventId: '', reasons: parsed.reasons }
    const headers = Object.fromEntries(
      READING_HEADERS.flatMap((name) => {
        const value = delivery.headers[name]
        return value === undefined ? [] : [[name, value]]
      }),
    )
    const { eventId } = await ledger.events.quarantine(
      delivered,
      headers,
      parsed.orderId,
      parsed.reasons,
    )
    return { status: 'broken', eventId, reasons: parsed.reasons }
  }
  const { order: dated, saidAt } = datedBelievably(parsed.order, now())
  const ref = orderRef(shop.id, dated.id)
  const order = await withoutOurInvoice(ledger, shop, ref, dated)
  if (saidAt !== undefined)
    log.warn({ order: ref, saidAt }, 'an order dated in the future is taken as news of now')
  const id = ledger.events.idOf(delivered)
  // Both at once, on one connection: one wait for the disk instead of two. The job is added for a repeat too: the first
  // delivery may have died between the two writes.
  const [received] = await Promise.all([
    ledger.events.receive(delivered, ref, order, saidAt),
    queues.enqueue('route-order', { order: ref, account: shop.account }, { jobId: `${ref}~${id}` }),
  ])
  return { ...received, sameBody: received.eventId === id }
}

/** What we wrote on the order in the shop comes back with its next news, and is no invoice from elsewhere. */
async function withoutOurInvoice(
  { documents, retention }: App['ledger'],
  { account }: Shop,
  ref: OrderRef,
  order: Order,
): Promise<Order> {
  if (order.externalInvoice === '') return order
  const known = await documents.order(account, ref)
  const keys = known?.documents ?? (await retention.remains(account, ref)) ?? []
  const ours = await Promise.all(keys.map((key) => documents.get(account, key)))
  const externalInvoice = foreignInvoice(
    order.externalInvoice,
    ours.filter((document) => document !== undefined),
  )
  return { ...order, externalInvoice }
}
