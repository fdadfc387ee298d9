import { z } from 'zod'
import { partsOfAct } from './acts.ts'
import type { FollowedDocument, KnownAct } from './follow-ups.ts'
import { exact, text, ZERO } from './money.ts'
import { PaymentWish } from './payments-wanted.ts'

/** What an attempt has noted of its invoice: decimal text. */
export const PaymentAttempt = z.object({ paid: z.string(), value: z.string() })

/** Why one is held that was sent, and of which the amounts do not tell whether it was recorded. */
export const amountUnclear = 'paid-amount-unclear'

type Said = KnownAct & {
  /** When it was sent, ms since 1970. */
  sentAt: number
  before?: Record<string, unknown> | undefined
  reasons?: { code: string }[] | undefined
}
type Done = KnownAct & { at: number }

/**
 * What a payment comes to that a person says was collected, and what its invoice has of it then: the same as if the
 * answer had been read. Undefined where the invoice holds no money, or other money than this.
 */
export function paymentSaidDone(
  act: Said,
  { state, currency, total, paid }: Pick<FollowedDocument, 'state' | 'currency' | 'total' | 'paid'>,
  acts: readonly Done[],
): { value: string; paid: string } | undefined {
  const wish = PaymentWish.parse(act.wish)
  if (state !== 'issued' && state !== 'reversing' && state !== 'reversed') return undefined
  if (wish.currency !== currency) return undefined
  const attempt = inDoubt(act) ? PaymentAttempt.safeParse(act.before).data : undefined
  const soFar = exact(paid || '0')
  // SmartBill was read after this one left: what it said has this money in it.
  if (attempt !== undefined && acts.some((other) => readSince(act, other)))
    return { value: attempt.value, paid: text(soFar) }
  const left = exact(total || '0').minus(soFar)
  const wished = exact(attempt?.value ?? wish.value)
  const value = left.lt(ZERO) ? ZERO : wished.lt(left) ? wished : left
  return { value: text(value), paid: text(soFar.plus(value)) }
}

const inDoubt = ({ state, reasons = [] }: Said): boolean =>
  state === 'uncertain' || reasons.some(({ code }) => code === amountUnclear)

const readSince = ({ key, sentAt }: Said, other: Done): boolean => {
  const [mine, about] = [partsOfAct(key), partsOfAct(other.key)]
  return (
    about.kind === 'payment' &&
    about.document === mine.document &&
    other.state === 'done' &&
    other.result?.['reason'] === undefined &&
    other.at > sentAt
  )
}
