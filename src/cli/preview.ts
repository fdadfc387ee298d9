import type { Command } from 'commander'
import { previewOrder, type OrderPreview } from '../http/preview.ts'
import { table, type Cli } from './cli.ts'
import { noOrder } from './given.ts'

/** `relay order preview`: the document that an order would become, without touching SmartBill. */
export function addPreview(order: Command, cli: Cli): void {
  order
    .command('preview')
    .arguments('<shop> <order>')
    .description(
      'the document that would be issued, with its totals by VAT rate, or why there is none',
    )
    .addHelpText('after', '\nExample:\n  relay order preview acme-web 1001')
    .action(async (shop: string, id: string) => {
      const found = await cli.withApp((app) => previewOrder(app, shop, id))
      if (found === undefined) throw noOrder(shop, id)
      cli.print(found, () => linesOf(found))
    })
}

function linesOf({ kind, preview }: OrderPreview): string[] {
  switch (preview.status) {
    case 'vat-unknown':
      return [preview.en]
    case 'skip':
      return [`no ${kind}, by the rule ${preview.rule}: ${preview.en}`]
    case 'hold':
      return [
        `no ${kind}: it would be held${preview.totals === null ? '' : `; its lines come to ${preview.totals.gross}`}`,
        ...preview.reasons.map(({ field, en }) => `  ${field}: ${en}`),
      ]
    case 'issue': {
      const { document, totals, why } = preview
      return [
        `${kind} of ${document.total} ${document.currency}`,
        ...table(
          document.lines.map((line) => [
            line.type === 'product' ? line.name : `  ${line.name}`,
            line.type === 'product' ? `${line.quantity} × ${line.price}` : line.value,
            line.vat === null ? '' : `${line.vat.percentage}% ${line.vat.name}`,
            line.vat === null ? '' : line.isTaxIncluded ? 'VAT included' : 'VAT added',
          ]),
        ),
        '',
        ...table(
          totals.columns.rates.map(({ name, percentage, net, vat, gross }) => [
            `${name} ${percentage}%`,
            net,
            vat,
            gross,
          ]),
        ),
        '',
        ...why.map(({ en }) => en),
      ]
    }
  }
}
