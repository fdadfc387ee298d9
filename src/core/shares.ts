import { type Exact, ZERO, exact, roundDown, sum } from './money.ts'

const BAN = exact('0.01')

/**
 * The values cut to bani, and the bani that this loses given back where most was cut off, so that they add up to
 * `total`. Never more than one ban per value.
 */
export function toBani(values: readonly Exact[], total: Exact): Exact[] {
  const parts = values.map((value) => roundDown(value))
  let missing = total.minus(sum(parts))
  const byLoss = values
    .map((value, index) => ({ index, loss: value.minus(parts[index] ?? ZERO) }))
    .toSorted((a, b) => b.loss.cmp(a.loss))
  for (const { index } of byLoss) {
    if (missing.lt(BAN)) break
    parts[index] = (parts[index] ?? ZERO).plus(BAN)
    missing = missing.minus(BAN)
  }
  return parts
}

/** `amount` in proportion to the weights, to as many decimals as it takes. */
export function shareOutExactly(amount: Exact, weights: readonly Exact[]): Exact[] {
  const whole = sum(weights)
  if (whole.lte(ZERO)) return weights.map(() => ZERO)
  return weights.map((weight) => amount.times(weight).div(whole))
}

/** The same in whole bani; the shares add up to `amount` exactly. */
export const shareOut = (amount: Exact, weights: readonly Exact[]): Exact[] => {
  const shares = shareOutExactly(amount, weights)
  return sum(weights).lte(ZERO) ? shares : toBani(shares, amount)
}

/** That in two steps, first over the groups and then within each: a VAT rate gets its fair part to the ban. */
export function shareOutByGroup(
  amount: Exact,
  weights: readonly Exact[],
  groups: readonly string[],
): Exact[] {
  const names = [...new Set(groups)]
  const members = names.map((name) =>
    groups.flatMap((group, index) => (group === name ? [index] : [])),
  )
  const weightAt = (index: number): Exact => weights[index] ?? ZERO
  const perGroup = shareOut(
    amount,
    members.map((indexes) => sum(indexes.map(weightAt))),
  )
  const shares = weights.map(() => ZERO)
  members.forEach((indexes, group) => {
    const parts = shareOut(perGroup[group] ?? ZERO, indexes.map(weightAt))
    indexes.forEach((index, position) => {
      shares[index] = parts[position] ?? ZERO
    })
  })
  return shares
}
