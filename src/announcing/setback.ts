import type { Cause } from '../core/causes.ts'

/** Somebody was not told this time. `passing`: it is tried again by itself, not before `waitMs` if they said so. */
export class Setback extends Error {
  override readonly name = 'Setback'
  readonly reason: Cause
  readonly passing: boolean
  readonly waitMs: number
  constructor(reason: Cause, passing: boolean, waitMs = 0, options?: ErrorOptions) {
    super(reason.en, options)
    this.reason = reason
    this.passing = passing
    this.waitMs = waitMs
  }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How long to wait after each failure: two days in all. */
const WAITS_MS = [
  5000,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  16 * HOUR,
]
const LONGEST_WAIT_MS = 16 * HOUR

/** How long to wait after so many failures (the last one included), in ms; undefined when it is enough. */
export function waitAfter(tries: number, asked: number, random: number): number | undefined {
  const usual = WAITS_MS[tries - 1]
  if (usual === undefined) return undefined
  return Math.ceil(Math.max(Math.min(asked, LONGEST_WAIT_MS), usual * (0.9 + random * 0.2)))
}
