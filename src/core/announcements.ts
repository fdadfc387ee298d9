import { actKey, partsOfAct, type WantedAct } from './acts.ts'
import type { FollowedDocument, FollowUpInput } from './follow-ups.ts'
import { exact, ZERO } from './money.ts'
import type { NoticeEvent } from './notices.ts'
import type { Order } from './order.ts'
import { effectiveSettings } from './shop-rules.ts'

/** The ways in which people and shops can be told, beside what the settings choose. */
export type Outlets = {
  /** There is an archive for PDFs. */
  archive: boolean
  /** There is a mail server of ours. */
  smtp: boolean
  /** The shop's API takes what we write. */
  writeBack: boolean
  /** Receivers of notices; no events named: all of them. */
  endpoints: readonly { id: string; events: readonly NoticeEvent[] }[]
}

/** Settings that are switched on today must not mail the buyers of last month. */
const FRESH_MS = 3 * 86_400_000

/** E-mail, what is written on the order in the shop, notices and archive: one act each. */
export const announcementsWanted = (input: FollowUpInput): WantedAct[] =>
  input.documents.flatMap((document) => [
    ...archived(input, document),
    ...writtenBack(input, document),
    ...mailed(input, document),
    ...noticed(input, document),
  ])

/** It was issued, whatever became of it. */
const exists = ({ state, number, draft }: FollowedDocument): boolean =>
  number !== '' &&
  draft !== true &&
  (state === 'issued' || state === 'reversing' || state === 'reversed' || state === 'cancelled')
/** There is a PDF of it at its number. */
const isThere = (document: FollowedDocument): boolean => exists(document) && document.gone !== true
const isUndone = ({ state }: FollowedDocument): boolean =>
  state === 'reversed' || state === 'cancelled'
const isPaid = ({ paid, total }: FollowedDocument): boolean =>
  exact(total || '0').gt(ZERO) && exact(paid || '0').gte(exact(total))

/** When the order was paid, as far as it says, but not before its document; ms since 1970. */
function paidAt({ payments, updatedAt }: Order, { issuedAt }: FollowedDocument): number {
  const times = payments.map(({ at }) => Date.parse(at ?? updatedAt))
  return Math.max(issuedAt, ...times)
}

function archived({ outlets }: FollowUpInput, document: FollowedDocument): WantedAct[] {
  if (!outlets.archive || !isThere(document)) return []
  return [{ key: actKey(document.key, 'archive', 'pdf'), state: 'due', wish: {} }]
}

/** A correction is not written: on the order stands what it corrects, and by what it is reversed. */
function writtenBack(
  { settings, outlets }: FollowUpInput,
  document: FollowedDocument,
): WantedAct[] {
  if (!settings.writeBack || !outlets.writeBack) return []
  if (!exists(document) || document.corrects !== undefined) return []
  const what = isUndone(document) ? 'reversed' : 'issued'
  return [{ key: actKey(document.key, 'write-back', what), state: 'due', wish: {} }]
}

/** Why the buyer gets no e-mail by itself; `off` says that nobody asked for one. */
export type NoEmail =
  | 'off'
  | 'draft'
  | 'not-issued'
  | 'deleted'
  | 'correction'
  | 'reversed'
  | 'no-address'
  | 'no-mail-server'
  | 'not-paid'
  | 'old'

/** Whether the document goes to the buyer now, and if not, why not. */
export function emailPlan(
  { order, settings, outlets, now }: Omit<FollowUpInput, 'documents' | 'acts' | 'did'>,
  document: FollowedDocument,
): 'send' | NoEmail {
  const { kind, madeBy } = document
  const { when } = effectiveSettings(order, settings, { kind, madeBy }).settings.email
  if (when === 'never') return 'off'
  const hindrance = emailHindrance({ order, settings, outlets }, document)
  if (hindrance !== undefined) return hindrance
  if (document.corrects !== undefined) return 'correction'
  if (isUndone(document)) return 'reversed'
  if (when === 'paid' && !isPaid(document) && order.paymentStatus !== 'paid') return 'not-paid'
  const since = when === 'paid' ? paidAt(order, document) : document.issuedAt
  return now - since > FRESH_MS ? 'old' : 'send'
}

/** What stands in the way of an e-mail also when a person asks for it. */
export function emailHindrance(
  { order, settings, outlets }: Pick<FollowUpInput, 'order' | 'settings' | 'outlets'>,
  document: FollowedDocument,
): NoEmail | undefined {
  if (document.draft === true) return 'draft'
  if (!exists(document)) return 'not-issued'
  if (!isThere(document)) return 'deleted'
  if (!isAddress(order.customer.email)) return 'no-address'
  if (settings.email.via === 'smtp' && !outlets.smtp) return 'no-mail-server'
  return undefined
}

const isAddress = (text: string): boolean => /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+$/.test(text)

function mailed(input: FollowUpInput, document: FollowedDocument): WantedAct[] {
  if (emailPlan(input, document) !== 'send') return []
  return [{ key: actKey(document.key, 'email', FIRST_EMAIL), state: 'due', wish: {} }]
}

/** The one that goes by itself; whatever a person asks for comes after it. */
export const FIRST_EMAIL = 'first'

/** Another e-mail of a document, asked for by a person: two who ask at once ask for the same one. */
export function nextEmail(
  document: FollowedDocument['key'],
  acts: FollowUpInput['acts'],
  who: string,
): WantedAct {
  const before = acts.filter(({ key }) => {
    const about = partsOfAct(key)
    return about.document === document && about.kind === 'email'
  })
  return {
    key: actKey(document, 'email', `by-hand-${before.length + 1}`),
    state: 'due',
    wish: { by: who },
  }
}

/** What a document gives occasion to tell now, each with the instant since when it is true (ms). */
function occasions(
  { order, settings }: FollowUpInput,
  document: FollowedDocument,
): { event: NoticeEvent; id: string; at: number }[] {
  const { gen, at, issuedAt, kind, state } = document
  const told = (event: NoticeEvent, since: number, id: string = event) => ({
    event,
    id,
    at: since,
  })
  if (state === 'held' && !settings.shadow) return [told('order.held', at, `order.held.${gen}`)]
  if (state === 'dead') return [told('order.dead', at, `order.dead.${gen}`)]
  if (!exists(document)) return []
  return [
    told('document.issued', issuedAt),
    ...(kind === 'invoice' && document.corrects === undefined && isPaid(document)
      ? [told('document.paid', paidAt(order, document))]
      : []),
    ...(isUndone(document) ? [told('document.reversed', at)] : []),
  ]
}

function noticed(input: FollowUpInput, document: FollowedDocument): WantedAct[] {
  const fresh = occasions(input, document).filter(({ at }) => input.now - at <= FRESH_MS)
  return input.outlets.endpoints.flatMap(({ id: endpoint, events }) =>
    fresh
      .filter(({ event }) => events.length === 0 || events.includes(event))
      .map(({ event, id, at }): WantedAct => ({
        key: actKey(document.key, 'notice', `${id}.${endpoint}`),
        state: 'due',
        wish: { event, endpoint, at },
      })),
  )
}
