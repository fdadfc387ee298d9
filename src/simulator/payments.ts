import { envelope, html, json, Refusal, type Answer } from './answers.ts'
import { readClient } from './clients.ts'
import type { Client, Company, Document, Payment, Series, State } from './model.ts'
import { amount, decimalText, ZERO, type Amount } from './money.ts'
import type { InvoiceBody, PaymentBody } from './schema.ts'
import { seriesOf, takeNumber, unpaid } from './state.ts'
import { readCurrency, readDate, today, unknownSeries } from './texts.ts'

const paymentTypes = [
  'Chitanta',
  'Bon',
  'Card',
  'Card online',
  'CEC',
  'Bilet ordin',
  'Ordin plata',
  'Mandat postal',
  'Extras de cont',
  'Ramburs',
  'Alta incasare',
] as const

/** Capitals do not matter, spaces do. */
const knownType = (type: string): string | undefined =>
  paymentTypes.find((known) => known.toLowerCase() === type.toLowerCase())

type InvoicePayment = NonNullable<InvoiceBody['payment']>

/** Throws what SmartBill answers to a payment that cannot be recorded with its invoice. */
export function checkInvoicePayment(state: State, company: Company, body: InvoicePayment): void {
  if (!body.type) throw new Refusal('type trebuie specificat pentru incasare')
  if (state.switches.isCashRequired && (body.isCash ?? null) === null) {
    throw new Refusal('isCash trebuie specificat pentru incasare')
  }
  if (typeof body.value !== 'number') throw new Refusal('value trebuie specificat pentru incasare')
  const type = knownType(body.type)
  if (type === undefined) throw new Refusal('Tipul documentului nu a fost gasit pe server!')
  if (type === 'Chitanta' && seriesOf(company, body.paymentSeries, 'c') === undefined) {
    throw unknownSeries()
  }
}

/** Collects while issuing; the value is not compared with the total. */
export function payInvoice(
  state: State,
  company: Company,
  document: Document,
  body: InvoicePayment,
  date: string,
): void {
  const type = knownType(body.type ?? '') ?? ''
  const value = amount(body.value ?? 0)
  record(state, type === 'Chitanta' ? seriesOf(company, body.paymentSeries, 'c') : undefined, {
    cif: company.cif,
    type,
    value,
    currency: document.currency,
    date,
    isCash: Boolean(body.isCash ?? true),
    client: document.client,
    invoices: [{ document, value }],
    text: '',
    isDraft: false,
  })
}

type Facts = Omit<Payment, 'id' | 'series' | 'number' | 'status' | 'at'> & { isDraft: boolean }

function record(state: State, receipts: Series | undefined, facts: Facts): Payment {
  const { isDraft, ...rest } = facts
  const payment: Payment = {
    ...rest,
    id: state.nextPaymentId,
    series: receipts?.name ?? '',
    number: receipts === undefined || isDraft ? '' : takeNumber(receipts),
    status: isDraft ? 'draft' : 'recorded',
    at: state.now(),
  }
  state.nextPaymentId += 1
  state.payments.push(payment)
  if (isDraft) return payment
  receipts?.receipts.set(payment.number, payment)
  for (const { document, value } of payment.invoices) {
    document.payments.push(payment)
    document.paid = document.paid.plus(value)
  }
  return payment
}

/** Takes a payment off its invoices again. */
export function undo(payment: Payment): void {
  payment.status = 'deleted'
  for (const { document, value } of payment.invoices) {
    if (!document.payments.includes(payment)) continue
    document.payments = document.payments.filter((other) => other !== payment)
    document.paid = document.paid.minus(value)
  }
}

