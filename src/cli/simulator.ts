import { Command } from 'commander'
import { untilStopped } from '../stop.ts'
import { CliError, exitCodes, messageOf, type Cli } from './cli.ts'

export const simulatorCommand = (cli: Cli): Command =>
  new Command('simulator')
    .description(
      'run a SmartBill of our own, for trying things out: every login works, nothing is fiscal',
    )
    .option('--port <number>', 'port to listen on', Number, 4010)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText(
      'after',
      '\nExample:\n  relay simulator --port 4010\n  then start the relay with SMARTBILL_BASE_URL=http://127.0.0.1:4010/SBORO/api',
    )
    .action(async ({ port, host }: { port: number; host: string }) => {
      const { startSimulator } = await import('../simulator/simulator.ts')
      const simulator = await startSimulator({ port, host }).catch((error: unknown) => {
        throw new CliError(messageOf(error), exitCodes.unavailable, { cause: error })
      })
      cli.say(`simulator on ${simulator.url}`)
      cli.say(`witness   on ${simulator.origin}/__simulator/documents`)
      await untilStopped()
      await simulator.close()
    })
