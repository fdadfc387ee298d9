import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { Command, CommanderError } from 'commander'
import { accountsCommand } from './accounts.ts'
import { backfillCommand } from './backfill.ts'
import { CliError, createCli, exitCodes, messageOf, type ExitCode, type Streams } from './cli.ts'
import { completionCommand } from './completion.ts'
import { cutOverCommand } from './cut-over.ts'
import { correctionsCommand } from './corrections.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { restoreCommand } from './restore.ts'
import { rulesCommand } from './rules.ts'
import { shadowCommand } from './shadow.ts'
import { enqueueCommand } from './enqueue.ts'
import { orderCommand } from './order.ts'
import { paymentsCommand } from './payments.ts'
import { reconcileCommand } from './reconcile.ts'
import { simulatorCommand } from './simulator.ts'
import { statusCommand } from './status.ts'

const more = `
Settings come from the environment (see .env.example). Exit codes: 0 done, 1 something needs attention,
2 wrong usage, 3 Redis or the settings cannot be used.

Examples:
  relay doctor
  relay order show acme-web 1001
  relay dead-letters replay --cause unknown-series --dry-run`

/** Runs one command line to its end; answers its exit code. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { stdin, stdout, stderr }: Streams,
): Promise<ExitCode> {
  const program = new Command('relay')
    .description('SmartBill Relay from the command line')
    .option('--json', 'answer in JSON')
    .option(
      '--data <folder>',
      'folder of "npm start", whose secrets and Redis are used where the environment names none',
      join(import.meta.dirname, '../../data'),
    )
    .addHelpText('after', more)
  const cli = createCli({
    env: async () => ({ ...(await kept(program.opts<{ data: string }>().data)), ...env }),
    json: () => program.opts<{ json?: boolean }>().json === true,
    stdin,
    stdout,
    stderr,
  })
  const commands = [
    simulatorCommand(cli),
    doctorCommand(cli),
    statusCommand(cli),
    orderCommand(cli),
    enqueueCommand(cli),
    deadLettersCommand(cli),
    correctionsCommand(cli),
    paymentsCommand(cli),
    reconcileCommand(cli),
    accountsCommand(cli),
    rulesCommand(cli),
    cutOverCommand(cli),
    shadowCommand(cli),
    backfillCommand(cli),
    exportCommand(cli),
    restoreCommand(cli),
    completionCommand(cli),
  ]
  for (const command of commands) program.addCommand(command)
  shape(program, { stdout, stderr })
  try {
    await program.parseAsync(args, { from: 'user' })
    return cli.exitCode()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
    cli.complain(messageOf(error))
    return error instanceof CliError ? error.exitCode : exitCodes.problems
  }
}

/** The same manners for every command: Commander neither ends the process nor writes past our streams. */
function shape(command: Command, { stdout, stderr }: Omit<Streams, 'stdin'>): void {
  command
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
  for (const child of command.commands) shape(child, { stdout, stderr })
}

/** What "npm start" wrote down for us. */
async function kept(folder: string): Promise<Record<string, string | undefined>> {
  const files = await Promise.all(
    ['relay.env', 'running.env'].map((name) =>
      readFile(join(folder, name), 'utf8').catch(() => ''),
    ),
  )
  return parseEnv(files.join('\n'))
}
