import { createHash } from 'node:crypto'
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

/** The words of a refusal without what differs from order to order: quoted names, numbers, codes; an HTTP status stays. */
export const wordsOf = (said: string): string =>
  said
    .replaceAll(/"[^"]*"|„[^”"]*[”"]|“[^”]*”|'[^']*'|\([^)]*\)/g, '…')
    .replaceAll(/(?<!\S)(?<!HTTP )\S*\d\S*/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** The same for every refusal that has the same class and, but for names and numbers, the same words. */
export function fingerprintOf({ code, said }: Pick<Cause, 'code' | 'said'>): string {
  const words = wordsOf(said).toLowerCase()
  if (words === '') return code
  return `${code}~${createHash('sha256').update(words).digest('base64url').slice(0, 8)}`
}

/** Why a document waits for a person: the field to fix, and the fix, in both languages. */
export const Reason = z.object({
  code: z.string(),
  field: z.string(),
  ro: z.string(),
  en: z.string(),
})
export type Reason = z.infer<typeof Reason>
