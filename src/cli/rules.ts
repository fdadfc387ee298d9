import { Command } from 'commander'
import { z } from 'zod'
import type { Outcome } from '../core/rehearsal.ts'
import type { Settings } from '../core/settings.ts'
import { ShopRules } from '../core/shop-rules.ts'
import { rehearseRules } from '../shop-reports.ts'
import { CliError, exitCodes, messageOf, table, type Cli } from './cli.ts'
import { shopNamed, sourceOf } from './given.ts'
import { instantOf } from './since.ts'

const WEEK_MS = 7 * 86_400_000
const MOST_SHOWN = 50

export function rulesCommand(cli: Cli): Command {
  const rules = new Command('rules').description("a shop's own rules")
  rules
    .command('dry-run')
    .arguments('<shop>')
    .description('what rules would make of the orders of the last week; nothing is written')
    .option('--file <file>', 'rules as JSON (or - for stdin); else those of today')
    .option('--since <date>', 'from this day or instant on, like 2026-01-31')
    .addHelpText(
      'after',
      `
A rule: {"name": "COD", "when": {"methods": ["cod"], "statuses": ["fulfilled"]}, "set": {"series": "RMB"}}

Examples:
  relay rules dry-run acme-web
  relay rules dry-run acme-web --file rules.json --since 2026-11-01`,
    )
    .action(async (shopId: string, how: { file?: string; since?: string }) => {
      const given =
        how.file === undefined ? undefined : rulesIn(await sourceOf(how.file, cli.stdin))
      const from = how.since === undefined ? undefined : instantOf(how.since)
      const report = await cli.withApp(async (app) => {
        const shop = await shopNamed(app, shopId)
        return rehearseRules(app, shop, given ?? shop.settings.rules, from ?? app.now() - WEEK_MS)
      })
      cli.print(report, () => [
        `${report.orders} orders since ${report.since}: ${report.changed} would become something else`,
        '',
        ...table([
          ['rule', 'fits today', 'would fit', 'changed'],
          ...report.rules.map(({ name, before, after, changed }) => [
            name || '(no rule)',
            String(before),
            String(after),
            String(changed),
          ]),
        ]),
        '',
        ...report.list
          .slice(0, MOST_SHOWN)
          .map(({ order, before, after }) => `${order}: ${inWords(before)} → ${inWords(after)}`),
        ...(report.list.length > MOST_SHOWN
          ? [`and ${report.changed - MOST_SHOWN} more; --json lists them`]
          : []),
      ])
    })
  return rules
}

function rulesIn(source: string): Settings['rules'] {
  try {
    const given: unknown = JSON.parse(source.replace(/^\uFEFF/, ''))
    const list = Array.isArray(given) ? given : (given as { rules?: unknown } | null)?.rules
    return ShopRules.parse(list)
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new CliError(`The rules cannot be used:\n${why}`, exitCodes.usage, { cause: error })
  }
}

const inWords = (outcome: Outcome): string =>
  outcome.due
    ? [
        outcome.draft ? 'draft' : '',
        outcome.document,
        outcome.series,
        outcome.language,
        outcome.warehouse,
        outcome.email === 'never' ? '' : `e-mail ${outcome.email}`,
        outcome.delayMinutes === 0 ? '' : `after ${outcome.delayMinutes} min`,
      ]
        .filter((word) => word !== '')
        .join(' ')
    : `none (${outcome.rule})`
