import type { App } from '../app.ts'
import type { ActKey, ActState } from '../core/acts.ts'
import { emailHindrance, nextEmail } from '../core/announcements.ts'
import type { Reason } from '../core/causes.ts'
import { partsOf, type DocumentKey, type OrderRef } from '../core/ids.ts'
import type { Order } from '../core/order.ts'
import type { Shop } from '../core/settings.ts'
import { followedAll, outletsOf } from '../follow-up.ts'
import { reasonFor } from './email.ts'

type Needs = Pick<App, 'ledger' | 'now' | 'config' | 'archive' | 'writeBacks' | 'enqueueAct'>

export type EmailAsked =
  | { status: 'asked' | 'under-way'; act: ActKey; state: ActState }
  | { status: 'refused'; words: Reason }

const nothingToSend: Reason = {
  code: 'email-no-document',
  field: 'document',
  ro: 'Comanda nu are un document emis. Emiteți-l întâi, apoi trimiteți-l.',
  en: 'The order has no issued document. Issue it first, then send it.',
}

/** Why no second e-mail goes while nobody knows of the first one, and what to do. */
export const firstInDoubt = {
  ro: 'Nu se știe dacă e-mailul dinainte a plecat: nu a venit niciun răspuns, așa că nu s-a trimis altul. Întrebați cumpărătorul sau verificați e-mailurile trimise. Peste câteva secunde pagina comenzii îl arată ca reținut; de acolo trimiteți-l din nou sau închideți-l.',
  en: "Nobody knows whether the e-mail before was sent: no answer came, so no other one was sent. Ask the buyer or look at the mail that was sent. Within seconds the order's page shows it as held; from there send it again or dismiss it.",
}

/**
 * A person asks for a document of an order to be e-mailed (again): the one named, or else the invoice issued last, or the
 * proforma. While an e-mail of it is on its way, or may have been sent and nobody knows, no second one is asked for.
 */
export async function emailByHand(
  app: Needs,
  known: { shop: Shop; ref: OrderRef; order: Order; documents: readonly DocumentKey[] },
  who: string,
  wanted?: DocumentKey,
): Promise<EmailAsked> {
  const { ledger } = app
  const { shop, ref, order } = known
  const { account, settings } = shop
  const documents = await followedAll(ledger, account, known.documents)
  const issued = documents
    .filter(({ key, state }) => (wanted === undefined ? state === 'issued' : key === wanted))
    .toSorted(
      (a, b) =>
        Number(b.number !== '') - Number(a.number !== '') ||
        rank(b.key) - rank(a.key) ||
        b.issuedAt - a.issuedAt,
    )
  const [document] = issued
  if (document === undefined) return { status: 'refused', words: nothingToSend }
  const outlets = outletsOf(app, shop)
  const hindrance = emailHindrance({ order, settings, outlets }, document)
  if (hindrance !== undefined) return { status: 'refused', words: reasonFor[hindrance] }

  const { acts } = await ledger.acts.ofOrder(account, ref)
  const before = acts.filter(({ key }) => key.startsWith(`${document.key}~email~`))
  const open = before.find(({ state }) => ['due', 'attempting', 'uncertain'].includes(state))
  if (open !== undefined) return { status: 'under-way', act: open.key, state: open.state }
  const stuck = before.find(({ state }) => state === 'held' || state === 'dead')
  if (stuck !== undefined) {
    const isOurs = await ledger.acts.again(account, stuck.key, who)
    const again = await ledger.acts.get(account, stuck.key)
    if (!isOurs) return { status: 'under-way', act: stuck.key, state: again?.state ?? stuck.state }
    await app.enqueueAct(account, stuck.key, again?.gen ?? 0)
    return { status: 'asked', act: stuck.key, state: 'due' }
  }
  const act = nextEmail(document.key, acts, who)
  const made = await ledger.acts.wish(account, act, who)
  if (made.status === 'known') return { status: 'under-way', act: act.key, state: made.state }
  await app.enqueueAct(account, act.key, made.generation)
  return { status: 'asked', act: act.key, state: 'due' }
}

const rank = (key: DocumentKey): number => (partsOf(key).kind === 'invoice' ? 1 : 0)
