import { z } from 'zod'
import { actKinds } from '../core/acts.ts'
import { Cause, Reason } from '../core/causes.ts'

export const Letter = z.object({
  /** A document key, the key of an act, `job ‹queue› ‹id›`, or `event ‹account› ‹id›`. */
  id: z.string(),
  kind: z.enum(['document', 'act', 'job', 'event']),
  /** Of an act: what should have followed a document. The class of its cause begins with it, like `payment:already-paid`. */
  act: z.enum(actKinds).optional(),
  /** Of an act: what was to be done. */
  wish: z.record(z.string(), z.unknown()).optional(),
  shop: z.string(),
  order: z.string(),
  account: z.string(),
  cause: Cause,
  /** The same for all of its class that have the same words, names and numbers left out. */
  fingerprint: z.string(),
  reasons: z.array(Reason),
  at: z.string(),
  attempts: z.number(),
})
export type Letter = z.infer<typeof Letter>

export const Filter = z.strictObject({
  shop: z.string().optional(),
  account: z.string().optional(),
  /** Only what follows documents, of this kind. */
  act: z.enum(actKinds).optional(),
  /** A class, like `unknown-series` or `payment:already-paid`. */
  cause: z.string().optional(),
  /** One wording of a class, as the list of causes names it. */
  fingerprint: z.string().optional(),
})
export type Filter = z.infer<typeof Filter>

export type Selection = { ids?: string[] | undefined; filter?: Filter | undefined }

export const outcomes = [
  'replayed',
  'would-issue',
  'would-run',
  'would-dismiss',
  'would-hold',
  'would-skip',
  'would-drop',
  'would-fail',
  'not-dead',
  'dismissed',
  'still-broken',
] as const

export const Outcome = z.object({
  id: z.string(),
  outcome: z.enum(outcomes),
  en: z.string(),
  ro: z.string(),
})
export type Outcome = z.infer<typeof Outcome>
export type OutcomeName = Outcome['outcome']

/** Outcomes that need no explanation: everything else goes into the reasons. */
export const wentWell: ReadonlySet<string> = new Set([
  'replayed',
  'would-issue',
  'would-run',
  'would-dismiss',
  'dismissed',
])

/** What can be done with letters, named apart in sentences: orders, and steps after a document. */
export const isAboutAct = (letter: Letter | string): boolean =>
  typeof letter !== 'string' && letter.kind === 'act'

/** How many of the letters have which outcome. */
export function summaryOf(all: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Each reason once, with how many letters it stopped, most frequent first. */
export function reasonsOf(all: readonly Outcome[]) {
  const stopped = all.filter(({ outcome }) => !wentWell.has(outcome))
  return [...Map.groupBy(stopped, ({ outcome, en }) => `${outcome} ${en}`).values()]
    .flatMap((same) => (same[0] === undefined ? [] : [{ ...same[0], count: same.length }]))
    .map(({ outcome, en, ro, count }) => ({ outcome: outcome as string, en, ro, count }))
    .toSorted((a, b) => b.count - a.count)
}
