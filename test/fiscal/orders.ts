import type { VatTable } from '../../src/core/document.ts'
import type { z } from 'zod'
import { type Address, Order } from '../../src/core/order.ts'
import { Settings } from '../../src/core/settings.ts'

/** An order as some shop would make it, and everything else a decision needs. */
export type Generated = {
  order: Order
  settings: Settings
  vat: VatTable
  kind: 'invoice' | 'estimate'
  /** What was spoiled on purpose; '' for a sound order. */
  spoiled: string
}

/** mulberry32: the same seed gives the same orders on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

// Amounts are whole numbers of 1/10000, so that this file shares no arithmetic with what it tests.
const UNIT = 10_000n
const BAN = 100n

const half = (numerator: bigint, denominator: bigint): bigint =>
  numerator < 0n
    ? -half(-numerator, denominator)
    : (2n * numerator + denominator) / (2n * denominator)
const toBani = (amount: bigint): bigint => half(amount, BAN) * BAN
const text = (amount: bigint, decimals = 2): string => {
  const size = amount < 0n ? -amount : amount
  const whole = size / UNIT
  const part = String(size % UNIT).padStart(4, '0')
  const kept = decimals === 2 && part.endsWith('00') ? part.slice(0, 2) : part
  return `${amount < 0n ? '-' : ''}${whole}.${kept}`
}

type Dice = {
  below: (most: number) => number
  chance: (share: number) => boolean
  pick: <T>(...some: readonly T[]) => T
}
const diceOf = (random: () => number): Dice => {
  const below = (most: number) => Math.floor(random() * most)
  return {
    below,
    chance: (share) => random() < share,
    pick: (...some) => some[below(some.length)] as (typeof some)[number],
  }
}

type Line = {
  quantity: bigint
  price: bigint
  discount: bigint
  rate: bigint
  /** In the order's terms, after its own discount. */
  worth: bigint
}

const names = [
  'Tricou',
  'Cană',
  'Lampă de birou',
  'Carte',
  'Cafea <b>boabe</b>',
  'Șurub M6',
  'Ulei & oțet',
]

/** The rates of the company that sells all this. */
export const accountRates = [
  { name: 'Normala', percentage: '21' },
  { name: 'Redusa', percentage: '11' },
  { name: 'Taxare inversa', percentage: '0' },
  { name: 'SDD', percentage: '0' },
  { name: 'SFDD', percentage: '0' },
  { name: 'OSS DE', percentage: '19' },
  { name: 'OSS FI', percentage: '25.5' },
  { name: 'OSS IT', percentage: '22' },
  { name: 'OSS IT redusa', percentage: '10' },
]

const homes: readonly z.input<typeof Address>[] = [
  { line1: 'Str. Lungă 1', city: 'Brașov', county: 'BV', country: 'RO' },
  { line1: 'Bd. Unirii 3', city: 'București', county: 'B', postcode: '030167', country: 'RO' },
  { line1: 'Calea Victoriei 9', city: 'Sector 1', county: 'Bucuresti', country: 'RO' },
  { line1: 'Str. Horea 7', city: 'Cluj-Napoca', county: 'Jud. Cluj', country: 'România' },
]

/** Where the goods go, with the rates a shop would charge there. */
function market(dice: Dice) {
  const where = dice.below(20)
  const home = dice.pick(...homes)
  if (where < 15) return { rates: [21n, 11n], address: home, customer: customerAtHome(dice) }
  if (where === 15)
    return {
      rates: [0n],
      address: { line1: 'Bahnhofstr. 1', city: 'Zürich', country: 'CH' },
      customer: { name: 'Urs Meier' },
    }
  if (where === 16)
    return {
      rates: [0n],
      address: { line1: 'Hauptstr. 1', city: 'Berlin', country: 'DE' },
      customer: { name: 'Muster GmbH', company: 'Muster GmbH', cif: 'DE136695976' },
    }
  if (where === 17)
    return {
      rates: [190n / 10n],
      address: { line1: 'Hauptstr. 2', city: 'Köln', country: 'DE' },
      customer: { name: 'Hans Muster' },
    }
  if (where === 18)
    return {
      rates: [22n, 10n],
      address: { line1: 'Via Roma 1', city: 'Torino', country: 'IT' },
      customer: { name: 'Mario Rossi' },
    }
  return { rates: [], address: home, customer: customerAtHome(dice) }
}

