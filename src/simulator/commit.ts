import { hash } from 'node:crypto'
import { envelope, type Answer } from './answers.ts'
import type { Document, Line, Series, State } from './model.ts'
import { sumOf, ZERO } from './money.ts'
import { takeNumber } from './state.ts'

/** What a document is before it has a number. */
type Facts = Pick<
  Document,
  | 'cif'
  | 'kind'
  | 'issueDate'
  | 'dueDate'
  | 'client'
  | 'currency'
  | 'exchangeRate'
  | 'language'
  | 'precision'
  | 'mentions'
  | 'observations'
  | 'footer'
  | 'fromEstimate'
  | 'savedClient'
  | 'stockMoved'
  | 'paymentUrl'
  | 'by'
  | 'body'
> & { lines: Line[]; isDraft: boolean; stornoOf?: Document }

/** Takes the number and adds the document; a draft takes none and is in no series. */
export function commit(state: State, series: Series, facts: Facts): Document {
  const { isDraft, ...rest } = facts
  const id = state.nextId
  state.nextId += 1
  const document: Document = {
    stornoOf: null,
    ...rest,
    id,
    series: series.name,
    number: isDraft ? '' : takeNumber(series),
    status: isDraft ? 'draft' : 'issued',
    issuedAt: state.now(),
    totals: sumOf(rest.lines),
    payments: [],
    paid: ZERO,
    reversedBy: null,
    invoices: [],
    savedProducts: rest.lines.some((line) => line.saved),
    viewHash: hash('md5', `${rest.cif}/${id}`),
  }
  state.documents.push(document)
  state.byHash.set(document.viewHash, document)
  if (!isDraft) series.documents.set(document.number, document)
  facts.fromEstimate?.invoices.push(document)
  return document
}

const word = { invoice: 'factura', estimate: 'proforma' } as const

/** The links that only the creating call returns. */
const linksOf = (state: State, document: Document) => ({
  documentUrl: `https://cloud.smartbill.ro/documente/editare/${word[document.kind]}/${document.id}/`,
  documentId: document.id,
  documentViewUrl: `${state.switches.localLinks ? state.origin : 'https://cloud.smartbill.ro'}/documente/extern/pf/${word[document.kind]}/${document.viewHash}?srvid=2`,
})

export const issued = (state: State, document: Document, withLinks: boolean): Answer =>
  envelope({
    number: document.number,
    series: document.series,
    url: document.paymentUrl,
    ...(withLinks ? linksOf(state, document) : {}),
  })
