/**
 * Whether a trouble is worth a line in the log: when it begins, and while it lasts once in `everyMs`. An outage must
 * neither flood the log nor hide in it. `clock` only ever goes forward.
 */
export function seldom(everyMs: number, clock: () => number): (what: string) => boolean {
  const times = seldomCounted(everyMs, clock)
  return (what) => times(what) !== undefined
}

/** As `seldom`; what is worth a line is answered by how often it happened since the last one, this time included. */
export function seldomCounted(
  everyMs: number,
  clock: () => number,
): (what: string) => number | undefined {
  const known = new Map<string, { saidAt: number; unsaid: number }>()
  return (what) => {
    const one = known.get(what)
    if (one !== undefined && clock() - one.saidAt < everyMs) {
      one.unsaid++
      return undefined
    }
    if (known.size >= 100) known.clear()
    known.set(what, { saidAt: clock(), unsaid: 0 })
    return (one?.unsaid ?? 0) + 1
  }
}
