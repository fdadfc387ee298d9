import type { App } from './app.ts'
import { bnrRate } from './bnr-rate.ts'
import { companyOf } from './company-facts.ts'
import { decide, type Decision } from './core/document.ts'
import { partsOf, type DocumentKey } from './core/ids.ts'
import type { Order } from './core/order.ts'
import { rule } from './core/rules.ts'
import type { Account, Shop } from './core/settings.ts'
import { effectiveSettings } from './core/shop-rules.ts'
import { civilDate } from './core/time.ts'
import { decisionOnCorrection } from './corrections/correct-document.ts'
import {
  asInvoice,
  invoiceSeriesMissing,
  madeOfEstimate,
  usesEstimates,
} from './corrections/estimates.ts'
import { documentsOf } from './follow-up.ts'
import { knownProducts } from './known-facts.ts'
import { vatTable } from './vat-table.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'registers' | 'queues' | 'now' | 'log' | 'markerOf'>

/** The order was paid while its proforma waited, and its invoice is on its way or issued. */
const invoicedMeanwhile: Decision = {
  kind: 'skip',
  rule: 'has-invoice',
  ro: 'Comanda are deja factură, iar după factură nu se mai emite proformă.',
  en: 'The order has an invoice already, and no proforma is issued after an invoice.',
}

async function hasInvoice({ ledger }: Needs, account: Account, key: DocumentKey) {
  const known = await documentsOf(ledger, account.id, partsOf(key).order)
  return known.some(
    ({ kind, state }) => kind === 'invoice' && !['skipped', 'cancelled'].includes(state),
  )
}

/** The document that a claimed order should become now, with everything that is known, or why there is none; and its shop. */
export async function decideNow(
  app: Needs,
  account: Account,
  key: DocumentKey,
  { order, madeBy, byHand }: { order: Order; madeBy: string; byHand: boolean },
): Promise<{ decision: Decision; shop: Shop }> {
  const { shop: shopId, kind, revision } = partsOf(key)
  const shop = await app.ledger.registry.shop(shopId)
  if (shop === undefined) throw new Error(`shop ${shopId} is not known`)
  const correction =
    revision === 1 ? undefined : await decisionOnCorrection(app, account.id, key, order)
  if (correction !== undefined) return { decision: correction, shop }
  const effective = effectiveSettings(order, shop.settings, { kind, madeBy }).settings
  const settings = kind === 'invoice' ? asInvoice(effective) : effective
  // The order may have been cancelled or excluded while its document waited. What made it due is not asked again.
  const found = await app.ledger.imports.of(account.id, shop.id, order)
  const ruling = rule(order, shop.settings, byHand, {
    imported: found?.imported,
    due: { kind, madeBy },
  })
  if (ruling.kind === 'not-due') return { decision: { ...ruling, kind: 'skip' }, shop }
  if (kind === 'estimate' && !byHand && (await hasInvoice(app, account, key)))
    return { decision: invoicedMeanwhile, shop }
  const afterEstimate = kind === 'invoice' && usesEstimates(shop.settings)
  if (afterEstimate && settings.series === undefined)
    return { decision: invoiceSeriesMissing, shop }
  const company = await companyOf(app, order, settings)
  const bnr = await bnrRate(app, order, settings)
  const products = await knownProducts(app, account.id, order, settings)
  const ask = async (wanted: 'usual' | 'newest') =>
    decide({
      order,
      kind,
      settings,
      companyCif: account.cif,
      vat: await vatTable(app, account, wanted),
      marker: app.markerOf(key),
      today: civilDate(app.now()),
      company,
      products,
      bnrRate: bnr?.rate,
    })
  const decision = await ask('usual')
  const unknownRate =
    decision.kind === 'hold' && decision.reasons.some(({ code }) => code.startsWith('vat-'))
  const last = unknownRate ? await ask('newest') : decision
  if (last.kind !== 'issue') return { decision: last, shop }
  const document = afterEstimate
    ? await madeOfEstimate(app, account, key, order, last.document)
    : last.document
  if (bnr === undefined) return { decision: { ...last, document }, shop }
  const notes = [...(document.notes ?? []), `bnr ${bnr.date} ${bnr.rate}`]
  return { decision: { ...last, document: { ...document, notes } }, shop }
}
