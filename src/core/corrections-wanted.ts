import { z } from 'zod'
import { actKey, partsOfAct, type ActKey, type WantedAct } from './acts.ts'
import { refundsOf } from './circumstances.ts'
import { EditChange, changesOf, moneyPrint } from './edits.ts'
import type { FollowUpInput, FollowedDocument, KnownAct } from './follow-ups.ts'
import { documentKey, partsOf, type DocumentKey, type DocumentKind, type OrderRef } from './ids.ts'
import { exact, round, sum, text, ZERO, type Exact } from './money.ts'
import { RefundedLine, type Order, type OrderRefund } from './order.ts'
import { reversalWays, type Settings } from './settings.ts'

/** What undoing a whole document needs to know, and what a person is shown who must agree. */
export const ReversalWish = z.object({
  cause: z.enum(['cancelled', 'refunded', 'edited', 'by-hand', 'expired']),
  /** Absent: as the shop's settings say. */
  by: z.enum(reversalWays).optional(),
  reason: z.string().default(''),
  total: z.string().default(''),
  currency: z.string().default(''),
  /** Of an edited order: its total now, and what is different. */
  newTotal: z.string().optional(),
  changes: z.array(EditChange).optional(),
})
export type ReversalWish = z.infer<typeof ReversalWish>

/** What a corrective document takes back: decimal text, VAT included. */
export const CorrectionWish = z.object({
  amount: z.string(),
  currency: z.string(),
  at: z.string().optional(),
  lines: z.array(RefundedLine).default([]),
  /** `order`, or the name of the person who asked. */
  source: z.string().default('order'),
  reason: z.string().default(''),
})
export type CorrectionWish = z.infer<typeof CorrectionWish>

/** The names of these acts within their document; what a person asks for has names of its own. */
export const reversalIds = {
  whole: 'full',
  byHand: 'hand',
  expired: 'expired',
  edit: 'edit-',
} as const
const REST = 'rest'
const BY_HAND = 'hand-'
/** Before the id of a refund that would read like a name of ours. */
const THEIRS = '='

export const isCancelled = ({ status }: Order): boolean =>
  ['cancelled', 'canceled', 'failed'].includes(status.trim().toLowerCase())
const isRefunded = (order: Order): boolean => refundsOf(order).kind === 'skip'

/** The order is cancelled, or all its money went back: it should have no live document. */
export const hasEnded = (order: Order): boolean => isCancelled(order) || isRefunded(order)

/** Nothing is left of it: undone at SmartBill, and its number spent. */
export const isOver = ({ state, number }: Pick<FollowedDocument, 'state' | 'number'>): boolean =>
  state === 'reversed' || (state === 'cancelled' && number !== '')

/**
 * Corrections and reversals that should exist, and do not yet. `note`: it is written down that a change was left alone,
 * as the settings say.
 */
export type WantedCorrection = WantedAct & { note?: string }

export function correctionsWanted(input: FollowUpInput): WantedCorrection[] {
  return input.documents
    .filter(({ state, number, draft, corrects }) => {
      return state === 'issued' && number !== '' && draft !== true && corrects === undefined
    })
    .flatMap((document) => {
      if (document.kind === 'estimate') return estimateEnds(input, document)
      return isCorrected(input, document.key)
        ? [...refundsWanted(input, document), ...restWanted(input, document)]
        : wholeOrPart(input, document)
    })
}

/** Acts of these kinds that were proposed, or are due, for a reason that is gone: a newer state of the order took it back. */
export function obsoleteActs(input: FollowUpInput): KnownAct[] {
  const wanted = new Set(correctionsWanted(input).map(({ key }) => key))
  return input.acts.filter((act) => {
    const { kind, id } = partsOfAct(act.key)
    const byItself =
      kind === 'correction'
        ? !id.startsWith(BY_HAND)
        : kind === 'reversal' && !id.startsWith(reversalIds.byHand) && id !== reversalIds.expired
    const waits = act.state === 'proposed' || act.state === 'due'
    return byItself && waits && !wanted.has(act.key)
  })
}

type Reaction = Settings['onCancel']
const states = { reverse: 'due', propose: 'proposed' } as const

/** The strictest of what the settings say. */
const strictest = (reactions: readonly Reaction[]): Reaction =>
  reactions.includes('reverse') ? 'reverse' : reactions.includes('propose') ? 'propose' : 'ignore'

