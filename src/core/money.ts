import Big from 'big.js'
import { z } from 'zod'

// Strict: a JavaScript number handed to the constructor throws, so that no float ever meets an amount.
const Exact = Big()
Exact.strict = true
Exact.DP = 30
Exact.RM = Big.roundHalfUp

export type Exact = Big

/** An exact decimal from its text. Throws on anything that is not plain decimal notation. */
export const exact = (text: string): Exact => new Exact(text)
export const ZERO: Exact = exact('0')

/** The one place that rounds: half away from zero, to `decimals` (2 = bani). */
export const round = (value: Exact, decimals = 2): Exact => value.round(decimals, Big.roundHalfUp)

/** Cut to `decimals`, never up: for shares that must not exceed what they are part of. */
export const roundDown = (value: Exact, decimals = 2): Exact => value.round(decimals, Big.roundDown)

/** The next value of `decimals` that is not smaller in size. */
export const roundUp = (value: Exact, decimals = 2): Exact => value.round(decimals, Big.roundUp)

/** Plain decimal text with at least two decimals: `136.00`, `0.125`. */
export function text(value: Exact): string {
  const plain = value.toFixed()
  const decimals = plain.split('.')[1]?.length ?? 0
  return decimals < 2 ? value.toFixed(2) : plain
}

export const sum = (values: Iterable<Exact>): Exact => {
  let total = ZERO
  for (const value of values) total = total.plus(value)
  return total
}

/**
 * An amount as orders carry it: decimal text with a point, at most 12 digits before it and 6 after it. What is no number
 * ends there: further checks may take it for one.
 */
export const Amount = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, {
  error: 'must be a decimal number in text with a point and no thousands separator, like "136.00"',
  abort: true,
})

/** The same, not negative. */
export const PositiveAmount = Amount.refine(
  (value) => !value.startsWith('-'),
  'must not be negative',
)
