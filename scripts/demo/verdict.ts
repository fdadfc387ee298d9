import { exact } from '../../src/core/money.ts'
import type { DemoOrder, Outcome } from './orders.ts'
import type { Calls, Letter, View, WitnessDocument } from './witness.ts'

export type Evidence = {
  orders: readonly DemoOrder[]
  /** The relay's answer per order id; none where it knows no such order. */
  views: ReadonlyMap<string, View>
  letters: readonly Letter[]
  documents: readonly WitnessDocument[]
  calls: Calls
}

export type Waiting = {
  order: DemoOrder
  outcome: 'held' | 'refused' | 'unreadable' | 'by-rule'
  why: string
}

export type Verdict = {
  documents: number
  duplicates: DemoOrder[]
  /** Orders without a document and without an answer why. */
  lost: DemoOrder[]
  /** Total or payment at SmartBill differs from the order's. */
  wrong: string[]
  /** Something else became of them than the demo meant to show. */
  unexpected: string[]
  paid: { asExpected: number; of: number }
  waiting: Waiting[]
  overLimit: number
  good: boolean
}

const live = ({ status }: WitnessDocument): boolean =>
  !['deleted', 'cancelled', 'reversed'].includes(status)

const orderNumberIn = ({ mentions }: WitnessDocument): string =>
  /^Comanda online (\S+)/.exec(mentions)?.[1] ?? ''

/** What happened, judged by what SmartBill and the relay say now; what was sent counts for nothing. */
export function judge({ orders, views, letters, documents, calls }: Evidence): Verdict {
  const byNumber = Map.groupBy(documents.filter(live), orderNumberIn)
  const verdict: Verdict = {
    documents: 0,
    duplicates: [],
    lost: [],
    wrong: [],
    unexpected: [],
    paid: { asExpected: 0, of: 0 },
    waiting: [],
    overLimit: calls.overLimit + calls.whileBlocked,
    good: false,
  }
  for (const order of orders) {
    const found = byNumber.get(order.number) ?? []
    byNumber.delete(order.number)
    verdict.documents += found.length
    if (found.length > 1) verdict.duplicates.push(order)
    const answer = found.length > 0 ? undefined : answerFor(order, views.get(order.id), letters)
    if (answer !== undefined) verdict.waiting.push({ order, ...answer })
    const outcome: Outcome | undefined = found.length > 0 ? 'document' : answer?.outcome
    if (outcome === undefined) verdict.lost.push(order)
    else if (outcome !== order.expected.outcome)
      verdict.unexpected.push(
        `order ${order.number}: ${outcome}, meant to be ${order.expected.outcome}`,
      )
    for (const document of found) {
      const name = `order ${order.number}, ${document.series}${document.number}`
      const { paid } = order.expected
      if (!exact(document.totals.gross).eq(order.total))
        verdict.wrong.push(`${name}: total ${document.totals.gross}, not ${order.total.toFixed(2)}`)
      verdict.paid.of += 1
      if (exact(document.paid).eq(paid)) verdict.paid.asExpected += 1
      else verdict.wrong.push(`${name}: paid ${document.paid}, not ${paid.toFixed(2)}`)
    }
  }
  for (const [number, strays] of byNumber) {
    verdict.documents += strays.length
    verdict.unexpected.push(`${strays.length} documents of no order of ours ("${number}")`)
  }
  verdict.good =
    verdict.duplicates.length === 0 &&
    verdict.lost.length === 0 &&
    verdict.wrong.length === 0 &&
    verdict.unexpected.length === 0 &&
    verdict.overLimit === 0
  return verdict
}

/** Why an order has no document, as the relay tells it. */
function answerFor(
  order: DemoOrder,
  view: View | undefined,
  letters: readonly Letter[],
): Omit<Waiting, 'order'> | undefined {
  const document = view?.documents[0]
  switch (document?.state) {
    case 'held':
      return {
        outcome: 'held',
        why: document.reasons.map(({ field, en }) => `${field}: ${en}`).join(' '),
      }
    case 'dead':
      return { outcome: 'refused', why: document.cause?.en ?? '' }
    case 'skipped':
      return { outcome: 'by-rule', why: view?.ruling?.en ?? '' }
    case undefined:
      break
    default:
      return undefined
  }
  if (view?.ruling?.kind === 'not-due') return { outcome: 'by-rule', why: view.ruling.en }
  const letter = letters.find(
    ({ kind, shop, order: id }) => kind === 'event' && shop === order.shop && id === order.id,
  )
  return letter === undefined ? undefined : { outcome: 'unreadable', why: letter.cause.en }
}
