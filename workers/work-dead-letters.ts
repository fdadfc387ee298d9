import type { App } from '../src/app.ts'
import { type ActKey, GivenActKey, partsOfAct, pendingActStates } from '../src/core/acts.ts'
import { ThrottledError } from '../src/core/errors.ts'
import { type DocumentKey, partsOf, type OrderRef, type ShopId } from '../src/core/ids.ts'
import { pendingStates } from '../src/core/lifecycle.ts'
import { giveRun, perform } from '../src/dead-letters/bulk.ts'
import { createDesk } from '../src/dead-letters/desk.ts'
import { documentKeyIn } from '../src/dead-letters/finding.ts'
import { wentWell, type Outcome } from '../src/dead-letters/letters.ts'
import type { Payload } from '../src/jobs.ts'

/** Letters whose outcome is written down together. */
const CHUNK = 50
/** A job goes on for this long before the next one takes over, so that a stop never waits for it, in ms. */
const SLICE_MS = 3000
/** Watched documents looked at in one step. */
const LOOK_AT = 500
const SOON_MS = 500
const LATER_MS = 3000
/** What has not come to an end this long after the run is watched no more, in ms. */
const WATCH_MS = 86_400_000

type Taken = Extract<Awaited<ReturnType<App['ledger']['runs']['take']>>, { status: 'taken' }>
type Run = NonNullable<Awaited<ReturnType<App['ledger']['runs']['get']>>>

/**
 * Does some of a run's letters, hands the rest to the next job, and afterwards tells what became of the documents that
 * went back to work. Whatever it is interrupted by, each letter is done and counted once.
 */
export async function workDeadLetters(
  { run: id }: Payload<'work-dead-letters'>,
  app: App,
): Promise<string> {
  const { runs } = app.ledger
  const taken = await runs.take(id)
  if (taken.status === 'over') {
    await runs.close(id)
    return 'nothing is left to do'
  }
  if (taken.status === 'busy') throw new ThrottledError('another worker has the run', taken.until)
  const run = await runs.get(id)
  if (run === undefined) return 'the run is gone'
  let outcome: string
  let waitMs = 0
  try {
    outcome =
      run.state === 'running' ? await workOff(app, run, taken) : await watch(app, run, taken)
    if (run.state !== 'running') waitMs = outcome.startsWith('0 ') ? LATER_MS : SOON_MS
  } finally {
    await taken.release()
  }
  const after = await runs.get(id)
  if (after === undefined) return outcome
  if (after.state !== 'running' && run.state === 'running') await tellAudit(app, after)
  if (after.state === 'running' || after.afterwards.waiting > 0)
    await giveRun(app, id, taken.step, waitMs)
  else await runs.close(id)
  return outcome
}

async function workOff(app: App, run: Run, taken: Taken): Promise<string> {
  const desk = createDesk(app)
  const until = performance.now() + SLICE_MS
  let done = 0
  for (;;) {
    const ids = await taken.next(CHUNK)
    const letters = await desk.find(ids)
    const outcomes = await desk.each(letters, async (letter) => {
      const outcome = await perform(desk, { ...run, run: run.id }, letter)
      return outcome.outcome === 'not-dead'
        ? ((await earlier(app, run, outcome)) ?? outcome)
        : outcome
    })
    const state = await taken.done(outcomes.map((outcome) => tallyOf(run, outcome)))
    done += ids.length
    if (state !== 'running' || ids.length === 0) return `${done} letters, then ${state}`
    if (performance.now() > until) return `${done} letters, goes on`
  }
}

/** What this very run did to the letter before its worker died. */
async function earlier(app: App, run: Run, { id }: Outcome): Promise<Outcome | undefined> {
  const about = run.dryRun ? undefined : aboutOf(id)
  if (about === undefined) return undefined
  const { shop, order } = about
  const account = (await app.ledger.registry.shop(shop))?.account
  if (account === undefined) return undefined
  const entries = await app.ledger.reports.timeline(account, order)
  const ours = entries.some(
    ({ about, facts }) => about === id && (facts as { run?: unknown } | null)?.run === run.id,
  )
  if (!ours) return undefined
  return run.act === 'replay'
    ? { id, outcome: 'replayed', en: 'Back to work.', ro: 'Reluat.' }
    : { id, outcome: 'dismissed', en: 'Dismissed.', ro: 'Închis.' }
}