function wholeOrPart(input: FollowUpInput, document: FollowedDocument): WantedCorrection[] {
  const { order, settings } = input
  if (!hasEnded(order)) {
    return sum(order.refunds.map(({ amount }) => exact(amount))).gt(ZERO)
      ? refundsWanted(input, document)
      : editWanted(input, document)
  }
  const reaction = strictest([
    ...(isCancelled(order) ? [settings.onCancel] : []),
    ...(isRefunded(order) ? [settings.onRefund] : []),
  ])
  if (reaction === 'ignore') return []
  const wish: Partial<ReversalWish> = {
    cause: isCancelled(order) ? 'cancelled' : 'refunded',
    total: document.total,
    currency: document.currency,
  }
  const key = actKey(document.key, 'reversal', reversalIds.whole)
  return [{ key, state: states[reaction], wish }]
}

function editWanted(input: FollowUpInput, document: FollowedDocument): WantedCorrection[] {
  const { order, settings } = input
  if (document.print === undefined || document.print === '') return []
  const print = moneyPrint(order)
  if (print === document.print || document.currency !== order.currency) return []
  const wish: Partial<ReversalWish> = {
    cause: 'edited',
    total: document.total,
    currency: document.currency,
    newTotal: text(round(exact(order.total))),
    changes: changesOf(document.lines ?? [], order),
  }
  const key = actKey(document.key, 'reversal', `${reversalIds.edit}${print}`)
  return settings.onEdit === 'ignore'
    ? [{ key, state: 'proposed', wish, note: 'the setting onEdit leaves changed orders alone' }]
    : [{ key, state: states[settings.onEdit], wish }]
}

/** One corrective document for each refund of a part. */
function refundsWanted(input: FollowUpInput, document: FollowedDocument): WantedCorrection[] {
  const { order, settings, acts } = input
  if (settings.onRefund === 'ignore') return []
  const state = states[settings.onRefund]
  const known = correctionsOf(acts, document.key)
  const rest = known.find(({ key }) => partsOfAct(key).id === REST)
  const keyOf = correctionKeys(input, document.key)
  return order.refunds.flatMap((refund, place): WantedCorrection[] => {
    if (exact(refund.amount).lte(ZERO)) return []
    const key = keyOf(refund, place)
    // What the cancelled rest of the order took back already is this refund's money.
    if (rest !== undefined && !known.some((act) => act.key === key)) return []
    const wish: Partial<CorrectionWish> = {
      amount: text(round(exact(refund.amount))),
      currency: refund.currency ?? order.currency,
      lines: refund.lines ?? [],
      ...(refund.at === undefined ? {} : { at: refund.at }),
      source: 'order',
    }
    return [{ key, state, wish }]
  })
}

/** The act of each refund. One that was named before ids were told from names of ours keeps its name. */
function correctionKeys(
  { order, acts, did }: FollowUpInput,
  document: DocumentKey,
): (refund: OrderRefund, place: number) => ActKey {
  const named = (id: string) => actKey(document, 'correction', id)
  const unnamed = new Set(order.refunds.flatMap(({ id }, place) => (id === '' ? [nth(place)] : [])))
  return ({ id, amount }, place) => {
    const plain = named(id || nth(place))
    if (id === '' || !isLikeOurs(id)) return plain
    const theirs = named(`${THEIRS}${id}`)
    if (unnamed.has(id) || acts.some(({ key }) => key === theirs)) return theirs
    const isOld =
      did.includes(plain.split('~').slice(2).join('~')) ||
      acts.some(
        ({ key, wish }) =>
          key === plain && wish['source'] === 'order' && amountOf(wish).eq(round(exact(amount))),
      )
    return isOld ? plain : theirs
  }
}

/** The name of a refund that has none. */
const nth = (place: number): string => `n${place + 1}`

const isLikeOurs = (id: string): boolean =>
  id === REST || id.startsWith(BY_HAND) || id.startsWith(THEIRS) || /^n\d+$/.test(id)

/** An order that ended although parts of its invoice were corrected before: what is left of it. */
function restWanted(input: FollowUpInput, document: FollowedDocument): WantedCorrection[] {
  const { order, settings, acts } = input
  if (!hasEnded(order)) return []
  const reaction = strictest([settings.onCancel, settings.onRefund])
  if (reaction === 'ignore') return []
  const byHand = correctionsOf(acts, document.key).filter(({ key }) =>
    partsOfAct(key).id.startsWith(BY_HAND),
  )
  const covered = sum([
    ...order.refunds.map(({ amount }) => exact(amount)),
    ...byHand.map(({ wish }) => amountOf(wish)),
  ])
  const left = round(exact(document.total).minus(covered))
  if (left.lte(ZERO)) return []
  const wish: Partial<CorrectionWish> = {
    amount: text(left),
    currency: document.currency,
    lines: [],
    source: 'order',
  }
  return [{ key: actKey(document.key, 'correction', REST), state: states[reaction], wish }]
}

