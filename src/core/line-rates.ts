import { type Exact, ZERO, exact } from './money.ts'
import type { Charge, Order, OrderLine } from './order.ts'
import type { Settings } from './settings.ts'
import { fold } from './text.ts'
import { isZero, rateKey } from './vat.ts'

/** What the shop says is paid for a line, or else its amount in the order's terms. */
const worthOfLine = (line: OrderLine): Exact =>
  line.total === undefined
    ? exact(line.quantity).times(exact(line.unitPrice)).minus(exact(line.discount))
    : exact(line.total)

const priced = (line: OrderLine): boolean => line.vatRate !== '' && !worthOfLine(line).eq(ZERO)

/** The one rate that all lines with a price have, or ''. */
function sharedRate(order: Order): string {
  const some = order.lines.some(priced) ? order.lines.filter(priced) : order.lines
  const rates = new Set(some.map((line) => rateKey(line.vatRate)).filter((rate) => rate !== ''))
  const [only] = rates
  return rates.size === 1 && only !== undefined ? only : ''
}

/**
 * The rate of a line. One that costs nothing has no VAT at any rate, so where the shop says none (a gift, a part of a
 * bundle) it takes that of the line before it that has a price, or else of the first one after.
 */
export function rateOfLine(order: Order, at: number): string {
  const line = order.lines[at]
  if (line === undefined) return ''
  if (!worthOfLine(line).eq(ZERO) || (line.vatRate !== '' && !isZero(line.vatRate)))
    return line.vatRate
  const neighbour = order.lines.slice(0, at).findLast(priced) ?? order.lines.slice(at).find(priced)
  return neighbour?.vatRate ?? (line.vatRate || sharedRate(order))
}

/** The rate of the product that brings the most money. */
function mainRate(order: Order): string {
  let main: OrderLine | undefined
  for (const line of order.lines.filter(priced))
    if (main === undefined || worthOfLine(line).gt(worthOfLine(main))) main = line
  return main?.vatRate ?? ''
}

function highestRate(order: Order): string {
  const rates = order.lines.map(({ vatRate }) => vatRate).filter((rate) => rate !== '')
  return rates.reduce(
    (most, rate) => (most === '' || exact(rate).gt(exact(most)) ? rate : most),
    '',
  )
}

const MOST_ROUNDING = exact('0.50')

/** A line by which a shop rounds its total. It belongs to the price of the goods. */
export const isRounding = (charge: Charge): boolean =>
  exact(charge.total ?? charge.price)
    .abs()
    .lte(MOST_ROUNDING) && /rotunj|\bround(ing|ed)?\b/.test(fold(charge.name))

/** The rate of shipping, a fee or a rounding line; '' where nobody says it. */
export function rateOfCharge(charge: Charge, order: Order, settings: Settings): string {
  if (isRounding(charge) && (charge.vatRate === '' || isZero(charge.vatRate)))
    return mainRate(order)
  if (charge.vatRate !== '') return charge.vatRate
  const { chargesVatRate } = settings
  return (chargesVatRate === 'highest' ? highestRate(order) : chargesVatRate) || sharedRate(order)
}
