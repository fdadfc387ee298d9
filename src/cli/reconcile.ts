import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { reconciliationCsv } from '../core/reconciliation-csv.ts'
import { reconcileDay } from '../reconciling/day.ts'
import { isDay, lastDay } from '../reconciling/run-now.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
import { shopNamed } from './given.ts'

type Options = { day?: string; deep?: true; csv?: string }

export const reconcileCommand = (cli: Cli): Command =>
  new Command('reconcile')
    .arguments('<shop>')
    .description("compare a day's orders, documents, payments and refunds; keep what was found")
    .option('--day <day>', 'a Romanian day like 2026-11-24; yesterday when not given')
    .option('--deep', 'ask SmartBill about every document of the day, too; documents go first')
    .option('--csv <file>', 'write the findings there for the accountant; - is standard output')
    .addHelpText(
      'after',
      '\nExit code 1: something does not agree.\n\nExamples:\n  relay reconcile acme-web\n  relay reconcile acme-web --day 2026-11-23 --deep --csv november-23.csv',
    )
    .action(async (shopId: string, { day: given, deep, csv }: Options) => {
      const result = await cli.withApp(async (app) => {
        const shop = await shopNamed(app, shopId)
        const day = given ?? lastDay(app.now())
        if (!isDay(day, app.now()))
          throw new CliError('--day: give a day like 2026-11-24 that has begun.', exitCodes.usage)
        return cli.withProgress(deep === true ? 'asking SmartBill' : 'comparing', (at) =>
          reconcileDay(app, shop, day, {
            form: deep === true ? 'smartbill' : 'ledger',
            onProgress: at,
          }),
        )
      })
      if (result === undefined)
        throw new CliError(
          'This day is being reconciled right now; try again in a minute.',
          exitCodes.problems,
        )
      if (result.open > 0) cli.problem()
      if (csv !== undefined) {
        const rows = result.findings.map((finding) => ({ day: result.day, shop: shopId, finding }))
        if (csv === '-') return cli.put(reconciliationCsv(rows))
        await writeFile(csv, reconciliationCsv(rows)).catch((cause: unknown) => {
          throw new CliError(`The file ${csv} cannot be written.`, exitCodes.usage, { cause })
        })
      }
      cli.print(result, () => [
        `${result.day}: ${result.orders} orders, ${result.documents} documents, ${result.open} open findings${result.found === result.open ? '' : ` (${result.found - result.open} accepted)`}`,
        ...table(
          result.totals.map(
            ({ currency, orders, refunds, documents, corrections, captured, paid }) => [
              currency,
              `orders ${orders}`,
              `refunds ${refunds}`,
              `documents ${documents}`,
              `corrections ${corrections}`,
              `captured ${captured}`,
              `paid ${paid}`,
            ],
          ),
        ),
        ...result.findings.map(
          ({ code, en, accepted }) =>
            `${accepted === undefined ? code : `${code} (accepted)`}: ${en}`,
        ),
      ])
    })
