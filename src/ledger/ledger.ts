import type { MarkerOf } from '../core/ids.ts'
import { createActs } from './acts.ts'
import { createApiKeys } from './api-keys.ts'
import { createAlerts } from './alerts.ts'
import { createCompanies } from './companies.ts'
import { createDocuments } from './documents.ts'
import { createEvents } from './events.ts'
import { createFacts } from './facts.ts'
import { createImports } from './imports.ts'
import { createFlow } from './flow.ts'
import { ledgerKeys } from './keys.ts'
import { createPeople } from './people.ts'
import { createJournal } from './journal.ts'
import { createNomenclature } from './nomenclature.ts'
import { createRates } from './rates.ts'
import { createReconciliations } from './reconciliations.ts'
import { createRegistry } from './registry.ts'
import { createReports } from './reports.ts'
import { createRestoring } from './restoring.ts'
import { createRetention } from './retention.ts'
import { createSearch } from './search.ts'
import { createRuns } from './runs.ts'
import { type Connection } from './scripts.ts'
import { createSealer } from './secrets.ts'
import { createSeries } from './series.ts'
import { createShadow } from './shadow.ts'
import { createStock } from './stock.ts'
import { createSweeps } from './sweeps.ts'

/** After a request's time-out its worker still needs a moment to write the outcome down, in ms. */
const LEASE_MARGIN_MS = 5000

/** The durable record of events and documents; the only truth. */
export function createLedger(
  redis: Connection,
  config: {
    prefix: string
    shards: number
    retentionDays: number
    secretKey: Buffer
    requestTimeoutMs: number
    markerOf: MarkerOf
  },
  now: () => number,
) {
  const keys = ledgerKeys(config.prefix, config.shards)
  const sealer = createSealer(config.secretKey)
  const leaseMs = config.requestTimeoutMs + LEASE_MARGIN_MS
  const acts = createActs(redis, keys, now, { leaseMs })
  const documents = createDocuments(redis, keys, now, {
    leaseMs,
    markerOf: config.markerOf,
  })
  const series = createSeries(redis, keys, now)
  const imports = createImports(redis, keys)
  const reports = createReports(redis, keys, config.shards)
  return {
    events: createEvents(redis, keys, now, config.retentionDays),
    documents,
    acts,
    series,
    facts: createFacts(redis, keys, now),
    imports,
    shadow: createShadow(redis, keys, documents),
    sweeps: createSweeps(redis, keys),
    retention: createRetention(redis, keys, now, config),
    alerts: createAlerts(redis, keys, createSealer(config.secretKey), config.shards),
    companies: createCompanies(redis, keys, now),
    rates: createRates(redis, keys, now),
    nomenclature: createNomenclature(redis, keys),
    stock: createStock(redis, keys, now),
    reports,
    reconciliations: createReconciliations(redis, keys),
    search: createSearch(redis, keys),
    ...createFlow(redis, keys, config.shards),
    journal: createJournal(redis, keys, config.shards),
    restoring: createRestoring(redis, keys, now, config, {
      acts,
      documents,
      imports,
      reports,
      series,
    }),
    registry: createRegistry(redis, keys, sealer, now),
    apiKeys: createApiKeys(redis, keys.people, now),
    people: createPeople(redis, keys.people, sealer, now),
    runs: createRuns(redis, keys.runs, now),
    shardOf: keys.shardOf,
  }
}
