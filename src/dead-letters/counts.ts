import type { App } from '../app.ts'

/** How many dead letters there are: documents, what follows documents, jobs, and events that cannot be read. */
export async function countDeadLetters({ ledger, queues }: Pick<App, 'ledger' | 'queues'>) {
  const [documents, acts, jobs, events] = await Promise.all([
    ledger.reports.counts(),
    ledger.reports.actCounts(),
    queues.failedCount(),
    ledger.reports.quarantinedCount(),
  ])
  return { documents: documents.dead, acts: acts.dead, jobs, events }
}

export type DeadLetterCounts = Awaited<ReturnType<typeof countDeadLetters>>

export const allOf = ({ documents, acts, jobs, events }: DeadLetterCounts): number =>
  documents + acts + jobs + events
