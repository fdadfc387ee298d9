import type { Client, Document, DocumentStatus, Line, Payment, State } from './model.ts'
import { decimalText } from './money.ts'
import { unpaid } from './state.ts'

export type DocumentFilter = {
  /** Text that the mentions hold. */
  mention?: string | undefined
  series?: string | undefined
  cif?: string | undefined
  status?: string | undefined
  kind?: string | undefined
  /** Without the request bodies. */
  brief?: boolean | undefined
}

export type WitnessLine = Omit<Line, 'net' | 'vat' | 'gross'> & {
  net: string
  vat: string
  gross: string
}

export type DocumentRef = { series: string; number: string }

/** A document as the tests see it: amounts are decimal text. */
export type WitnessDocument = {
  id: number
  cif: string
  kind: 'invoice' | 'estimate'
  series: string
  number: string
  status: DocumentStatus
  issuedAt: string
  issueDate: string
  dueDate: string
  client: Client
  lines: WitnessLine[]
  totals: { net: string; vat: string; gross: string }
  currency: string
  exchangeRate: number | null
  language: string
  precision: number
  mentions: string
  observations: string
  payments: WitnessPayment[]
  paid: string
  unpaid: string
  stornoOf: DocumentRef | null
  reversedBy: DocumentRef | null
  fromEstimate: DocumentRef | null
  invoices: DocumentRef[]
  savedClient: boolean
  savedProducts: boolean
  stockMoved: boolean
  by: 'api' | 'other'
  body?: unknown
}

export type WitnessPayment = {
  id: number
  cif: string
  type: string
  value: string
  currency: string
  date: string
  isCash: boolean
  series: string
  number: string
  client: string
  invoices: (DocumentRef & { value: string })[]
  status: 'recorded' | 'draft' | 'deleted'
  at: string
}

const ref = (document: Document | null): DocumentRef | null =>
  document === null ? null : { series: document.series, number: document.number }

const instant = (at: number): string => new Date(at).toISOString()

export const paymentView = (payment: Payment): WitnessPayment => ({
  id: payment.id,
  cif: payment.cif,
  type: payment.type,
  value: decimalText(payment.value),
  currency: payment.currency,
  date: payment.date,
  isCash: payment.isCash,
  series: payment.series,
  number: payment.number,
  client: payment.client.name,
  invoices: payment.invoices.map(({ document, value }) => ({
    series: document.series,
    number: document.number,
    value: decimalText(value),
  })),
  status: payment.status,
  at: instant(payment.at),
})

export function documentView(document: Document, brief = false): WitnessDocument {
  const { precision, totals } = document
  const text = (value: Document['paid']) => decimalText(value, precision)
  return {
    id: document.id,
    cif: document.cif,
    kind: document.kind,
    series: document.series,
    number: document.number,
    status: document.status,
    issuedAt: instant(document.issuedAt),
    issueDate: document.issueDate,
    dueDate: document.dueDate,
    client: document.client,
    lines: document.lines.map((line) => ({
      ...line,
      net: text(line.net),
      vat: text(line.vat),
      gross: text(line.gross),
    })),
    totals: { net: text(totals.net), vat: text(totals.vat), gross: text(totals.gross) },
    currency: document.currency,
    exchangeRate: document.exchangeRate,
    language: document.language,
    precision,
    mentions: document.mentions,
    observations: document.observations,
    payments: document.payments.map(paymentView),
    paid: text(document.paid),
    unpaid: text(unpaid(document)),
    stornoOf: ref(document.stornoOf),
    reversedBy: ref(document.reversedBy),
    fromEstimate: ref(document.fromEstimate),
    invoices: document.invoices.map(({ series, number }) => ({ series, number })),
    savedClient: document.savedClient,
    savedProducts: document.savedProducts,
    stockMoved: document.stockMoved,
    by: document.by,
    ...(brief ? {} : { body: document.body }),
  }
}

export const findDocuments = (state: State, filter: DocumentFilter): Document[] =>
  state.documents.filter(
    (document) =>
      (!filter.mention || document.mentions.includes(filter.mention)) &&
      (!filter.series || document.series === filter.series) &&
      (!filter.cif || document.cif === filter.cif) &&
      (!filter.status || document.status === filter.status) &&
      (!filter.kind || document.kind === filter.kind),
  )

/** Everything that was ever issued, in order; deleted ones too, with that status. */
export const documentViews = (state: State, filter: DocumentFilter = {}): WitnessDocument[] =>
  findDocuments(state, filter).map((document) => documentView(document, filter.brief))

export const nomenclature = (state: State) =>
  [...state.companies.values()].map(({ cif, clients, products, stock }) => ({
    cif,
    clients,
    products,
    stock: stock.map((item) => ({ ...item, quantity: item.quantity.toFixed() })),
  }))
