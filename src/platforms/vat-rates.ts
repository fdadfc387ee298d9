import { exact, round, ZERO, type Exact } from '../core/money.ts'

const HUNDRED = exact('100')
const BAN = exact('0.01')

/** A percentage as an order carries it; `''` when there is none or it cannot be one. */
export function rateText(percent: Exact | undefined): string {
  if (percent === undefined || percent.lt(ZERO) || percent.gt(HUNDRED)) return ''
  return round(percent, 4).toFixed()
}

/** Whether VAT at this rate on `base` comes to `vat`, but for a rounding. */
export function agrees(base: Exact, vat: Exact, percent: Exact): boolean {
  const whole = round(base, 0).eq(base) && round(vat, 0).eq(vat)
  // Some currencies are rounded to whole units.
  const tolerance = whole ? exact('0.6') : exact('0.02')
  return base.times(percent).div(HUNDRED).minus(vat).abs().lte(tolerance)
}

const likely = ['21', '19', '11', '9', '5', '0'].map(exact)

/**
 * The rate that VAT and its base amount to: one of the Romanian rates where exactly one fits to the ban, else the ratio
 * itself where the amounts are large enough to fix it, else `''`.
 */
export function derivedRate(base: Exact, vat: Exact): string {
  if (base.eq(ZERO)) return ''
  const fits = likely.filter((rate) => base.times(rate).div(HUNDRED).minus(vat).abs().lte(BAN))
  if (fits.length === 1) return rateText(fits[0])
  if (fits.length > 1) return ''
  const ratio = vat.times(HUNDRED).div(base)
  const vagueness = BAN.times(HUNDRED).div(base).abs()
  return vagueness.lte(exact('0.05')) ? rateText(round(ratio, 2)) : ''
}
