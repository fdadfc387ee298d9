/**
 * Whether a trouble is worth a line in the log: when it begins, and while it lasts once in `everyMs`. An outage must
 * neither flood the log nor hide in it. `clock` only ever goes forward.
 */
export function seldom(everyMs: number, clock: () => number): (what: string) => boolean {
  const said = new Map<string, number>()
  return (what) => {
    const at = said.get(what)
    if (at !== undefined && clock() - at < everyMs) return false
    if (said.size >= 100) said.clear()
    said.set(what, clock())
    return true
  }
}
