import { fieldOfAct, type ActKey, type ActState } from './acts.ts'
import { correctionsWanted, type WantedCorrection } from './corrections-wanted.ts'
import type { DocumentLine } from './document.ts'
import { announcementsWanted, type Outlets } from './announcements.ts'
import { partsOf, type DocumentKey, type DocumentKind } from './ids.ts'
import type { DocumentState } from './lifecycle.ts'
import type { Order } from './order.ts'
import { paymentsWanted } from './payments-wanted.ts'
import type { Settings } from './settings.ts'

/** A document of an order, as far as what follows depends on it. Amounts are decimal text. */
export type FollowedDocument = {
  key: DocumentKey
  kind: DocumentKind
  state: DocumentState
  /** Which stretch of work it is in, and since when it is in its state (ms since 1970). */
  gen: number
  at: number
  /** The rule that made it due. */
  madeBy?: string | undefined
  draft?: boolean | undefined
  /** It is no longer at SmartBill, or is being deleted there: what stands at its number is another document. */
  gone?: boolean | undefined
  series: string
  number: string
  total: string
  currency: string
  /** Recorded as paid at SmartBill, with the invoice or later. */
  paid: string
  /** What was to be collected with the invoice itself, and for which payments of the order. */
  toPay: string
  paidWith?: string[] | undefined
  /** ms since 1970; 0 when not issued. */
  issuedAt: number
  /** The document that this one corrects. */
  corrects?: DocumentKey | undefined
  /** What its order came to when it was made, as `moneyPrint` says. */
  print?: string | undefined
  /** What was sent, where the order may have changed since. */
  lines?: readonly DocumentLine[] | undefined
}

export type KnownAct = {
  key: ActKey
  state: ActState
  wish: Record<string, unknown>
  result?: Record<string, unknown> | undefined
}

export type FollowUpInput = {
  order: Order
  documents: readonly FollowedDocument[]
  acts: readonly KnownAct[]
  /** Acts done before the order was purged, by what their keys have beyond the order. */
  did: readonly string[]
  settings: Settings
  outlets: Outlets
  /** ms since 1970 */
  now: number
}

/** Every act that should exist for an order as things stand, and does not yet. */
export function followUps(input: FollowUpInput): WantedCorrection[] {
  const known = new Set(input.acts.map(({ key }) => key))
  const done = new Set(input.did)
  return [
    ...paymentsWanted(input),
    ...announcementsWanted(input),
    ...correctionsWanted(input),
  ].filter(({ key }) => !known.has(key) && !done.has(fieldOfAct(key)))
}

/** What would follow if the document were issued like this: whether the order must be looked at once it is. */
export const somethingFollows = (
  input: Omit<FollowUpInput, 'documents' | 'acts' | 'did'>,
  document: Omit<FollowedDocument, 'kind' | 'state' | 'gen' | 'at' | 'number' | 'issuedAt'>,
): boolean =>
  followUps({
    ...input,
    documents: [
      {
        ...document,
        kind: partsOf(document.key).kind,
        state: 'issued',
        gen: 1,
        at: input.now,
        number: '1',
        issuedAt: input.now,
      },
    ],
    acts: [],
    did: [],
  }).length > 0
