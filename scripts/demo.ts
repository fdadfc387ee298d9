// The main job end to end on this machine, with everything that can go wrong in the middle: npm run demo [-- --keep]
import { parseArgs } from 'node:util'
import { clock, openPlant, type Plant } from './demo/plant.ts'
import { run } from './demo/run.ts'
import { createScreen } from './demo/screen.ts'

const help = `npm run demo -- [options]

Four shops send real-looking orders, while SmartBill (a simulator) loses answers and goes down and a worker is killed.
At the end SmartBill itself is asked what it has issued. Needs nothing but Node, and Redis, which is installed if missing.

  --orders N   how many orders (default 120)
  --seed N     another trade, and other faults (default 1)
  --keep       leave everything running until Ctrl-C and say how to look at it
  --help

Exit code: 0 no order lost or doubled, 1 something is wrong, 130 stopped by Ctrl-C.`

async function main(): Promise<void> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
  screen.say(`SmartBill Relay demo: ${count} orders of four shops. Nothing leaves this machine.`)
  screen.say(honesty())
  const plant = await openPlant()
  let good = false
  try {
    good = await run(plant, screen, { count, seed, keep: values.keep }, stop.signal)
    if (values.keep && !stop.signal.aborted) {
      screen.say(access(plant))
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
    }
  } catch (error) {
    screen.clear()
    if (!stop.signal.aborted) screen.say(error instanceof Error ? error.message : String(error))
  } finally {
    if (stop.signal.aborted) screen.say('stopping …')
    const remove = good || stop.signal.aborted
    await plant.close({ remove })
    if (!remove) screen.say(`The logs of all processes are in ${plant.logs}`)
  }
  process.exitCode = good ? 0 : stop.signal.aborted ? 130 : 1
}

function honesty(): string {
  const times = ({ real, demo }: { real: number; demo: number }) => Math.round(real / demo)
  return (
    `SmartBill's clock is scaled to fit: its ${clock.calls} calls per ${clock.windowMs.real / 1000} s are allowed ` +
    `every ${clock.windowMs.demo / 1000} s (×${times(clock.windowMs)}), the time-out is ×${times(clock.timeoutMs)} ` +
    `and the grace for late commits ×${times(clock.graceMs)} shorter.`
  )
}

const access = ({ urls, apiKey, adminPassword, secrets }: Plant): string => `
Everything runs until you press Ctrl-C:

  dashboard        ${urls.web}/            user admin, password ${adminPassword}
  API              ${urls.web}/docs        Authorization: Bearer ${apiKey}
  SmartBill says   ${urls.simulator}/__simulator/documents?brief
  a shop's secret  ${secrets.lana}  (shop "lana", generic)

  curl -sS ${urls.web}/v1/status -H 'Authorization: Bearer ${apiKey}'
`

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const count = Number(values.orders)
const seed = Number(values.seed)
const screen = createScreen(process.stdout)
if (values.help) screen.say(help)
else if (!Number.isInteger(count) || count < 1 || count > 19_000 || !Number.isInteger(seed)) {
  process.stderr.write('--orders takes a whole number from 1 to 19000, --seed a whole number\n')
  process.exitCode = 2
} else await main()
