import { Command, Option } from 'commander'
import { actKinds, isMoneyAct, type ActKind } from '../core/acts.ts'
import { runOf, startBulk } from '../dead-letters/bulk.ts'
import { causesOf, createFinder } from '../dead-letters/finding.ts'
import { Filter } from '../dead-letters/letters.ts'
import { itemLines, lineOf, noRun, showRun, watchRun } from './bulk-run.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
import { editDeadLetter } from './edit.ts'

type FilterOptions = {
  shop?: string
  account?: string
  act?: string
  cause?: string
  fingerprint?: string
}
type Chosen = FilterOptions & {
  all?: boolean
  dryRun?: boolean
  background?: boolean
  wait?: boolean
  who: string
}

/** Explanations of one cause that are shown; they differ by what they name. */
const EXPLANATIONS = 5

const filtered = (command: Command): Command =>
  command
    .option('--shop <id>', 'only of this shop')
    .option('--account <id>', 'only of this account')
    .addOption(
      new Option('--act <kind>', 'only what follows documents, of this kind').choices(actKinds),
    )
    .option('--cause <code>', 'only of this class, as "list" shows it')
    .option('--fingerprint <code>', 'only of this wording of a class, as "list" shows it')

const bulk = (command: Command): Command =>
  filtered(command)
    .option('--all', 'every dead letter')
    .option('--dry-run', 'only say what would happen')
    .option('--background', 'start it on the server and do not watch')
    .option('--who <name>', 'who does it; stays in the timeline', 'command line')

/** Work that needs a person. Nothing here can issue twice: a replay passes through the ledger like any job. */
export function deadLettersCommand(cli: Cli): Command {
  const letters = new Command('dead-letters').description(
    'work that needs a person: list it, replay it after a fix, correct an order, or dismiss it',
  )

  filtered(letters.command('list'))
    .description('how many there are of each cause, with the fix, and the newest ones')
    .option('--limit <n>', 'how many to show', Number, 10)
    .addHelpText('after', '\nExample:\n  relay dead-letters list --shop acme-web')
    .action(({ limit, ...options }: FilterOptions & { limit: number }) => list(cli, options, limit))

  bulk(letters.command('replay'))
    .argument('[ids...]', 'ids as "list" shows them')
    .description('send them through the ledger again; many at once run on the server')
    .option('--wait', 'watch until every document has come to an end')
    .addHelpText(
      'after',
      `
Ctrl-C leaves a run alone; pressed twice it stops it.

Examples:
  relay dead-letters replay --cause unknown-series --dry-run
  relay dead-letters replay --cause unknown-series --wait
  relay dead-letters replay --act email
  relay dead-letters replay 'acme-web~1001~invoice~1'`,
    )
    .action((ids: string[], chosen: Chosen) => act(cli, 'replay', ids, chosen))

  bulk(letters.command('dismiss'))
    .argument('[ids...]', 'ids as "list" shows them')
    .description('close them: no document will be issued, no step done for them')
    .requiredOption('--reason <text>', 'why; it stays in the timeline')
    .addHelpText(
      'after',
      '\nExample:\n  relay dead-letters dismiss --shop old-shop --reason "invoiced by hand"',
    )
    .action((ids: string[], chosen: Chosen & { reason: string }) =>
      act(cli, 'dismiss', ids, chosen, chosen.reason),
    )

  letters
    .command('runs')
    .description('bulk work on the server, newest first')
    .action(async () => {
      await cli.withApp(async (app) => {
        const known = await app.ledger.runs.list(50)
        const runs = (await Promise.all(known.map(({ id }) => runOf(app, id)))).flatMap(
          (run) => run ?? [],
        )
        cli.print({ runs }, () =>
          runs.length === 0 ? ['no runs in the last month'] : table(runs.map(lineOf)),
        )
      })
    })
  letters
    .command('run')
    .argument('<id>', 'as "runs" shows it')
    .description('look at a run; while it goes on, with its progress')
    .option('--wait', 'watch until every document has come to an end')
    .action((id: string, { wait = false }: { wait?: boolean }) =>
      cli.withApp((app) => watchRun(cli, app, id, wait)),
    )
  letters
    .command('stop')
    .argument('<id>', 'as "runs" shows it')
    .description('stop a run: what it has not begun stays as it is')
    .option('--who <name>', 'who stops it', 'command line')
    .action(async (id: string, { who }: { who: string }) => {
      await cli.withApp(async (app) => {
        await app.ledger.runs.stop(id, who)
        const run = await runOf(app, id)
        if (run === undefined) throw noRun(id)
        showRun(cli, run)
      })
    })
  editDeadLetter(letters, cli)
  return letters
}

