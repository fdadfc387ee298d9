import type { ActKey, ActState, WantedAct } from './acts.ts'
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
  /** ms since 1970 */
  now: number
}

/** Every act that should exist for an order as things stand, and does not yet. */
export function followUps(input: FollowUpInput): WantedAct[] {
  const known = new Set(input.acts.map(({ key }) => key))
  const done = new Set(input.did)
  return [...paymentsWanted(input)].filter(
    ({ key }) => !known.has(key) && !done.has(key.split('~').slice(2).join('~')),
  )
}

/** What would follow if the document were issued like this: whether the order must be looked at once it is. */
export const somethingFollows = (
  input: Omit<FollowUpInput, 'documents' | 'acts' | 'did'>,
  document: Omit<FollowedDocument, 'kind' | 'state' | 'number' | 'issuedAt'>,
): boolean =>
  followUps({
    ...input,
    documents: [
      {
        ...document,
        kind: partsOf(document.key).kind,
        state: 'issued',
        number: '1',
        issuedAt: input.now,
      },
    ],
    acts: [],
    did: [],
  }).length > 0
