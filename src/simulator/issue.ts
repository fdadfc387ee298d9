import { Refusal } from './answers.ts'
import { checkSavable, readClient, saveClient } from './clients.ts'
import { commit } from './commit.ts'
import { exchangeRates } from './defaults.ts'
import { recordEmail, recipientOf } from './emails.ts'
import { computeLines } from './lines.ts'
import type { Client, Company, Document, State } from './model.ts'
import { checkInvoicePayment, payInvoice } from './payments.ts'
import type { EstimateBody, InvoiceBody } from './schema.ts'
import { seriesOf } from './state.ts'
import { discharge, plannedMoves } from './stock.ts'
import {
  checkLengths,
  readCurrency,
  readDate,
  readPrecision,
  today,
  unknownSeries,
} from './texts.ts'

type Kind = 'invoice' | 'estimate'
type Body = InvoiceBody | EstimateBody

/** Issues an invoice or proforma: every check first, then everything at once. */
export function issue(state: State, company: Company, kind: Kind, body: Body): Document {
  const invoice: InvoiceBody = kind === 'invoice' ? body : {}
  checkRights(company, kind, body)
  const series = seriesOf(company, body.seriesName, kind === 'invoice' ? 'f' : 'p')
  if (series === undefined) throw unknownSeries()
  const draft = readTexts(state, company, body)
  const source = invoice.useEstimateDetails ? sourceOf(company, invoice) : null
  const client = source !== null && !body.client ? source.client : readClient(body.client)
  const savedClient = Boolean(body.client?.saveToDb ?? state.switches.saveClientByDefault)
  if (savedClient) checkSavable(company, client)
  const lines =
    source !== null && !body.products?.length
      ? source.lines
      : computeLines(body.products ?? [], {
          company,
          kind,
          currency: draft.currency,
          precision: draft.precision,
          checkUnits: state.switches.checkUnits,
          rateOf: (currency) => exchangeRates[currency] ?? 1,
        })
  if (invoice.usePaymentTax && company.vat === 'not-payer') {
    throw new Refusal('O firma neplatitoare de tva nu poate folosi tva la incasare!')
  }
  const paymentProblem = checkedPayment(state, company, invoice)
  if (body.sendEmail) checkEmail(state, company, body, client)
  const useStock =
    source === null ? invoice.useStock : (invoice.estimate?.useStock ?? invoice.useStock)
  const isDraft = Boolean(body.isDraft)
  const moves =
    useStock && !isDraft
      ? plannedMoves(company, lines, `Factura ${series.name}${series.next}`, draft.issueDate)
      : []

  const document = commit(state, series, {
    ...draft,
    cif: company.cif,
    kind,
    client,
    lines,
    isDraft,
    savedClient,
    fromEstimate: source,
    stockMoved: moves.length > 0,
    by: 'api',
    body,
  })
  discharge(moves)
  if (company.planLeft !== null && !isDraft) company.planLeft -= 1
  if (savedClient) saveClient(company, client)
  saveProducts(company, document)
  if (invoice.payment && !isDraft && paymentProblem === null) {
    payInvoice(
      state,
      company,
      document,
      invoice.payment,
      readDate(invoice.paymentDate, draft.issueDate),
    )
  }
  if (body.sendEmail && company.mailServer) {
    recordEmail(state, document, { ...body.email, how: 'with-document' })
  }
  if (paymentProblem !== null) {
    throw new Refusal(paymentProblem.message, 200, { number: document.number, series: series.name })
  }
  return document
}

function checkRights(company: Company, kind: Kind, body: Body): void {
  if (company.planLeft !== null && company.planLeft <= 0) {
    throw new Refusal(
      'Pentru acest pachet s-a emis numarul maxim de documente permis. Pentru a putea continua, va rugam sa comandati prelungirea abonamentului.',
    )
  }
  if (kind === 'estimate') return
  if (!company.mayAddInvoices) throw new Refusal('Nu aveti dreptul de a adauga facturi', 403)
  if (company.forbiddenSeries.includes(body.seriesName ?? '')) {
    throw new Refusal('Nu aveti dreptul de a adauga facturi pe seria selectata', 403)
  }
}

function readTexts(state: State, company: Company, body: Body) {
  const issueDate = readDate(body.issueDate, today(state.now()))
  const dueDate = readDate(body.dueDate, '')
  if (company.closedUntil !== null && issueDate <= company.closedUntil) {
    throw new Refusal('Nu puteti adauga documentul intr-o perioada inchisa')
  }
  const currency = readCurrency(body.currency)
  const language = company.languages.includes(body.language ?? 'RO')
    ? (body.language ?? 'RO')
    : 'RO'
  if (state.switches.refuseUnknownLanguage && language !== (body.language ?? 'RO')) {
    throw new Refusal('Limba nu a fost gasita pe server!')
  }
  checkLengths(state, [body.mentions, body.observations, body.client?.name])
  // The delegate's papers are printed only together with the delegate.
  const delegate = body.delegateName
    ? [
        `Delegat: ${body.delegateName} ${body.delegateIdentityCard ?? ''} ${body.delegateAuto ?? ''}`,
      ]
    : []
  return {
    issueDate,
    dueDate,
    currency,
    exchangeRate: currency === 'RON' ? null : (body.exchangeRate ?? exchangeRates[currency] ?? 1),
    language,
    precision: readPrecision(body.precision),
    mentions: body.mentions ?? '',
    observations: body.observations ?? '',
    footer: [
      ...(body.issuerName ? [`Intocmit de: ${body.issuerName}`] : []),
      ...delegate,
      ...(body.aviz ? [`Nr aviz: ${body.aviz}`] : []),
    ],
    paymentUrl: body.paymentUrl && body.paymentUrl !== 'Generate URL' ? body.paymentUrl : '',
  }
}

function sourceOf(company: Company, body: InvoiceBody): Document {
  const { seriesName, number } = body.estimate ?? {}
  if (!seriesName || !number) throw new Refusal('Proforma nu a fost gasita!')
  const estimate = seriesOf(company, seriesName, 'p')?.documents.get(number)
  if (estimate === undefined) {
    throw new Refusal(`Factura proforma ${seriesName}${number} nu a fost gasita!`)
  }
  return estimate
}

/** null: no payment, or a good one. With the switch, a bad one does not keep the invoice from being issued. */
function checkedPayment(state: State, company: Company, body: InvoiceBody): Refusal | null {
  if (!body.payment) return null
  readDate(body.paymentDate, '')
  try {
    checkInvoicePayment(state, company, body.payment)
    return null
  } catch (error) {
    if (error instanceof Refusal && state.switches.paymentNotAtomic) return error
    throw error
  }
}

function checkEmail(state: State, company: Company, body: Body, client: Client): void {
  if (state.switches.issueWithoutEmail) return
  if (recipientOf(body.email, client) === '') {
    throw new Refusal('Trebuie specificata adresa de email a clientului.')
  }
  if (!company.mailServer) throw new Refusal('Server-ul de email nu a fost configurat.')
}

function saveProducts(company: Company, document: Document): void {
  for (const line of document.lines) {
    if (line.type === 'discount' || !line.saved) continue
    const at = company.products.findIndex((known) =>
      company.usesProductCodes ? known.code === line.code : known.name === line.name,
    )
    const product = {
      code: line.code,
      name: line.name,
      unit: line.unit,
      price: line.price,
      currency: document.currency,
      isTaxIncluded: line.isTaxIncluded,
      isService: line.isService,
      taxName: line.taxName,
      taxPercentage: line.taxPercentage,
    }
    if (at === -1) company.products.push(product)
    else company.products[at] = product
  }
}
