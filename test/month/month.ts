import type { RuleInput } from '../../src/simulator/simulator.ts'
import type { WitnessDocument } from '../../src/simulator/witness.ts'
import { settle } from '../../src/payments.ts'
import { dice, lei, storyOf, type Story } from './orders.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The shop's month: the first of October to the end of the last story. */
export const START = Date.parse('2026-10-01T05:00:00Z')
const SLOT = 12 * HOUR

const writes = [
  'POST /invoice/v2',
  'POST /estimate/v2',
  'POST /payment',
  'POST /invoice/reverse',
  'PUT /invoice/cancel',
  'PUT /estimate/cancel',
]
const faults = [
  'reset-after',
  'close-before',
  '500-after',
  '503-before',
  'late-commit',
  'empty-number',
  'truncated',
  '502-html-after',
  'reset-before',
] as const

/** Every write route fails now and then, in every way; a silence costs real time and is rarer. */
export function armFaults(world: World, seed: number): void {
  const rules: RuleInput[] = writes.flatMap((route, at) => [
    ...faults.map((fault, place) => ({
      route,
      fault,
      probability: 0.012,
      seed: seed + at * 31 + place,
      delayMs: 20,
    })),
    { route, fault: 'silence-after' as const, probability: 0.006, seed: seed + at },
    { route, fault: 'silence-before' as const, probability: 0.004, seed: seed + at + 7 },
  ])
  world.simulator.faults(rules)
}

/** A month of the shops, told out of order and twice, driven slot by slot. */
export async function liveTheMonth(
  world: World,
  {
    orders,
    seed,
    days = 30,
    onDay,
  }: {
    orders: number
    seed: number
    /** Orders are placed in the first so many days. */
    days?: number
    onDay?: (day: number, of: number) => void
  },
): Promise<Story[]> {
  const random = dice(seed)
  const stories = Array.from({ length: orders }, (_, number) =>
    storyOf(START + random.whole(0, days * DAY), number + 1, random),
  )
  const told = stories
    .flatMap((story) =>
      story.told.flatMap(({ at, order }) => {
        const once = { at, order, shop: story.shop }
        // The same again, some of them only after what came later.
        return random.chance(0.2) ? [once, { ...once, at: at + random.whole(0, 2 * DAY) }] : [once]
      }),
    )
    .toSorted((a, b) => a.at - b.at)
  const settled = stories.flatMap(({ id, shop, settled }) =>
    settled === undefined ? [] : [{ id, shop, ...settled }],
  )
  const end = Math.max(...told.map(({ at }) => at), ...settled.map(({ at }) => at)) + DAY
  const slots = Math.ceil((end - START) / SLOT)
  for (let slot = 0; slot < slots; slot++) {
    const from = START + slot * SLOT
    world.moveTo(from + SLOT)
    const mine = told.filter(({ at }) => at >= from && at < from + SLOT)
    for (const { shop, order } of mine) await world.tell(shop, order)
    if (mine.length > 0) await world.drive()
    for (const shop of ['web', 'b2b'] as const) {
      const rows = settled.filter(
        (one) => one.shop === shop && one.at >= from && one.at < from + SLOT,
      )
      if (rows.length === 0) continue
      const csv = [
        'AWB;Comanda;Ramburs',
        ...rows.map(({ id, amount }) => `AWB${id};${id};${lei(amount).replace('.', ',')}`),
      ].join('\n')
      await settle(world.app, world.shops[shop], csv, { who: 'courier' })
    }
    await world.drive()
    onDay?.(slot + 1, slots)
  }
  // Proformas that nobody paid expire ten days after they were issued.
  world.moveTo(world.now() + 11 * DAY)
  await world.drive()
  return stories
}

const bani = (amount: string): number => Math.round(Number(amount) * 100)

export type Books = {
  rows: { name: string; expected: number; found: number }[]
  doubles: string[]
  lost: string[]
  differs: string[]
}

/** What SmartBill itself says at the end, beside what the shops say: the relay is not asked. */
export function booksOf(world: World, stories: readonly Story[]): Books {
  const documents = world.simulator
    .documents({ kind: 'invoice', brief: true })
    .filter(({ status }) => status !== 'deleted' && status !== 'draft')
  const byNumber = new Map(documents.map((one) => [`${one.series} ${one.number}`, one]))
  const orderOf = (document: WitnessDocument): string => {
    const { stornoOf } = document
    const original = stornoOf && byNumber.get(`${stornoOf.series} ${stornoOf.number}`)
    return original
      ? orderOf(original)
      : (/[Cc]omanda (?:online )?(\d+)/.exec(document.mentions)?.[1] ?? '')
  }
  const own = Map.groupBy(documents, orderOf)
  const books: Books = { rows: [], doubles: [], lost: [], differs: [] }
  const sums = { orders: 0, documents: 0, captured: 0, paid: 0 }
  for (const { id, kind, after, net, paid } of stories) {
    const mine = (own.get(id) ?? []).filter(({ status }) => status !== 'cancelled')
    const standing = mine.filter(
      ({ status, stornoOf, totals }) =>
        status === 'issued' && stornoOf === null && bani(totals.gross) > 0,
    )
    const found = mine.reduce((sum, { totals }) => sum + bani(totals.gross), 0)
    const collected = standing.reduce((sum, document) => sum + bani(document.paid), 0)
    const name = `${id} (${kind}, ${after})`
    if (standing.length > 1) books.doubles.push(name)
    if (net > 0 && standing.length === 0) books.lost.push(name)
    if (found !== net || collected !== paid)
      books.differs.push(
        `${name}: ${lei(found)} for ${lei(net)}, paid ${lei(collected)} of ${lei(paid)}`,
      )
    sums.orders += net
    sums.documents += found
    sums.captured += paid
    sums.paid += collected
  }
  books.rows = [
    {
      name: 'documents − corrections = orders − refunds',
      expected: sums.orders,
      found: sums.documents,
    },
    { name: 'collected = captured', expected: sums.captured, found: sums.paid },
    {
      name: 'documents of no order',
      expected: 0,
      found: documents.filter((document) => !stories.some(({ id }) => id === orderOf(document)))
        .length,
    },
  ]
  return books
}

/** As a table, for people. */
export function tableOf(stories: readonly Story[], books: Books): string {
  const groups = Map.groupBy(stories, ({ kind, after }) => `${kind}, ${after}`)
  const lines = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, some]) => {
      const net = some.reduce((sum, story) => sum + story.net, 0)
      return `${name.padEnd(36)} ${String(some.length).padStart(5)} ${lei(net).padStart(14)}`
    })
  return [
    ...lines,
    ...books.rows.map(({ name, expected, found }) =>
      name.startsWith('documents of')
        ? `${name}: ${found}`
        : `${name}: ${lei(found)} = ${lei(expected)}`,
    ),
    `doubles: ${books.doubles.length}, lost: ${books.lost.length}, differ: ${books.differs.length}`,
    ...books.differs.slice(0, 20),
  ].join('\n')
}
