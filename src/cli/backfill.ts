import { Command } from 'commander'
import { backfill, type BackfillReport } from '../backfill.ts'
import { type Cli } from './cli.ts'
import { shopNamed } from './given.ts'
import { instantOf } from './since.ts'

const MOST_SHOWN = 20

export const backfillCommand = (cli: Cli): Command =>
  new Command('backfill')
    .description('issue what the rules say for orders placed since a day, and was not issued yet')
    .requiredOption('--since <date>', 'orders placed from this day or instant on, like 2026-01-31')
    .option('--shop <shop>', 'one shop; else every shop that is switched on')
    .option('--dry-run', 'say what would be issued and change nothing')
    .addHelpText(
      'after',
      `
Reads each shop's own API where it is connected, and what is stored. What was issued here or imported from another
program is left alone, and running it twice issues nothing twice. It is also how orders of shadow mode are issued.

Examples:
  relay backfill --since 2026-11-01 --dry-run
  relay backfill --since 2026-11-01 --shop acme-web`,
    )
    .action(async (how: { since: string; shop?: string; dryRun?: true }) => {
      const since = instantOf(how.since)
      const dryRun = how.dryRun === true
      const reports = await cli.withApp(async (app) => {
        const shops =
          how.shop === undefined
            ? (await app.ledger.registry.shops()).filter(({ settings }) => settings.enabled)
            : [await shopNamed(app, how.shop)]
        const done: BackfillReport[] = []
        let before = 0
        for (const shop of shops) {
          const report = await cli.withProgress(`reading ${shop.id}`, (progress) =>
            backfill(app, shop, since, dryRun, (looked) => progress(looked, looked)),
          )
          before += report.orders
          done.push(report)
        }
        return { shops: done, orders: before }
      })
      if (reports.shops.some(({ problem, unreadable }) => problem !== undefined || unreadable > 0))
        cli.problem()
      cli.print(reports, () =>
        reports.shops.length === 0
          ? ['no shop is switched on; name one with --shop']
          : reports.shops.flatMap((report) => linesOf(report, dryRun)),
      )
    })

function linesOf(report: BackfillReport, dryRun: boolean): string[] {
  const { shop, orders, due, others, unreadable, problem, list, read } = report
  return [
    `${shop}: ${orders} orders${read === null ? '' : ` (${read} listed by the shop)`}, ${due} ${dryRun ? 'would be issued' : 'on their way'}`,
    ...Object.entries(others)
      .toSorted(([, a], [, b]) => b - a)
      .map(([why, count]) => `  ${count} ${why}`),
    ...(unreadable === 0 ? [] : [`  ${unreadable} cannot be read`]),
    ...(problem === undefined ? [] : [`  the shop's API was not read to its end: ${problem.en}`]),
    ...(dryRun
      ? list
          .slice(0, MOST_SHOWN)
          .map(
            ({ number, order, document, total, currency }) =>
              `  ${number || order}: ${document} ${total} ${currency}`,
          )
      : []),
  ]
}
