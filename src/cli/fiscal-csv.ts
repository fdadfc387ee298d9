import type { App } from '../app.ts'
import { csvLine } from '../core/csv.ts'
import { DocumentKey, partsOf, type AccountId } from '../core/ids.ts'
import { exact, text } from '../core/money.ts'
import { civilDate } from '../core/time.ts'
import type { JournalEntry } from '../ledger/journal.ts'

const DAY_MS = 86_400_000

export const fiscalHead = 'date,shop,order,document,series,number,total,currency,paid,state\r\n'

/** Rows for the accountant: every numbered document that is at SmartBill once, as it stands now. */
export function createFiscalRows(
  { ledger, config, now }: Pick<App, 'ledger' | 'config' | 'now'>,
  accountOf: (key: DocumentKey) => AccountId | undefined,
  since: number,
) {
  // A document that is purged during the export comes again, as the one entry that then stands for it.
  const old = new Set<DocumentKey>()
  const purgeable = now() - config.retentionDays * DAY_MS + DAY_MS

  async function rowOf({ about, from, to, who, id }: JournalEntry): Promise<string> {
    const key = DocumentKey.safeParse(about)
    const remains = who === 'retention'
    if (!key.success || (!remains && (to !== 'issued' || from === 'reversing'))) return ''
    if (old.has(key.data)) return ''
    const account = accountOf(key.data)
    const document =
      account === undefined ? undefined : await ledger.documents.get(account, key.data)
    if (document === undefined || document.number === '' || document.gone === '1') return ''
    const at = document.issuedAt || Number(id.split('-')[0])
    if (at < since) return ''
    if (at < purgeable) old.add(key.data)
    const { shop, orderId, kind } = partsOf(key.data)
    const { series, number, total, currency, paid, state } = document
    return csvLine([
      civilDate(at),
      shop,
      orderId,
      kind,
      series,
      number,
      amount(total),
      currency,
      amount(paid),
      state,
    ])
  }
  return async (page: readonly JournalEntry[]): Promise<string> =>
    (await Promise.all(page.map(rowOf))).join('')
}

const amount = (value: string): string => (value === '' ? '' : text(exact(value)))
