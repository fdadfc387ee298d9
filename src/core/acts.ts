import { z } from 'zod'
import { DocumentKey, ENCODED_UNIT, LONGEST_DOCUMENT_KEY, partsOf, type OrderRef } from './ids.ts'

/**
 * What follows a document. Each is done at most once: money recorded, the whole document reversed, a part of it
 * corrected, an e-mail, the shop told, a webhook of ours, the PDF put away.
 */
export const actKinds = [
  'payment',
  'reversal',
  'correction',
  'email',
  'write-back',
  'notice',
  'archive',
] as const
export type ActKind = (typeof actKinds)[number]

/** Acts that change what a document is worth: of one document never two at a time. */
const moneyActs = ['payment', 'reversal', 'correction'] as const satisfies ActKind[]

export const isMoneyAct = (kind: ActKind): boolean =>
  (moneyActs as readonly ActKind[]).includes(kind)

/** Acts that SmartBill has no part in: they wait for no call limit, and go on while SmartBill is down. */
export const isElsewhere = (kind: ActKind): boolean => kind === 'write-back' || kind === 'notice'

/** The act promised at most once: `document key~kind~id`, the id percent-encoded. */
export const ActKey = z
  .string()
  .regex(new RegExp(`^[^~:]+~[^~:]+~(invoice|estimate)~\\d+~(${actKinds.join('|')})~[^~:]+$`))
  .brand<'ActKey'>()
export type ActKey = z.infer<typeof ActKey>
/** No act key has more characters: its id is at most a shop's own (1,000 UTF-16 units) and a few words of ours. */
export const LONGEST_ACT_KEY = LONGEST_DOCUMENT_KEY + 100 + 1000 * ENCODED_UNIT

/** One that came from outside: all its parts can be read. */
export const GivenActKey = ActKey.refine((key) => {
  try {
    return partsOfAct(key).id !== ''
  } catch {
    return false
  }
}, 'is no key of a payment, correction or message')

export const actKey = (document: DocumentKey, kind: ActKind, id: string): ActKey =>
  ActKey.parse(
    `${document}~${kind}~${encodeURIComponent(id.toWellFormed()).replaceAll('~', '%7E')}`,
  )

/** What an act key is made of; the id comes back decoded. */
export function partsOfAct(key: ActKey) {
  const [shop, order, documentKind, revision, kind, id = ''] = key.split('~')
  const document = DocumentKey.parse(`${shop}~${order}~${documentKind}~${revision}`)
  return {
    document,
    kind: z.enum(actKinds).parse(kind),
    id: decodeURIComponent(id),
    order: partsOf(document).order,
    shop: partsOf(document).shop,
  }
}

/** What a key has beyond its order: under this an act stands with its order. */
export const fieldOfAct = (key: ActKey): string => key.split('~').slice(2).join('~')

/** The same back, for the order. */
export const actOfField = (order: OrderRef, field: string): ActKey =>
  ActKey.parse(`${order}~${field}`)

/** The states of an act and the moves between them. */
export const actLifecycle = {
  /** A person must agree first. */
  proposed: ['due', 'dismissed', 'done'],
  /** It should happen; nobody is at it now. */
  due: ['attempting', 'held', 'dead', 'done', 'dismissed'],
  /** The intent is on disk; the request may have left. */
  attempting: ['done', 'uncertain', 'due', 'held', 'dead'],
  /** The request may have been carried out and nobody knows. */
  uncertain: ['done', 'due', 'held', 'dead'],
  /** A person must supply or decide something. */
  held: ['due', 'done', 'dismissed'],
  /** Refused, or out of attempts: a dead letter. */
  dead: ['due', 'done', 'dismissed'],
  done: [],
  /** A person, or a newer state of the order, said that it is not needed. */
  dismissed: ['due', 'proposed'],
} as const satisfies Record<string, readonly string[]>

export type ActState = keyof typeof actLifecycle
export const actStates = Object.keys(actLifecycle) as ActState[]

/** The states from which a move to `to` is allowed. */
export const actStatesBefore = (to: ActState): ActState[] =>
  actStates.filter((from) => (actLifecycle[from] as readonly string[]).includes(to))

/** Work is still to be done by us, without a person. */
export const pendingActStates = ['due', 'attempting', 'uncertain'] as const satisfies ActState[]

/** An act that should exist. `wish` is what its worker needs to know; it is part of the journal and never changes. */
export type WantedAct = {
  key: ActKey
  state: 'due' | 'proposed'
  wish: Record<string, unknown>
  /** Not before this instant (ms since 1970). */
  notBefore?: number
}
