import PDFDocument from 'pdfkit'
import { html, Refusal, type Answer } from './answers.ts'
import { documentIn } from './lifecycle.ts'
import type { Client, Company, Document, Line, State } from './model.ts'
import { decimalText } from './money.ts'
import { romanianDate } from './texts.ts'

/** The built-in fonts know no ș and ț; a letter they do not have becomes its base letter, or a question mark. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[–—]/g, '-')
    .replaceAll(/[„”“]/g, '"')
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/[^\n\u0020-\u007E]/g, '?')

/** Draws the document when somebody asks for it; its text layer holds everything that is printed. */
function drawPdf(document: Document, printObservations: boolean): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', margin: 40 })
  const chunks: Buffer[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  pdf.on('end', () => resolve(Buffer.concat(chunks)))
  pdf.on('error', reject)
  const print = (text: string, size = 9) => pdf.fontSize(size).text(folded(text))
  print(titleOf(document), 16)
  print(`Seria ${document.series} nr. ${document.number}`, 12)
  print(`Data (zi/luna/an): ${romanianDate(document.issueDate)}`)
  if (document.dueDate !== '') print(`Data scadenta: ${romanianDate(document.dueDate)}`)
  pdf.moveDown()
  for (const text of partiesOf(document)) print(text)
  pdf.moveDown()
  for (const [index, line] of document.lines.entries()) print(lineText(index, line, document))
  pdf.moveDown()
  for (const text of endOf(document, printObservations)) print(text)
  pdf.end()
  return promise
}

function titleOf(document: Document): string {
  const title = document.kind === 'invoice' ? 'FACTURA' : 'FACTURA PROFORMA'
  if (document.status === 'cancelled') return `${title} - ANULATA`
  return document.stornoOf === null ? title : `${title} STORNO`
}

const placeOf = (client: Client): string =>
  [client.address, client.city, client.county, client.country]
    .filter((part) => part !== '')
    .join(', ')

function partiesOf({ cif, client, stornoOf }: Document): string[] {
  const optional = (label: string, value: string) => (value === '' ? [] : [`${label}: ${value}`])
  return [
    `Furnizor: CIF ${cif}`,
    `Client: ${client.name}`,
    ...optional('CIF', client.vatCode),
    ...optional('Reg. com.', client.regCom),
    ...optional('Adresa', placeOf(client)),
    ...optional('Email', client.email),
    ...optional('Telefon', client.phone),
    ...optional('IBAN', client.iban),
    ...(stornoOf === null ? [] : [`Storno la factura ${stornoOf.series}${stornoOf.number}`]),
  ]
}

function lineText(index: number, line: Line, { precision }: Document): string {
  const texts = [
    `${index + 1}. ${line.name}`,
    ...(line.code === '' ? [] : [`Cod: ${line.code}`]),
    `${line.quantity} ${line.unit} x ${line.price}`,
    `valoare ${decimalText(line.net, precision)}`,
    `TVA ${line.taxPercentage}% ${decimalText(line.vat, precision)}`,
    ...(line.description === '' ? [] : [line.description]),
  ]
  return texts.join('  ')
}

function endOf(document: Document, printObservations: boolean): string[] {
  const { totals, precision, currency } = document
  const ron =
    document.exchangeRate === null ? [] : [`Curs: 1 ${currency} = ${document.exchangeRate} RON`]
  return [
    `Total fara TVA: ${decimalText(totals.net, precision)} ${currency}`,
    `Total TVA: ${decimalText(totals.vat, precision)} ${currency}`,
    `Total de plata: ${decimalText(totals.gross, precision)} ${currency}`,
    ...ron,
    ...(document.mentions === '' ? [] : [document.mentions]),
    ...(document.observations === '' || !printObservations ? [] : [document.observations]),
    ...document.footer,
  ]
}

export async function pdfAnswer(state: State, document: Document, accept: string): Promise<Answer> {
  return {
    status: 200,
    // The real service repeats the Accept header here, whatever it says.
    type: accept === '' ? 'application/octet-stream' : accept,
    body: await drawPdf(document, state.switches.printObservations),
    headers: {
      'Content-Disposition': `attachment; filename=factura${folded(document.series)}${document.number}.pdf`,
    },
  }
}

/** GET /invoice/pdf: a missing invoice looks like an outage. */
export async function invoicePdf(
  state: State,
  company: Company,
  query: URLSearchParams,
  accept: string,
): Promise<Answer> {
  try {
    return await pdfAnswer(state, documentIn(company, 'invoice', query).document, accept)
  } catch (error) {
    if (error instanceof Refusal) return html(502)
    throw error
  }
}

/** GET /estimate/pdf: a missing proforma is told in JSON. */
export const estimatePdf = (
  state: State,
  company: Company,
  query: URLSearchParams,
  accept: string,
): Promise<Answer> => pdfAnswer(state, documentIn(company, 'estimate', query).document, accept)

/** A file that opens as nothing at all. */
export const unreadablePdf = (): Answer => ({
  status: 200,
  type: 'application/octet-stream',
  body: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(2048, 0xa5)]),
})

/** A file with a picture of text instead of text. */
export async function pdfWithoutText(): Promise<Answer> {
  const pdf = new PDFDocument({ size: 'A4' })
  const chunks: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  pdf.on('end', () => resolve(Buffer.concat(chunks)))
  pdf.rect(40, 40, 200, 100).fill('#333')
  pdf.end()
  return { status: 200, type: 'application/octet-stream', body: await promise }
}
