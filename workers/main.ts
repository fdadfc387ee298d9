import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { loadConfigFile } from '../src/config-file.ts'
import type { Cause } from '../src/core/causes.ts'
import { AccountId, DocumentKey } from '../src/core/ids.ts'
import { createLog } from '../src/log.ts'
import { runJobs } from '../src/queue/run-jobs.ts'
import { openRedis } from '../src/redis.ts'
import { untilStopped } from '../src/stop.ts'
import { issueDocument } from './issue-document.ts'
import { resolveOutcome } from './resolve-outcome.ts'
import { routeOrder } from './route-order.ts'
import { sweepLedger } from './sweep-ledger.ts'
import { watchSeriesNumbers } from './watch-series.ts'

/** Running jobs get this long to finish after SIGTERM, in ms. */
const GRACE_MS = 25_000

const config = readConfig(process.env)
const log = createLog(config.logLevel, 'worker')
await using app = await openApp(config, { temper: 'patient', log })
await loadConfigFile(app)

// BullMQ's blocking connections are made from this one; it never carries the ledger's commands.
const connection = openRedis(config.redis, 'patient')
connection.on('error', () => {})

const aboutDocument = (payload: object): { account: AccountId; key: DocumentKey } | undefined =>
  'account' in payload && 'documentKey' in payload
    ? { account: AccountId.parse(payload.account), key: DocumentKey.parse(payload.documentKey) }
    : undefined

const running = runJobs({
  connection,
  prefix: config.prefix,
  shards: config.shards,
  concurrency: config.concurrency,
  log,
  now: app.now,
  work: {
    'route-order': (payload) => routeOrder(payload, app),
    'issue-document': (payload) => issueDocument(payload, app),
    'resolve-outcome': (payload) => resolveOutcome(payload, app),
    'watch-series': (payload) => watchSeriesNumbers(payload, app),
    'sweep-ledger': (payload) => sweepLedger(payload, app),
  },
  slot: async (payload, retryAt) =>
    'account' in payload
      ? app.slot(AccountId.parse(payload.account), retryAt)
      : Math.max(0, retryAt - app.now()),
  whenUncertain: async (name, payload) => {
    const about = aboutDocument(payload)
    if (about === undefined) return
    const document = await app.ledger.documents.get(about.account, about.key)
    await app.enqueueDocument(name, about.account, about.key, document?.gen ?? 0)
  },
  giveUp: async (payload: object, cause: Cause) => {
    const about = aboutDocument(payload)
    if (about !== undefined) await app.ledger.documents.bury(about.account, about.key, cause)
  },
  onDone: (name, outcome) => app.metrics.onJob(name, outcome),
})
await app.queues.schedule()
log.info(
  { concurrency: config.concurrency, smartbill: new URL(config.smartbill.baseUrl).host },
  'worker is ready',
)

await untilStopped()
log.info('worker stops: finishing the jobs in hand')
await running.close(GRACE_MS)
connection.disconnect()
