import { z } from 'zod'

// SmartBill refuses unknown names and other types before it looks at anything else. A null counts as absent.
const text = z.string().nullish()
const number = z.number().nullish()
const integer = z.int().nullish()
/** true, false, 1 or 0; any other value cannot be parsed. */
const flag = z
  .custom<boolean | 0 | 1>((value) => [true, false, 0, 1].includes(value as boolean))
  .nullish()
const civilDate = z.iso.date().nullish()

const client = z.strictObject({
  name: text,
  vatCode: text,
  isTaxPayer: flag,
  regCom: text,
  address: text,
  city: text,
  county: text,
  country: text,
  email: text,
  phone: text,
  contact: text,
  iban: text,
  bank: text,
  code: text,
  saveToDb: flag,
})

const product = z.strictObject({
  name: text,
  code: text,
  quantity: number,
  price: z.number().min(0).nullish(),
  measuringUnitName: text,
  taxPercentage: number,
  taxName: text,
  isTaxIncluded: flag,
  currency: text,
  exchangeRate: number,
  productDescription: text,
  isService: flag,
  warehouseName: text,
  translatedName: text,
  translatedMeasuringUnit: text,
  saveToDb: flag,
  useSBProductName: flag,
  isDiscount: flag,
  numberOfItems: integer,
  discountType: integer,
  discountValue: number,
  discountPercentage: number,
})

const common = {
  companyVatCode: text,
  seriesName: text,
  client: client.nullish(),
  products: z.array(product).nullish(),
  issueDate: text,
  dueDate: text,
  deliveryDate: text,
  isDraft: flag,
  currency: text,
  exchangeRate: number,
  language: text,
  precision: integer,
  mentions: text,
  observations: text,
  issuerName: text,
  issuerCnp: text,
  delegateName: text,
  delegateIdentityCard: text,
  delegateAuto: text,
  aviz: text,
  useIntraCif: flag,
  paymentUrl: text,
  sendEmail: flag,
  email: z.strictObject({ to: text, cc: text, bcc: text }).nullish(),
  ecommercePluginInfo: z.record(z.string(), z.unknown()).nullish(),
}

export const EstimateBody = z.strictObject(common)

export const InvoiceBody = z.strictObject({
  ...common,
  useStock: flag,
  usePaymentTax: flag,
  paymentBase: number,
  colectedTax: number,
  paymentTotal: number,
  payment: z
    .strictObject({ value: number, type: text, paymentSeries: text, isCash: flag })
    .nullish(),
  paymentDate: text,
  useEstimateDetails: flag,
  estimate: z.strictObject({ seriesName: text, number: text, useStock: flag }).nullish(),
})

export const ReverseBody = z.strictObject({
  companyVatCode: text,
  seriesName: text,
  number: text,
  issueDate: civilDate,
})

const invoiceRef = z.strictObject({ seriesName: text, number: text })

export const PaymentBody = z.strictObject({
  companyVatCode: text,
  type: text,
  value: number,
  client: client.nullish(),
  issueDate: text,
  useInvoiceDetails: flag,
  invoicesList: z
    .preprocess(
      (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : value,
      z.array(invoiceRef).nullish(),
    )
    .optional(),
  seriesName: text,
  isDraft: flag,
  isCash: flag,
  currency: text,
  exchangeRate: number,
  precision: integer,
  language: text,
  text,
  translatedText: text,
  observation: text,
  products: z.array(product).nullish(),
  useStock: flag,
  number: text,
  returnFiscalPrinterText: flag,
  receivedCash: number,
  receivedCard: number,
  receivedTicheteMasa: number,
  receivedTicheteCadou: number,
  receivedOrdinDePlata: number,
  receivedCec: number,
  receivedCredit: number,
  receivedCupon: number,
  receivedPuncteDeFidelitate: number,
  receivedBonuriValoareFixa: number,
  receivedMonedaAlternativa: number,
})

export const SendBody = z.strictObject({
  companyVatCode: text,
  seriesName: text,
  number: text,
  type: text,
  to: text,
  cc: text,
  bcc: text,
  subject: text,
  bodyText: text,
})

export type ClientBody = z.infer<typeof client>
export type ProductBody = z.infer<typeof product>
export type InvoiceBody = z.infer<typeof InvoiceBody>
export type EstimateBody = z.infer<typeof EstimateBody>
export type ReverseBody = z.infer<typeof ReverseBody>
export type PaymentBody = z.infer<typeof PaymentBody>
export type SendBody = z.infer<typeof SendBody>

/** Names the first property that does not fit, as SmartBill does. */
export function misfit(error: z.ZodError): {
  kind: 'unrecognized' | 'unmapped' | 'unparsed'
  param: string
} {
  const issue = error.issues[0]
  if (issue === undefined) return { kind: 'unmapped', param: '' }
  if (issue.code === 'unrecognized_keys') {
    return { kind: 'unrecognized', param: pathText([...issue.path, issue.keys[0] ?? '']) }
  }
  return { kind: issue.code === 'custom' ? 'unparsed' : 'unmapped', param: pathText(issue.path) }
}

/** `products[0].quantity` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
