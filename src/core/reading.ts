import type { Item } from './lines.ts'
import { type Exact, exact } from './money.ts'

/** One way of reading the shop's amounts. Which one is right is told by the order's total. */
export type Reading = {
  /** Unit prices and line discounts are what the buyer pays. */
  pricesAreFinal: boolean
  /** Discounts of the whole order are, too. */
  cutsAreFinal: boolean
  /** Each line's part of such a discount is whole bani. */
  sharesInBani: boolean
}

/** The readings worth trying for an order, the most literal first. */
export function readingsOf(pricesIncludeVat: boolean, isPayer: boolean): Reading[] {
  const final = { pricesAreFinal: true, cutsAreFinal: true, sharesInBani: true }
  if (pricesIncludeVat) return [final]
  const net = [true, false].flatMap((sharesInBani) =>
    [false, true].map((cutsAreFinal) => ({ pricesAreFinal: false, cutsAreFinal, sharesInBani })),
  )
  return isPayer ? net : [final, ...net]
}

const ONE = exact('1')

/** What a net amount at this item's rate is multiplied with to become what the buyer pays. */
export const grossFactor = (item: Item): Exact =>
  item.rate === '' ? ONE : exact(item.rate).div(exact('100')).plus(ONE)

/** What the buyer pays for an item with `off` taken from it, not yet rounded. */
export function worthOf(item: Item, off: Exact, reading: Reading): Exact {
  const factor = grossFactor(item)
  const own = item.quantity.times(item.price).minus(item.discount)
  const paid = item.total ?? (reading.pricesAreFinal ? own : own.times(factor))
  return paid.minus(reading.cutsAreFinal ? off : off.times(factor))
}
