import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is truthy and returns it; out of time, it fails with the last error or what was awaited. The time
 * is there so that a hung program fails and not so that a slow machine does: it is far above what anything takes.
 */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  options: { timeoutMs?: number; everyMs?: number; message?: string } = {},
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const { timeoutMs = 30_000, everyMs = 25, message = 'it never became true' } = options
  const deadline = performance.now() + timeoutMs
  for (;;) {
    let failure: unknown
    try {
      const answer = await ask()
      if (answer) return answer as Exclude<T, undefined | null | false | 0 | ''>
    } catch (error) {
      failure = error
    }
    if (performance.now() > deadline) {
      throw failure ?? new Error(`${message} (waited ${timeoutMs} ms)`)
    }
    await sleep(everyMs)
  }
}
