// SmartBill without a call limit, in a process of its own; answers `calls` with how many calls there were.
import { startSimulator } from '../../../src/simulator/simulator.ts'

const simulator = await startSimulator({ limit: 0 })
process.on('message', () => {
  const { total, byRoute, tokens } = simulator.calls()
  const lastAt = Math.max(0, ...Object.values(tokens).map((token) => token.lastAt ?? 0))
  process.send?.({ total, byRoute, lastAt })
})
process.send?.(simulator.url)
process.once('SIGTERM', () => process.exit())
