import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { accountsCommand } from './cli/accounts.ts'
import { CliError, createCli, exitCodes, messageOf } from './cli/cli.ts'
import { deadLettersCommand } from './cli/dead-letters.ts'
import { doctorCommand } from './cli/doctor.ts'
import { enqueueCommand } from './cli/enqueue.ts'
import { orderCommand } from './cli/order.ts'
import { simulatorCommand } from './cli/simulator.ts'
import { statusCommand } from './cli/status.ts'

const program = new Command('relay')
  .description('SmartBill Relay from the command line')
  .option('--json', 'answer in JSON')
  .option(
    '--data <folder>',
    'folder of "npm start", whose secrets and Redis are used where the environment names none',
    join(import.meta.dirname, '../data'),
  )
  .addHelpText(
    'after',
    `
Settings come from the environment (see .env.example). Exit codes: 0 done, 1 something needs attention,
2 wrong usage, 3 Redis or the settings cannot be used.

Examples:
  relay doctor
  relay order show acme-web 1001
  relay dead-letters replay --cause unknown-series --dry-run`,
  )

const cli = createCli({
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  json: () => program.opts<{ json?: boolean }>().json === true,
})

program.hook('preAction', () => {
  const { data } = program.opts<{ data: string }>()
  for (const name of ['relay.env', 'running.env']) {
    const file = join(data, name)
    if (existsSync(file)) process.loadEnvFile(file)
  }
})
for (const command of [
  simulatorCommand(),
  doctorCommand(cli),
  statusCommand(cli),
  orderCommand(cli),
  enqueueCommand(cli),
  deadLettersCommand(cli),
  accountsCommand(cli),
])
  program.addCommand(command)

/** Commander's own wording goes to stderr; we only choose the exit code. */
function quietly(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
  command.commands.forEach(quietly)
}
quietly(program)

try {
  await program.parseAsync()
  process.exitCode = cli.exitCode()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage
  } else {
    cli.complain(messageOf(error))
    process.exitCode = error instanceof CliError ? error.exitCode : exitCodes.problems
  }
}
