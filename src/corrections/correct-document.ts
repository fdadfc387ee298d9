import type { App } from '../app.ts'
import { partsOfAct } from '../core/acts.ts'
import { contentGone, invoiceDeleted } from '../core/correction-reasons.ts'
import { correctionOf, SentDocument } from '../core/correction.ts'
import { CorrectionWish, freeKey } from '../core/corrections-wanted.ts'
import type { Decision, DocumentDraft } from '../core/document.ts'
import { ThrottledError } from '../core/errors.ts'
import type { AccountId, DocumentKey, OrderRef } from '../core/ids.ts'
import { pendingStates, type DocumentState } from '../core/lifecycle.ts'
import type { Order } from '../core/order.ts'
import { civilDate } from '../core/time.ts'
import { storedAll, type subjectOf } from '../follow-up.ts'
import type { Act } from '../ledger/acts.ts'

type Needs = Pick<App, 'ledger' | 'now' | 'markerOf' | 'enqueueDocument'>
type Subject = Awaited<ReturnType<typeof subjectOf>>

/**
 * Sees to it that the corrective document of one refund exists: a document of its own, issued like any other, at most
 * once. One act has one document: a second worker finds the first one's.
 */
export async function correctDocument(
  app: Needs,
  subject: Subject,
  act: Act,
  fence: string,
): Promise<string> {
  const { account, document, ref, order, key } = subject
  const { acts, documents } = app.ledger
  switch (document.state) {
    case 'issued':
      if (document.gone === '') break
      await acts.hold(account.id, act.key, fence, [invoiceDeleted])
      return `held: ${invoiceDeleted.code}`
    case 'due':
    case 'attempting':
    case 'uncertain':
    case 'reversing':
      throw new ThrottledError(`the invoice is ${document.state}`, app.now() + 30_000)
    case 'held':
    case 'skipped':
    case 'dead':
    case 'reversed':
    case 'cancelled':
      await acts.dismiss(account.id, act.key, 'relay', `the invoice is ${document.state}`)
      return `dismissed: the invoice is ${document.state}`
  }
  for (;;) {
    const known = await storedOf(app, account.id, ref)
    const mine = known.find((one) => one.document.forAct === act.key)
    if (mine !== undefined) {
      await acts.done(account.id, act.key, 'relay', { document: mine.key }, { fence })
      return `its document is ${mine.key}`
    }
    const onItsWay = known.find(
      (one) => one.document.corrects === key && isPending(one.document.state),
    )
    if (onItsWay !== undefined)
      throw new ThrottledError('another correction is on its way', app.now() + 2000)
    const free = freeKey(ref, 'invoice', known)
    const newest = await documents.order(account.id, ref)
    const rehearsal =
      order === undefined || newest === undefined
        ? { kind: 'hold' as const, reasons: [contentGone(document.series + document.number)] }
        : await decideCorrection(app, account.id, { key: free, order }, act)
    if (rehearsal.kind === 'hold') {
      await acts.hold(account.id, act.key, fence, rehearsal.reasons)
      return `held: ${rehearsal.reasons.map(({ code }) => code).join(', ')}`
    }
    const { status, generation } = await documents.makeDue(
      account.id,
      free,
      'relay',
      { rule: 'correction' },
      newest?.version,
      [],
      { about: { corrects: key, forAct: act.key } },
    )
    // Another document of the order may have taken the key: then the next one is tried.
    if (status === 'due') await app.enqueueDocument('issue-document', account.id, free, generation)
  }
}

const isPending = (state: DocumentState): boolean =>
  (pendingStates as readonly DocumentState[]).includes(state)

/** The corrective document that an act asks for, as things stand, or why there is none. */
async function decideCorrection(
  app: Pick<App, 'ledger' | 'now' | 'markerOf'>,
  account: AccountId,
  { key, order }: { key: DocumentKey; order: Order },
  act: Act,
): Promise<ReturnType<typeof correctionOf>> {
  const { documents } = app.ledger
  const { document: original, order: ref } = partsOfAct(act.key)
  const [document, draft, known] = await Promise.all([
    documents.get(account, original),
    originalOf(app, account, original),
    storedOf(app, account, ref),
  ])
  if (document === undefined || draft === undefined)
    return {
      kind: 'hold',
      reasons: [contentGone(`${document?.series ?? ''}${document?.number ?? ''}`)],
    }
  const others = known.filter(
    (one) =>
      one.key !== key &&
      one.document.corrects === original &&
      (one.document.state === 'issued' || isPending(one.document.state)),
  )
  const earlier = await Promise.all(
    others.map(async (one) => {
      const taken = SentDocument.safeParse(await documents.sent(account, one.key))
      return taken.success ? (taken.data.takes ?? []) : []
    }),
  )
  return correctionOf({
    order,
    original: {
      draft,
      series: document.series,
      number: document.number,
      day: civilDate(document.issuedAt),
    },
    earlier: earlier.flat(),
    wish: CorrectionWish.parse(act.wish),
    marker: app.markerOf(key),
    today: civilDate(Math.max(app.now(), document.issuedAt)),
  })
}

/** A document as it was sent, while that is kept. */
export async function originalOf(
  { ledger }: Pick<App, 'ledger'>,
  account: AccountId,
  key: DocumentKey,
): Promise<DocumentDraft | undefined> {
  const sent = SentDocument.safeParse(await ledger.documents.sent(account, key))
  // What was sent is kept as it was.
  return sent.success ? (sent.data as unknown as DocumentDraft) : undefined
}

/** What the worker that issues it decides of a corrective document now. */
export async function decisionOnCorrection(
  app: Pick<App, 'ledger' | 'now' | 'markerOf'>,
  account: AccountId,
  key: DocumentKey,
  order: Order,
): Promise<Decision | undefined> {
  const { documents, acts } = app.ledger
  const document = await documents.get(account, key)
  if (document?.corrects === undefined) return undefined
  const original = await documents.get(account, document.corrects)
  if (original?.state === 'reversing')
    throw new ThrottledError('the invoice that it corrects is being reversed', app.now() + 10_000)
  const act = document.forAct === undefined ? undefined : await acts.get(account, document.forAct)
  if (original?.state !== 'issued')
    return {
      kind: 'skip',
      rule: 'original-reversed',
      ro: 'Factura pe care o corectează nu mai este valabilă; corecția nu mai este necesară.',
      en: 'The invoice that it corrects no longer stands; the correction is not needed.',
    }
  if (act === undefined)
    return { kind: 'hold', reasons: [contentGone(original.series + original.number)] }
  return decideCorrection(app, account, { key, order }, act)
}

async function storedOf({ ledger }: Pick<App, 'ledger'>, account: AccountId, ref: OrderRef) {
  const known = await ledger.documents.order(account, ref)
  return storedAll(ledger, account, known?.documents ?? [])
}
