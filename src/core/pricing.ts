import type { DocumentLine } from './document.ts'
import type { Item } from './lines.ts'
import { type Exact, ZERO, exact, round, roundUp, sum, text } from './money.ts'
import { splitOf } from './totals.ts'

/** What showing an item on a document depends on. */
export type Manner = {
  precision: number
  warehouse: string
  /** A line's own discount, and the discounts of the whole order. */
  discountNames: { own: string; whole: string }
  /** Discounts go into the price instead of a line of their own: for documents that would be too long. */
  discountsInPrice: boolean
}

const MOST_DECIMALS = 4

/** The item without VAT, as the shop shows it, `off` taken from it; null where its price has too many decimals. */
export function asShown(item: Item, off: Exact, manner: Manner): DocumentLine[] | null {
  if (manner.discountsInPrice && off.gt(ZERO)) return null
  const whole = round(item.price, MOST_DECIMALS).eq(item.price)
  return whole ? show(item, item.price, round(off), false, manner) : null
}

/**
 * The item with VAT included, so that SmartBill's arithmetic gives exactly `target`. The shop's own price stays where
 * it can; else one is found that multiplies to the right amount; else the last bani go into the discount line.
 */
export function toTarget(
  item: Item,
  { price, off, target }: { price: Exact; off: Exact; target: Exact },
  manner: Manner,
): DocumentLine[] {
  const { quantity } = item
  const amount = round(price.times(quantity))
  const roundOff = quantity.times(exact('0.005')).plus(exact('0.005'))
  const unsaid = amount.minus(round(off)).minus(target)
  const shownOff = unsaid.gt(roundOff) ? round(off).plus(unsaid) : round(off)
  const taken = manner.discountsInPrice ? ZERO : shownOff
  const before = target.plus(taken)

  const shown = round(price, MOST_DECIMALS)
  const candidates = [
    ...(shown.eq(price) ? [price] : []),
    ...[2, 3, MOST_DECIMALS].map((decimals) => round(before.div(quantity), decimals)),
  ]
  const exactPrice = candidates.find((candidate) =>
    round(candidate.times(quantity), manner.precision).eq(before),
  )
  if (exactPrice !== undefined) return show(item, exactPrice, taken, true, manner)
  const above = roundUp(before.div(quantity), MOST_DECIMALS)
  const rest = round(above.times(quantity), manner.precision).minus(target)
  return show(item, above, rest, true, manner)
}

function show(
  item: Item,
  price: Exact,
  off: Exact,
  isTaxIncluded: boolean,
  manner: Manner,
): DocumentLine[] {
  const { name, code, unit, vat, isService, saveToDb } = item
  const terms = { isTaxIncluded: isTaxIncluded || vat === null, vat }
  const product: DocumentLine = {
    type: 'product',
    name,
    code,
    quantity: item.quantity.toFixed(),
    price: text(price),
    unit,
    ...terms,
    isService,
    saveToDb,
    warehouse: isService ? '' : manner.warehouse,
  }
  if (off.lte(ZERO)) return [product]
  const value = text(off.times(exact('-1')))
  return [product, { type: 'discount', name: manner.discountNames.own, unit, value, ...terms }]
}

export const grossOf = (lines: readonly DocumentLine[], precision: number): Exact =>
  sum(lines.map((line) => splitOf(line, precision).gross))
