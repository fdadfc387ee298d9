import { partsOfAct, type ActKind, type ActState } from './acts.ts'
import { refundsOf } from './circumstances.ts'
import { hasEnded, isCancelled, isOver, mayFollow, reversalIds } from './corrections-wanted.ts'
import { partsOfOrder } from './ids.ts'
import { type Exact, ZERO, exact, round, sum, text } from './money.ts'
import type { Order } from './order.ts'
import { receivedPayments } from './payments-wanted.ts'
import type {
  Finding,
  FindingCode,
  OrderFacts,
  ReconciledAct,
  ReconciledDocument,
} from './reconciliation.ts'
import { worded } from './reconciliation-words.ts'
import { rule } from './rules.ts'
import type { Settings } from './settings.ts'

/** What changed less than this ago is still on its way, in ms. */
const SETTLE_MS = 15 * 60_000

type Context = { facts: OrderFacts; settings: Settings; now: number }

/** Everything about one order that does not agree. Of what has one cause, the cause alone is told. */
export function findingsOfOrder(facts: OrderFacts, settings: Settings, now: number): Finding[] {
  const documents = facts.documents.filter(({ shadow }) => !shadow)
  const context = { facts: { ...facts, documents }, settings, now }
  const seen = seenDifferently(context)
  // What SmartBill no longer has makes every sum of the ledger's wrong: one thing to see to, not three.
  if (seen.some(({ code }) => code !== 'total-changed' && code !== 'paid-changed')) return seen
  const standing = documents.filter(stands)
  const doubles = standing.length > 1 ? [double(context, standing)] : []
  const missing = settings.shadow ? [] : missingOf(context)
  const sums =
    doubles.length > 0 || missing.length > 0 || isMoving(context)
      ? []
      : [...totalsOf(context, standing), ...proformas(context), ...paidOf(context, standing, seen)]
  return [...seen, ...missing, ...doubles, ...sums]
}

/** An invoice that stands for the order itself. */
const stands = ({ kind, state, draft, corrects }: ReconciledDocument): boolean =>
  kind === 'invoice' &&
  (state === 'issued' || state === 'reversing') &&
  draft !== true &&
  corrects === undefined

const nameOf = ({ series, number }: Pick<ReconciledDocument, 'series' | 'number'>): string =>
  number === '' ? '' : `${series} ${number}`
const namesOf = (documents: readonly ReconciledDocument[]): string =>
  documents.map(nameOf).filter(Boolean).join(', ')

function finding(
  { facts }: Context,
  code: FindingCode,
  more: Partial<Omit<Finding, 'code'>> & {
    about?: string
    why?: { ro: string; en: string } | undefined
  },
): Finding {
  const { about = facts.ref, ...rest } = more
  return worded({
    id: `${code} ${about}`,
    code,
    state: '',
    order: partsOfOrder(facts.ref).orderId,
    orderNumber: facts.order?.number ?? '',
    document: '',
    expected: '',
    found: '',
    currency: '',
    ...rest,
  })
}

/** Documents that are not at SmartBill as the ledger has them. */
function seenDifferently(context: Context): Finding[] {
  const { facts, settings } = context
  return facts.documents.flatMap((document): Finding[] => {
    const { seen, key, currency } = document
    if (seen === undefined) return []
    const about = { about: key, document: nameOf(document), currency }
    switch (seen.kind) {
      case 'gone':
      case 'another':
        return [finding(context, 'gone', { ...about, state: seen.kind })]
      case 'cancelled':
        return [finding(context, 'cancelled-at-smartbill', about)]
      case 'reversed':
        return [finding(context, 'reversed-at-smartbill', about)]
      case 'there': {
        const total = exact(seen.ledgerTotal || '0')
        const paid = exact(seen.ledgerPaid || '0')
        const changed: Finding[] = []
        if (seen.ledgerTotal !== '' && !exact(seen.total).eq(total))
          changed.push(
            finding(context, 'total-changed', {
              ...about,
              expected: text(total),
              found: seen.total,
            }),
          )
        if (settings.recordPayment !== 'never' && !exact(seen.paid || '0').eq(paid))
          changed.push(
            finding(context, 'paid-changed', { ...about, expected: text(paid), found: seen.paid }),
          )
        return changed
      }
    }
  })
}

const double = (context: Context, standing: readonly ReconciledDocument[]): Finding =>
  finding(context, 'double', {
    document: namesOf(standing),
    currency: standing[0]?.currency ?? '',
    found: text(sum(standing.map(({ total }) => exact(total || '0')))),
  })