async function list(cli: Cli, options: FilterOptions, limit: number): Promise<void> {
  await cli.withApp(async (app) => {
    const { list: find } = createFinder(app)
    const found = await cli.withProgress('reading', () => find(filterOf(options)))
    const causes = causesOf(found)
    const items = found.slice(0, limit)
    cli.print({ total: found.length, causes, items }, () => [
      `${found.length} dead letters, ${causes.length} causes`,
      ...causes.flatMap(({ code, act: step, count, explanations, firstAt, lastAt, wordings }) => [
        '',
        `${String(count).padStart(6)}  ${code}, first seen ${firstAt}, last seen ${lastAt}`,
        ...wordings.flatMap(({ said, count: many, fingerprint }) => [
          ...(said === '' ? [] : [`        ${speaker(step)}: "${said}"`]),
          `        ${many === count ? '' : `${many} of them: `}--fingerprint ${fingerprint}`,
        ]),
        ...explanations
          .slice(0, EXPLANATIONS)
          .flatMap(({ en, ro, count: many }) => [
            `        en: ${many === count ? '' : `(${many}) `}${en}`,
            `        ro: ${many === count ? '' : `(${many}) `}${ro}`,
          ]),
      ]),
      '',
      ...table(items.map(({ at, id, kind, cause }) => [at, kind, id, cause.code])),
      ...(found.length > items.length ? [`… ${found.length - items.length} more`] : []),
    ])
  })
}

async function act(
  cli: Cli,
  what: 'replay' | 'dismiss',
  ids: readonly string[],
  { all = false, dryRun = false, background = false, wait = false, who, ...options }: Chosen,
  reason = '',
): Promise<void> {
  const filter = filterOf(options)
  const byFilter = Object.keys(filter).length > 0
  if ([ids.length > 0, byFilter, all].filter(Boolean).length !== 1)
    throw new CliError(
      'Say which: ids, or a filter (--shop, --account, --act, --cause, --fingerprint), or --all.',
      exitCodes.usage,
    )
  const selection = byFilter || all ? { filter } : { ids: [...ids] }
  await cli.withApp(async (app) => {
    const bulkWork = await cli.withProgress('working', () =>
      startBulk(app, { act: what, dryRun, who, reason, background, selection }),
    )
    if (bulkWork.status === 'running') {
      const { run, isNew } = bulkWork
      if (!isNew) cli.complain(`The same is already running: run ${run.id}, by ${run.who}.`)
      return background ? showRun(cli, run) : watchRun(cli, app, run.id, wait)
    }
    const { status: _, outcomes: items, ...told } = bulkWork
    if (items.some(({ outcome }) => outcome === 'not-dead' || outcome === 'still-broken'))
      cli.problem()
    cli.print({ dryRun, ...told, items }, () => [
      ...itemLines(items),
      `${dryRun ? 'dry run, nothing was changed: ' : ''}${told.en}`,
    ])
  })
}

const filterOf = ({ shop, account, act: kind, cause, fingerprint }: FilterOptions): Filter =>
  Filter.parse(
    Object.fromEntries(
      Object.entries({ shop, account, act: kind, cause, fingerprint }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  )

/** Whose words they are: of messages and PDFs, those of the shop, the receiver, the mail server or the archive. */
const speaker = (kind: ActKind | undefined): string =>
  kind === undefined || isMoneyAct(kind) ? 'SmartBill said' : 'the answer was'
