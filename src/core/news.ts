import type { Order } from './order.ts'

/** What the ledger has of an order: when it changed last (ms) and, unless it was purged, its newest snapshot. */
export type Known = {
  updatedAt: number
  order:
    | Pick<Order, 'status' | 'platformStatus' | 'paymentStatus' | 'total' | 'payments'>
    | undefined
}

/** Whether an order that changed at `changedAt` (ms; 0 when unknown) needs to be read at all. */
export function maybeNews(
  listed: { changedAt: number; platformStatus?: string | undefined },
  known: Known | undefined,
): boolean {
  if (known === undefined || listed.changedAt === 0 || listed.changedAt > known.updatedAt)
    return true
  if (listed.changedAt < known.updatedAt || known.order === undefined) return false
  return listed.platformStatus === undefined || listed.platformStatus !== known.order.platformStatus
}

/**
 * Whether a snapshot tells something that the ledger does not have. Shops count in whole seconds: a payment in the very
 * second of the last snapshot is seen by its content.
 */
export function isNews(order: Order, known: Known | undefined): boolean {
  const updatedAt = Date.parse(order.updatedAt)
  if (known === undefined || updatedAt > known.updatedAt) return true
  if (updatedAt < known.updatedAt || known.order === undefined) return false
  const then = known.order
  return (
    order.status !== then.status ||
    order.platformStatus !== then.platformStatus ||
    order.paymentStatus !== then.paymentStatus ||
    order.total !== then.total ||
    order.payments.length !== then.payments.length
  )
}

/** So far ahead a shop's clock or time zone may be, in ms. */
const AHEAD_MS = 86_400_000

/**
 * An order as it may be put on record. News dated further ahead would make all that comes later look older: it counts as
 * news of now, and `saidAt` is the date it came with.
 */
export function datedBelievably(order: Order, now: number): { order: Order; saidAt?: string } {
  if (Date.parse(order.updatedAt) <= now + AHEAD_MS) return { order }
  return {
    order: { ...order, updatedAt: new Date(now).toISOString() },
    saidAt: order.updatedAt,
  }
}
