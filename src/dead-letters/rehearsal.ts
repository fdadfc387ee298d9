import type { App } from '../app.ts'
import { ActKey } from '../core/acts.ts'
import { decide } from '../core/document.ts'
import { AccountId, DocumentKey, partsOf, type DocumentKind } from '../core/ids.ts'
import { effectiveSettings } from '../core/shop-rules.ts'
import { civilDate } from '../core/time.ts'
import { knownFacts } from '../known-facts.ts'
import { rehearseAct } from './act-rehearsal.ts'
import type { Letter, Outcome, OutcomeName } from './letters.ts'

/** A list of series that was read this recently still holds, in ms. */
const SERIES_AGE_MS = 10_000

/** Says what a replay would do, changing nothing. */
export function createRehearsal(app: App) {
  const { ledger, now } = app

  async function decisionOf(key: DocumentKey, accountId: AccountId) {
    const { shop: shopId, order: ref, kind } = partsOf(key)
    const [shop, account, known, vat, document] = await Promise.all([
      ledger.registry.shop(shopId),
      ledger.registry.account(accountId),
      ledger.documents.order(accountId, ref),
      ledger.facts.vat(accountId),
      ledger.documents.get(accountId, key),
    ])
    if (shop === undefined || account === undefined || known === undefined || vat === undefined)
      return undefined
    const made = { kind, madeBy: document?.madeBy }
    const { settings } = effectiveSettings(known.order, shop.settings, made)
    return decide({
      order: known.order,
      kind,
      settings,
      companyCif: account.cif,
      vat: vat.table,
      marker: app.markerOf(key),
      today: civilDate(now()),
      ...(await knownFacts(app, account.id, known.order, settings)),
    })
  }

  const seriesLists = new Map<string, { at: number; names: Promise<string[] | undefined> }>()
  /** The account's series as SmartBill lists them now; undefined when it does not say. One call serves a whole rehearsal. */
  async function seriesNames(
    accountId: AccountId,
    kind: DocumentKind,
  ): Promise<string[] | undefined> {
    const known = seriesLists.get(`${accountId} ${kind}`)
    if (known !== undefined && now() - known.at < SERIES_AGE_MS) return known.names
    const names = ledger.registry
      .account(accountId)
      .then((account) =>
        account === undefined ? undefined : app.smartbill.documents.series(account, kind),
      )
      .then(
        (list) => list?.map(({ name }) => name),
        () => undefined,
      )
    seriesLists.set(`${accountId} ${kind}`, { at: now(), names })
    return names
  }

  return async (letter: Letter): Promise<Outcome> => {
    const would = (outcome: OutcomeName, en: string, ro: string): Outcome => ({
      id: letter.id,
      outcome,
      en,
      ro,
    })
    if (letter.kind === 'act')
      return { id: letter.id, ...(await rehearseAct(app, ActKey.parse(letter.id))) }
    if (letter.kind !== 'document')
      return would('would-run', 'It would run again.', 'Ar rula din nou.')
    const account = AccountId.parse(letter.account)
    const decision = await decisionOf(DocumentKey.parse(letter.id), account)
    switch (decision?.kind) {
      case undefined:
        return would('would-run', 'It would be tried again.', 'Ar fi încercat din nou.')
      case 'issue': {
        const { kind, series, total, currency } = decision.document
        const existing = await seriesNames(account, kind)
        if (existing !== undefined && !existing.includes(series))
          return would(
            'would-fail',
            `Series ${series} does not exist in SmartBill (it has: ${existing.join(', ') || 'none'}).`,
            `Seria ${series} nu există în SmartBill (există: ${existing.join(', ') || 'niciuna'}).`,
          )
        return would(
          'would-issue',
          `${total} ${currency} on series ${series}.`,
          `${total} ${currency} pe seria ${series}.`,
        )
      }
      case 'hold':
        return would(
          'would-hold',
          decision.reasons.map(({ en }) => en).join(' '),
          decision.reasons.map(({ ro }) => ro).join(' '),
        )
      case 'skip':
        return would('would-skip', decision.en, decision.ro)
    }
  }
}
