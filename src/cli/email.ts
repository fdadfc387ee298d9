import type { Command } from 'commander'
import { emailByHand, firstInDoubt } from '../announcing/by-hand.ts'
import { DocumentKey } from '../core/ids.ts'
import { findOrder } from '../http/orders.ts'
import { CliError, exitCodes, type Cli } from './cli.ts'
import { noOrder } from './given.ts'

export function addEmail(order: Command, cli: Cli): void {
  order
    .command('email')
    .arguments('<shop> <order>')
    .description('e-mail the document of an order to its buyer (again)')
    .option('--document <key>', 'which one; else the invoice issued last, or the proforma')
    .option('--who <name>', 'who asks', 'command line')
    .addHelpText('after', '\nExample:\n  relay order email acme-web 1001')
    .action(async (shop: string, id: string, { document, who }: Asked) => {
      const key = DocumentKey.optional().safeParse(document)
      if (!key.success)
        throw new CliError('--document: a key like "acme-web~1001~invoice~1"', exitCodes.usage)
      const asked = await cli.withApp(async (app) => {
        const found = await findOrder(app.ledger, shop, id)
        return found === undefined ? undefined : emailByHand(app, found, who, key.data)
      })
      if (asked === undefined) throw noOrder(shop, id)
      if (asked.status === 'refused') throw new CliError(asked.words.en, exitCodes.problems)
      cli.print(asked, () => [
        asked.status === 'asked'
          ? 'The e-mail is asked for; a worker sends it.'
          : asked.state === 'uncertain'
            ? firstInDoubt.en
            : `An e-mail of this document is ${asked.state} already.`,
      ])
    })
}

type Asked = { document?: string; who: string }
