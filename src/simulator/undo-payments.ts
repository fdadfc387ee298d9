import { envelope, Refusal, type Answer } from './answers.ts'
import type { Company, Payment, State } from './model.ts'
import { plainText } from './money.ts'
import { undo } from './payments.ts'
import { isLast, returnNumber, seriesOf } from './state.ts'
import { romanianDate } from './texts.ts'

const deletable = ['Card', 'CEC', 'Bilet ordin', 'Ordin plata', 'Mandat postal', 'Alta incasare']
const doubtful = ['Card online', 'Extras de cont', 'Ramburs']

/** DELETE /payment/v2: takes away the first payment that fits, so a repeat may take a second one. */
export function deletePayment(state: State, company: Company, query: URLSearchParams): Answer {
  const type = query.get('paymentType') ?? ''
  const allowed = state.switches.deleteEveryPaymentType ? [...deletable, ...doubtful] : deletable
  if (type === '') throw new Refusal('Tipul incasarii (paymentType) trebuie specificat.')
  if (!allowed.includes(type)) {
    throw new Refusal(
      "Tipul incasarii (paymentType) poate fi 'Card', 'CEC', 'Bilet ordin', 'Ordin plata', 'Mandat postal', 'Alta incasare'.",
    )
  }
  const series = query.get('invoiceSeries')
  const number = query.get('invoiceNumber')
  const fits = series && number ? byInvoice(company, series, number) : byDetails(query)
  const payment = state.payments.find(
    (other) =>
      other.status === 'recorded' &&
      other.cif === company.cif &&
      other.type === type &&
      fits(other),
  )
  if (payment === undefined) {
    throw new Refusal('Nu au fost gasite incasari conform datelor specificate.')
  }
  undo(payment)
  const { client, date, value } = payment
  return envelope({
    message: `Incasarea emisa catre clientul ${client.name} ${client.vatCode} in data de ${romanianDate(date)} cu valoare de ${value.toFixed()} de tip ${type} a fost stearsa cu succes.`,
  })
}

function byInvoice(company: Company, series: string, number: string) {
  const document = seriesOf(company, series, 'f')?.documents.get(number)
  if (document?.status === 'cancelled') {
    throw new Refusal(
      `Factura cu seria si numarul ${series}${number} este anulata si nu mai are incasari atasate!`,
    )
  }
  return (payment: Payment) =>
    document !== undefined && payment.invoices.some((entry) => entry.document === document)
}

const detailNames = [
  ['paymentDate', 'Data incasarii'],
  ['paymentValue', 'Valoarea incasarii'],
  ['clientName', 'Numele clientului incasarii'],
  ['clientCif', 'Ciful clientului incasarii'],
] as const

function byDetails(query: URLSearchParams) {
  for (const [name, label] of detailNames) {
    if (!query.get(name)) throw new Refusal(`${label} (${name}) trebuie specificat.`)
  }
  const value = Number(query.get('paymentValue'))
  return (payment: Payment) =>
    payment.date === query.get('paymentDate') &&
    Number.isFinite(value) &&
    payment.value.eq(plainText(value)) &&
    payment.client.name === query.get('clientName') &&
    payment.client.vatCode === query.get('clientCif')
}

/** DELETE /payment/chitanta: only the last receipt of a series. */
export function deleteReceipt(state: State, company: Company, query: URLSearchParams): Answer {
  const name = query.get('seriesname')
  const number = query.get('number')
  if (!number) {
    throw new Refusal("Numarul chitantei trebuie specificat in url in parametrul 'number'!")
  }
  if (!name) {
    throw new Refusal("Seria chitantei trebuie specificata in url in parametrul 'seriesname'!")
  }
  const series = seriesOf(company, name, 'c')
  const payment = series?.receipts.get(number)
  if (series === undefined || payment === undefined) {
    throw new Refusal('Chitanta nu a fost gasita.')
  }
  if (!isLast(series, number)) {
    throw new Refusal(
      `Nu poti sterge documentul cu seria si numarul ${name} ${number}, deoarece nu este ultimul din serie!`,
      403,
    )
  }
  series.receipts.delete(number)
  returnNumber(state, series)
  undo(payment)
  return envelope({
    message: `Chitanta cu seria si numarul ${name}${number} a fost stearsa cu succes.`,
  })
}
