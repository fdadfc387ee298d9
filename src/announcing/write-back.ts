import type { App } from '../app.ts'
import type { Cause } from '../core/causes.ts'
import { partsOf, type DocumentKey } from '../core/ids.ts'
import { ShopApiError } from '../core/shop-api-errors.ts'
import { civilDate } from '../core/time.ts'
import type { LedgerDocument } from '../ledger/documents.ts'
import { Setback } from './setback.ts'
import { linkOf, nameOf, type Subject } from './subject.ts'

type Needs = Pick<App, 'ledger' | 'outbound' | 'writeBacks' | 'config' | 'links'>

const CALL_TIMEOUT_MS = 10_000
/** Troubles of the shop that pass by themselves. */
const PASSING = ['shop-api-unreachable', 'shop-api-server', 'shop-api-throttled']

type Other = Pick<LedgerDocument, 'series' | 'number' | 'corrects'> & { key: DocumentKey }

/** Writes the document on its order in the shop, unless it is there. Throws Setback when the shop does not let us. */
export async function writeBack(
  app: Needs,
  { account, shop, key, document }: Subject,
  orderDocuments: readonly Other[],
): Promise<{ outcome: string }> {
  const write = app.writeBacks[shop.platform]
  if (write === undefined || shop.api === undefined) throw new Setback(noApi, false)
  const { kind, orderId, revision } = partsOf(key)
  const replaced = orderDocuments.some((other) => {
    const about = partsOf(other.key)
    const shown = other.number !== '' && other.corrects === undefined
    return shown && about.kind === kind && about.revision > revision
  })
  const undone = document.state === 'reversed' || document.state === 'cancelled'
  const reversal = undone ? await reversalOf(app, account.id, key) : undefined
  try {
    const outcome = await write(
      shop.api,
      (call) => app.outbound.call({ ...call, timeoutMs: CALL_TIMEOUT_MS }),
      orderId,
      {
        kind,
        name: nameOf(document),
        issuedOn: civilDate(document.issuedAt),
        link: linkOf(app, shop, key, document),
        reversedBy: undone ? reversal || 'cancelled' : undefined,
        others: orderDocuments.map(nameOf).filter((name) => name !== ''),
        replaced,
      },
    )
    return { outcome }
  } catch (error) {
    if (!(error instanceof ShopApiError)) throw error
    const { code, ro, en } = error.reason
    throw new Setback({ code, said: error.said, ro, en }, PASSING.includes(code), error.waitMs)
  }
}

/** The name of the document that reverses this one, as far as the ledger knows it. */
export async function reversalOf(
  { ledger }: Pick<App, 'ledger'>,
  account: Subject['account']['id'],
  key: Subject['key'],
): Promise<string> {
  const { acts } = await ledger.acts.ofOrder(account, partsOf(key).order)
  const done = acts.find(
    (act) => act.key.startsWith(`${key}~reversal~`) && act.state === 'done' && act.result,
  )
  const { series = '', number = '' } = done?.result ?? {}
  return `${String(series)}${String(number)}`
}

export const noApi: Cause = {
  code: 'shop-api-none',
  said: '',
  ro: 'Magazinul nu are datele de acces la API-ul lui (api), deci nu avem unde scrie. Completați-le în setări, apoi reluați.',
  en: 'The shop has no login to its own API (api), so there is nowhere to write. Fill it in in the settings, then replay.',
}
