import { decide, type Decision, type DocumentDraft } from '../../src/core/document.ts'
import { explain } from '../../src/core/totals.ts'
import { CompanyPatch } from '../../src/simulator/configure.ts'
import { Engine } from '../../src/simulator/engine.ts'
import { issue } from '../../src/simulator/issue.ts'
import type { Company, Document } from '../../src/simulator/model.ts'
import { decimalText, sumOf } from '../../src/simulator/money.ts'
import { EstimateBody, InvoiceBody } from '../../src/simulator/schema.ts'
import { payload } from '../../src/smartbill/documents.ts'
import { accountRates, generate, type Generated } from './orders.ts'

const CIFS = { payer: 'RO12345674', 'not-payer': '12345674' }
const TODAY = '2026-11-24'

export type Outcome =
  | { kind: 'issued'; generated: Generated; draft: DocumentDraft; total: string }
  | { kind: 'held'; generated: Generated; codes: string[] }
  /** Issued with another total than the order's, or refused by the simulator. */
  | { kind: 'wrong'; generated: Generated; problem: string }

export const companyPatches = {
  [CIFS.payer]: CompanyPatch.parse({
    rates: accountRates.map(({ name, percentage }) => ({ name, percentage: Number(percentage) })),
  }),
  [CIFS['not-payer']]: CompanyPatch.parse({ vat: 'not-payer' }),
}

export const decideOn = (generated: Generated): Decision =>
  decide({
    ...generated,
    companyCif: CIFS[generated.vat.kind],
    marker: 'RLY0123456789AB',
    today: TODAY,
  })

/** What SmartBill would read: JSON, with its numbers as JSON has them. */
export const wire = (draft: DocumentDraft): unknown => JSON.parse(JSON.stringify(payload(draft)))

/** Issues drafts in a SmartBill without sockets. */
export function createPress() {
  const engine = new Engine({
    companies: companyPatches,
    now: () => Date.parse(`${TODAY}T09:00:00Z`),
  })
  return (draft: DocumentDraft): Document => {
    const schema = draft.kind === 'invoice' ? InvoiceBody : EstimateBody
    return issue(engine.state, companyOf(engine, draft), draft.kind, schema.parse(wire(draft)))
  }
}

function companyOf(engine: Engine, draft: DocumentDraft): Company {
  const company = engine.state.companies.get(draft.companyVatCode)
  if (company === undefined) throw new Error(`no company ${draft.companyVatCode}`)
  return company
}

/** One order through decision and issuing. */
export function tryOrder(seed: number, press: ReturnType<typeof createPress>): Outcome {
  const generated = generate(seed)
  const decision = decideOn(generated)
  if (decision.kind !== 'issue') {
    const codes =
      decision.kind === 'hold' ? decision.reasons.map(({ code }) => code) : [decision.rule]
    return { kind: 'held', generated, codes: [...new Set(codes)] }
  }
  const draft = decision.document
  try {
    const document = press(draft)
    const problem = differenceOf(document, draft, generated)
    return problem === ''
      ? { kind: 'issued', generated, draft, total: decimalText(document.totals.gross) }
      : { kind: 'wrong', generated, problem }
  } catch (error) {
    return { kind: 'wrong', generated, problem: `refused: ${String(error)}` }
  }
}

function differenceOf(document: Document, draft: DocumentDraft, { order }: Generated): string {
  const total = Number(decimalText(document.totals.gross))
  if (total !== Number(order.total)) return `total ${total}, order ${order.total}`
  if (document.lines.length !== draft.lines.length) return 'a line was dropped'
  for (const { name, gross, net } of explain(draft).rates) {
    const own = sumOf(document.lines.filter(({ taxName }) => taxName === name))
    if (Number(decimalText(own.gross, 4)) !== Number(gross)) return `gross of ${name} differs`
    if (Number(decimalText(own.net, 4)) !== Number(net)) return `net of ${name} differs`
  }
  const register = explain(draft, 'cash-register').gross
  return Number(register) === total ? '' : `${register} by the rules of the cash register`
}
