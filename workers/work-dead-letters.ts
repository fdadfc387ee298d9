import type { App } from '../src/app.ts'
import { ThrottledError } from '../src/core/errors.ts'
import { DocumentKey, partsOf } from '../src/core/ids.ts'
import { pendingStates } from '../src/core/lifecycle.ts'
import { giveRun, perform } from '../src/dead-letters/bulk.ts'
import { createDesk } from '../src/dead-letters/desk.ts'
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
  const key = DocumentKey.safeParse(id)
  if (run.dryRun || !key.success) return undefined
  const { shop, order } = partsOf(key.data)
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
    ...(outcome.outcome === 'replayed' && DocumentKey.safeParse(id).success ? { watch: true } : {}),
    ...(well ? {} : { reason: { en, ro } }),
    // A replay says later what came of it; of a rehearsal the good ones are worth a look too.
    ...(well && !run.dryRun ? {} : { item: outcome }),
  }
}

async function watch(app: App, run: Run, taken: Taken): Promise<string> {
  const { ledger, now } = app
  const keys = (await taken.watched(LOOK_AT)).map((id) => DocumentKey.parse(id))
  const found = await Promise.all(
    keys.map(async (key) => {
      const account = (await ledger.registry.shop(partsOf(key).shop))?.account
      const document = account === undefined ? undefined : await ledger.documents.get(account, key)
      return { key, document }
    }),
  )
  const ended = found.flatMap(({ key, document }) => {
    if (document !== undefined && (pendingStates as readonly string[]).includes(document.state))
      return []
    const state = document?.state ?? 'gone'
    if (state !== 'dead' && state !== 'held') return [{ id: key, outcome: state }]
    const why = {
      en: document?.cause?.en ?? document?.reasons?.map(({ en }) => en).join(' ') ?? '',
      ro: document?.cause?.ro ?? document?.reasons?.map(({ ro }) => ro).join(' ') ?? '',
    }
    return [{ id: key, outcome: state, reason: why, item: { id: key, outcome: state, ...why } }]
  })
  await taken.ended(ended)
  if (now() - run.endedAt > WATCH_MS) await taken.giveUpWatching()
  return `${ended.length} came to an end`
}

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
