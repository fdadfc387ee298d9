import { z } from 'zod'

/** Why a document was refused: our class, SmartBill's literal words, and what a person does about it. */
export const Cause = z.object({
  /** Stable class, e.g. `unknown-series`; what dead letters are grouped and filtered by. */
  code: z.string(),
  /** SmartBill's own text, without HTML, or '' when the refusal is ours. */
  said: z.string(),
  ro: z.string(),
  en: z.string(),
})
export type Cause = z.infer<typeof Cause>

/** Why a document waits for a person: the field to fix, and the fix, in both languages. */
export const Reason = z.object({
  code: z.string(),
  field: z.string(),
  ro: z.string(),
  en: z.string(),
})
export type Reason = z.infer<typeof Reason>
