import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../src/app.ts'
import { giveEveryJob } from '../src/missing-jobs.ts'

/** Work younger than this is being given its job by whoever made it, in ms. */
const STILL_MS = 60_000
const EVERY_MS = 30_000

/**
 * The queues may be lost at any time: at the start everything that waits in the ledger gets its job, and from then on the
 * schedules that would do it later are put back where they are missing. Redis trouble is waited out.
 */
export function keepQueues(
  app: App,
  { stillMs = STILL_MS, everyMs = EVERY_MS }: { stillMs?: number; everyMs?: number } = {},
) {
  const over = new AbortController()
  const problem = (error: unknown) => {
    if (!over.signal.aborted)
      app.log.warn({ problem: String(error) }, 'the queues could not be looked after')
  }
  const keeping = (async () => {
    let swept = false
    while (!over.signal.aborted) {
      try {
        await app.ledger.registry.mustBeThere()
        if (swept) await app.queues.schedule('missing')
        else {
          const given = await giveEveryJob(app, stillMs, () => over.signal.throwIfAborted())
          swept = true
          if (given > 0) app.log.info({ given }, 'work without a job got one')
        }
      } catch (error) {
        problem(error)
      }
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => {})
    }
  })()
  return {
    async close(): Promise<void> {
      over.abort()
      await keeping
    },
  }
}
