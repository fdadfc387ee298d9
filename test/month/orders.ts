import type { z } from 'zod'
import { Order } from '../../src/core/order.ts'

type OrderInput = z.input<typeof Order>
export type Told = { at: number; order: Order }

/** One order of the month: what the shop tells of it and when, and what the books must say in the end, in bani. */
export type Story = {
  shop: 'web' | 'b2b'
  id: string
  kind: 'card' | 'cod' | 'transfer' | 'proforma'
  after: string
  told: Told[]
  /** What a courier hands over, and when. */
  settled?: { at: number; amount: number }
  net: number
  paid: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The same numbers for the same seed, on every machine. */
export function dice(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    chance: (p: number) => next() < p,
    whole: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
    one: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
  }
}
type Dice = ReturnType<typeof dice>

export const lei = (bani: number): string => (bani / 100).toFixed(2)
const goods = ['Tricou', 'Cană', 'Carte', 'Șapcă', 'Afiș', 'Ghiozdan'] as const
const kinds = [
  ...Array.from({ length: 8 }, () => 'card' as const),
  ...Array.from({ length: 5 }, () => 'cod' as const),
  ...Array.from({ length: 4 }, () => 'transfer' as const),
  ...Array.from({ length: 3 }, () => 'proforma' as const),
]

type Line = { id: string; price: number; quantity: number; rate: string; name: string }

export function storyOf(at: number, number: number, random: Dice): Story {
  const shop = number % 6 === 0 ? 'b2b' : 'web'
  const kind = random.one(kinds)
  const id = String(1000 + number)
  const lines: Line[] = Array.from({ length: random.whole(1, 4) }, (_, line) => ({
    id: String(line + 1),
    name: `${random.one(goods)} ${line + 1}`,
    price: random.whole(199, 39_999),
    quantity: random.whole(1, 3),
    rate: random.chance(0.3) ? '11' : '21',
  }))
  const shipping = random.chance(0.6) ? 1_499 : 0
  const totalOf = (of: readonly Line[]) =>
    of.reduce((sum, line) => sum + line.price * line.quantity, shipping)
  const total = totalOf(lines)
  const told: Told[] = []
  let now: Line[] = lines
  let state: Partial<OrderInput> = {}
  const tell = (when: number, change: Partial<OrderInput>) => {
    state = { ...state, ...change }
    told.push({
      at: when,
      order: orderOf(
        { id, at, when, kind, lines: now, shipping, random: number },
        totalOf(now),
        state,
      ),
    })
  }
  const pay = (amount: number, when: number, method: string): Partial<OrderInput> => ({
    paymentStatus: 'paid',
    payments: [{ id: `p${id}`, method, amount: lei(amount), at: iso(when) }],
  })
  const story: Story = { shop, id, kind, after: 'nothing', told, net: total, paid: total }
  const later = (days: number) => at + days * DAY + random.whole(1, 20) * HOUR

  if (random.chance(0.04)) {
    tell(at, {
      status: kind === 'card' ? 'authorized' : 'awaiting_payment',
      paymentStatus: 'unpaid',
    })
    tell(at + 2 * HOUR, { status: 'cancelled' })
    return { ...story, after: 'cancelled before', net: 0, paid: 0 }
  }
  switch (kind) {
    case 'card':
      tell(at, { status: 'paid', ...pay(total, at, 'card') })
      break
    case 'cod':
      tell(at, { status: 'awaiting_payment', paymentStatus: 'unpaid' })
      tell(later(1), { status: 'fulfilled' })
      break
    case 'transfer':
      tell(at, { status: 'fulfilled', paymentStatus: 'unpaid' })
      break
    case 'proforma':
      tell(at, { status: 'awaiting_payment', paymentStatus: 'unpaid' })
      if (random.chance(0.25)) return { ...story, after: 'never paid', net: 0, paid: 0 }
      tell(later(2), { status: 'paid', ...pay(total, at + 2 * DAY, 'bank_transfer') })
  }

  const open = kind === 'cod' || kind === 'transfer'
  const fate = random.whole(1, 100)
  if (fate <= 5) {
    tell(later(3), { status: 'cancelled' })
    return { ...story, after: 'cancelled after', net: 0, paid: 0 }
  }
  if (fate <= 12 && open) {
    const [first, ...rest] = lines as [Line, ...Line[]]
    now =
      random.chance(0.5) && rest.length > 0
        ? rest
        : [{ ...first, quantity: first.quantity + 1 }, ...rest]
    story.after = 'edited'
    story.net = totalOf(now)
    story.paid = story.net
    tell(later(2), {})
  }
  const due = totalOf(now)
  if (kind === 'cod') story.settled = { at: later(4), amount: due }
  if (kind === 'transfer')
    tell(later(4), { status: 'completed', ...pay(due, at + 4 * DAY, 'bank_transfer') })
  if (fate > 12 && fate <= 17) {
    tell(later(6), {
      status: 'refunded',
      paymentStatus: 'refunded',
      ...(kind === 'cod' ? pay(due, at + 5 * DAY, 'cod') : {}),
      refunds: [{ id: `r${id}`, amount: lei(due), at: iso(later(6)) }],
    })
    return { ...story, after: 'refunded in full', net: 0, paid: 0 }
  }
  if (fate > 17 && fate <= 32) {
    const refunds = refundsOf(now, shipping, random)
    const [first, ...more] = refunds.list
    const paidBefore = kind === 'cod' ? pay(due, at + 5 * DAY, 'cod') : {}
    tell(later(6), {
      ...paidBefore,
      paymentStatus: 'partially_refunded',
      refunds: first === undefined ? [] : [first],
    })
    if (more.length > 0) tell(later(8), { refunds: refunds.list })
    story.after = `refunded by ${refunds.by}`
    story.net = due - refunds.amount
  }
  return story
}