/** The document that the rules ask for, where it waits, was refused or was never made. */
function missingOf(context: Context): Finding[] {
  const { facts, now } = context
  const { order, ruling } = facts
  const own = facts.documents.filter(({ corrects }) => corrects === undefined)
  const waits = own.find(({ state }) =>
    ['due', 'attempting', 'uncertain', 'held', 'dead'].includes(state),
  )
  const missing = (state: string, why?: { ro: string; en: string }) => [
    finding(context, 'missing', {
      state,
      expected: order === undefined ? '' : text(round(exact(order.total))),
      currency: order?.currency ?? '',
      why,
    }),
  ]
  if (waits !== undefined) {
    if (waits.state === 'held' || waits.state === 'dead')
      return isStillWanted(context, waits) ? missing(waits.state, waits.why) : []
    const since = Math.max(waits.at, waits.notBefore, waits.state === 'due' ? waits.dueAt : 0)
    if (now - since < SETTLE_MS) return []
    return missing(waits.state === 'due' ? 'waiting' : 'uncertain')
  }
  if (order === undefined || ruling?.kind !== 'due' || refundsOf(order).kind === 'skip') return []
  const those = own.filter(({ kind }) => kind === ruling.document)
  const newest = those.at(-1)
  if (newest !== undefined) {
    if (!isOver(newest)) return []
    const follows = mayFollow(newest, { order, acts: facts.acts, did: [] })
    return follows === 'by-hand' || now - newest.at < SETTLE_MS ? [] : missing('not-made')
  }
  const { unroutedSince } = facts
  if (unroutedSince !== undefined) return now - unroutedSince < SETTLE_MS ? [] : missing('unrouted')
  // What the rules said of this very order stands, also when the settings are others by now.
  return facts.ruled === 'not-due' || ruling.delayMs > 0 ? [] : missing('not-made')
}

function isStillWanted({ facts, settings }: Context, document: ReconciledDocument): boolean {
  const { order, imported } = facts
  if (order === undefined) return true
  const due = { kind: document.kind, madeBy: document.madeBy }
  const ruling = rule(order, settings, false, { imported, due })
  return ruling.kind === 'due' && refundsOf(order).kind !== 'skip'
}

const moneyActsOf = ({ facts }: Context, ...kinds: ActKind[]): ReconciledAct[] =>
  facts.acts.filter(({ key }) => kinds.includes(partsOfAct(key).kind))

/** Something is being done about the order's money right now: its sums are looked at another time. */
function isMoving(context: Context): boolean {
  const { facts, now } = context
  const recent = (at: number, notBefore: number) => now - Math.max(at, notBefore) < SETTLE_MS
  const acts = moneyActsOf(context, 'payment', 'reversal', 'correction').filter(({ state }) =>
    ['due', 'attempting', 'uncertain'].includes(state),
  )
  const corrections = facts.documents.filter(
    ({ corrects, state }) =>
      corrects !== undefined && ['due', 'attempting', 'uncertain'].includes(state),
  )
  const { unroutedSince } = facts
  return (
    (unroutedSince !== undefined && recent(unroutedSince, 0)) ||
    acts.some(({ at, notBefore }) => recent(at, notBefore)) ||
    corrections.some(({ at, notBefore }) => recent(at, notBefore))
  )
}

/** What the order's documents come to, beside the order and its refunds. */
function totalsOf(context: Context, standing: readonly ReconciledDocument[]): Finding[] {
  const { facts, settings } = context
  const { order } = facts
  if (order === undefined || standing.length === 0) return []
  const keys = new Set(standing.map(({ key }) => key))
  const corrections = facts.documents.filter(
    ({ corrects, state }) => corrects !== undefined && keys.has(corrects) && state === 'issued',
  )
  const base = sum(standing.map(({ total }) => exact(total || '0')))
  const corrected = sum(corrections.map(({ total }) => exact(total || '0'))).times(exact('-1'))
  const net = base.minus(corrected)
  const about = { document: namesOf([...standing, ...corrections]), found: text(net) }
  const currency = standing[0]?.currency || order.currency
  if (hasEnded(order)) {
    const cancelled = isCancelled(order)
    const reactions = [settings.onRefund, ...(cancelled ? [settings.onCancel] : [])]
    if (net.lte(ZERO) || reactions.every((one) => one === 'ignore')) return []
    return [
      finding(context, cancelled ? 'cancelled-live' : 'refund-open', {
        ...about,
        expected: '0.00',
        currency,
        ...step(context, 'reversal', 'correction'),
      }),
    ]
  }
  const total = round(exact(order.total))
  const refunds = refundedOf(order)
  const open = refunds.minus(corrected)
  if (!base.eq(total) && settings.onEdit !== 'ignore')
    return [
      finding(context, 'total-differs', {
        ...about,
        expected: text(total.minus(refunds)),
        currency,
        ...step(context, 'reversal'),
      }),
    ]
  const isMeant = open.gt(ZERO)
    ? settings.onRefund === 'ignore'
    : open.plus(correctedByHand(context)).gte(ZERO)
  if (isMeant) return []
  return [
    finding(context, open.gt(ZERO) ? 'refund-open' : 'total-differs', {
      ...about,
      expected: text(base.minus(refunds)),
      currency,
      ...(open.gt(ZERO) ? step(context, 'correction') : {}),
    }),
  ]
}

