import { z } from 'zod'
import type { FollowedDocument, KnownAct } from './follow-ups.ts'
import type { DocumentKind, OrderRef } from './ids.ts'
import type { Imported } from './imported.ts'
import type { Order } from './order.ts'
import type { Ruling } from './rules.ts'
import type { Settings } from './settings.ts'

/** What may be wrong, in the order in which a person sees to it. */
export const findingCodes = [
  'missing',
  'double',
  'cancelled-live',
  'refund-open',
  'total-differs',
  'unpaid',
  'overpaid',
  'gone',
  'cancelled-at-smartbill',
  'reversed-at-smartbill',
  'total-changed',
  'paid-changed',
  'foreign-number',
] as const
export type FindingCode = (typeof findingCodes)[number]

/** One thing that does not agree. The same trouble has the same `id` on every day and in every run. */
export const Finding = z.object({
  id: z.string(),
  code: z.enum(findingCodes),
  /** What became of the step that should have been taken; '' when there is nothing to say. */
  state: z.string(),
  /** The order's id and number as the shop has them; '' for a number of nobody's. */
  order: z.string(),
  orderNumber: z.string(),
  /** Series and number; '' where there is none. */
  document: z.string(),
  /** Decimal text in `currency`; '' where no amount is compared. */
  expected: z.string(),
  found: z.string(),
  currency: z.string(),
  ro: z.string(),
  en: z.string(),
  /** A person has looked at it and leaves it as it is. */
  accepted: z.object({ who: z.string(), at: z.number(), reason: z.string() }).optional(),
})
export type Finding = z.infer<typeof Finding>

/** What SmartBill says of a document, beside what the ledger had of it at that moment. Amounts are decimal text. */
export const Seen = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['gone', 'another', 'cancelled', 'reversed']) }),
  z.object({
    kind: z.literal('there'),
    total: z.string(),
    paid: z.string(),
    ledgerTotal: z.string(),
    ledgerPaid: z.string(),
  }),
])
export type Seen = z.infer<typeof Seen>

export type ReconciledDocument = FollowedDocument & {
  /** Built in shadow mode, or due in it. */
  shadow: boolean
  /** Delayed until then, and due since then (ms since 1970; 0 when not known). */
  notBefore: number
  dueAt: number
  /** Why it waits for a person, in both languages. */
  why?: { ro: string; en: string } | undefined
  /** Absent: SmartBill was not asked. */
  seen?: Seen | undefined
}

export type ReconciledAct = KnownAct & {
  /** When it got to its state, and not before when it is to be done (ms since 1970). */
  at: number
  notBefore: number
}

/** One order with everything that belongs to it. */
export type OrderFacts = {
  ref: OrderRef
  /** Undefined once its own data was purged. */
  order: Order | undefined
  /** What it should have now, and what was said of its newest snapshot when that was looked at. */
  ruling: Ruling | undefined
  ruled: 'due' | 'not-due' | undefined
  imported: Imported | undefined
  /** Since when its news waits to be looked at (ms since 1970). */
  unroutedSince: number | undefined
  documents: readonly ReconciledDocument[]
  acts: readonly ReconciledAct[]
}

/** A number of one of the shop's series that none of its documents has. */
export type ForeignNumber = {
  kind: DocumentKind
  series: string
  number: string
  /** It is the storno of this document, or a second one of it. */
  of?: { what: 'storno' | 'copy'; key: string; document: string; order: string } | undefined
}

/** An order that the shop lists and that never came here. */
export const UntoldOrder = z.object({
  id: z.string(),
  number: z.string(),
  total: z.string(),
  currency: z.string(),
})
export type UntoldOrder = z.infer<typeof UntoldOrder>

export type DayFacts = {
  orders: readonly OrderFacts[]
  foreign: readonly ForeignNumber[]
  /** Documents that exist twice, as alarms say: two numbers of one document. */
  doubles: readonly { key: string; order: string; number: string; other: string }[]
  /** They should have a document. */
  untold: readonly UntoldOrder[]
  settings: Settings
  /** ms since 1970 */
  now: number
}
