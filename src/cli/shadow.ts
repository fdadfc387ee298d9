import { Command } from 'commander'
import { shadowReport, shadowCsv } from '../shop-reports.ts'
import { table, type Cli } from './cli.ts'
import { shopNamed } from './given.ts'
import { instantOf } from './since.ts'

const WEEK_MS = 7 * 86_400_000

export function shadowCommand(cli: Cli): Command {
  const shadow = new Command('shadow').description('what shadow mode built and did not send')
  shadow
    .command('report')
    .arguments('<shop>')
    .description('totals by day, why orders would wait, and the comparison with imported documents')
    .option('--since <date>', 'from this day or instant on, like 2026-01-31; else a week')
    .option('--csv', 'one row per document')
    .addHelpText(
      'after',
      `
Shadow mode is the shop's setting "shadow". Switched off, it issues nothing of the past by itself: "relay backfill" does.

Examples:
  relay shadow report acme-web --since 2026-11-01
  relay shadow report acme-web --csv > shadow.csv`,
    )
    .action(async (shopId: string, how: { since?: string; csv?: true }) => {
      const report = await cli.withApp(async (app) =>
        shadowReport(
          app,
          await shopNamed(app, shopId),
          how.since === undefined ? app.now() - WEEK_MS : instantOf(how.since),
        ),
      )
      if (how.csv === true) return cli.put(shadowCsv(report))
      const { same, different, missing, extra } = report.compared
      cli.print(report, () => [
        `shadow mode is ${report.on ? 'on' : 'off'}; since ${report.since}:`,
        '',
        ...table([
          ['day', 'would be issued', 'total', 'held'],
          ...report.days.map(({ day, currency, built, total, held }) => [
            day,
            String(built),
            `${total} ${currency}`,
            String(held),
          ]),
        ]),
        '',
        ...report.reasons.map(({ code, count }) => `held ${count} times: ${code}`),
        `against other documents: ${same} same, ${different} different, ${missing} missing there, ${extra} only there`,
        ...report.rows
          .filter(({ compared }) => compared !== '' && compared !== 'same')
          .slice(0, 50)
          .map(
            ({ number, order, total, other, otherTotal, compared }) =>
              `  ${number || order}: ${compared}; ours ${total}, theirs ${other} ${otherTotal}`,
          ),
      ])
    })
  return shadow
}
