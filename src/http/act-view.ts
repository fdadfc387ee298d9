import { z } from 'zod'
import {
  ActKey,
  actKinds,
  actStates,
  partsOfAct,
  type ActState as StateOfAct,
} from '../core/acts.ts'
import { Cause, Reason } from '../core/causes.ts'
import type { Act } from '../ledger/acts.ts'

export const ActState = z.enum(actStates as [StateOfAct, ...StateOfAct[]])
const facts = z.record(z.string(), z.unknown())

/** What follows a document, as the API shows it. */
export const ActView = z.object({
  key: ActKey,
  kind: z.enum(actKinds),
  state: ActState,
  at: z.string(),
  attempts: z.number(),
  /** What is to be done. */
  wish: facts,
  /** What came of it; null until it is done. */
  result: facts.nullable(),
  /** Why it waits for a person. */
  reasons: z.array(Reason),
  /** Why it is a dead letter. */
  cause: Cause.nullable(),
})
export const viewAct = ({ key, state, at, attempts, wish, result, reasons, cause }: Act) => ({
  key,
  kind: partsOfAct(key).kind,
  state,
  at: new Date(at).toISOString(),
  attempts,
  wish,
  result: result ?? null,
  reasons: reasons ?? [],
  cause: cause ?? null,
})
