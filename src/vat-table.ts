import type { App } from './app.ts'
import type { VatTable } from './core/document.ts'
import { TransientError } from './core/errors.ts'
import type { Account } from './core/settings.ts'

/** VAT rates change a few times in a decade; a rate that is missing is looked for again after a minute. */
const FRESH_MS = 6 * 3_600_000
const SOON_MS = 60_000

/** The account's own VAT rates. A failed read changes nothing as long as an earlier answer is known. */
export async function vatTable(
  { ledger, smartbill }: Pick<App, 'ledger' | 'smartbill'>,
  account: Account,
  wanted: 'usual' | 'newest' = 'usual',
): Promise<VatTable> {
  const known = await ledger.facts.vat(account.id)
  if (known !== undefined && known.ageMs < (wanted === 'usual' ? FRESH_MS : SOON_MS))
    return known.table
  try {
    const table = await smartbill.documents.vat(account)
    await ledger.facts.saveVat(account.id, table)
    return table
  } catch (error) {
    if (known === undefined || !(error instanceof TransientError)) throw error
    return known.table
  }
}
