/** Upper ends of the classes by which waiting times are counted, in ms; what took longer is in one more class. */
export const FLOW_LIMITS_MS = [
  500, 1000, 1500, 2000, 3000, 5000, 8000, 12_000, 20_000, 30_000, 45_000, 60_000, 120_000, 300_000,
  900_000, 3_600_000, 21_600_000,
] as const

/** How documents are counted over time: by the minute for three hours, by the hour for eight days. */
export const flowGrains = {
  minute: { ms: 60_000, slots: 180 },
  hour: { ms: 3_600_000, slots: 192 },
} as const
export type FlowGrain = keyof typeof flowGrains

/** The documents of a minute or an hour by how long they took, one number per class. */
export type FlowSlot = { at: number; counts: readonly number[] }

export const documentsIn = ({ counts }: FlowSlot): number =>
  counts.reduce((sum, count) => sum + count, 0)

/**
 * How long it took at most for a part of the documents (0.5: half of them), in ms; taken as spread evenly within a
 * class. Undefined without documents.
 */
export function tookAtMost(counts: readonly number[], part: number): number | undefined {
  const all = documentsIn({ at: 0, counts })
  if (all === 0) return undefined
  let below = 0
  for (const [i, count] of counts.entries()) {
    if (count > 0 && below + count >= all * part) {
      const from = FLOW_LIMITS_MS[i - 1] ?? 0
      const to = FLOW_LIMITS_MS[i] ?? from * 2
      return from + ((all * part - below) / count) * (to - from)
    }
    below += count
  }
  return undefined
}

export const addCounts = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: FLOW_LIMITS_MS.length + 1 }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0))