function tallyOf(run: Run, outcome: Outcome) {
  const { id, en, ro } = outcome
  const well = wentWell.has(outcome.outcome)
  return {
    id,
    outcome: outcome.outcome,
    ...(outcome.outcome === 'replayed' && aboutOf(id) !== undefined ? { watch: true } : {}),
    ...(well ? {} : { reason: { en, ro } }),
    // A replay says later what came of it; of a rehearsal the good ones are worth a look too.
    ...(well && !run.dryRun ? {} : { item: outcome }),
  }
}

async function watch(app: App, run: Run, taken: Taken): Promise<string> {
  const ids = await taken.watched(LOOK_AT)
  const ends = await Promise.all(ids.map((id) => endOf(app, id)))
  const ended = ids.flatMap((id, at) => {
    const end = ends[at]
    if (end === undefined) return []
    const { outcome, why } = end
    return [
      why === undefined
        ? { id, outcome }
        : { id, outcome, reason: why, item: { id, outcome, ...why } },
    ]
  })
  await taken.ended(ended)
  if (app.now() - run.endedAt > WATCH_MS) await taken.giveUpWatching()
  return `${ended.length} came to an end`
}

type End = { outcome: string; why?: { en: string; ro: string } }

/** What a document, or a step after one, came to; undefined while it is on its way. */
async function endOf({ ledger }: App, id: string): Promise<End | undefined> {
  const about = aboutOf(id)
  const account =
    about === undefined ? undefined : (await ledger.registry.shop(about.shop))?.account
  if (about === undefined || account === undefined) return { outcome: 'gone' }
  const found =
    'act' in about
      ? await ledger.acts.get(account, about.act)
      : await ledger.documents.get(account, about.document)
  if (found === undefined) return { outcome: 'gone' }
  const { state, cause, reasons = [] } = found
  const isPending = ([...pendingStates, ...pendingActStates] as readonly string[]).includes(state)
  if (isPending) return 'act' in about && found.tries > 0 ? postponed : undefined
  if (state !== 'dead' && state !== 'held') return { outcome: state }
  // What is held now may still carry the failure of before.
  const whys = state === 'dead' && cause !== undefined ? [cause] : reasons
  const why = {
    en: whys.map(({ en }) => en).join(' '),
    ro: whys.map(({ ro }) => ro).join(' '),
  }
  return { outcome: state, why }
}

/** The other side was not to be had again: for two days it is tried without a person. */
const postponed: End = {
  outcome: 'postponed',
  why: {
    en: 'It did not work this time; it is tried again by itself for two days.',
    ro: 'Nu a reușit nici acum; se încearcă din nou singură, timp de două zile.',
  },
}

type About = { shop: ShopId; order: OrderRef } & ({ document: DocumentKey } | { act: ActKey })

/** The order of a letter that the ledger keeps. */
function aboutOf(id: string): About | undefined {
  const act = GivenActKey.safeParse(id)
  if (act.success) return { ...pick(partsOfAct(act.data)), act: act.data }
  const document = documentKeyIn(id)
  return document === undefined ? undefined : { ...pick(partsOf(document)), document }
}

const pick = ({ shop, order }: { shop: ShopId; order: OrderRef }) => ({ shop, order })

/** Whoever pressed the button, it is on record what it did. */
const tellAudit = ({ ledger }: App, run: Run): Promise<void> =>
  ledger.people.record({
    who: run.who.replace(/^user /, ''),
    from: '',
    did: `dead-letters-run-${run.state}`,
    about: `${run.act}${run.dryRun ? ', dry run' : ''} ${run.id}`,
    before: { total: run.total },
    after: run.outcomes,
  })
