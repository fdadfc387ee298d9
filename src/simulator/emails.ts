import { sent, type Answer } from './answers.ts'
import type { Client, Company, Document, Email, State } from './model.ts'
import { decimalText } from './money.ts'
import type { SendBody } from './schema.ts'
import { seriesOf } from './state.ts'

type Recipients = {
  to?: string | null | undefined
  cc?: string | null | undefined
  bcc?: string | null | undefined
}

export const recipientOf = (email: Recipients | null | undefined, client: Client): string =>
  email?.to || client.email

type Message = Recipients & { subject?: string; body?: string; how: Email['how'] }

export function recordEmail(state: State, document: Document, message: Message): void {
  state.emails.push({
    at: state.now(),
    cif: document.cif,
    kind: document.kind,
    series: document.series,
    number: document.number,
    to: recipientOf(message, document.client),
    cc: message.cc ?? '',
    bcc: message.bcc ?? '',
    subject: message.subject ?? '',
    body: message.body ?? '',
    how: message.how,
  })
}

/** POST /document/send, with its own shape of answer. */
export function sendDocument(state: State, company: Company, body: SendBody): Answer {
  const refuse = (message: string) => sent(state.switches.sendRefusalsAs200 ? 200 : 400, 1, message)
  const type = body.type?.toLowerCase()
  if (!type) return refuse('type  trebuie specificat. Valorile acceptate sunt: factura, proforma.')
  if (type !== 'factura' && type !== 'proforma') {
    return refuse(
      `Valoarea campului 'type' nu este suportata (${body.type}). Valorile acceptate sunt: factura, proforma.`,
    )
  }
  const series = seriesOf(company, body.seriesName, type === 'factura' ? 'f' : 'p')
  if (series === undefined) {
    return refuse('Seria nu a fost gasita! Folositi o serie creata in contul de cloud.')
  }
  if (!body.number) return refuse('Numarul documentului  trebuie specificat')
  const document = series.documents.get(body.number)
  if (document === undefined) return refuse('Documentul nu a fost gasit')
  const subject = fromBase64(body.subject)
  if (subject === null) return refuse('Subiectul emailului trebuie sa fie codat folosind Base64.')
  const text = fromBase64(body.bodyText)
  if (text === null) return refuse('Continutul emailului trebuie sa fie codat folosind Base64.')
  const to = recipientOf(body, document.client)
  const problem = [to, ...(body.cc?.split(',') ?? []), ...(body.bcc?.split(',') ?? [])]
    .map((address) => addressProblem(address.trim()))
    .find((found) => found !== null)
  if (problem) return refuse(problem)
  if (!company.mailServer) return refuse('Server-ul de email nu a fost configurat.')
  recordEmail(state, document, {
    to,
    cc: body.cc,
    bcc: body.bcc,
    subject: filled(subject, document),
    body: filled(text, document),
    how: 'document/send',
  })
  return sent(200, 0, 'Documentul a fost trimis cu succes.')
}

function fromBase64(value: string | null | undefined): string | null {
  if (!value) return ''
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) return null
  return Buffer.from(value, 'base64').toString('utf8')
}

function addressProblem(address: string): string | null {
  if (address === '') return 'Invalid Addresses'
  const at = address.lastIndexOf('@')
  if (at === -1 || at === address.length - 1) return 'Missing domain'
  if (at === 0) return 'Missing local name'
  return /[^A-Za-z0-9.-]/.test(address.slice(at + 1)) ? 'Domain contains illegal character' : null
}

function filled(text: string, document: Document): string {
  const values: Record<string, string> = {
    'tip document': document.kind === 'invoice' ? 'factura' : 'proforma',
    'serie numar document': `${document.series}${document.number}`,
    'link document': `https://cloud.smartbill.ro/documente/extern/pf/${document.viewHash}`,
    'data emiterii': document.issueDate,
    'data scadentei': document.dueDate,
    'total document': `${decimalText(document.totals.gross)} ${document.currency}`,
    mentiune: document.mentions,
    'nume client': document.client.name,
    'persoana contact': document.client.contact,
  }
  return text.replaceAll(/#([a-z ]+)#/g, (marker, name: string) => values[name] ?? marker)
}
