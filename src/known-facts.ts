import type { App } from './app.ts'
import { knownRate } from './bnr-rate.ts'
import { cifToLookUp } from './core/company.ts'
import type { DecisionInput } from './core/document.ts'
import type { AccountId } from './core/ids.ts'
import type { Order } from './core/order.ts'
import type { Settings } from './core/settings.ts'

type Facts = Pick<DecisionInput, 'company' | 'products' | 'bnrRate'>

/** What a decision about an order may know of company, products and exchange rate without asking anybody. */
export async function knownFacts(
  app: Pick<App, 'ledger' | 'now'>,
  account: AccountId,
  order: Order,
  settings: Settings,
): Promise<Facts> {
  const { ledger } = app
  const cif = cifToLookUp(order, settings)
  const [company, products, bnr] = await Promise.all([
    cif === null ? undefined : ledger.companies.get(cif),
    knownProducts(app, account, order, settings),
    knownRate(app, order, settings),
  ])
  return { company: company?.answer, products, bnrRate: bnr?.rate }
}

/** A document that discharges stock must name the unit in which SmartBill keeps the product. */
export async function knownProducts(
  { ledger }: Pick<App, 'ledger'>,
  account: AccountId,
  order: Order,
  settings: Settings,
): Promise<DecisionInput['products']> {
  if (!settings.useStock) return undefined
  const codes = order.lines.flatMap(({ sku, barcode }) => [sku, barcode])
  return ledger.stock.units(account, [...new Set(codes.filter((code) => code !== ''))])
}
