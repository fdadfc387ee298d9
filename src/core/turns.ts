/** Lets at most `most` things of one name happen at a time. */
export function createTurns(most: number) {
  const taken = new Map<string, number>()
  return {
    /** What gives the turn back; undefined when all are taken. */
    take(name: string): (() => void) | undefined {
      const now = taken.get(name) ?? 0
      if (now >= most) return undefined
      taken.set(name, now + 1)
      return () => {
        const left = (taken.get(name) ?? 1) - 1
        if (left === 0) taken.delete(name)
        else taken.set(name, left)
      }
    },
  }
}
