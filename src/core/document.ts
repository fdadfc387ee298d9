import { z } from 'zod'
import { buyerOf } from './buyer.ts'
import type { Reason } from './causes.ts'
import { type CompanyAnswer, withCompany } from './company.ts'
import { currencyOf, datesOf, refundsOf, settingsReasons } from './circumstances.ts'
import type { DocumentKey, DocumentKind } from './ids.ts'
import { languageOf } from './languages.ts'
import { itemsOf } from './lines.ts'
import { mentionsOf, fill } from './mentions.ts'
import { text } from './money.ts'
import type { Order } from './order.ts'
import { paymentOf } from './payment.ts'
import { pricedLines, totalOf } from './priced-lines.ts'
import { type KnownProduct, withProductData } from './product-data.ts'
import type { PaymentType, Settings } from './settings.ts'
import { specialVat } from './special-vat.ts'
import type { CivilDate } from './time.ts'

/** The account's own VAT rates as GET /tax lists them; a company that is not registered for VAT has none. */
export type VatTable =
  | { kind: 'payer'; rates: readonly { name: string; percentage: string }[] }
  | { kind: 'not-payer' }

export type DocumentClient = {
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
  bank: string
  iban: string
  saveToDb: boolean
}

const Vat = z.object({ name: z.string(), percentage: z.string() }).nullable()

/** Amounts are decimal text. A `discount` line takes `value` (negative) off the one line before it. */
export const DocumentLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('product'),
    name: z.string(),
    code: z.string(),
    quantity: z.string(),
    price: z.string(),
    unit: z.string(),
    isTaxIncluded: z.boolean(),
    vat: Vat,
    isService: z.boolean(),
    saveToDb: z.boolean(),
    warehouse: z.string(),
  }),
  z.object({
    type: z.literal('discount'),
    name: z.string(),
    unit: z.string(),
    value: z.string(),
    isTaxIncluded: z.boolean(),
    vat: Vat,
  }),
])
export type DocumentLine = z.infer<typeof DocumentLine>

/** A document ready to be sent, in our words; the SmartBill folder turns it into the wire's. */
export type DocumentDraft = {
  kind: DocumentKind
  companyVatCode: string
  series: string
  issueDate: CivilDate
  dueDate: CivilDate | null
  /** When the goods were handed over; absent: not before the issue date, or not known. */
  deliveryDate?: CivilDate
  currency: string
  exchangeRate: string | null
  language: string
  precision: 2 | 3 | 4
  isDraft: boolean
  useStock: boolean
  /** Carries the company's intra-community code. */
  useIntraCif: boolean
  /** Says that VAT is due on collection. */
  vatOnCollection: boolean
  /** Holds the marker. */
  mentions: string
  observations: string
  client: DocumentClient
  lines: DocumentLine[]
  payment: { type: PaymentType; value: string; isCash: boolean } | null
  /** What SmartBill will compute, VAT included: equal to the order's total; of a correction, below zero. */
  total: string
  /** The proforma whose client and lines it takes; absent: its own. */
  fromEstimate?: { key: DocumentKey; series: string; number: string }
  /** Of a correction: what it takes from each line of its original, by its place; decimal text, VAT included. */
  takes?: { at: number; quantity: string; amount: string }[]
  /** What the journal should tell of how it came about, like an unanswered company look-up; absent: nothing. */
  notes?: string[]
}

export type Decision =
  | { kind: 'issue'; document: DocumentDraft }
  | { kind: 'hold'; reasons: Reason[] }
  | { kind: 'skip'; rule: string; ro: string; en: string }

/** Everything that a decision about one document may depend on. */
export type DecisionInput = {
  order: Order
  kind: DocumentKind
  settings: Settings
  /** CIF of the issuing company, exactly as in SmartBill. */
  companyCif: string
  vat: VatTable
  marker: string
  today: CivilDate
  /** What the company register says of the buyer; absent: nobody asked. */
  company?: CompanyAnswer | undefined
  /** What SmartBill has of the products, by code; absent: not known. */
  products?: ReadonlyMap<string, KnownProduct> | undefined
  /** The National Bank's rate for the order's currency, RON for one unit; absent: not known. */
  bnrRate?: string | undefined
}

/** The document that the order should become, or every reason at once why it cannot. */
export function decide(input: DecisionInput): Decision {
  const { order, kind, settings, companyCif, marker } = input
  const refunds = refundsOf(order)
  if (refunds.kind === 'skip') return refunds

  const buyer = withCompany(buyerOf(order, settings), input.company, settings)
  const found = itemsOf(input, buyer.client)
  const priced = pricedLines(found, input)
  const currency = currencyOf(input)
  const paid = paymentOf(input)
  const reasons = [
    ...settingsReasons(input),
    ...refunds.reasons,
    ...currency.reasons,
    ...buyer.reasons,
    ...found.reasons,
    ...priced.reasons,
    ...paid.reasons,
  ]
  if (reasons.length > 0 || settings.series === undefined) return { kind: 'hold', reasons }
  return {
    kind: 'issue',
    document: {
      kind,
      companyVatCode: companyCif,
      series: settings.series,
      ...datesOf(input),
      currency: order.currency,
      exchangeRate: currency.exchangeRate,
      language: languageOf(order, settings),
      precision: settings.precision,
      isDraft: settings.draft,
      useStock: settings.useStock && kind === 'invoice',
      ...specialVat(input, found.supply, priced.lines),
      mentions: mentionsOf(settings.mentions, order, marker),
      observations: fill(settings.observations, order),
      client: buyer.client,
      lines: withProductData(priced.lines, input),
      payment: paid.payment,
      total: text(totalOf(order)),
      ...(buyer.notes.length === 0 ? {} : { notes: buyer.notes }),
    },
  }
}
