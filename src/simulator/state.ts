import { defaultCompany } from './defaults.ts'
import type { Company, Document, Series, SeriesType, State } from './model.ts'
import { ZERO, type Amount } from './money.ts'
import type { Switches } from './switches.ts'

export const createState = (now: () => number, switches: Switches): State => ({
  now,
  switches,
  refusedLogins: new Set(),
  companies: new Map(),
  documents: [],
  byHash: new Map(),
  payments: [],
  emails: [],
  nextId: 40_001,
  nextPaymentId: 55_001,
  origin: '',
})

/** Forgets everything that happened; switches and the login rules go back to their defaults too. */
export function clearState(state: State, switches: Switches): void {
  Object.assign(state, { ...createState(state.now, switches), origin: state.origin })
}

/** The company, created on first use where the switch allows it. */
export function companyOf(state: State, cif: string): Company | undefined {
  const known = state.companies.get(cif)
  if (known !== undefined || !state.switches.anyCompany) return known
  const company = defaultCompany(cif)
  state.companies.set(cif, company)
  return company
}

export const seriesOf = (company: Company, name: unknown, type: SeriesType): Series | undefined =>
  company.series.find((series) => series.name === name && series.type === type)

/** Takes the next number of a series. Everything runs on one thread, so no two callers get the same. */
export function takeNumber(series: Series): string {
  const number = String(series.next).padStart(series.width, '0')
  series.next += 1
  return number
}

/** Gives the last number back, unless the switch says that the counter stays. */
export function returnNumber(state: State, series: Series): void {
  if (!state.switches.deleteKeepsCounter) series.next -= 1
}

export function isLast(series: Series, number: string): boolean {
  const held = series.type === 'c' ? series.receipts : series.documents
  let last = 0
  for (const other of held.keys()) last = Math.max(last, Number(other))
  return last === Number(number)
}

export const unpaid = (document: Document): Amount =>
  document.status === 'reversed' ? ZERO : document.totals.gross.minus(document.paid)
