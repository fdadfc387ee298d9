import type { App } from '../app.ts'
import { createDesk, type Desk } from './desk.ts'
import {
  isAboutAct,
  reasonsOf,
  summaryOf,
  type Letter,
  type Outcome,
  type Selection,
} from './letters.ts'
import { bulkSentence } from './sentences.ts'

/** Up to so many are done while the asker waits; more become a run on the server. */
const MOST_AT_ONCE = 200

type Deed = {
  act: 'replay' | 'dismiss'
  dryRun: boolean
  who: string
  /** Why they are dismissed. */
  reason?: string
}

type Asked = Deed & {
  selection: Selection
  /** A run on the server, however small. */
  background?: boolean
}

export type Bulk =
  | ({ status: 'done'; outcomes: Outcome[] } & ReturnType<typeof told>)
  | { status: 'running'; run: Run; isNew: boolean }

/** Replays or dismisses a selection, or says what would happen: at once when it is small, else as a run on the server. */
export async function startBulk(
  app: App,
  { selection, background = false, ...deed }: Asked,
): Promise<Bulk> {
  const desk = createDesk(app)
  const letters = await desk.select(selection)
  const steps = letters.filter(isAboutAct).length
  if (letters.length <= MOST_AT_ONCE && !background) {
    const outcomes = await desk.each(letters, (letter) => perform(desk, deed, letter))
    return {
      status: 'done',
      outcomes,
      ...told(outcomes.length, steps, summaryOf(outcomes), reasonsOf(outcomes)),
    }
  }
  const { id, isNew } = await app.ledger.runs.create({
    ...deed,
    reason: deed.reason ?? '',
    selection,
    steps,
    ids: letters.map((letter) => (typeof letter === 'string' ? letter : letter.id)),
  })
  await giveRun(app, id)
  const run = await runOf(app, id)
  if (run === undefined) throw new Error(`run ${id} is gone`)
  return { status: 'running', run, isNew }
}

/** One letter of a selection. */
export function perform(
  desk: Desk,
  { act, dryRun, who, reason = '', run }: Deed & { run?: string },
  letter: Letter | string,
): Promise<Outcome> {
  switch (act) {
    case 'replay':
      return dryRun ? desk.rehearse(letter) : desk.replay(letter, { who, run })
    case 'dismiss':
      return dryRun ? desk.rehearseDismissal(letter) : desk.dismiss(letter, { who, run }, reason)
  }
}

/** Gives a run its next job. A second one for the same step does no harm: one worker at a time has the run. */
export const giveRun = (
  { queues }: Pick<App, 'queues'>,
  id: string,
  step: string | number = 0,
  delayMs = 0,
): Promise<void> =>
  queues.enqueue('work-dead-letters', { shard: 0, run: id }, { jobId: `${id}~${step}`, delayMs })

const told = (
  total: number,
  steps: number,
  summary: Record<string, number>,
  reasons: ReturnType<typeof reasonsOf>,
) => ({ total, steps, summary, reasons, ...bulkSentence(total, steps, summary, reasons) })

/** A run as people see it: how far it is, what came of it and why. */
export async function runOf({ ledger }: Pick<App, 'ledger'>, id: string) {
  const run = await ledger.runs.get(id)
  if (run === undefined) return undefined
  const { reasons, items } = await ledger.runs.details(id)
  const { startedAt, endedAt, touchedAt: _, outcomes, ...rest } = run
  return {
    ...rest,
    ...told(run.total, run.steps, outcomes, reasons),
    items,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === 0 ? null : new Date(endedAt).toISOString(),
  }
}

export type Run = NonNullable<Awaited<ReturnType<typeof runOf>>>
