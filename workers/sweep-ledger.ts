import type { App } from '../src/app.ts'
import { pendingActStates } from '../src/core/acts.ts'
import { pendingStates } from '../src/core/lifecycle.ts'
import type { Payload } from '../src/jobs.ts'
import { createJobGiver } from '../src/missing-jobs.ts'

/** Work that has not moved for this long should have a job, in ms. */
const STILL_MS = 60_000
/** Documents of one state looked at per sweep; the next sweep goes on where this one stopped. */
const BATCH = 5000

/** The ledger is the truth: whatever waits there without a job gets one. Doing it twice changes nothing. */
export async function sweepLedger(
  { shard }: Payload<'sweep-ledger'>,
  app: App,
  stillMs = STILL_MS,
): Promise<string> {
  const { reports } = app.ledger
  const before = app.now() - stillMs
  const give = createJobGiver(app)
  let given = await give.toOrders(await reports.unrouted(shard, before))
  for (const state of pendingStates)
    given += await give.toDocuments(await reports.nextInState(shard, state, before, BATCH))
  if (shard === 0) given += await give.toRuns(await app.ledger.runs.silent(before))
  for (const state of pendingActStates)
    given += await give.toActs(await reports.nextActs(shard, state, before, BATCH))
  return `${given} pieces of work had no job`
}