/** The name of a correction that a person asks for. */
export const byHandId = (name: string): string => `${BY_HAND}${name}`

const amountOf = (wish: Record<string, unknown>): Exact =>
  exact(CorrectionWish.shape.amount.parse(wish['amount']))

/** Corrections of a document that stand or may come to stand. */
const correctionsOf = (acts: readonly KnownAct[], document: DocumentKey): KnownAct[] =>
  acts.filter(({ key, state }) => {
    const about = partsOfAct(key)
    return about.document === document && about.kind === 'correction' && state !== 'dismissed'
  })

/** A part of it was taken back, or is about to be: it cannot be undone as a whole any more. */
const isCorrected = ({ acts, documents }: FollowUpInput, key: DocumentKey): boolean =>
  documents.some(({ corrects, state }) => corrects === key && mayStand(state)) ||
  correctionsOf(acts, key).some(({ state }) => ['attempting', 'uncertain', 'done'].includes(state))

/** A corrective document in this state takes something back, or may yet. */
export const mayStand = (state: FollowedDocument['state']): boolean =>
  !['skipped', 'cancelled', 'reversed'].includes(state)

/** Proformas are cancelled with their order, and when nobody paid for too long. */
function estimateEnds(input: FollowUpInput, document: FollowedDocument): WantedCorrection[] {
  const { order, settings, documents } = input
  const invoiced = documents.some(
    ({ kind, state }) => kind === 'invoice' && state !== 'skipped' && state !== 'cancelled',
  )
  if (invoiced) return []
  const wish = { total: document.total, currency: document.currency }
  if (hasEnded(order))
    return settings.onCancel === 'ignore'
      ? []
      : [
          {
            key: actKey(document.key, 'reversal', reversalIds.whole),
            state: 'due',
            wish: { ...wish, cause: 'cancelled' },
          },
        ]
  const days = settings.cancelEstimatesAfterDays
  if (days === undefined || order.paymentStatus === 'paid') return []
  return [
    {
      key: actKey(document.key, 'reversal', reversalIds.expired),
      state: 'due',
      wish: { ...wish, cause: 'expired' },
      notBefore: document.issuedAt + days * 86_400_000,
    },
  ]
}

type Numbered = Pick<FollowedDocument, 'key' | 'state' | 'number' | 'corrects'>

/** The newest document of a kind that stands for the order itself, not for a correction. */
export const newestOf = <T extends Pick<FollowedDocument, 'key' | 'corrects'>>(
  kind: DocumentKind,
  documents: readonly T[],
): T | undefined =>
  documents
    .filter(({ key, corrects }) => partsOf(key).kind === kind && corrects === undefined)
    .toSorted((a, b) => partsOf(a.key).revision - partsOf(b.key).revision)
    .at(-1)

/** A key that no document of the order has. */
export function freeKey(
  ref: OrderRef,
  kind: DocumentKind,
  documents: readonly Pick<FollowedDocument, 'key'>[],
): DocumentKey {
  const taken = documents.map(({ key }) => partsOf(key)).filter((parts) => parts.kind === kind)
  return documentKey(ref, kind, Math.max(0, ...taken.map(({ revision }) => revision)) + 1)
}

/** The document that the order should have: the one it has, or the next where that one is over. */
export function keyFor(
  ref: OrderRef,
  kind: DocumentKind,
  documents: readonly Numbered[],
): DocumentKey {
  const newest = newestOf(kind, documents)
  return newest === undefined || isOver(newest) ? freeKey(ref, kind, documents) : newest.key
}

/**
 * Whether a document that is over may be followed by the next one without a person: the order changed, or it lives
 * again. `always`: also where no rule asks for it.
 */
export function mayFollow(
  over: Numbered,
  { order, acts, did }: Pick<FollowUpInput, 'order' | 'acts' | 'did'>,
): 'always' | 'by-rule' | 'by-hand' {
  const done = [
    ...acts.filter(({ state }) => state === 'done').map(({ key }) => partsOfAct(key)),
    ...did.flatMap((field) => {
      const [kind, revision, what, id = ''] = field.split('~')
      const { order: ref } = partsOf(over.key)
      const document = `${ref}~${kind}~${revision}`
      return [{ document, kind: what, id: decodeURIComponent(id) }]
    }),
  ]
  const ids = done
    .filter(({ document, kind }) => document === over.key && kind === 'reversal')
    .map(({ id }) => id)
  if (hasEnded(order)) return 'by-hand'
  if (ids.some((id) => id.startsWith(reversalIds.edit))) return 'always'
  return ids.includes(reversalIds.whole) ? 'by-rule' : 'by-hand'
}
