import Big from 'big.js'

/** SmartBill's arithmetic, written a second time so that the product's own is checked by something independent. */
export type Amount = Big

export const ZERO: Amount = new Big(0)

/** A JSON number stands for the shortest decimal that was written. */
export const amount = (value: number | string): Amount => new Big(value)

const rounded = (value: Amount, decimals: number): Amount => value.round(decimals, Big.roundHalfUp)

const total = (values: readonly Amount[]): Amount =>
  values.reduce((sum, value) => sum.plus(value), ZERO)

/** Decimal text; a zero that came from turning a sign has none. */
export const decimalText = (value: Amount, decimals = 2): string =>
  (value.eq(0) ? ZERO : value).toFixed(decimals)

/** Plain decimal text without padding, as quantities and prices are written. */
export const plainText = (value: number): string => amount(value).toFixed()

export type Triple = { net: Amount; vat: Amount; gross: Amount }

/** The price is without VAT: VAT is added to the rounded net. */
export function fromNet(value: Amount, percentage: number, decimals: number): Triple {
  const net = rounded(value, decimals)
  const vat = rounded(net.times(percentage).div(100), decimals)
  return { net, vat, gross: net.plus(vat) }
}

/** The price holds the VAT: VAT is taken out of the rounded gross. */
export function fromGross(value: Amount, percentage: number, decimals: number): Triple {
  const gross = rounded(value, decimals)
  const vat = rounded(gross.times(percentage).div(amount(percentage).plus(100)), decimals)
  return { net: gross.minus(vat), vat, gross }
}

export const negated = (triple: Triple): Triple => ({
  net: triple.net.times(-1),
  vat: triple.vat.times(-1),
  gross: triple.gross.times(-1),
})

export const sumOf = (triples: readonly Triple[]): Triple => ({
  net: total(triples.map((triple) => triple.net)),
  vat: total(triples.map((triple) => triple.vat)),
  gross: total(triples.map((triple) => triple.gross)),
})
