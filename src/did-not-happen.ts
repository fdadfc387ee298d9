import type { App } from './app.ts'
import { partsOf, type AccountId, type DocumentKey } from './core/ids.ts'
import type { LedgerDocument } from './ledger/documents.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'enqueueDocument'>

/** When a concluded attempt's series is looked at again for a late commit, in ms. */
const LATE_LOOKS_MS = [60_000, 600_000, 3_600_000]

/**
 * An attempt is held not to have happened: back to work, to be re-checked right before the next request, and its series
 * stays watched for a late commit. False when the document was decided meanwhile.
 */
export async function didNotHappen(
  { ledger, queues, enqueueDocument }: Needs,
  account: AccountId,
  key: DocumentKey,
  attempt: LedgerDocument,
  by: { tries: number; facts: object; who?: string; from?: 'uncertain' | 'held' },
): Promise<boolean> {
  const { tries, facts, who, from } = by
  const fence = String(attempt.fence)
  if (!(await ledger.documents.conclude(account, key, tries, facts, { fence, who, from })))
    return false
  const again = await ledger.documents.get(account, key)
  await enqueueDocument('issue-document', account, key, again?.gen ?? 0)
  const series = { account, kind: partsOf(key).kind, series: attempt.series }
  for (const delayMs of LATE_LOOKS_MS) {
    await queues.enqueue('watch-series', series, {
      jobId: `late~${key}~${fence}~${delayMs}`,
      delayMs,
    })
  }
  return true
}
