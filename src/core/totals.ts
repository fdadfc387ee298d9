import type { DocumentDraft, DocumentLine } from './document.ts'
import { type Exact, ZERO, exact, round, sum, text } from './money.ts'

// SmartBill's arithmetic, mirrored. The simulator has its own; a test compares the two.

type Split = { net: Exact; vat: Exact; gross: Exact }

/**
 * How an account adds up (Configurare → Preferinte generale): by the rules of the cash register, which compute VAT once
 * per rate and are what SmartBill does unless told otherwise; or by the columns, the sum of what the lines show.
 */
export type Calculation = 'cash-register' | 'columns'

const ONE = exact('1')
const rateOf = (line: DocumentLine): Exact =>
  line.vat === null ? ZERO : exact(line.vat.percentage).div(exact('100'))

const amountOf = (line: DocumentLine): Exact =>
  line.type === 'product' ? exact(line.quantity).times(exact(line.price)) : exact(line.value)

/** VAT on top of a net amount. */
function ofNet(net: Exact, rate: Exact, precision: number): Split {
  const vat = round(net.times(rate), precision)
  return { net, vat, gross: net.plus(vat) }
}

/** VAT inside a gross amount. */
function ofGross(gross: Exact, rate: Exact, precision: number): Split {
  const vat = round(gross.minus(gross.div(rate.plus(ONE))), precision)
  return { net: gross.minus(vat), vat, gross }
}

/** One line as SmartBill computes it: each amount rounded half up to the document's precision. */
export function splitOf(line: DocumentLine, precision: number): Split {
  const amount = round(amountOf(line), precision)
  return (line.isTaxIncluded ? ofGross : ofNet)(amount, rateOf(line), precision)
}

const sumOf = (splits: readonly Split[]): Split => ({
  net: sum(splits.map(({ net }) => net)),
  vat: sum(splits.map(({ vat }) => vat)),
  gross: sum(splits.map(({ gross }) => gross)),
})

/** The lines of one VAT rate together. */
function totalOfRate(
  lines: readonly DocumentLine[],
  precision: number,
  calculation: Calculation,
): Split {
  const [first] = lines
  const splits = lines.map((line) => splitOf(line, precision))
  if (calculation === 'columns' || first === undefined) return sumOf(splits)
  const part = (included: boolean): Split[] =>
    splits.filter((_, at) => lines[at]?.isTaxIncluded === included)
  const rate = rateOf(first)
  return sumOf([
    ofNet(sum(part(false).map(({ net }) => net)), rate, precision),
    ofGross(sum(part(true).map(({ gross }) => gross)), rate, precision),
  ])
}

type Group = { name: string; percentage: string; lines: DocumentLine[] }

/** The lines by SmartBill's rate, in the order in which the rates first appear. */
function byRate(lines: readonly DocumentLine[]): Group[] {
  const groups = new Map<string, Group>()
  for (const line of lines) {
    const { name, percentage } = line.vat ?? { name: '', percentage: '' }
    const key = JSON.stringify([name, percentage])
    const group = groups.get(key) ?? { name, percentage, lines: [] }
    group.lines.push(line)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** What SmartBill makes of these lines, VAT included, as it adds up the columns. */
export const documentTotal = (lines: readonly DocumentLine[], precision: number): string =>
  text(sum(lines.map((line) => splitOf(line, precision).gross)))

/**
 * Whether the total is the same however the account adds up. VAT inside a price never changes a total; VAT put on top
 * may, and beside prices with VAT at the same rate nobody can say how it would be rounded.
 */
export const sameInBoth = (lines: readonly DocumentLine[], precision: number): boolean =>
  byRate(lines).every(({ percentage, lines: own }) => {
    const onTop = own.filter(({ isTaxIncluded }) => !isTaxIncluded)
    if (onTop.length === 0 || percentage === '' || exact(percentage).eq(ZERO)) return true
    if (onTop.length < own.length) return false
    const [columns, register] = (['columns', 'cash-register'] as const).map(
      (calculation) => totalOfRate(own, precision, calculation).gross,
    )
    return columns !== undefined && register !== undefined && columns.eq(register)
  })

export type RateTotal = {
  /** SmartBill's name of the rate; '' for a company that is not registered for VAT. */
  name: string
  percentage: string
  net: string
  vat: string
  gross: string
}

/** A document's totals, whole and by VAT rate in the order of the lines, as decimal text. */
export function explain(
  draft: Pick<DocumentDraft, 'lines' | 'precision'>,
  calculation: Calculation = 'columns',
): { rates: RateTotal[]; net: string; vat: string; gross: string } {
  const groups = byRate(draft.lines).map((group) => ({
    ...group,
    total: totalOfRate(group.lines, draft.precision, calculation),
  }))
  return {
    rates: groups.map(({ name, percentage, total }) => ({ name, percentage, ...inText(total) })),
    ...inText(sumOf(groups.map(({ total }) => total))),
  }
}

const inText = ({ net, vat, gross }: Split): { net: string; vat: string; gross: string } => ({
  net: text(net),
  vat: text(vat),
  gross: text(gross),
})
