import { Command } from 'commander'
import type { App } from '../app.ts'
import type { Account } from '../core/settings.ts'
import { statusOf } from '../http/status.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'

const WHO = 'command line'

export function accountsCommand(cli: Cli): Command {
  const accounts = new Command('accounts').description(
    'SmartBill accounts: how they are, and stopping or resuming one',
  )
  accounts
    .command('list')
    .description('every account with its shops and its state')
    .action(async () => {
      const found = await cli.withApp(list)
      cli.print(found, () =>
        table([
          ['ACCOUNT', 'CIF', 'STATE', 'WAITING', 'SHOPS', 'WHY'],
          ...found.map(({ id, cif, state, waiting, shops, reason }) => [
            id,
            cif,
            state,
            String(waiting),
            shops.join(', ') || '-',
            state === 'ok' ? '' : reason,
          ]),
        ]),
      )
    })
  accounts
    .command('pause')
    .argument('<account>')
    .description('send nothing to SmartBill for this account; its work waits')
    .action((id: string) =>
      cli.withApp(async (app) => {
        await app.smartbill.budget.pause(await accountBy(app, id), WHO)
        cli.print({ account: id, state: 'paused' }, () => [
          `${id} is paused; "relay accounts resume ${id}" lets it go on`,
        ])
      }),
    )
  accounts
    .command('resume')
    .argument('<account>')
    .description('let an account go on, whatever had stopped it')
    .action((id: string) =>
      cli.withApp(async (app) => {
        await app.smartbill.budget.resume(await accountBy(app, id))
        cli.print({ account: id, state: 'ok' }, () => [`${id} goes on within seconds`])
      }),
    )
  return accounts
}

async function list(app: App) {
  const [status, accounts, shops] = await Promise.all([
    statusOf(app),
    app.ledger.registry.accounts(),
    app.ledger.registry.shops(),
  ])
  return accounts.map(({ id, cif, email }) => {
    const health = status.accounts.find((one) => one.id === id)
    return {
      id,
      cif,
      email,
      state: health?.state ?? 'ok',
      reason: health?.reason ?? '',
      waiting: health?.waiting ?? 0,
      shops: shops.filter((shop) => shop.account === id).map((shop) => String(shop.id)),
    }
  })
}

async function accountBy({ ledger }: App, id: string): Promise<Account> {
  const accounts = await ledger.registry.accounts()
  const found = accounts.find((account) => account.id === id)
  if (found !== undefined) return found
  const known = accounts.map((account) => account.id).join(', ') || 'none'
  throw new CliError(`There is no account "${id}" (known: ${known}).`, exitCodes.usage)
}
