import { ThrottledError } from '../core/errors.ts'

/** Runs `work` again when its turn comes, as long as that is before `until` (ms, by `performance.now`). */
export async function whenItsTurn<T>(
  now: () => number,
  until: number,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ThrottledError)) throw error
      const wait = Math.min(15_000, Math.max(100, error.retryAt - now()))
      if (performance.now() + wait > until) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

/** Ends a go whose time is over: the next one continues with what is left. */
export function goOn(now: () => number, until: number): void {
  if (performance.now() > until) throw new ThrottledError('goes on with the rest', now())
}
