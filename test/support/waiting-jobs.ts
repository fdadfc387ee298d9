import { setTimeout as sleep } from 'node:timers/promises'
import { ThrottledError, TransientError } from '../../src/core/errors.ts'
import type { Account } from '../../src/core/settings.ts'
import type { Budget } from '../../src/smartbill/budget.ts'

/**
 * Does `count` pieces of work as the queue does: each starts at a place of its own, and when it is told to wait it
 * takes another. Resolves when all are done or `stop` is aborted; answers how often one had to come back.
 */
export async function workThrough(
  budget: Budget,
  account: Account,
  count: number,
  call: () => Promise<unknown>,
  stop?: AbortSignal,
): Promise<{ bounces: number }> {
  let bounces = 0
  const pause = (ms: number) => sleep(ms, undefined, stop === undefined ? {} : { signal: stop })
  async function job(): Promise<void> {
    let wait = await budget.reserve(account)
    for (;;) {
      if (wait > 0) await pause(wait)
      try {
        await call()
        return
      } catch (error) {
        if (error instanceof ThrottledError) wait = await budget.reserve(account, error.retryAt)
        else if (error instanceof TransientError) wait = 1000
        else throw error
        bounces++
      }
    }
  }
  await Promise.all(
    Array.from({ length: count }, () =>
      job().catch((error: unknown) => {
        if (stop?.aborted !== true) throw error
      }),
    ),
  )
  return { bounces }
}
