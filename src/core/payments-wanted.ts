import { z } from 'zod'
import { actKey, fieldOfAct, partsOfAct, type WantedAct } from './acts.ts'
import type { FollowUpInput, FollowedDocument, KnownAct } from './follow-ups.ts'
import type { DocumentKey } from './ids.ts'
import { exact, round, sum, text, ZERO, type Exact } from './money.ts'
import type { Order } from './order.ts'
import { paymentTypeOf } from './payment.ts'
import { recordedElsewhere } from './recorded-elsewhere.ts'
import { paymentTypes } from './settings.ts'
import { civilDate } from './time.ts'

/** What record-payment needs to know. `value` is decimal text in `currency`; `date` is the day the money came. */
export const PaymentWish = z.object({
  value: z.string(),
  currency: z.string(),
  type: z.enum(paymentTypes),
  date: z.string(),
  method: z.string().default(''),
  /** Who said so: the shop's order, a person, a courier's settlement. */
  source: z.string().default('order'),
})
export type PaymentWish = z.infer<typeof PaymentWish>

/** What came of it: the value that was collected, '0' when nothing was left to collect. */
const PaymentResult = z.object({ value: z.string().default('0') })

/** The name of a payment within its order: the shop's own id, or its place in the list. */
const paymentIdOf = (payment: Order['payments'][number], place: number): string =>
  payment.id || `n${place + 1}`

/** The payments of an order whose money has been received. */
export const receivedPayments = (order: Order): { id: string; amount: Exact; place: number }[] =>
  order.paymentStatus === 'authorized' || order.paymentStatus === 'voided'
    ? []
    : order.payments.flatMap((payment, place) =>
        exact(payment.amount).gt(ZERO)
          ? [{ id: paymentIdOf(payment, place), amount: exact(payment.amount), place }]
          : [],
      )

/**
 * Money that was received and is not on the invoice yet: one act for each payment of the shop, together never more than
 * what is unpaid. What was collected with the invoice itself is known by `paidWith`, or else by its amount.
 */
export function paymentsWanted(input: FollowUpInput): WantedAct[] {
  const { order, settings } = input
  if (settings.recordPayment === 'never') return []
  return input.documents.filter(isCollectable).flatMap((document) => {
    const acts = paymentsOf(document.key, input.acts)
    const planned = plannedPayments(document.key, input.acts)
    const recorded = acts
      .filter(({ state }) => state === 'done')
      .map(({ result }) => exact(PaymentResult.parse(result ?? {}).value))
    const paid = exact(document.paid || '0')
    const withInvoice = paid.minus(sum(recorded))
    let left = round(exact(document.total).minus(paid).minus(sum(planned)))
    let covered = withInvoice
    const elsewhere = recordedElsewhere(document.key, input.documents, input.acts, input.did)
    const saysWhich =
      document.paidWith !== undefined && withInvoice.gte(exact(document.toPay || '0'))
    return receivedPayments(order).flatMap(({ id, amount, place }): WantedAct[] => {
      if (elsewhere.has(id)) return []
      if (saysWhich ? document.paidWith?.includes(id) : covered.gte(amount)) {
        covered = covered.minus(amount)
        return []
      }
      const key = actKey(document.key, 'payment', id)
      if (acts.some((act) => act.key === key) || input.did.includes(fieldOfAct(key))) return []
      const owed = saysWhich || covered.lte(ZERO) ? amount : amount.minus(covered)
      covered = ZERO
      const value = owed.lt(left) ? owed : left
      if (value.lte(ZERO)) return []
      left = left.minus(value)
      const payment = order.payments[place]
      const method = payment?.method || order.paymentMethod
      const wish: PaymentWish = {
        value: text(value),
        currency: order.currency,
        type: paymentTypeOf(method, settings),
        date: civilDate(payment?.at === undefined ? input.now : Date.parse(payment.at)),
        method,
        source: 'order',
      }
      return [{ key, state: 'due', wish }]
    })
  })
}

const paymentsOf = (document: DocumentKey, acts: readonly KnownAct[]): KnownAct[] =>
  acts.filter(({ key }) => {
    const about = partsOfAct(key)
    return about.document === document && about.kind === 'payment'
  })

/** What is asked for on a document and not recorded yet, amount by amount. */
export const plannedPayments = (document: DocumentKey, acts: readonly KnownAct[]): Exact[] =>
  paymentsOf(document, acts)
    .filter(({ state }) => state !== 'dismissed' && state !== 'done')
    .map(({ wish }) => exact(PaymentWish.parse(wish).value))

/** Drafts have no number by which they could be collected, corrections are settled with what they correct. */
const isCollectable = ({ kind, state, number, gone, corrects }: FollowedDocument): boolean =>
  kind === 'invoice' &&
  state === 'issued' &&
  number !== '' &&
  gone !== true &&
  corrects === undefined
