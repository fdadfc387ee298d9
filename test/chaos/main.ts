// The promise under chaos, on real processes: node test/chaos/main.ts [--orders 1000] [--limit SECONDS] [--json].
// Exit code 0 only if every order has exactly one document, paid, and no call was over the limit.
import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'
import { chaosKinds } from './plan.ts'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000' },
    limit: { type: 'string', default: '1200' },
    json: { type: 'boolean', default: false },
  },
})
const report = await runChaos({
  orders: Number(values.orders),
  worst: true,
  limitMs: Number(values.limit) * 1000,
  progress: (sentence) => void process.stderr.write(`· ${sentence}\n`),
})
const silent = chaosKinds.filter((kind) => !report.faults[kind])
// Calls that were on their way when a block began are no breach of the limit.
const good =
  report.doubled.length + report.lost.length + report.unpaid.length + report.strangers === 0 &&
  report.callsOverLimit === 0 &&
  silent.length === 0
const hits = Object.values(report.faults).reduce((sum, times) => sum + times, 0)
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${good ? 'held' : 'BROKEN'}: ${report.orders} orders in ${report.events} deliveries, ${report.documents} documents, ` +
        `${report.doubled.length} doubled, ${report.lost.length} lost, ${report.unpaid.length} unpaid, ` +
        `${report.callsOverLimit} calls over the limit; ${hits} faults of ${chaosKinds.length - silent.length}/${chaosKinds.length} kinds, ` +
        `${report.kills} workers killed, ${report.redisRestarts} Redis restart, ${report.failovers} Sentinel failover, ` +
        `${report.queueWipes} wipe of the queues, ${report.outages} outage, ` +
        `${report.replayed} replayed, ${report.alerts.length} alerts; ${report.seconds} s\n`,
)
process.exitCode = good ? 0 : 1
