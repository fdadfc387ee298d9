import { faultKinds, type FaultKind } from '../../src/simulator/faults.ts'
import type { RuleInput } from '../../src/simulator/simulator.ts'

/** One request in so many meets a fault; few orders meet more, so that every kind occurs. */
const EVERY = 4

/** Deleting a document of ours is no fault that anybody could make good. */
const notOurs: readonly FaultKind[] = ['delete-last']
/** Faults of a read. */
const ofReads: readonly FaultKind[] = ['pdf-unreadable', 'pdf-without-text']
export const chaosKinds = faultKinds.filter((kind) => !notOurs.includes(kind))

const delays: Partial<Record<FaultKind, number>> = {
  slow: 1000,
  'slow-answer': 1000,
  'late-commit': 900,
  'block-403': 600,
  'block-429': 600,
}

/** A fault on every fourth request, each kind in turn; beside them, PDFs that cannot be read. */
export function plan(orders: number): RuleInput[] {
  const kinds = chaosKinds.filter((kind) => !ofReads.includes(kind))
  const every = Math.max(2, Math.min(EVERY, Math.floor(orders / kinds.length)))
  const rules = Array.from({ length: Math.floor(orders / every) }, (_, i): RuleInput => {
    // A step that has no factor in common with any small number of kinds mixes them.
    const fault = kinds[(i * 7) % kinds.length] ?? 'silence-after'
    const delayMs = delays[fault]
    return {
      route: 'POST /invoice/v2',
      fault,
      times: 1,
      // Requests that met an earlier rule do not count for a later one.
      afterCalls: 1 + i * (every - 1),
      ...(delayMs === undefined ? {} : { delayMs }),
    }
  })
  return [
    ...rules,
    ...ofReads.map((fault): RuleInput => ({ route: 'GET /invoice/pdf', fault, times: 2 })),
  ]
}
