import { envelope, Refusal, type Answer } from './answers.ts'
import { commit, issued } from './commit.ts'
import type { Company, Document, Series, State } from './model.ts'
import { amount, negated, ZERO } from './money.ts'
import { undo } from './payments.ts'
import type { ReverseBody } from './schema.ts'
import { isLast, returnNumber, seriesOf } from './state.ts'
import { moveBack } from './stock.ts'
import { today } from './texts.ts'

type Kind = Document['kind']
const words = {
  invoice: { the: 'Factura', ofThe: 'facturii', feminine: 'factura' },
  estimate: { the: 'Proforma', ofThe: 'proformei', feminine: 'proforma' },
} as const

/** The document that a query names, or what SmartBill says about the query. */
export function documentIn(company: Company, kind: Kind, query: URLSearchParams) {
  const { the, ofThe } = words[kind]
  const number = query.get('number')
  const name = query.get('seriesname')
  if (!number) {
    throw new Refusal(`Numarul ${ofThe} trebuie specificat in url in parametrul 'number'!`)
  }
  if (!name) {
    throw new Refusal(`Seria ${ofThe} trebuie specificata in url in parametrul 'seriesname'!`)
  }
  const series = seriesOf(company, name, kind === 'invoice' ? 'f' : 'p')
  const document = series?.documents.get(number)
  if (series === undefined || document === undefined) {
    throw new Refusal(`${the} cu seria si numarul ${name}${number} nu a fost gasita!`)
  }
  return { series, document, label: `${name}${number}` }
}

function checkChange(state: State, company: Company, document: Document): void {
  if (!company.mayChange) {
    throw new Refusal(`Nu aveti dreptul de a modifica ${words[document.kind].feminine}`, 403)
  }
  if (state.switches.refuseChanges) {
    throw new Refusal('Documentul a fost trimis in SPV si nu mai poate fi modificat.')
  }
}

/** DELETE /invoice, DELETE /estimate: only the last of the series; its number is free again. */
export function deleteDocument(
  state: State,
  company: Company,
  kind: Kind,
  query: URLSearchParams,
): Answer {
  const { series, document, label } = documentIn(company, kind, query)
  checkChange(state, company, document)
  if (!isLast(series, document.number)) {
    throw new Refusal(
      `Nu poti sterge documentul cu seria si numarul ${series.name} ${document.number}, deoarece nu este ultimul din serie!`,
      403,
    )
  }
  if (company.closedUntil !== null && document.issueDate <= company.closedUntil) {
    throw new Refusal('Nu puteti sterge un documentul dintr-o perioada inchisa')
  }
  remove(state, company, series, document)
  return envelope({
    message: `${words[kind].the} cu seria si numarul ${label} a fost stearsa cu succes.`,
  })
}

/** Takes the last document of a series away, whoever does it. */
export function remove(state: State, company: Company, series: Series, document: Document): void {
  if (document.status !== 'cancelled') moveBack(company, document, 1)
  for (const payment of document.payments) undo(payment)
  if (document.stornoOf !== null) {
    document.stornoOf.status = 'issued'
    document.stornoOf.reversedBy = null
  }
  const { fromEstimate } = document
  if (fromEstimate !== null) {
    fromEstimate.invoices = fromEstimate.invoices.filter((other) => other !== document)
  }
  document.status = 'deleted'
  state.byHash.delete(document.viewHash)
  series.documents.delete(document.number)
  returnNumber(state, series)
}

/** PUT …/cancel: may be repeated; the payments are no longer attached afterwards. */
export function cancel(state: State, company: Company, kind: Kind, query: URLSearchParams): Answer {
  const { document, label } = documentIn(company, kind, query)
  if (document.status === 'cancelled') {
    return envelope({ message: `${words[kind].the} ${label} este deja anulata.` })
  }
  checkChange(state, company, document)
  if (document.reversedBy !== null && document.stockMoved) {
    throw new Refusal(
      `Pentru factura ${label} exista deja stornari care incarca stocul. Trebuie sa anulati intai facturile storno (${document.reversedBy.series}${document.reversedBy.number}).`,
    )
  }
  moveBack(company, document, 1)
  document.status = 'cancelled'
  document.payments = []
  document.paid = ZERO
  return envelope({
    message: `${words[kind].the} cu seria si numarul ${label} a fost anulata cu succes.`,
  })
}

/** PUT …/restore: may be repeated. */
export function restore(
  state: State,
  company: Company,
  kind: Kind,
  query: URLSearchParams,
): Answer {
  const { document, label } = documentIn(company, kind, query)
  if (document.status !== 'cancelled') {
    return envelope({ message: `${words[kind].the} ${label} nu necesita restaurare.` })
  }
  checkChange(state, company, document)
  moveBack(company, document, -1)
  document.status = document.reversedBy === null ? 'issued' : 'reversed'
  return envelope({
    message: `${words[kind].the} cu seria si numarul ${label} a fost restaurata cu succes.`,
  })
}

/** POST /invoice/reverse: a new invoice of the same series with the signs turned. */
export function reverse(state: State, company: Company, body: ReverseBody): Answer {
  if (!body.number) {
    throw new Refusal("Numarul facturii trebuie specificat in parametrul 'number'!")
  }
  if (!body.seriesName) {
    throw new Refusal("Seria facturii trebuie specificata in parametrul 'seriesname'!")
  }
  const label = `${body.seriesName}${body.number}`
  const series = seriesOf(company, body.seriesName, 'f')
  const original = series?.documents.get(body.number)
  if (series === undefined || original === undefined) {
    throw new Refusal(`Factura cu seria si numarul ${label} nu a fost gasita!`)
  }
  if (original.status === 'reversed') throw new Refusal('Factura este deja stornata.')
  if (original.status === 'cancelled') throw new Refusal(`Factura ${label} este anulata.`)
  if (original.stornoOf !== null) {
    throw new Refusal(`Factura ${label} este de tip storno. Nu se poate storna.`)
  }
  const issueDate = body.issueDate ?? today(state.now())
  if (issueDate < original.issueDate) {
    throw new Refusal(
      'Data emiterii facturii storno nu poate fi anterioara datei emiterii facturii stornate.',
    )
  }
  const storno = commit(state, series, {
    ...original,
    lines: original.lines.map((line) => ({
      ...line,
      ...negated(line),
      quantity: amount(line.quantity).times(-1).toFixed(),
      saved: false,
    })),
    issueDate,
    isDraft: false,
    mentions: '',
    observations: '',
    fromEstimate: null,
    savedClient: false,
    stornoOf: original,
    paymentUrl: '',
    by: 'api',
    body,
  })
  moveBack(company, original, 1)
  original.status = 'reversed'
  original.reversedBy = storno
  return issued(state, storno, true)
}