const customerAtHome = (dice: Dice) =>
  dice.pick<object>(
    { name: 'Ion Popescu', email: 'ion@example.ro' },
    { name: 'Ana Ionescu', cnp: '1960229410015' },
    { name: 'Ion Popescu', company: 'Atelier Brad SRL', cif: 'RO12345674', regCom: 'J40/1/2010' },
    { name: 'Cafenea SRL', company: 'Cafenea SRL', cif: '14399840' },
  )

function lineOf(dice: Dice, rates: readonly bigint[], fraction: boolean): Line {
  const quantity = fraction
    ? BigInt(1 + dice.below(5_000)) * 10n
    : BigInt(1 + dice.below(dice.pick(2, 3, 12, 400))) * UNIT
  const price = dice.chance(0.04)
    ? 0n
    : BigInt(1 + dice.below(dice.pick(500, 30_000, 2_000_000))) * (dice.chance(0.1) ? 1n : BAN)
  const full = (quantity * price) / UNIT
  const discount = dice.chance(0.25)
    ? toBani((full * BigInt(dice.pick(5, 10, 15, 33, 50, 100))) / 100n)
    : 0n
  const off = discount > full ? (full / BAN) * BAN : discount
  return { quantity, price, discount: off, rate: dice.pick(...rates), worth: 0n }
}

/** Everything in the order's terms becomes what the buyer pays, as this shop rounds. */
function grossTotal(
  parts: readonly { worth: bigint; rate: bigint }[],
  rounding: string,
  net: boolean,
): bigint {
  // Worth is in 1/10000 times 100 for the percentage.
  const paid = (part: { worth: bigint; rate: bigint }): bigint =>
    part.worth * (net ? 100n + part.rate : 100n)
  const groups = new Map<string, bigint>()
  parts.forEach((part, at) => {
    const group = rounding === 'line' ? String(at) : rounding === 'rate' ? String(part.rate) : ''
    groups.set(group, (groups.get(group) ?? 0n) + paid(part))
  })
  return [...groups.values()].reduce((all, part) => all + half(part, 100n * BAN) * BAN, 0n)
}

const sumUp = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n)

