import { Command } from 'commander'
import type { App } from '../app.ts'
import { createDesk } from '../http/dead-letter-desk.ts'
import type { Filter, Outcome } from '../http/dead-letters.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'

const WHO = 'command line'

type FilterOptions = { shop?: string; account?: string; cause?: string }
type Chosen = FilterOptions & { all?: boolean; dryRun?: boolean }

const filtered = (command: Command): Command =>
  command
    .option('--shop <id>', 'only of this shop')
    .option('--account <id>', 'only of this account')
    .option('--cause <code>', 'only of this cause, as "list" shows it')

/** Work that needs a person. Nothing here can issue twice: a replay passes through the ledger like any job. */
export function deadLettersCommand(cli: Cli): Command {
  const letters = new Command('dead-letters').description(
    'work that needs a person: list it, replay it after a fix, or dismiss it',
  )

  filtered(letters.command('list'))
    .description('how many there are of each cause, and the newest ones')
    .option('--limit <n>', 'how many to show', Number, 50)
    .action(async ({ limit, ...filter }: FilterOptions & { limit: number }) => {
      await cli.withApp(async (app) => {
        const desk = createDesk(app)
        const found = await cli.withProgress('reading', () => desk.list(filterOf(filter)))
        const causes = desk.causes(found)
        const items = found.slice(0, limit)
        cli.print({ total: found.length, causes, items }, () => [
          `${found.length} dead letters`,
          ...causes.flatMap(({ code, count, en, firstAt, lastAt, wordings }) => [
            `${String(count).padStart(6)}  ${code}  ${firstAt} … ${lastAt}`,
            `        ${en}`,
            ...wordings
              .filter(({ words }) => words !== '')
              .map(({ words, ...wording }) => `        ${wording.count} × "${words}"`),
          ]),
          '',
          ...table(items.map(({ at, id, kind, cause }) => [at, kind, id, cause.code])),
        ])
      })
    })

  filtered(letters.command('replay'))
    .argument('[ids...]', 'ids as "list" shows them')
    .description('send them through the ledger again')
    .option('--all', 'every dead letter')
    .option('--dry-run', 'only say what would happen')
    .addHelpText(
      'after',
      `
Examples:
  relay dead-letters replay --cause unknown-series --dry-run
  relay dead-letters replay --cause unknown-series
  relay dead-letters replay 'acme-web~1001~invoice~1'`,
    )
    .action((ids: string[], chosen: Chosen) =>
      act(cli, ids, chosen, (desk, letter) =>
        chosen.dryRun ? desk.rehearse(letter) : desk.replay(letter, WHO),
      ),
    )

  filtered(letters.command('dismiss'))
    .argument('[ids...]', 'ids as "list" shows them')
    .description('close them: no document will be issued for them')
    .requiredOption('--reason <text>', 'why; it stays in the timeline')
    .option('--all', 'every dead letter')
    .option('--dry-run', 'only say which ones')
    .action((ids: string[], chosen: Chosen & { reason: string }) =>
      act(cli, ids, chosen, async (desk, letter) =>
        chosen.dryRun
          ? {
              id: typeof letter === 'string' ? letter : letter.id,
              outcome: typeof letter === 'string' ? ('not-dead' as const) : ('dismissed' as const),
              en: 'It would be dismissed.',
              ro: 'Ar fi închis.',
            }
          : desk.dismiss(letter, WHO, chosen.reason),
      ),
    )
  return letters
}

type Desk = ReturnType<typeof createDesk>
type Selected = Awaited<ReturnType<Desk['select']>>[number]

/** The letters that were chosen, worked on one after the other. */
async function act(
  cli: Cli,
  ids: readonly string[],
  { shop, account, cause, all = false, dryRun = false }: Chosen,
  perform: (desk: Desk, letter: Selected) => Promise<Outcome>,
): Promise<void> {
  const filter = filterOf({ shop, account, cause })
  const byFilter = Object.keys(filter).length > 0
  if ([ids.length > 0, byFilter, all].filter(Boolean).length !== 1)
    throw new CliError(
      'Say which: ids, or a filter (--shop, --account, --cause), or --all.',
      exitCodes.usage,
    )
  await cli.withApp(async (app: App) => {
    const desk = createDesk(app)
    const items = await cli.withProgress('working on', async (progress) => {
      const letters = await desk.select(byFilter || all ? { filter } : { ids: [...ids] })
      let done = 0
      return desk.each(letters, async (letter) => {
        const outcome = await perform(desk, letter)
        progress((done += 1), letters.length)
        return outcome
      })
    })
    const failed = items.some(({ outcome }) => outcome === 'not-dead' || outcome === 'still-broken')
    if (failed) cli.problem()
    const counts = [...Map.groupBy(items, ({ outcome }) => outcome)]
    const summary = Object.fromEntries(counts.map(([outcome, some]) => [outcome, some.length]))
    cli.print({ dryRun, total: items.length, summary, items }, () => [
      ...table(items.map(({ id, outcome, en }) => [outcome, id, en])),
      `${dryRun ? 'dry run, nothing was changed: ' : ''}${
        counts.map(([outcome, some]) => `${outcome} ${some.length}`).join(', ') || 'no dead letters'
      }`,
    ])
  })
}

const filterOf = ({
  shop,
  account,
  cause,
}: {
  shop?: string | undefined
  account?: string | undefined
  cause?: string | undefined
}): Filter => ({
  ...(shop === undefined ? {} : { shop }),
  ...(account === undefined ? {} : { account }),
  ...(cause === undefined ? {} : { cause }),
})
