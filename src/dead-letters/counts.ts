import type { App } from '../app.ts'

/**
 * How many documents and acts there are in each state, each read once, and how many dead letters: documents, what
 * follows documents, jobs, and events that cannot be read.
 */
export async function countAll({ ledger, queues }: Pick<App, 'ledger' | 'queues'>) {
  const [documents, acts, jobs, events] = await Promise.all([
    ledger.reports.counts(),
    ledger.reports.actCounts(),
    queues.failedCount(),
    ledger.reports.quarantinedCount(),
  ])
  return { documents, acts, dead: { documents: documents.dead, acts: acts.dead, jobs, events } }
}

export type DeadLetterCounts = Awaited<ReturnType<typeof countAll>>['dead']

export const allOf = ({ documents, acts, jobs, events }: DeadLetterCounts): number =>
  documents + acts + jobs + events