/** POST /payment */
export function collect(state: State, company: Company, body: PaymentBody): Answer {
  if (!company.mayAddPayments) throw new Refusal('Nu aveti dreptul de a adauga incasari', 403)
  if (!body.type) throw new Refusal('Tipul incasarii trebuie specificat.')
  const type = knownType(body.type)
  if (type === undefined) throw new Refusal('Tipul documentului nu a fost gasit pe server!', 404)
  const date = readDate(body.issueDate, today(state.now()))
  const documents = (body.invoicesList ?? []).map((ref) => collectable(company, ref))
  const client = payer(body, documents)
  const value = valueOf(body, documents)
  const currency = body.useInvoiceDetails
    ? (documents[0]?.currency ?? 'RON')
    : readCurrency(body.currency)
  if (type === 'Bon') checkReceipt(company, body, currency)
  const receipts = type === 'Chitanta' ? seriesOf(company, body.seriesName, 'c') : undefined
  if (type === 'Chitanta' && receipts === undefined) throw unknownSeries()
  const due = documents.reduce((sum, document) => sum.plus(unpaid(document)), ZERO)
  if (state.switches.refuseOverpayment && documents.length > 0 && value.gt(due)) {
    throw new Refusal('Valoarea incasarii depaseste valoarea neincasata a facturii.')
  }
  const payment = record(state, receipts, {
    cif: company.cif,
    type,
    value,
    currency,
    date,
    isCash: Boolean(body.isCash ?? true),
    client,
    invoices: split(value, documents),
    text: body.text ?? '',
    isDraft: type === 'Chitanta' && Boolean(body.isDraft),
  })
  if (type !== 'Bon') return envelope({ number: payment.number, series: payment.series })
  return json(200, {
    errorText: '',
    id: String(payment.id),
    number: '0',
    ...(body.returnFiscalPrinterText ? { message: printerText(payment) } : {}),
  })
}

function collectable(
  company: Company,
  ref: { seriesName?: string | null | undefined; number?: string | null | undefined },
): Document {
  const document = seriesOf(company, ref.seriesName, 'f')?.documents.get(ref.number ?? '')
  if (document === undefined) throw new Refusal('Factura nu a fost gasita!')
  if (document.status === 'cancelled') {
    throw new Refusal(
      `Factura ${document.series}${document.number} este anulata, nu o puteti incasa. Restaurati intai factura sau emiteti incasarea independent de factura.`,
    )
  }
  if (unpaid(document).lte(0)) {
    throw new Refusal('Factura este incasata sau stornata in totalitate.')
  }
  return document
}

function payer(body: PaymentBody, documents: readonly Document[]): Client {
  const [first] = documents
  if (body.useInvoiceDetails && first !== undefined) return first.client
  if (body.useInvoiceDetails) throw new Refusal('Factura nu a fost gasita!')
  if (!body.client) {
    throw new Refusal(
      'Datele clientului trebuie specificate. Ele se preiau din factura doar in cazul in care usePaymentDetails = true.',
    )
  }
  const client = readClient(body.client)
  const other = documents.find((document) => document.client.vatCode !== client.vatCode)
  if (other !== undefined) {
    throw new Refusal(
      `Ciful clientului de pe factura ${other.series}${other.number} difera de ciful clientului incasarii!`,
    )
  }
  return client
}

function valueOf(body: PaymentBody, documents: readonly Document[]): Amount {
  if (typeof body.value === 'number') return amount(body.value)
  if (!body.useInvoiceDetails) throw new Refusal('Valoarea incasarii trebuie specificata.')
  return documents.reduce((sum, document) => sum.plus(unpaid(document)), ZERO)
}

/** In the order of the list; what is left over stays on the last. */
function split(value: Amount, documents: readonly Document[]): Payment['invoices'] {
  let left = value
  return documents.map((document, index) => {
    const due = unpaid(document)
    const part = index === documents.length - 1 || left.lt(due) ? left : due
    left = left.minus(part)
    return { document, value: part }
  })
}

function checkReceipt(company: Company, body: PaymentBody, currency: string): void {
  if (currency !== 'RON') throw new Refusal('Bonurile fiscale pot fi emise doar in Lei!')
  if (!company.till) throw new Refusal('Nu s-a gasit casa de marcat pentru userul api.')
  if ((body.products?.length ?? 0) > 70) {
    throw new Refusal('Numarul maxim acceptat de 70 intrari pe document a fost depasit.')
  }
}

const printerText = (payment: Payment): string =>
  Buffer.from(`BON FISCAL ${payment.id}\nTOTAL ${decimalText(payment.value)} LEI\n`).toString(
    'base64',
  )

/** GET /payment/text */
export function receiptText(state: State, company: Company, id: string): Answer {
  const payment = state.payments.find(
    (other) => other.type === 'Bon' && other.cif === company.cif && String(other.id) === id,
  )
  if (payment === undefined) return html(500)
  return json(200, { errorText: '', message: printerText(payment) })
}
