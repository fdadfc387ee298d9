import type { App } from './app.ts'
import { RejectedError, ThrottledError, UncertainError } from './core/errors.ts'
import { subjectOf } from './follow-up.ts'
import type { Payload } from './jobs.ts'
import type { Act } from './ledger/acts.ts'

type Subject = Awaited<ReturnType<typeof subjectOf>>
type Work = (subject: Subject, act: Act, fence: string) => Promise<string>

/** How soon an outcome in doubt is looked for, and looked for again, in ms. */
export const LOOK_MS = 2000

/**
 * Takes an act that moves a document's money for the caller alone: `begin` sends it, `findOut` learns what became of one
 * that left no answer, by this same job a little later.
 */
export async function doMoneyAct(
  app: Pick<App, 'ledger' | 'now'>,
  { act: key, account }: Payload<'record-payment' | 'reverse-document'>,
  { begin, findOut }: { begin: Work; findOut: Work },
): Promise<string> {
  const { acts } = app.ledger
  const claim = await acts.claim(account, key)
  if (claim.status === 'busy')
    throw new ThrottledError('something else changes this document', claim.until)
  if (claim.status !== 'claimed' && claim.status !== 'uncertain') return claim.status
  const { act, fence } = claim
  try {
    const subject = await subjectOf(app, account, key)
    return await (claim.status === 'uncertain' ? findOut : begin)(subject, act, fence)
  } catch (error) {
    if (error instanceof UncertainError)
      throw new ThrottledError(error.message, app.now() + LOOK_MS, { cause: error })
    if (error instanceof RejectedError)
      await acts.bury(account, key, error.refusal, { fence, from: ['due'] })
    else await acts.unclaim(account, key, fence)
    throw error
  }
}
