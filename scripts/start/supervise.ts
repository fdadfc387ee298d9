import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../children.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A child that has run for so long had no trouble starting. */
const HEALTHY_MS = 60_000

/** The pause before a child is started again, after so many short lives in a row. */
export const pauseMs = (deaths: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(deaths, 10))

/** Keeps a child running until `stopping` says otherwise: whenever it ends, it is started again after a pause. */
export async function supervise(
  first: Child,
  options: {
    start: () => Promise<Child>
    stopping: AbortSignal
    say: (sentence: string) => void
    now?: () => number
  },
): Promise<void> {
  const { start, stopping, say, now = () => performance.now() } = options
  let child = first
  let deaths = 0
  while (!stopping.aborted) {
    const startedAt = now()
    const { code, signal } = await child.ended
    if (stopping.aborted) return
    deaths = now() - startedAt > HEALTHY_MS ? 0 : deaths + 1
    const pause = pauseMs(deaths)
    say(
      `${child.name} ended (${signal ?? `exit code ${code}`}); it starts again in ${pause / 1000} s`,
    )
    await sleep(pause, undefined, { signal: stopping }).catch(() => {})
    if (stopping.aborted) return
    child = await start()
  }
}
