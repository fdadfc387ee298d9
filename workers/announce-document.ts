import type { App } from '../src/app.ts'
import { maybeSent, reasonFor, sendEmail } from '../src/announcing/email.ts'
import { endpointOf, sendNotice } from '../src/announcing/notice.ts'
import { Setback, waitAfter } from '../src/announcing/setback.ts'
import type { Subject } from '../src/announcing/subject.ts'
import { writeBack } from '../src/announcing/write-back.ts'
import { partsOfAct } from '../src/core/acts.ts'
import {
  RejectedError,
  ThrottledError,
  TransientError,
  UncertainError,
} from '../src/core/errors.ts'
import type { Turn } from '../src/core/turns.ts'
import { storedAll, subjectOf } from '../src/follow-up.ts'
import type { Payload } from '../src/jobs.ts'

type Needs = Pick<
  App,
  | 'ledger'
  | 'smartbill'
  | 'outbound'
  | 'turns'
  | 'pdfs'
  | 'archive'
  | 'links'
  | 'sendMail'
  | 'writeBacks'
  | 'config'
  | 'now'
>
type Claimed = { account: Subject['account']['id']; fence: string; act: Subject['act'] }

/**
 * One announcement of a document: an e-mail (at most once), or what may be repeated without harm because it looks before
 * it writes, carries an id, or is stored under one name. Safe to run any number of times.
 */
export async function announceDocument(
  about: Payload<'announce-document'>,
  app: Needs,
): Promise<string> {
  const turn = await turnFor(about, app)
  try {
    return await announceOne(about, app)
  } finally {
    turn?.giveBack(app.now())
  }
}

/** A turn at the shop or receiver that this act calls. While all are taken it waits, and costs the ledger two reads. */
async function turnFor(
  { act: key, account }: Payload<'announce-document'>,
  { ledger, turns, now }: Needs,
): Promise<Turn | undefined> {
  const { kind, shop: shopId } = partsOfAct(key)
  if (kind !== 'write-back' && kind !== 'notice') return undefined
  const [act, shop] = await Promise.all([
    ledger.acts.get(account, key),
    ledger.registry.shop(shopId),
  ])
  if (act?.state !== 'due' || shop === undefined) return undefined
  const url = kind === 'notice' ? endpointOf({ shop }, act)?.url : shop.api?.url
  const host = URL.parse(url ?? '')?.host
  if (host === undefined) return undefined
  const at = now()
  const turn = turns.take(host, at)
  if ('giveBack' in turn) return turn
  const until = at + (turn.until - at) * (0.9 + Math.random() / 5)
  throw new ThrottledError('others are being told at this address', Math.ceil(until))
}

async function announceOne(
  { act: key, account }: Payload<'announce-document'>,
  app: Needs,
): Promise<string> {
  const { acts } = app.ledger
  const claim = await acts.claim(account, key)
  if (claim.status === 'busy')
    throw new ThrottledError('not yet, or another worker has it', claim.until)
  if (claim.status !== 'claimed' && claim.status !== 'uncertain') return claim.status
  const { fence, act } = claim
  if (claim.status === 'uncertain') return shown(app, { account, fence, act })
  try {
    return await announce(app, { ...(await subjectOf(app, account, key)), act }, fence)
  } catch (error) {
    if (error instanceof UncertainError) return shown(app, { account, fence, act })
    if (error instanceof Setback || error instanceof TransientError)
      return later(app, { account, fence, act }, error)
    if (error instanceof RejectedError) {
      await acts.bury(account, key, error.refusal, { fence, from: ['due'] })
      throw error
    }
    await acts.unclaim(account, key, fence)
    throw error
  }
}

async function announce(app: Needs, subject: Subject, fence: string): Promise<string> {
  const { account, act, document } = subject
  const { acts } = app.ledger
  const done = async (result: object): Promise<string> => {
    await acts.done(account.id, act.key, 'relay', result, { fence })
    return JSON.stringify(result)
  }
  const { kind } = partsOfAct(act.key)
  switch (kind) {
    case 'email':
      return sendEmail(app, subject, act, fence)
    case 'write-back':
      return done(await writeBack(app, subject, await othersOf(app, subject)))
    case 'notice': {
      const noticed = await sendNotice(app, subject, act)
      if (noticed.status === 'taken') return done({ http: noticed.http })
      await acts.dismiss(account.id, act.key, 'relay', noticed.why)
      return `dismissed: ${noticed.why}`
    }
    case 'archive': {
      if (document.gone === '1') {
        await acts.dismiss(account.id, act.key, 'relay', reasonFor.deleted.en)
        return 'dismissed: deleted'
      }
      const pdf = await app.pdfs.store(account.id, subject.key, document)
      if (pdf === undefined) throw new TransientError('SmartBill has no PDF of it yet')
      return done({ bytes: pdf.length })
    }
    case 'payment':
    case 'reversal':
    case 'correction':
      throw new Error(`${kind} is no announcement`)
  }
}

/** The order's other documents, by number. */
async function othersOf({ ledger }: Needs, { account, ref, key }: Subject) {
  const known = await ledger.documents.order(account.id, ref)
  const others = (known?.documents ?? []).filter((one) => one !== key)
  const stored = await storedAll(ledger, account.id, others)
  return stored.map(({ key: one, document }) => ({ ...document, key: one }))
}

/** An e-mail that may have been sent is never sent again by itself. */
async function shown({ ledger }: Needs, { account, act, fence }: Claimed): Promise<string> {
  await ledger.acts.hold(account, act.key, fence, [maybeSent])
  return `held: ${maybeSent.code}`
}

/** Nothing happened: again after a while, for two days; then it is a dead letter. */
async function later(
  { ledger, now }: Needs,
  { account, act, fence }: Claimed,
  error: Setback | TransientError,
): Promise<string> {
  const setback = error instanceof Setback ? error : undefined
  const tries = act.tries + 1
  const wait =
    setback?.passing === false ? undefined : waitAfter(tries, setback?.waitMs ?? 0, Math.random())
  if (wait === undefined) {
    const cause = setback?.reason ?? neverWorked(error.message)
    await ledger.acts.bury(account, act.key, cause, { fence, from: ['due'] })
    throw new RejectedError(cause, { cause: error })
  }
  const until = Math.ceil(now() + wait)
  await ledger.acts.postpone(account, act.key, fence, { tries, until, why: error.message })
  throw new ThrottledError(error.message, until, { cause: error })
}

const neverWorked = (why: string) => ({
  code: 'announce-failed',
  said: why,
  ro: 'Nu a reușit timp de două zile. Verificați serverul de e-mail sau arhiva, apoi reluați.',
  en: 'It did not work for two days. Check the mail server or the archive, then replay.',
})
