import { commit } from './commit.ts'
import { remove } from './lifecycle.ts'
import { computeLines } from './lines.ts'
import { sumOf } from './money.ts'
import type { Company, Document, Series, State } from './model.ts'
import { today } from './texts.ts'

/** The series by name, invoices first; without a name, the first invoice series. */
const anySeries = (company: Company, name: string | undefined): Series | undefined =>
  company.series
    .toSorted((a, b) => a.type.localeCompare(b.type))
    .find(({ type, ...series }) => type !== 'c' && (name === undefined || series.name === name))

/** Somebody in the same account issues a document in the web application. */
export function issueAsOther(
  state: State,
  company: Company,
  seriesName: string | undefined,
  mentions = '',
): Document | null {
  const series = anySeries(company, seriesName)
  if (series === undefined) return null
  const kind = series.type === 'p' ? 'estimate' : 'invoice'
  const [rate] = company.rates
  const lines = computeLines(
    [
      {
        name: 'Servicii diverse',
        quantity: 1,
        price: 100,
        measuringUnitName: 'buc',
        ...(company.vat === 'payer' && rate !== undefined
          ? { taxName: rate.name, taxPercentage: rate.percentage }
          : {}),
        code: 'SD',
      },
    ],
    { company, kind, currency: 'RON', precision: 2, checkUnits: false, rateOf: () => 1 },
  )
  return commit(state, series, {
    cif: company.cif,
    kind,
    issueDate: today(state.now()),
    dueDate: '',
    client: otherClient,
    lines,
    currency: 'RON',
    exchangeRate: null,
    language: 'RO',
    precision: 2,
    mentions,
    observations: '',
    footer: [],
    fromEstimate: null,
    savedClient: false,
    stockMoved: false,
    paymentUrl: '',
    isDraft: false,
    by: 'other',
    body: null,
  })
}

const otherClient = {
  name: 'Alt Client SRL',
  vatCode: 'RO11223344',
  isTaxPayer: true,
  regCom: '',
  address: '-',
  city: 'Iasi',
  county: 'Iasi',
  country: 'Romania',
  email: '',
  phone: '',
  contact: '',
  iban: '',
  bank: '',
  code: '',
}

/** Somebody in the same account deletes the last document of the series. */
export function deleteLastAsOther(
  state: State,
  company: Company,
  seriesName: string | undefined,
): Document | null {
  const series = anySeries(company, seriesName)
  let last: Document | undefined
  for (const document of series?.documents.values() ?? []) {
    if (Number(document.number) > Number(last?.number ?? 0)) last = document
  }
  if (series === undefined || last === undefined) return null
  remove(state, company, series, last)
  return last
}

/** Somebody in the same account adds a line to an invoice; what was collected stays. */
export function raiseAsOther(
  company: Company,
  seriesName: string,
  number: string,
): Document | null {
  const document = company.series
    .find(({ name, type }) => name === seriesName && type === 'f')
    ?.documents.get(number)
  const [first] = document?.lines ?? []
  if (document === undefined || first === undefined) return null
  document.lines = [...document.lines, { ...first }]
  document.totals = sumOf(document.lines)
  return document
}
