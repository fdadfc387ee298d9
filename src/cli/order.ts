import { Command } from 'commander'
import type { Order } from '../core/order.ts'
import { viewOrder, type OrderView } from '../http/orders.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
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
      if (view === undefined)
        throw new CliError(
          `Shop "${shop}" has no order "${id}". "relay accounts list" names the shops.`,
          exitCodes.problems,
        )
      cli.print(view, () => linesOf(view))
    })
  addPreview(order, cli)
  return order
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
