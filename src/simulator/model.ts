import type { Amount, Triple } from './money.ts'
import type { Switches } from './switches.ts'

export type Rate = { name: string; percentage: number }
export type SeriesType = 'f' | 'p' | 'c'

export type Series = {
  name: string
  type: SeriesType
  next: number
  width: number
  /** Live documents by printed number; receipts are in `receipts`. */
  documents: Map<string, Document>
  receipts: Map<string, Payment>
}

export type StockItem = {
  warehouse: string
  name: string
  code: string
  unit: string
  quantity: Amount
}

export type Client = {
  name: string
  vatCode: string
  isTaxPayer: boolean
  regCom: string
  address: string
  city: string
  county: string
  country: string
  email: string
  phone: string
  contact: string
  iban: string
  bank: string
  code: string
}

export type SavedProduct = {
  code: string
  name: string
  unit: string
  price: string
  currency: string
  isTaxIncluded: boolean
  isService: boolean
  taxName: string
  taxPercentage: number
}

export type Company = {
  cif: string
  vat: 'payer' | 'not-payer'
  rates: Rate[]
  series: Series[]
  units: string[]
  languages: string[]
  warehouses: { name: string; type: 'en gros' | 'en detail' }[]
  stock: StockItem[]
  clients: Client[]
  products: SavedProduct[]
  usesProductCodes: boolean
  stockModule: boolean
  referenceCurrency: boolean
  mailServer: boolean
  /** The fiscal printer of the calling user is configured. */
  till: boolean
  /** Documents left in the subscription; null is no limit. */
  planLeft: number | null
  /** Last day of the closed period, yyyy-MM-dd. */
  closedUntil: string | null
  /** E-mails of the users who reach this company; null is everybody. */
  users: string[] | null
  /** No longer in SmartBill Cloud. */
  gone: boolean
  mayAddInvoices: boolean
  mayChange: boolean
  mayAddPayments: boolean
  /** Invoice series this user may not use. */
  forbiddenSeries: string[]
}

export type Line = Triple & {
  type: 'product' | 'discount'
  name: string
  code: string
  quantity: string
  price: string
  unit: string
  taxName: string
  taxPercentage: number
  isTaxIncluded: boolean
  isService: boolean
  warehouse: string
  description: string
  saved: boolean
}

export type DocumentStatus = 'draft' | 'issued' | 'cancelled' | 'reversed' | 'deleted'

export type Document = {
  id: number
  cif: string
  kind: 'invoice' | 'estimate'
  series: string
  /** Printed number; '' for a draft. */
  number: string
  status: DocumentStatus
  issuedAt: number
  issueDate: string
  dueDate: string
  client: Client
  lines: Line[]
  totals: Triple
  currency: string
  exchangeRate: number | null
  language: string
  precision: number
  mentions: string
  observations: string
  /** Other printed texts: issuer, delegate, delivery note. */
  footer: string[]
  payments: Payment[]
  paid: Amount
  stornoOf: Document | null
  reversedBy: Document | null
  fromEstimate: Document | null
  invoices: Document[]
  savedClient: boolean
  savedProducts: boolean
  stockMoved: boolean
  paymentUrl: string
  viewHash: string
  /** Who issued it: a call of the API, or somebody else in the account. */
  by: 'api' | 'other'
  body: unknown
}

export type Payment = {
  id: number
  cif: string
  type: string
  value: Amount
  currency: string
  date: string
  isCash: boolean
  /** Series and number of the receipt, for `Chitanta`. */
  series: string
  number: string
  client: Client
  invoices: { document: Document; value: Amount }[]
  text: string
  status: 'recorded' | 'draft' | 'deleted'
  at: number
}

export type Email = {
  at: number
  cif: string
  kind: 'invoice' | 'estimate'
  series: string
  number: string
  to: string
  cc: string
  bcc: string
  subject: string
  body: string
  how: 'with-document' | 'document/send'
}

export type State = {
  now: () => number
  switches: Switches
  /** E-mails or tokens whose login is refused. */
  refusedLogins: Set<string>
  companies: Map<string, Company>
  documents: Document[]
  byHash: Map<string, Document>
  payments: Payment[]
  emails: Email[]
  nextId: number
  nextPaymentId: number
  origin: string
}

export const newSeries = (name: string, type: SeriesType, next = 1, width = 4): Series => ({
  name,
  type,
  next,
  width,
  documents: new Map(),
  receipts: new Map(),
})