export function generate(seed: number): Generated {
  const dice = diceOf(seeded(seed))
  const place = market(dice)
  const isPayer = place.rates.length > 0
  const rates = isPayer ? place.rates : [0n]
  const net = dice.chance(0.35)
  const long = dice.chance(0.002)
  const count = long ? 150 + dice.below(300) : 1 + dice.below(dice.pick(2, 4, 12))
  const rounding = dice.pick('line', 'rate', 'once')
  const lines = Array.from({ length: count }, () => {
    const line = lineOf(dice, rates, dice.chance(0.08))
    const exactWorth = (line.quantity * line.price) / UNIT - line.discount
    return { ...line, worth: net ? exactWorth : toBani(exactWorth) }
  })
  // Exact in 1/10000 only for whole pieces or whole bani; the rest says its totals.
  const sayTotals =
    dice.chance(0.5) || lines.some((line) => line.quantity % UNIT !== 0n || line.price % BAN !== 0n)
  const charges = Array.from({ length: dice.pick(0, 1, 1, 1, 2) }, () => ({
    worth: BigInt(1 + dice.below(6_000)) * BAN,
    rate: dice.pick(...rates),
  }))
  const fees = dice.chance(0.2)
    ? [{ worth: BigInt(100 + dice.below(2_000)) * BAN, rate: dice.pick(...rates) }]
    : []
  const perLine = lines.map((line) => half(line.worth * (100n + line.rate), 100n * BAN) * BAN)
  const goods = sumUp(lines.map(({ worth }) => worth))
  const coupon = !net && dice.chance(0.2) ? toBani((goods * BigInt(1 + dice.below(60))) / 100n) : 0n
  const all = [...lines, ...charges, ...fees]
  const sayNetTotals = net && sayTotals
  const mended =
    dice.chance(0.03) && goods > UNIT && coupon < goods ? BigInt(dice.below(9) - 4) * BAN : 0n
  const total =
    (sayNetTotals
      ? sumUp(perLine) + grossTotal([...charges, ...fees], 'line', true)
      : grossTotal(all, rounding, net)) -
    coupon +
    mended
  const currency = dice.chance(0.05) ? 'EUR' : 'RON'
  const rateText = (rate: bigint): string => (isPayer ? String(rate) : '')
  const order = {
    id: String(seed),
    number: `C${seed}`,
    status: 'paid',
    paymentStatus: 'paid',
    paymentMethod: 'card',
    currency,
    createdAt: '2026-11-24T08:00:00Z',
    updatedAt: '2026-11-24T08:01:00Z',
    pricesIncludeVat: !net,
    customer: place.customer,
    billing: place.address,
    lines: lines.map((line, at) => ({
      id: String(at),
      sku: `P${at}`,
      name: dice.pick(...names),
      quantity: line.quantity % UNIT === 0n ? String(line.quantity / UNIT) : text(line.quantity, 4),
      unitPrice: text(line.price, line.price % BAN === 0n ? 2 : 4),
      vatRate: rateText(line.rate),
      discount: text(line.discount, 4),
      ...(sayTotals ? { total: text(net ? (perLine[at] ?? 0n) : line.worth) } : {}),
    })),
    shippingLines: charges.map(({ worth, rate }) => ({
      name: 'Transport',
      price: text(worth),
      vatRate: rateText(rate),
    })),
    fees: [
      ...fees.map(({ worth, rate }) => ({
        name: 'Taxă ramburs',
        price: text(worth),
        vatRate: rateText(rate),
      })),
      ...(mended === 0n
        ? []
        : [{ name: 'Rotunjire', price: text(mended), total: text(mended), vatRate: '' }]),
    ],
    discounts: coupon === 0n ? [] : [{ code: 'CUPON', amount: text(coupon) }],
    total: text(total),
    payments: total > 0n ? [{ method: 'card', amount: text(total) }] : [],
  }
  const kind = dice.chance(0.1) ? 'estimate' : 'invoice'
  const [spoiled, changed] = spoil(order, total, dice)
  return {
    order: Order.parse(changed),
    settings: Settings.parse({
      enabled: true,
      document: kind,
      series: kind === 'invoice' ? 'FCT' : 'PRF',
      currency: 'order',
      precision: dice.pick(2, 2, 2, 3, 4),
      oss: {
        DE: { name: 'OSS DE', percentage: '19' },
        FI: { name: 'OSS FI', percentage: '25.5' },
        IT: [
          { name: 'OSS IT', percentage: '22' },
          { name: 'OSS IT redusa', percentage: '10' },
        ],
      },
      useIntraCif: true,
      vatOnCollection: isPayer && dice.chance(0.1),
      languageByCountry: dice.chance(0.5),
    }),
    vat: isPayer ? { kind: 'payer', rates: accountRates } : { kind: 'not-payer' },
    kind,
    spoiled,
  }
}

type Made = { total: string; lines: { vatRate: string; quantity: string }[] }

/** Now and then something is wrong with an order; then it must be held, or its stated total met all the same. */
function spoil(order: Made, total: bigint, dice: Dice): [string, object] {
  if (!dice.chance(0.08)) return ['', order]
  const [first, ...rest] = order.lines
  switch (dice.below(7)) {
    case 0:
      return ['total off by a ban', { ...order, total: text(total + BAN) }]
    case 1:
      return ['total off by much', { ...order, total: text(total + 1_234n * BAN) }]
    case 2:
      return ['rate unknown', { ...order, lines: [{ ...first, vatRate: '' }, ...rest] }]
    case 3:
      return ['rate ended', { ...order, lines: [{ ...first, vatRate: '9' }, ...rest] }]
    case 4:
      return ['quantity below zero', { ...order, lines: [{ ...first, quantity: '-1' }, ...rest] }]
    case 5:
      return [
        'code wrong',
        { ...order, customer: { name: 'X SRL', company: 'X SRL', cif: 'RO12345675' } },
      ]
    default:
      return [
        'county unclear',
        { ...order, billing: { line1: 'Str. 1', city: 'X', county: 'Ilfov/Bucuresti' } },
      ]
  }
}
