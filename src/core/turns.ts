/** How long a call is thought to take before one has ended, and never less than this, in ms. */
const FIRST_CALL_MS = 1000
const SHORTEST_CALL_MS = 200
const LONGEST_WAIT_MS = 300_000

type Line = { taken: number; callMs: number; waiting: number; since: number }
export type Turn = { giveBack: (now: number) => void }

/**
 * Lets at most `most` things of one name happen at a time. Whoever comes too many is told when to come again: behind all
 * who were told so before, at the pace at which the last ones ended. So a thousand that wait for one that hangs ask seldom.
 */
export function createTurns(most: number) {
  const lines = new Map<string, Line>()

  /** Those who wait as of now: at each end of a call one of them goes. */
  function movedOn(line: Line, now: number): void {
    const pace = most / line.callMs
    const left = Math.max(0, line.waiting - Math.max(0, now - line.since) * pace)
    line.waiting = Math.min(left, LONGEST_WAIT_MS * pace)
    line.since = now
  }

  return {
    take(name: string, now: number): Turn | { until: number } {
      const line = lines.get(name) ?? { taken: 0, callMs: FIRST_CALL_MS, waiting: 0, since: now }
      lines.set(name, line)
      if (line.taken >= most) {
        movedOn(line, now)
        line.waiting++
        return { until: now + Math.min(LONGEST_WAIT_MS, (line.waiting * line.callMs) / most) }
      }
      line.taken++
      return {
        giveBack(then) {
          movedOn(line, then)
          line.taken--
          // A slow one counts at once; quick ones are believed by and by.
          line.callMs = Math.max(SHORTEST_CALL_MS, then - now, line.callMs / 2)
          if (line.taken === 0 && line.waiting < 1) lines.delete(name)
        },
      }
    },
  }
}
