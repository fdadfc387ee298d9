import type { Cluster, Redis } from 'ioredis'
import type { App } from '../src/app.ts'
import { ActKey, isElsewhere, partsOfAct } from '../src/core/acts.ts'
import { AccountId, DocumentKey } from '../src/core/ids.ts'
import { runJobs } from '../src/queue/run-jobs.ts'
import { announceDocument } from './announce-document.ts'
import { issueDocument } from './issue-document.ts'
import { purgeOrders } from './purge-orders.ts'
import { raiseAlerts } from './raise-alerts.ts'
import { pushStock } from './push-stock.ts'
import { reconcile } from './reconcile.ts'
import { recordPayment } from './record-payment.ts'
import { resolveOutcome } from './resolve-outcome.ts'
import { reverseDocument } from './reverse-document.ts'
import { routeOrder } from './route-order.ts'
import { syncClients } from './sync-clients.ts'
import { syncProducts } from './sync-products.ts'
import { sweepLedger } from './sweep-ledger.ts'
import { sweepOrders } from './sweep-orders.ts'
import { workDeadLetters } from './work-dead-letters.ts'
import { watchSeriesNumbers } from './watch-series.ts'

const aboutDocument = (payload: object): { account: AccountId; key: DocumentKey } | undefined =>
  'account' in payload && 'documentKey' in payload
    ? { account: AccountId.parse(payload.account), key: DocumentKey.parse(payload.documentKey) }
    : undefined

const aboutAct = (payload: object): { account: AccountId; key: ActKey } | undefined =>
  'account' in payload && 'act' in payload
    ? { account: AccountId.parse(payload.account), key: ActKey.parse(payload.act) }
    : undefined

const isAboutElsewhere = (payload: object): boolean =>
  'act' in payload && isElsewhere(partsOfAct(ActKey.parse(payload.act)).kind)

/**
 * Every worker of the catalogue, on one app. BullMQ makes its blocking connections from `connection`, which never carries
 * the ledger's commands.
 */
export function runWorkers(app: App, connection: Redis | Cluster) {
  const { config } = app
  return runJobs({
    connection,
    prefix: config.prefix,
    shards: config.shards,
    concurrency: config.concurrency,
    log: app.log,
    now: app.now,
    work: {
      'route-order': (payload) => routeOrder(payload, app),
      'issue-document': (payload) => issueDocument(payload, app),
      'resolve-outcome': (payload) => resolveOutcome(payload, app),
      'record-payment': (payload) => recordPayment(payload, app),
      'announce-document': (payload) => announceDocument(payload, app),
      'reverse-document': (payload) => reverseDocument(payload, app),
      'push-stock': (payload) => pushStock(payload, app),
      'sync-products': (payload) => syncProducts(payload, app),
      'sync-clients': (payload) => syncClients(payload, app),
      'watch-series': (payload) => watchSeriesNumbers(payload, app),
      'sweep-orders': (payload) => sweepOrders(payload, app),
      'purge-orders': (payload) => purgeOrders(payload, app),
      reconcile: (payload) => reconcile(payload, app),
      'raise-alerts': (payload) => raiseAlerts(payload, app),
      'work-dead-letters': (payload) => workDeadLetters(payload, app),
      'sweep-ledger': (payload) => sweepLedger(payload, app),
    },
    slot: async (payload, retryAt) =>
      'account' in payload && !isAboutElsewhere(payload)
        ? app.slot(AccountId.parse(payload.account), retryAt)
        : Math.max(0, retryAt - app.now()),
    whenUncertain: async (name, payload) => {
      const about = aboutDocument(payload)
      if (about === undefined) return
      const document = await app.ledger.documents.get(about.account, about.key)
      await app.enqueueDocument(name, about.account, about.key, document?.gen ?? 0)
    },
    giveUp: async (payload, cause) => {
      const about = aboutDocument(payload)
      // What is uncertain stays so, and the sweep goes on asking: a dead letter could be replayed into a second document.
      if (about !== undefined)
        await app.ledger.documents.bury(about.account, about.key, cause, 'due')
      const act = aboutAct(payload)
      if (act !== undefined)
        await app.ledger.acts.bury(act.account, act.key, cause, { from: ['due'] })
    },
    abandon: () => app.smartbill.close(),
    onDone: (name, outcome) => app.metrics.onJob(name, outcome),
  })
}
