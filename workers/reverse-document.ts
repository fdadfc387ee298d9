import type { App } from '../src/app.ts'
import { partsOfAct } from '../src/core/acts.ts'
import { correctedAlready } from '../src/core/correction-reasons.ts'
import { mayStand, ReversalWish } from '../src/core/corrections-wanted.ts'
import { RejectedError, ThrottledError } from '../src/core/errors.ts'
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
        document: { state: 'reversing', from: ['issued'] },
        back: { state: 'issued', from: ['reversing'] },
        done: (number) => outcomeOf(by, document, number),
      },
      () => {
        sent = true
        return requestReversal(app, subject, grant, by)
      },
    )
    return answer === undefined ? 'somebody else was faster' : `${by}: ${answer || 'done'}`
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    if (error.refusal.code === 'already-reversed') return existsAlready(app, subject, act, before)
    if (
      by === 'delete-if-last' &&
      ['not-last', 'sent-to-spv', 'closed-period'].includes(error.refusal.code)
    ) {
      await acts.move(account.id, key, 'due', {
        who: 'relay',
        from: ['dead'],
        facts: { why: 'it cannot be deleted: a storno instead' },
        fields: { before: JSON.stringify({ ...before, by: 'storno' }) },
      })
      throw new ThrottledError('it cannot be deleted: a storno instead', app.now())
    }
    throw error
  } finally {
    if (!sent) await app.smartbill.cancel(account, grant)
  }
}

/** SmartBill says that there is a storno: ours, whose answer was lost, or a person's. Its number is looked for. */
async function existsAlready(
  app: App,
  subject: Subject,
  act: Act,
  before: Before,
): Promise<string> {
  const { account, document, key } = subject
  const { number, complete } = await findStorno(
    app,
    account,
    { ...document, key },
    Math.min(before.floor, Number(document.number)),
  )
  const exists = { ...before, exists: true }
  if (number === '' && !complete) {
    await app.ledger.acts.move(account.id, act.key, 'due', {
      who: 'relay',
      from: ['dead'],
      facts: { why: 'the storno exists, its number cannot be read yet' },
      fields: { before: JSON.stringify(exists) },
    })
    throw new ThrottledError('the number of the storno cannot be read yet', app.now() + 10_000)
  }
  const { result, ...rest } = outcomeOf('storno', document, number)
  await app.ledger.acts.done(account.id, act.key, 'relay', { ...result, found: 'it existed' }, rest)
  return `it existed: ${number || 'without a number that could be found'}`
}

/** The answer was lost: looks at SmartBill for what became of it. */
async function findOut(app: App, subject: Subject, act: Act, fence: string): Promise<string> {
  const { account, document, key } = subject
  const { acts } = app.ledger
  const before = Before.parse(act.before)
  const done = async (number: string, found: string): Promise<string> => {
    const { result, ...rest } = outcomeOf(before.by, document, number)
    await acts.done(account.id, act.key, 'relay', { ...result, found }, { fence, ...rest })
    return `found: ${before.by} ${number}`
  }
  let graceMs = app.config.smartbill.graceMs
  switch (before.by) {
    case 'storno': {
      const storno = await findStorno(app, account, { ...document, key }, before.floor)
      if (storno.number !== '') return done(storno.number, 'by what is printed on it')
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
    document: { state: 'issued', from: ['reversing', 'issued'] },
  })
  throw new ThrottledError('it did not happen', app.now())
}

async function hasCorrections({ ledger }: App, { account, ref, key }: Subject) {
  const known = await ledger.documents.order(account.id, ref)
  const stored = await Promise.all(
    (known?.documents ?? []).map((one) => ledger.documents.get(account.id, one)),
  )
  return stored.some((one) => one?.corrects === key && mayStand(one.state))
}
