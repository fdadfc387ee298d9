import { Command } from 'commander'
import { statusOf, type Status } from '../http/status.ts'
import { table, type Cli } from './cli.ts'
import { emptyFinding } from './findings.ts'

export const statusCommand = (cli: Cli): Command =>
  new Command('status')
    .description('accounts, documents and queues in one look; changes nothing')
    .action(async () => {
      const { status, empty } = await cli.withProgress('counting', () =>
        cli.withApp(async (app) => {
          const found = await statusOf(app)
          const isEmpty = found.accounts.length === 0 && !(await app.ledger.registry.everUsed())
          return { status: found, empty: isEmpty ? emptyFinding(app.config.prefix) : undefined }
        }),
      )
      cli.print(status, () => [
        ...linesOf(status),
        ...(empty === undefined ? [] : ['', `✗ Redis ${empty.says}`, `    → ${empty.fix}`]),
      ])
      if (empty !== undefined) cli.problem()
    })

function linesOf({ accounts, documents, deadLetters, queues, alerts }: Status): string[] {
  const counts = Object.entries(documents).map(([state, count]) => `${state} ${count}`)
  const failed = Object.entries(deadLetters).filter(([, count]) => count > 0)
  return [
    `documents: ${counts.join(', ')}`,
    ...(failed.length === 0
      ? []
      : [`dead letters: ${failed.map(([kind, count]) => `${kind} ${count}`).join(', ')}`]),
    '',
    ...table([
      ['ACCOUNT', 'STATE', 'WAITING', 'OLDEST', 'CALLS LEFT', 'WHY'],
      ...accounts.map(({ id, state, waiting, oldestWaitingMs, budgetLeft, reason }) => [
        id,
        state,
        String(waiting),
        waiting === 0 ? '' : `${Math.round(oldestWaitingMs / 1000)} s`,
        String(budgetLeft),
        state === 'ok' ? '' : reason,
      ]),
    ]),
    '',
    ...table([
      ['QUEUE', 'WAITING', 'ACTIVE', 'DELAYED', 'FAILED'],
      ...Object.entries(queues).map(([name, { waiting, active, delayed, failed }]) => [
        name,
        ...[waiting, active, delayed, failed].map(String),
      ]),
    ]),
    ...(alerts.length === 0 ? [] : ['', `${alerts.length} alerts; --json shows them`]),
  ]
}
