import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { runOf, type Run } from '../dead-letters/bulk.ts'
import { exitCodes, CliError, table, type Cli } from './cli.ts'

const LOOK_MS = 250
/** Where nobody watches a bar, progress is said this often, in ms. */
const LINE_MS = 2000
/** How long after Ctrl-C a second one still stops the run, in ms. */
const SECOND_PRESS_MS = 5000
/** A run that nobody has touched for this long has no worker, in ms. */
const NOBODY_MS = 10_000
const BAR = 28
/** Letters that are named, and of those with one reason; all are counted. */
const NAMED = 20
const ALIKE = 3

/** Watches a run to its end. Ctrl-C leaves it running on the server; a second one stops it. */
export async function watchRun(cli: Cli, app: App, id: string, wait: boolean): Promise<void> {
  let presses = 0
  let leaveAt = Infinity
  let said = 0
  let warned = false
  const onSignal = () => {
    presses++
    if (presses > 1) return
    leaveAt = performance.now() + SECOND_PRESS_MS
    cli.progress('')
    cli.complain(
      `It goes on by itself on the server. Press Ctrl-C again within ${SECOND_PRESS_MS / 1000} s to stop it; "relay dead-letters run ${id}" looks at it later.`,
    )
  }
  process.on('SIGINT', onSignal)
  try {
    for (;;) {
      if (presses > 1) await app.ledger.runs.stop(id, 'command line')
      const run = await runOf(app, id)
      if (run === undefined) throw noRun(id)
      if (isOver(run, wait) || performance.now() > leaveAt) {
        cli.progress('')
        return showRun(cli, run)
      }
      if (cli.hasBar) cli.progress(barOf(run))
      else if (performance.now() - said > LINE_MS) {
        said = performance.now()
        cli.complain(placeOf(run))
      }
      const idle = app.now() - Date.parse(run.startedAt) > NOBODY_MS && run.done === 0
      if (idle && !warned && run.state === 'running') {
        warned = true
        cli.progress('')
        cli.complain('No worker has taken it yet. Is one running ("npm run worker")?')
      }
      await sleep(LOOK_MS)
    }
  } finally {
    process.off('SIGINT', onSignal)
  }
}

const isOver = ({ state, dryRun, afterwards }: Run, wait: boolean): boolean =>
  state !== 'running' && (!wait || dryRun || (afterwards['waiting'] ?? 0) === 0)

function barOf(run: Run): string {
  const share = run.total === 0 ? 1 : run.done / run.total
  const full = Math.round(share * BAR)
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${placeOf(run)}`
}

const placeOf = ({ act, dryRun, done, total, afterwards, state }: Run): string =>
  `${dryRun ? 'dry run' : act} ${done} of ${total}${state === 'running' ? '' : ` ${state}`}${came(afterwards)}`

const words: Record<string, string> = {
  dead: 'failed again',
  waiting: 'on their way',
  postponed: 'tried again by themselves',
}

function came(afterwards: Run['afterwards']): string {
  const parts = Object.entries(afterwards)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${n} ${words[name] ?? name}`)
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`
}

/** Some letters by name, of each reason a few. */
export function itemLines(items: readonly { id: string; outcome: string; en: string }[]): string[] {
  const some = [...Map.groupBy(items, ({ outcome, en }) => `${outcome} ${en}`).values()].flatMap(
    (alike) => alike.slice(0, ALIKE),
  )
  const lines = table(some.slice(0, NAMED).map(({ outcome, id, en }) => [outcome, id, en]))
  const left = items.length - lines.length
  return left > 0 ? [...lines, `… ${left} more like these`] : lines
}

/** What a run has come to. */
export function showRun(cli: Cli, run: Run): void {
  cli.print(run, () => [
    ...itemLines(run.items),
    `${run.dryRun ? 'dry run, nothing was changed: ' : ''}${run.en}`,
    ...(came(run.afterwards) === '' ? [] : [`afterwards${came(run.afterwards).replace(';', ':')}`]),
    ...(run.state === 'stopped'
      ? [`stopped by ${run.stoppedBy} after ${run.done} of ${run.total}`]
      : []),
    ...(run.state === 'running' ? [`still running: ${run.done} of ${run.total}`] : []),
  ])
}

export const noRun = (id: string) =>
  new CliError(`There is no run "${id}". "relay dead-letters runs" lists them.`, exitCodes.problems)

export const lineOf = (run: Run): string[] => [
  run.id,
  run.startedAt,
  `${run.act}${run.dryRun ? ' (dry run)' : ''}`,
  run.state,
  `${run.done} of ${run.total}`,
  `${run.who}${came(run.afterwards)}`,
]
