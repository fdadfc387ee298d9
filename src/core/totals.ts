import type { DocumentDraft, DocumentLine } from './document.ts'
import { type Exact, ZERO, exact, round, sum, text } from './money.ts'

type Split = { net: Exact; vat: Exact; gross: Exact }

const amountOf = (line: DocumentLine): Exact =>
  line.type === 'product' ? exact(line.quantity).times(exact(line.price)) : exact(line.value)

/** One line as SmartBill computes it: each amount rounded half up to the document's precision. */
export function splitOf(line: DocumentLine, precision: number): Split {
  const amount = round(amountOf(line), precision)
  if (line.vat === null) return { net: amount, vat: ZERO, gross: amount }
  const rate = exact(line.vat.percentage).div(exact('100'))
  if (!line.isTaxIncluded) {
    const vat = round(amount.times(rate), precision)
    return { net: amount, vat, gross: amount.plus(vat) }
  }
  const vat = round(amount.minus(amount.div(rate.plus(exact('1')))), precision)
  return { net: amount.minus(vat), vat, gross: amount }
}

/** What SmartBill makes of these lines, VAT included: our mirror of its arithmetic. */
export const documentTotal = (lines: readonly DocumentLine[], precision: number): string =>
  text(sum(lines.map((line) => splitOf(line, precision).gross)))

export type RateTotal = {
  /** SmartBill's name of the rate; '' for a company that is not registered for VAT. */
  name: string
  percentage: string
  net: string
  vat: string
  gross: string
}

/** A document's totals, whole and by VAT rate in the order of the lines, as decimal text. */
export function explain(draft: Pick<DocumentDraft, 'lines' | 'precision'>): {
  rates: RateTotal[]
  net: string
  vat: string
  gross: string
} {
  const byRate = new Map<string, { name: string; percentage: string; splits: Split[] }>()
  for (const line of draft.lines) {
    const { name, percentage } = line.vat ?? { name: '', percentage: '' }
    const key = JSON.stringify([name, percentage])
    const entry = byRate.get(key) ?? { name, percentage, splits: [] }
    entry.splits.push(splitOf(line, draft.precision))
    byRate.set(key, entry)
  }
  const rates = [...byRate.values()].map(({ name, percentage, splits }) => ({
    name,
    percentage,
    ...totalOf(splits),
  }))
  return { rates, ...totalOf([...byRate.values()].flatMap((entry) => entry.splits)) }
}

const totalOf = (splits: Split[]): { net: string; vat: string; gross: string } => ({
  net: text(sum(splits.map((split) => split.net))),
  vat: text(sum(splits.map((split) => split.vat))),
  gross: text(sum(splits.map((split) => split.gross))),
})
