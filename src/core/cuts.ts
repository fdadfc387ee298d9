import type { Cut, Item } from './lines.ts'
import { type Exact, ZERO, exact, round, roundDown, sum } from './money.ts'
import { type Reading, grossFactor, worthOf } from './reading.ts'
import { shareOutByGroup, shareOutExactly } from './shares.ts'

/** Larger than what it is taken off. */
export type CutTooLarge = { kind: 'cut-too-large'; cut: Cut }
type Shares = { kind: 'shares'; offs: Exact[] } | CutTooLarge

/** What the cuts take off each item: off goods first, off shipping and fees what is left. */
export function cutShares(items: readonly Item[], cuts: readonly Cut[], reading: Reading): Shares {
  const left = items.map((item) => {
    const paid = worthOf(item, ZERO, reading)
    return roundDown(reading.cutsAreFinal ? paid : paid.div(grossFactor(item)))
  })
  const offs = items.map(() => ZERO)
  const takeOff = (amount: Exact, chosen: (item: Item) => boolean): Exact => {
    const indexes = items.flatMap((item, at) => (chosen(item) ? [at] : []))
    const weights = indexes.map((at) => left[at] ?? ZERO)
    const most = sum(weights)
    const taken = amount.gt(most) ? most : amount
    const rates = indexes.map((at) => items[at]?.rate ?? '')
    const shares = reading.sharesInBani
      ? shareOutByGroup(taken, weights, rates)
      : shareOutExactly(taken, weights)
    shares.forEach((share, position) => {
      const at = indexes[position] ?? 0
      offs[at] = (offs[at] ?? ZERO).plus(share)
      left[at] = (left[at] ?? ZERO).minus(share)
    })
    return amount.minus(taken)
  }

  // Amounts with more than two decimals lose up to a ban each when they are cut to bani.
  const slack = exact('0.01').times(exact(String(items.length)))
  for (const cut of cuts) {
    const amount = round(reading.cutsAreFinal ? (cut.total ?? cut.amount) : cut.amount)
    const fits = (item: Item): boolean => cut.rate === '' || item.rate === cut.rate
    const rest = takeOff(amount, (item) => !item.isCharge && fits(item))
    const over = takeOff(rest, (item) => item.isCharge && fits(item))
    if (over.gte(slack)) return { kind: 'cut-too-large', cut }
  }
  return { kind: 'shares', offs }
}
