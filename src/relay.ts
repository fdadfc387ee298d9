import { Command } from 'commander'
import { untilStopped } from './stop.ts'

const program = new Command('relay')
  .description('SmartBill Relay from the command line')
  .showHelpAfterError('(relay --help shows what there is)')
  .configureHelp({ showGlobalOptions: true })

program
  .command('simulator')
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
    const { startSimulator } = await import('./simulator/simulator.ts')
    await using simulator = await startSimulator({ port, host })
    process.stdout.write(
      `simulator on ${simulator.url}\nwitness   on ${simulator.origin}/__simulator/documents\n`,
    )
    await untilStopped()
  })

await program.parseAsync()
