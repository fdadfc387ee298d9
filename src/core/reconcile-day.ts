import { z } from 'zod'
import { hasEnded } from './corrections-wanted.ts'
import { exact, round, sum, text, type Exact } from './money.ts'
import { receivedPayments } from './payments-wanted.ts'
import { Finding, findingCodes, type DayFacts, type OrderFacts } from './reconciliation.ts'
import { findingsOfOrder } from './reconcile-order.ts'
import { worded } from './reconciliation-words.ts'
import { addDays, civilDate, type CivilDate } from './time.ts'

/** Days that are kept. */
export const KEPT_DAYS = 90
/** More findings than these of one day are counted and not listed. */
const MOST_FINDINGS = 1000

const amount = z.string()
/** What a day's orders and documents come to, in one currency: decimal text. */
const DayTotals = z.object({
  currency: z.string(),
  /** Of the orders that have or should have an invoice: their totals and what was given back of them. */
  orders: amount,
  refunds: amount,
  /** Invoices that stand, and what corrections take off them. */
  documents: amount,
  corrections: amount,
  captured: amount,
  paid: amount,
})
type DayTotals = z.infer<typeof DayTotals>

/** What a run of one day found. */
export const DayResult = z.object({
  day: z.string(),
  /** Whether SmartBill was asked, too. */
  form: z.enum(['ledger', 'smartbill']),
  /** When (ms since 1970). */
  at: z.number(),
  orders: z.number(),
  documents: z.number(),
  totals: z.array(DayTotals),
  findings: z.array(Finding),
  /** All of them, and those that no person has accepted. */
  found: z.number(),
  open: z.number(),
})
export type DayResult = z.infer<typeof DayResult>

/** Everything of a day that does not agree, the worst first; each trouble once. */
export function findingsOfDay(facts: DayFacts): Finding[] {
  const { settings, now } = facts
  const found = [
    ...facts.orders.flatMap((order) => findingsOfOrder(order, settings, now)),
    ...facts.untold.map(untold),
    ...facts.doubles.map(twice),
    ...facts.foreign
      .filter(({ of }) => of !== undefined || settings.foreignNumbers === 'report')
      .map(foreign),
  ]
  const once = [...new Map(found.map((one) => [one.id, one])).values()]
  return once.toSorted(
    (a, b) => findingCodes.indexOf(a.code) - findingCodes.indexOf(b.code) || (a.id < b.id ? -1 : 1),
  )
}

const nobody = { state: '', order: '', orderNumber: '', expected: '', found: '', currency: '' }

const untold = (order: DayFacts['untold'][number]): Finding =>
  worded({
    ...nobody,
    id: `missing ${order.id}`,
    code: 'missing',
    state: 'never-told',
    order: order.id,
    orderNumber: order.number,
    document: '',
    expected: text(round(exact(order.total))),
    currency: order.currency,
  })

const twice = ({ key, order, number, other }: DayFacts['doubles'][number]): Finding =>
  worded({
    ...nobody,
    id: `double ${key}`,
    code: 'double',
    order,
    document: `${other}, ${number}`,
  })

function foreign({ series, number, of }: DayFacts['foreign'][number]): Finding {
  const name = `${series} ${number}`
  if (of === undefined)
    return worded({
      ...nobody,
      id: `foreign-number ${name}`,
      code: 'foreign-number',
      document: name,
    })
  const code = of.what === 'storno' ? 'reversed-at-smartbill' : 'double'
  return worded({
    ...nobody,
    id: `${code} ${of.key}`,
    code,
    order: of.order,
    document: of.what === 'storno' ? of.document : `${of.document}, ${name}`,
  })
}

/** The result of a run; what a person has accepted before stays accepted. */
export function resultOf(
  facts: DayFacts,
  about: Pick<DayResult, 'day' | 'form'>,
  accepted: ReadonlyMap<string, NonNullable<Finding['accepted']>>,
): DayResult {
  const all = findingsOfDay(facts)
  return {
    ...about,
    at: facts.now,
    orders: facts.orders.length + facts.untold.length,
    documents: sum1(facts.orders.map(({ documents }) => documents.filter(isNumbered).length)),
    totals: totalsOf(facts.orders, about.day),
    found: all.length,
    open: all.filter(({ id }) => !accepted.has(id)).length,
    findings: all.slice(0, MOST_FINDINGS).map((one) => {
      const by = accepted.get(one.id)
      return by === undefined ? one : { ...one, accepted: by }
    }),
  }
}

const sum1 = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const isNumbered = ({ number, gone }: OrderFacts['documents'][number]): boolean =>
  number !== '' && gone !== true

/** The sums over orders that were created on the day, or whose invoice was issued on it. */
function totalsOf(orders: readonly OrderFacts[], day: CivilDate): DayTotals[] {
  const counted = orders.filter(
    ({ order, documents }) =>
      documents.some(({ kind, number }) => kind === 'invoice' && number !== '') &&
      (documents.some(({ issuedAt }) => issuedAt > 0 && civilDate(issuedAt) === day) ||
        (order !== undefined && civilDate(Date.parse(order.createdAt)) === day)),
  )
  const groups = Map.groupBy(counted, ({ order, documents }) => {
    return order?.currency ?? documents.find(({ currency }) => currency !== '')?.currency ?? ''
  })
  return [...groups].map(([currency, some]) => {
    const add = (of: (facts: OrderFacts) => Exact) => text(round(sum(some.map(of))))
    return {
      currency,
      orders: add(({ order }) =>
        order === undefined || hasEnded(order) ? exact('0') : exact(order.total),
      ),
      refunds: add(({ order }) =>
        order === undefined || hasEnded(order)
          ? exact('0')
          : sum(order.refunds.map((refund) => exact(refund.amount))),
      ),
      documents: add((facts) => totalOf(facts, false)),
      corrections: add((facts) => totalOf(facts, true)),
      captured: add(({ order }) =>
        order === undefined ? exact('0') : sum(receivedPayments(order).map((one) => one.amount)),
      ),
      paid: add(({ documents }) => sum(documents.map(({ paid }) => exact(paid || '0')))),
    }
  })
}

const totalOf = ({ documents }: OrderFacts, corrections: boolean): Exact =>
  sum(
    documents
      .filter(
        ({ kind, state, draft, corrects }) =>
          kind === 'invoice' &&
          (state === 'issued' || state === 'reversing') &&
          draft !== true &&
          (corrects !== undefined) === corrections,
      )
      .map(({ total }) => exact(total || '0')),
  )

/** The days on which an order is looked at: when it was placed, when anything of it happened. */
export function daysOfOrder(
  { order, documents, acts }: Pick<OrderFacts, 'order' | 'documents' | 'acts'>,
  now: number,
): CivilDate[] {
  const today = civilDate(now)
  const oldest = addDays(today, -KEPT_DAYS)
  const instants = [
    ...(order === undefined
      ? []
      : [
          order.createdAt,
          order.updatedAt,
          ...order.refunds.map(({ at }) => at),
          ...order.payments.map(({ at }) => at),
        ].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]))),
    ...documents.flatMap(({ at, issuedAt }) => [at, issuedAt]),
    ...acts.map(({ at }) => at),
  ]
  const days = new Set(instants.filter((at) => at > 0).map((at) => civilDate(at)))
  return [...days].filter((day) => day >= oldest && day <= today)
}