const iso = (at: number): string => new Date(at).toISOString()

function refundsOf(lines: readonly Line[], shipping: number, random: Dice) {
  const [first] = lines as [Line]
  const by = random.one(['quantity', 'line', 'amount', 'two refunds'] as const)
  const one = (id: string, amount: number, line?: object) => ({
    id,
    amount: lei(amount),
    ...(line === undefined ? {} : { lines: [line as { id: string }] }),
  })
  const part = Math.max(1, Math.floor(first.price / 3))
  const everything = lines.length === 1 && first.quantity === 1 && shipping === 0
  if (by === 'quantity' && !everything)
    return {
      by,
      amount: first.price,
      list: [one('a', first.price, { id: first.id, quantity: '1' })],
    }
  if (by === 'line')
    return { by, amount: part, list: [one('a', part, { id: first.id, amount: lei(part) })] }
  if (by === 'two refunds') return { by, amount: part * 2, list: [one('a', part), one('b', part)] }
  return { by: 'amount' as const, amount: part, list: [one('a', part)] }
}

type Placed = {
  id: string
  at: number
  when: number
  kind: Story['kind']
  lines: readonly Line[]
  shipping: number
  random: number
}

const orderOf = (
  { id, at, when, kind, lines, shipping, random }: Placed,
  total: number,
  state: Partial<OrderInput>,
): Order =>
  Order.parse({
    id,
    number: id,
    status: 'awaiting_payment',
    paymentStatus: 'unpaid',
    paymentMethod: kind === 'transfer' ? 'bank_transfer' : kind,
    currency: 'RON',
    createdAt: iso(at),
    updatedAt: iso(when),
    pricesIncludeVat: true,
    customer: { kind: 'person', name: `Ion Popescu ${random}`, email: 'ion@example.ro' },
    billing: { line1: 'Str. Lunga 1', city: 'Brasov', county: 'Brasov', country: 'RO' },
    lines: lines.map((line) => ({
      id: line.id,
      sku: `SKU-${line.name}`,
      name: line.name,
      quantity: String(line.quantity),
      unit: 'buc',
      unitPrice: lei(line.price),
      vatRate: line.rate,
    })),
    shippingLines:
      shipping === 0 ? [] : [{ name: 'Transport', price: lei(shipping), vatRate: '21' }],
    total: lei(total),
    tags: random % 11 === 0 ? ['later'] : [],
    ...state,
  })
