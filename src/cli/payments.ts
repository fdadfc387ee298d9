import { Command } from 'commander'
import { actsIn } from '../acts-desk.ts'
import { findOrder } from '../http/orders.ts'
import { HandPayment, recordByHand, settle } from '../payments.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
import { noOrder, readAs, shopNamed, sourceOf } from './given.ts'

const COLUMNS = ['order', 'amount', 'date', 'reference']

/** Money that came after the invoice. */
export function paymentsCommand(cli: Cli): Command {
  const payments = new Command('payments').description('money that came after the invoice')
  payments
    .command('record')
    .arguments('<shop> <order> <amount>')
    .description('record a payment on the invoice of an order; the same one twice is one')
    .option('--method <name>', "the shop's payment method", 'cod')
    .option('--date <day>', 'the day the money came, like 2026-11-24; today when not given')
    .option('--id <name>', 'names the payment, where two of one amount came on one day')
    .option('--reason <text>', 'stays in the timeline')
    .option('--who <name>', 'who says so', 'command line')
    .addHelpText('after', '\nExample:\n  relay payments record acme-web 1001 136.00 --method cod')
    .action(async (shop: string, order: string, amount: string, given: Given) => {
      const { who, ...rest } = given
      const payment = readAs(HandPayment, { amount, ...rest })
      const recorded = await cli.withApp(async (app) => {
        const found = await findOrder(app.ledger, shop, order)
        return found === undefined ? undefined : recordByHand(app, found, payment, who)
      })
      if (recorded === undefined) throw noOrder(shop, order)
      if (recorded.status === 'refused') throw new CliError(recorded.words.en, exitCodes.problems)
      cli.print(recorded, () => [
        recorded.status === 'asked'
          ? `${amount} will be recorded; "relay order show ${shop} ${order}" tells when it is`
          : `this payment was asked for before and is ${recorded.state}`,
      ])
    })

  payments
    .command('settle')
    .arguments('<shop> <file>')
    .description(
      "record every payment of a courier's settlement (CSV); reading a file twice is safe",
    )
    .option(
      '--columns <map>',
      'headings, like order=Referinta,amount=Ramburs,date=Data,reference=AWB',
    )
    .option('--method <name>', "the shop's payment method", 'cod')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--who <name>', 'who says so', 'command line')
    .addHelpText(
      'after',
      `
Columns with usual headings (comanda, ramburs, data, awb) are found without --columns. "-" reads standard input.

Example:
  relay payments settle acme-web decont.csv --columns order=Referinta,amount=Ramburs --dry-run`,
    )
    .action(async (shopId: string, file: string, given: SettleOptions) => {
      const columns = columnsOf(given.columns)
      const source = await sourceOf(file, cli.stdin)
      const told = await cli.withApp(async (app) => {
        const shop = await shopNamed(app, shopId)
        return cli.withProgress('reading the settlement', (at) =>
          settle(app, shop, source, {
            columns,
            method: given.method,
            who: given.who,
            dryRun: given.dryRun === true,
            onProgress: at,
          }),
        )
      })
      const bad = told.lines.filter(({ outcome }) => outcome === 'refused')
      const asked = told.lines.filter(({ outcome }) => outcome === 'asked').length
      const known = told.lines.filter(({ outcome }) => outcome === 'known').length
      if (bad.length + told.problems.length > 0) cli.problem()
      cli.print(told, () => [
        ...told.problems.map(({ line, en }) => `line ${line}: ${en}`),
        ...bad.map(({ line, order, en }) => `line ${line} (order ${order}): ${en}`),
        `${told.lines.length + told.problems.length} lines: ${asked} ${given.dryRun === true ? 'would be' : 'will be'} recorded (${told.amount}), ${known} known already, ${bad.length + told.problems.length} not taken`,
      ])
    })

  payments
    .command('list')
    .description('payments that wait for a person')
    .option('--state <state>', 'held, dead, uncertain or due', 'held')
    .option('--shop <shop>')
    .action(async ({ state, shop }: { state: string; shop?: string }) => {
      if (state !== 'held' && state !== 'dead' && state !== 'uncertain' && state !== 'due')
        throw new CliError('--state: held, dead, uncertain or due', exitCodes.usage)
      const found = await cli.withApp((app) =>
        actsIn(app, state, { kinds: ['payment'], ...(shop === undefined ? {} : { shop }) }),
      )
      cli.print(found, () =>
        found.length === 0
          ? [`no payment is ${state}`]
          : table(
              found.map(({ key, wish, reasons, cause }) => [
                key,
                `${String(wish['value'])} ${String(wish['currency'])}`,
                reasons?.map(({ en }) => en).join(' ') ?? cause?.en ?? '',
              ]),
            ),
      )
    })
  return payments
}

type Given = { method: string; date?: string; id?: string; reason?: string; who: string }
type SettleOptions = { columns?: string; method: string; dryRun?: true; who: string }

function columnsOf(map: string | undefined): Record<string, string> {
  if (map === undefined) return {}
  const pairs = map.split(',').map((pair) => pair.split('=').map((side) => side.trim()))
  const wrong = pairs.find(
    ([field = '', heading = '']) => !COLUMNS.includes(field) || heading === '',
  )
  if (wrong !== undefined)
    throw new CliError(
      `--columns: "${wrong.join('=')}" is not like order=Heading; there are ${COLUMNS.join(', ')}.`,
      exitCodes.usage,
    )
  return Object.fromEntries(pairs) as Record<string, string>
}
