import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics of one process. Labels have few values: never an order, a shop or a person. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const calls = new Counter({
    name: 'relay_smartbill_calls_total',
    help: 'Calls to SmartBill by endpoint and outcome',
    labelNames: ['endpoint', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'relay_smartbill_call_seconds',
    help: 'Duration of calls to SmartBill',
    labelNames: ['endpoint'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const jobs = new Counter({
    name: 'relay_jobs_total',
    help: 'Jobs by kind and outcome',
    labelNames: ['job', 'outcome'],
    registers,
  })
  const events = new Counter({
    name: 'relay_events_total',
    help: 'Events taken in, by platform and answer',
    labelNames: ['platform', 'answer'],
    registers,
  })
  const documents = new Gauge({
    name: 'relay_documents',
    help: 'Documents by state',
    labelNames: ['state'],
    registers,
  })
  const dead = new Gauge({
    name: 'relay_dead_letters',
    help: 'What failed for good and waits for a person: documents, acts after them, jobs, events',
    labelNames: ['kind'],
    registers,
  })
  const queued = new Gauge({
    name: 'relay_queue_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'relay_oldest_waiting_seconds',
    help: 'Age of the document that waits longest; it rises exactly when work is stuck',
    registers,
  })
  return {
    registry,
    events,
    documents,
    dead,
    queued,
    oldest,
    onCall: (report: { endpoint: string; outcome: string; ms: number }) => {
      calls.inc({ endpoint: report.endpoint, outcome: report.outcome })
      callSeconds.observe({ endpoint: report.endpoint }, report.ms / 1000)
    },
    onJob: (job: string, outcome: string) => jobs.inc({ job, outcome }),
  }
}
