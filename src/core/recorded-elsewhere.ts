import { actOfField, partsOfAct } from './acts.ts'
import type { FollowedDocument, KnownAct } from './follow-ups.ts'
import { partsOf, type DocumentKey } from './ids.ts'
import type { Order } from './order.ts'

/**
 * Payments of the order that are collected on another invoice of it, also on one that was reversed since: SmartBill keeps
 * a collection with its invoice, and the same money is never collected twice.
 */
export function recordedElsewhere(
  key: DocumentKey,
  documents: readonly FollowedDocument[],
  acts: readonly KnownAct[],
  did: readonly string[],
): ReadonlySet<string> {
  const others = documents.filter(
    (one) =>
      one.key !== key && one.kind === 'invoice' && one.corrects === undefined && holdsMoney(one),
  )
  const done = [
    ...acts.filter(({ state }) => state === 'done').map((act) => act.key),
    ...did.map((field) => actOfField(partsOf(key).order, field)),
  ].map(partsOfAct)
  return new Set([
    ...others.flatMap(({ paidWith }) => paidWith ?? []),
    ...done
      .filter(
        ({ kind, document }) => kind === 'payment' && others.some((one) => one.key === document),
      )
      .map(({ id }) => id),
  ])
}

/** SmartBill takes the collections off an invoice that is cancelled or deleted, and leaves them with one that is reversed. */
const holdsMoney = ({ state }: FollowedDocument): boolean =>
  state === 'issued' || state === 'reversing' || state === 'reversed'

/** The order without those payments; the others keep the names that they have in it. */
export const withoutPayments = (order: Order, recorded: ReadonlySet<string>): Order => ({
  ...order,
  payments: order.payments
    .map((payment, place) => ({ ...payment, id: payment.id || `n${place + 1}` }))
    .filter(({ id }) => !recorded.has(id)),
})
