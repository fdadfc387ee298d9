import { Command } from 'commander'
import { importColumns } from '../core/import-rows.ts'
import { importedName } from '../core/imported.ts'
import { importDocuments, revokeImport, type ImportReport } from '../cut-over.ts'
import { CliError, exitCodes, type Cli } from './cli.ts'
import { shopNamed, sourceOf } from './given.ts'

type ImportOptions = {
  dryRun?: true
  skipBad?: true
  column?: Record<string, string>
  who: string
}

export function cutOverCommand(cli: Cli): Command {
  const cutOver = new Command('cut-over').description(
    'documents that another program issued, so that their orders are never invoiced again',
  )
  cutOver
    .command('import')
    .arguments('<shop> <file>')
    .description('record them from a CSV (or - for stdin), also for orders that never came')
    .option('--dry-run', 'check every row and record nothing')
    .option('--skip-bad', 'record the good rows although others are bad')
    .option(
      '--column <name=heading>',
      `which heading stands for ${importColumns.join(', ')}; may be repeated`,
      columnOf,
    )
    .option('--who <name>', 'who says so', 'command line')
    .addHelpText(
      'after',
      `
The first line holds the headings. Order (id or number) and number are needed; series, date, total and currency help to
compare. Commas, semicolons or tabs, with or without BOM. All rows are recorded or none.

Examples:
  relay cut-over import acme-web invoices.csv --dry-run
  relay cut-over import acme-web invoices.csv --column order=Referinta --column number="Nr. factura"`,
    )
    .action(async (shopId: string, file: string, options: ImportOptions) => {
      const source = await sourceOf(file, cli.stdin)
      const done = await cli.withApp(async (app) => {
        const shop = await shopNamed(app, shopId)
        return cli.withProgress('importing', (progress) =>
          importDocuments(
            app,
            shop,
            source,
            {
              columns: options.column ?? {},
              dryRun: options.dryRun === true,
              skipBad: options.skipBad === true,
              by: options.who,
            },
            progress,
          ),
        )
      })
      if (done.kind === 'unreadable') throw new CliError(done.en, exitCodes.problems)
      if (done.report.badRows > 0) cli.problem()
      cli.print(done.report, () => linesOf(done.report))
    })
  cutOver
    .command('revoke')
    .arguments('<shop> <order>')
    .description('take an imported document back: the order may be invoiced again')
    .requiredOption('--reason <text>', 'why; it stays in the journal')
    .option('--who <name>', 'who says so', 'command line')
    .action(async (shopId: string, order: string, how: { reason: string; who: string }) => {
      const revoked = await cli.withApp(async (app) =>
        revokeImport(app, await shopNamed(app, shopId), order, how.who, how.reason),
      )
      if (revoked === undefined)
        throw new CliError(`No document was imported for order "${order}".`, exitCodes.problems)
      cli.print(revoked, () => [
        `${importedName(revoked)} is taken back; order ${order} is issued again if the rules say so`,
      ])
    })
  return cutOver
}

function columnOf(given: string, before: Record<string, string> = {}): Record<string, string> {
  const [name = '', ...heading] = given.split('=')
  if (!(importColumns as readonly string[]).includes(name) || heading.length === 0)
    throw new CliError(
      `--column: say it like order=Comanda; there are ${importColumns.join(', ')}.`,
      exitCodes.usage,
    )
  return { ...before, [name]: heading.join('=') }
}

function linesOf(report: ImportReport): string[] {
  const { status, rows, added, known, repeats, ours, notReceived, badRows, bad } = report
  const head = {
    recorded: `${added} documents recorded`,
    'dry-run': `dry run: ${added} documents would be recorded`,
    refused: 'nothing was recorded: correct the rows below, or use --skip-bad',
  }[status]
  return [
    `${rows} rows: ${head}`,
    ...(known > 0 ? [`${known} were recorded before`] : []),
    ...(repeats > 0 ? [`${repeats} rows repeat an earlier one`] : []),
    ...(ours > 0 ? [`${ours} are our own invoices`] : []),
    ...(notReceived > 0 ? [`${notReceived} for orders that have not come here`] : []),
    ...(badRows > 0 ? [`${badRows} bad rows:`] : []),
    ...bad.map(({ line, en }) => `  line ${line}: ${en}`),
    ...(badRows > bad.length ? [`  and ${badRows - bad.length} more`] : []),
  ]
}
