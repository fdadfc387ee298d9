import type { App } from '../src/app.ts'
import { partsOfAct } from '../src/core/acts.ts'
import { correctedAlready } from '../src/core/correction-reasons.ts'
import { mayStand, ReversalWish } from '../src/core/corrections-wanted.ts'
import { ThrottledError } from '../src/core/errors.ts'
import { partsOf } from '../src/core/ids.ts'
import type { ReversalWay } from '../src/core/settings.ts'
import { cancelEstimate } from '../src/corrections/cancel-estimate.ts'
import { correctDocument } from '../src/corrections/correct-document.ts'
import {
  Before,
  isStillOurs,
  outcomeOf,
  requestReversal,
  type Subject,
} from '../src/corrections/reversal.ts'
import { findStorno } from '../src/corrections/storno-search.ts'
import { documentsOf } from '../src/follow-up.ts'
import type { Payload } from '../src/jobs.ts'
import type { Act } from '../src/ledger/acts.ts'
import { doMoneyAct, LOOK_MS } from '../src/money-act.ts'

/**
 * A document undone as a whole, or a part of it corrected: at most once. Safe to run any number of times, and many
 * times at once.
 */
export const reverseDocument = (payload: Payload<'reverse-document'>, app: App): Promise<string> =>
  doMoneyAct(
    app,
    payload,
    partsOfAct(payload.act).kind === 'correction'
      ? { begin: corrected(app), findOut: corrected(app) }
      : {
          begin: (...claimed) => reverse(app, ...claimed),
          findOut: (...claimed) => findOut(app, ...claimed),
        },
  )

const corrected =
  (app: App) =>
  (subject: Subject, act: Act, fence: string): Promise<string> =>
    correctDocument(app, subject, act, fence)

async function reverse(app: App, subject: Subject, act: Act, fence: string): Promise<string> {
  const { account, document } = subject
  const { acts } = app.ledger
  switch (document.state) {
    case 'issued':
      break
    case 'attempting':
    case 'uncertain':
    case 'reversing':
      throw new ThrottledError(`the document is ${document.state}`, app.now() + 30_000)
    case 'due':
    case 'held':
    case 'skipped':
    case 'dead':
    case 'reversed':
    case 'cancelled':
      await acts.dismiss(account.id, act.key, 'relay', `the document is ${document.state}`)
      return `dismissed: the document is ${document.state}`
  }
  const wish = ReversalWish.parse(act.wish)
  if (document.gone !== '') {
    const gone = await alreadyGone(app, subject, act, fence)
    if (gone !== undefined) return gone
  }
  if (partsOf(subject.key).kind === 'estimate') return cancelEstimate(app, subject, act, fence)
  if (await hasCorrections(app, subject)) {
    if (wish.cause === 'by-hand') {
      await acts.hold(account.id, act.key, fence, [correctedAlready])
      return 'held: corrected-already'
    }
    await acts.withdraw(account.id, act.key, 'a part of it is corrected', {
      fence,
      lookAgain: true,
    })
    return 'withdrawn: a part of it is corrected'
  }
  return send(app, subject, act, fence, await wayOf(app, subject, act, wish))
}

/** A document that may have been deleted is undone if it was: what stands at its number is another's and left alone. */
async function alreadyGone(
  app: App,
  subject: Subject,
  act: Act,
  fence: string,
): Promise<string | undefined> {
  const { account, document, key } = subject
  const { acts } = app.ledger
  if (partsOf(key).kind === 'estimate') {
    await acts.dismiss(account.id, act.key, 'relay', 'it was deleted in SmartBill')
    return 'dismissed: it was deleted in SmartBill'
  }
  const now = await isStillOurs(app, subject, key)
  if (now === 'ours') return undefined
  if (now === 'unknown')
    throw new ThrottledError('nobody can tell yet whose its number is', app.now() + 30_000)
  const { result, ...rest } = outcomeOf('delete-if-last', document, '')
  const found = `the number is ${now}`
  await acts.done(account.id, act.key, 'relay', { ...result, found }, { fence, ...rest })
  return `found: ${found}`
}

/** How it is undone: as asked, but only the last number of a series, and only while it is ours, is deleted. */
async function wayOf(
  app: App,
  subject: Subject,
  act: Act,
  { by }: ReversalWish,
): Promise<ReversalWay> {
  const { account, document, shop, key } = subject
  const way = by ?? shop.settings.reverseBy
  if (way !== 'delete-if-last') return way
  if (Before.safeParse(act.before).data?.by === 'storno') return 'storno'
  const list = await app.smartbill.documents.series(account, 'invoice')
  const next = list.find(({ name }) => name === document.series)?.nextNumber
  const isLast = next !== undefined && next - 1 === Number(document.number)
  return isLast && (await isStillOurs(app, subject, key)) === 'ours' ? way : 'storno'
}

