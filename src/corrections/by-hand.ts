import { hash } from 'node:crypto'
import { z } from 'zod'
import type { App } from '../app.ts'
import { actKey, partsOfAct, type ActKey, type ActState } from '../core/acts.ts'
import { worthOfLines } from '../core/correction.ts'
import {
  byHandId,
  isOver,
  mayStand,
  newestOf,
  reversalIds,
  type CorrectionWish,
  type ReversalWish,
} from '../core/corrections-wanted.ts'
import type { FollowedDocument } from '../core/follow-ups.ts'
import type { DocumentKey, OrderRef } from '../core/ids.ts'
import { exact, PositiveAmount, sum, text, ZERO } from '../core/money.ts'
import { RefundedLine, type Order } from '../core/order.ts'
import { reversalWays, type Shop } from '../core/settings.ts'
import { followedAll } from '../follow-up.ts'
import { originalOf } from './correct-document.ts'
import * as words from './words.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'enqueueAct'>

/** What a person asks to take back: the whole document, or a part of it by amount or by lines. */
export const HandReversal = z.strictObject({
  /** How the whole is undone; absent: as the shop's settings say. */
  by: z.enum(reversalWays).optional(),
  /** A part: decimal text, VAT included. With `lines` alone it is what they are worth. */
  amount: PositiveAmount.optional(),
  lines: z.array(RefundedLine).min(1).max(400).optional(),
  /** Names a part: the same id is taken back once. Absent: the same amount and lines are the same part. */
  id: z.string().min(1).max(100).optional(),
  reason: z.string().max(500).default(''),
})
export type HandReversal = z.infer<typeof HandReversal>

export type Asked =
  | { status: 'asked' | 'known'; act: ActKey; state: ActState }
  | { status: 'refused'; words: words.Words }

type Found = { shop: Shop; ref: OrderRef; order: Order | null; documents: readonly DocumentKey[] }

/** Asks for the newest document of an order to be undone, or for a part of it to be corrected. The same twice is one. */
export async function reverseByHand(
  app: Needs,
  found: Found,
  asked: HandReversal,
  who: string,
): Promise<Asked> {
  const documents = await followedAll(app.ledger, found.shop.account, found.documents)
  const document = newestOf('invoice', documents) ?? newestOf('estimate', documents)
  if (document === undefined) return refused(words.noDocument)
  if (isOver(document)) return refused(words.alreadyUndone(document.series + document.number))
  if (document.state === 'reversing' || document.state === 'issued') {
    if (document.number === '') return refused(words.draft)
    const corrections = documents.filter(
      ({ corrects, state }) => corrects === document.key && mayStand(state),
    )
    const isPart = asked.amount !== undefined || asked.lines !== undefined
    if (!isPart && corrections.length === 0) return reverseWhole(app, found, document, asked, who)
    if (document.kind === 'estimate') return refused(words.wholeOnly)
    return correctPart(app, found, { document, corrections, isPart }, asked, who)
  }
  return refused(words.notIssued(document.state))
}

const refused = (why: words.Words): Asked => ({ status: 'refused', words: why })

async function reverseWhole(
  app: Needs,
  { shop, ref }: Found,
  document: FollowedDocument,
  { by, reason }: HandReversal,
  who: string,
): Promise<Asked> {
  const { acts } = await app.ledger.acts.ofOrder(shop.account, ref)
  const own = acts.filter(({ key }) => {
    const about = partsOfAct(key)
    return about.document === document.key && about.kind === 'reversal'
  })
  const underWay = own.find(({ state }) => ['attempting', 'uncertain'].includes(state))
  if (underWay !== undefined) return { status: 'known', act: underWay.key, state: underWay.state }
  const wish: ReversalWish = {
    cause: 'by-hand',
    ...(by === undefined ? {} : { by }),
    reason: reason === '' ? who : `${who}: ${reason}`,
    total: document.total,
    currency: document.currency,
  }
  // A way of its own has a name of its own: what an act is to do never changes.
  const id = by === undefined ? reversalIds.byHand : `${reversalIds.byHand}-${by}`
  return want(app, shop, actKey(document.key, 'reversal', id), wish, who)
}

async function correctPart(
  app: Needs,
  { shop, order }: Found,
  about: {
    document: FollowedDocument
    corrections: readonly FollowedDocument[]
    isPart: boolean
  },
  { amount, lines, id, reason }: HandReversal,
  who: string,
): Promise<Asked> {
  const { document, corrections, isPart } = about
  const taken = sum(corrections.map(({ total }) => exact(total || '0').abs()))
  const left = exact(document.total).minus(taken)
  let value = amount === undefined ? left : exact(amount)
  if (amount === undefined && lines !== undefined) {
    const original = await originalOf(app, shop.account, document.key)
    if (original === undefined || order === null)
      return refused(words.contentGone(document.series + document.number))
    value = worthOfLines(original, order, lines)
  }
  if (value.lte(ZERO)) return refused(words.nothingLeft)
  if (value.gt(left)) return refused(words.tooMuch(text(left), document.currency))
  const wish: CorrectionWish = {
    amount: text(value),
    currency: document.currency,
    lines: lines ?? [],
    source: who,
    reason,
  }
  const print = hash('sha256', JSON.stringify([wish.amount, wish.lines]), 'hex').slice(0, 12)
  const key = actKey(document.key, 'correction', byHandId(id ?? (isPart ? print : 'rest')))
  return want(app, shop, key, wish, who)
}

async function want(
  app: Needs,
  { account }: Shop,
  key: ActKey,
  wish: object,
  who: string,
): Promise<Asked> {
  const { acts } = app.ledger
  const made = await acts.wish(account, { key, state: 'due', wish: { ...wish } }, who)
  if (made.status === 'made') {
    await app.enqueueAct(account, key, made.generation)
    return { status: 'asked', act: key, state: 'due' }
  }
  const rests = ['held', 'dead', 'dismissed', 'proposed'].includes(made.state)
  if (!rests || !(await acts.again(account, key, who, { why: 'asked for again' })))
    return { status: 'known', act: key, state: made.state }
  const act = await acts.get(account, key)
  await app.enqueueAct(account, key, act?.gen ?? 0)
  return { status: 'asked', act: key, state: 'due' }
}