const refundedOf = (order: Order): Exact =>
  round(sum(order.refunds.map(({ amount }) => exact(amount))))

const amountIn = (fields: Record<string, unknown> | undefined, name: string): Exact => {
  const value = fields?.[name]
  return typeof value === 'string' ? exact(value) : ZERO
}

/** Corrections that a person asked for need no refund in the shop. */
const correctedByHand = (context: Context): Exact =>
  sum(
    moneyActsOf(context, 'correction')
      .filter(({ key, state }) => state === 'done' && partsOfAct(key).id.startsWith('hand-'))
      .map(({ wish }) => amountIn(wish, 'amount')),
  )

/** Proformas of orders that ended. */
function proformas(context: Context): Finding[] {
  const { facts, settings } = context
  const { order, documents } = facts
  if (order === undefined || !hasEnded(order) || settings.onCancel === 'ignore') return []
  if (documents.some(({ kind, state }) => kind === 'invoice' && state !== 'skipped')) return []
  return documents
    .filter(({ kind, state, draft }) => kind === 'estimate' && state === 'issued' && draft !== true)
    .map((document) =>
      finding(context, 'cancelled-live', {
        about: document.key,
        document: nameOf(document),
        expected: '0.00',
        found: text(exact(document.total || '0')),
        currency: document.currency,
        ...step(context, 'reversal'),
      }),
    )
}

/** What is collected on the invoice, beside the money that came. */
function paidOf(
  context: Context,
  standing: readonly ReconciledDocument[],
  seen: readonly Finding[],
): Finding[] {
  const { facts, settings } = context
  const { order } = facts
  if (order === undefined || settings.recordPayment === 'never' || standing.length === 0) return []
  // One difference is told once: SmartBill's own amounts are the news.
  if (seen.some(({ code }) => code === 'paid-changed')) return []
  const keys = new Set<string>(standing.map(({ key }) => key))
  const payments = moneyActsOf(context, 'payment').filter(({ key }) =>
    keys.has(partsOfAct(key).document),
  )
  const value = (acts: readonly ReconciledAct[], of: 'wish' | 'result') =>
    sum(acts.map((act) => amountIn(act[of], 'value')))
  const told = payments.filter(({ key }) => /^(hand|settled)-/.test(partsOfAct(key).id))
  const done = value(
    told.filter(({ state }) => state === 'done'),
    'result',
  )
  const waiting = value(
    told.filter(({ state }) => state !== 'done' && state !== 'dismissed'),
    'wish',
  )
  const dismissed = value(
    payments.filter(({ state }) => state === 'dismissed'),
    'wish',
  )
  const total = sum(standing.map((document) => exact(document.total || '0')))
  const paid = sum(standing.map((document) => exact(document.paid || '0')))
  const received = sum(receivedPayments(order).map(({ amount }) => amount))
  const known = least(total, most(received, done.plus(waiting)))
  const low = least(total, known.minus(refundedOf(order))).minus(dismissed)
  const high = least(total, received.plus(done))
  const about = {
    document: namesOf(standing),
    found: text(paid),
    currency: standing[0]?.currency || order.currency,
  }
  if (paid.lt(low))
    return [
      finding(context, 'unpaid', { ...about, expected: text(known), ...step(context, 'payment') }),
    ]
  return paid.gt(high) ? [finding(context, 'overpaid', { ...about, expected: text(high) })] : []
}

const least = (a: Exact, b: Exact): Exact => (a.lt(b) ? a : b)
const most = (a: Exact, b: Exact): Exact => (a.gt(b) ? a : b)

const telling: readonly ActState[] = [
  'proposed',
  'held',
  'dead',
  'due',
  'attempting',
  'uncertain',
  'dismissed',
]

/** What became of the step that should have been taken; the one that a person can do something about comes first. */
function step(context: Context, ...kinds: ActKind[]): { state: string } {
  const states = moneyActsOf(context, ...kinds)
    .filter(({ key }) => partsOfAct(key).id !== reversalIds.expired)
    .map(({ state }) => state)
  const documents = context.facts.documents
    .filter(({ corrects }) => corrects !== undefined && kinds.includes('correction'))
    .map(({ state }) => state)
  const found = telling.find(
    (state) => states.includes(state) || (documents as string[]).includes(state),
  )
  if (found === undefined) return { state: '' }
  return { state: ['due', 'attempting', 'uncertain'].includes(found) ? 'waiting' : found }
}