async function send(
  app: App,
  subject: Subject,
  act: Act,
  fence: string,
  by: ReversalWay,
): Promise<string> {
  const { account, document } = subject
  const { acts, series } = app.ledger
  const { key } = act
  const { high } = await series.known({
    account: account.id,
    kind: 'invoice',
    series: document.series,
  })
  const before: Before = {
    by,
    floor: Math.max(high ?? 0, Number(document.number)),
    exists: false,
  }
  const grant = await app.smartbill.admit(account)
  let sent = false
  try {
    const answer = await acts.attempt(
      account.id,
      key,
      fence,
      {
        before,
        // From here on nobody is led to its number, which may be another document's before the answer is written down.
        document: {
          state: 'reversing',
          from: ['issued'],
          fields: { gone: by === 'delete-if-last' ? 'maybe' : '' },
        },
        back: { state: 'issued', from: ['reversing'], fields: { gone: '' } },
        done: (number) => outcomeOf(by, document, number),
        refused: ({ code }) => afterRefusal(code, before, document.number),
      },
      () => {
        sent = true
        return requestReversal(app, subject, grant, by)
      },
    )
    return answer === undefined ? 'somebody else was faster' : `${by}: ${answer || 'done'}`
  } finally {
    if (!sent) await app.smartbill.cancel(account, grant)
  }
}

/** Refusals that are no end of it. */
function afterRefusal(code: string, before: Before, number: string) {
  if (code === 'already-reversed')
    return {
      to: 'uncertain' as const,
      why: 'the storno exists: its number is looked for',
      // A person may have made it any time since the invoice.
      before: {
        ...before,
        by: 'storno',
        floor: Math.min(before.floor, Number(number)),
        exists: true,
      } satisfies Before,
    }
  if (before.by === 'delete-if-last' && ['not-last', 'sent-to-spv', 'closed-period'].includes(code))
    return {
      to: 'due' as const,
      why: 'it cannot be deleted: a storno instead',
      before: { ...before, by: 'storno' } satisfies Before,
    }
  return undefined
}

/** The answer was lost, or named no number of a storno that exists: looks at SmartBill for what became of it. */
async function findOut(app: App, subject: Subject, act: Act, fence: string): Promise<string> {
  const { account, document, key } = subject
  const { acts } = app.ledger
  const before = Before.parse(act.before)
  const done = async (number: string, found: string): Promise<string> => {
    const { result, ...rest } = outcomeOf(before.by, document, number)
    await acts.done(account.id, act.key, 'relay', { ...result, found }, { fence, ...rest })
    return `found: ${before.by} ${number}`
  }
  let { graceMs } = app.config.smartbill
  switch (before.by) {
    case 'storno': {
      const isLate = app.now() >= act.sentAt + graceMs
      const storno = await findStorno(app, account, { ...document, key }, before.floor, {
        looked: before.looked,
        again: !isLate,
        keep: (looked) =>
          acts.move(account.id, act.key, 'uncertain', {
            who: 'relay',
            from: ['uncertain'],
            fence,
            facts: { why: `looked at ${looked.from} down to ${looked.to}` },
            fields: { before: JSON.stringify({ ...before, looked }) },
          }),
      })
      const isOver = before.exists && (storno.complete || isLate)
      if (storno.number !== '' || isOver)
        return done(storno.number, before.exists ? 'it existed' : 'by what is printed on it')
      break
    }
    case 'cancel':
      // It may be repeated: SmartBill says the same again.
      graceMs = 0
      break
    case 'delete-if-last': {
      const now = await isStillOurs(app, subject, key)
      if (now === 'gone' || now === 'another') return done('', `the number is ${now}`)
      if (now === 'unknown') graceMs = Infinity
      break
    }
  }
  const graceEnds = act.sentAt + graceMs
  if (app.now() < graceEnds) {
    const age = app.now() - act.sentAt
    const next = app.now() + Math.min(30_000, Math.max(LOOK_MS, age / 2))
    await acts.unclaim(account.id, act.key, fence)
    throw new ThrottledError('not found so far', Math.min(next, graceEnds + 1))
  }
  // A repeat does no harm: SmartBill refuses a second storno, and says that the first one exists.
  await acts.move(account.id, act.key, 'due', {
    who: 'relay',
    from: ['uncertain'],
    fence,
    facts: { why: 'nothing shows that it happened, and the grace period is over' },
    document: { state: 'issued', from: ['reversing', 'issued'], fields: { gone: '' } },
  })
  throw new ThrottledError('it did not happen', app.now())
}

async function hasCorrections({ ledger }: App, { account, ref, key }: Subject): Promise<boolean> {
  const documents = await documentsOf(ledger, account.id, ref)
  return documents.some(({ corrects, state }) => corrects === key && mayStand(state))
}
