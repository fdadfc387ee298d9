import { Command } from 'commander'
import type { Order } from '../core/order.ts'
import { Verdict } from '../http/decide-by-hand.ts'
import { decideOrder, viewOrder, type OrderView } from '../http/orders.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
import { addEdit } from './edit.ts'
import { addEmail } from './email.ts'
import { noOrder, readAs } from './given.ts'
import { addPreview } from './preview.ts'

export function orderCommand(cli: Cli): Command {
  const order = new Command('order').description('one order')
  order
    .command('show')
    .arguments('<shop> <order>')
    .description('what came in, which document it became or why not, and when')
    .addHelpText('after', '\nExample:\n  relay order show acme-web 1001')
    .action(async (shop: string, id: string) => {
      const view = await cli.withApp((app) => viewOrder(app, shop, id))
      if (view === undefined) throw noOrder(shop, id)
      cli.print(view, () => linesOf(view))
    })
  order
    .command('decide')
    .arguments('<shop> <order>')
    .description('say what became of a document that is uncertain')
    .option('--issued <number>', 'it is this number; "" for a draft. SmartBill is asked first')
    .option('--not-issued', 'it does not exist: it is looked for once more, then sent again')
    .requiredOption('--reason <text>', 'why; it stays in the timeline')
    .option('--document <key>', 'which one, if several of the order are uncertain')
    .option('--who <name>', 'who says so', 'command line')
    .addHelpText(
      'after',
      `
Examples:
  relay order decide acme-web 1001 --issued 0123 --reason "seen in SmartBill"
  relay order decide acme-web 1001 --not-issued --reason "not in the list of invoices"`,
    )
    .action(async (shop: string, id: string, { issued, notIssued, ...signed }: Decision) => {
      if ((issued === undefined) === (notIssued === undefined))
        throw new CliError('Say either --issued <number> or --not-issued.', exitCodes.usage)
      const answer =
        issued === undefined ? { answer: 'not-issued' } : { answer: 'issued', number: issued }
      const verdict = readAs(Verdict, { ...signed, ...answer }, '--')
      const decided = await cli.withApp((app) => decideOrder(app, shop, id, verdict))
      if (decided === undefined) throw noOrder(shop, id)
      if (decided.status !== 'decided') throw new CliError(decided.words.en, exitCodes.problems)
      const { key, state, series, number } = decided
      cli.print({ key, state, series, number }, () => [
        state === 'issued'
          ? `${key} is ${series}${number === '' ? ' (a draft)' : number}`
          : `${key} is looked for once more and then issued`,
      ])
    })
  addPreview(order, cli)
  addEdit(order, cli)
  addEmail(order, cli)
  return order
}

type Decision = {
  issued?: string
  notIssued?: true
  reason: string
  document?: string
  who: string
}

function linesOf({ order, documents, timeline, ruling }: OrderView): string[] {
  const why =
    typeof ruling === 'object' && ruling !== null && 'en' in ruling ? String(ruling.en) : ''
  return [
    order === null ? "the order's own data is no longer kept; its documents are" : headOf(order),
    ...(documents.length === 0 ? [`no document. ${why}`.trim()] : []),
    ...documents.flatMap((document) => [
      [
        `${document.kind}: ${document.state}`,
        document.number === '' ? '' : `${document.series}${document.number}`,
        document.total === '' ? '' : `${document.total} ${document.currency}`,
        document.paid === '' ? '' : `paid ${document.paid}`,
        document.url,
      ]
        .filter((part) => part !== '')
        .join('  '),
      ...document.reasons.map(({ field, en }) => `  ${field}: ${en}`),
      ...(document.cause === null ? [] : [`  ${document.cause.en}`]),
    ]),
    '',
    ...table(
      timeline.map(({ at, who, from, to, facts }) => [
        at,
        who,
        from === '' ? to : `${from} → ${to}`,
        factsOf(facts),
      ]),
    ),
  ]
}

const headOf = ({ number, id, status, total, currency, paymentStatus, customer }: Order): string =>
  `order ${number || id}: ${status}, ${total} ${currency}, ${paymentStatus}, ${customer.company || customer.name}`

const factsOf = (facts: unknown): string =>
  typeof facts !== 'object' || facts === null
    ? ''
    : Object.entries(facts)
        .map(
          ([name, value]) =>
            `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
        .join(', ')
        .slice(0, 160)
