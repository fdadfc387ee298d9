import { z } from 'zod'

/** The fields of the buyer that a shop may keep in a place of its own. */
export const extractedFields = ['cif', 'regCom', 'cnp', 'company', 'name', 'bank', 'iban'] as const
export type ExtractedField = (typeof extractedFields)[number]

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'iu') instanceof RegExp
  } catch {
    return false
  }
}

/**
 * One place to look: `source` is a path in the platform's own order (`billing.company`), and in lists of names and
 * values the name (`note_attributes.CUI`, `meta_data._billing_cui`). The first rule of a field that finds something wins.
 */
export const ExtractionRule = z.strictObject({
  field: z.enum(extractedFields),
  source: z
    .string()
    .regex(/^[^.]{1,100}(\.[^.]{1,100}){0,5}$/, 'a path like "billing.company" or "meta_data.cui"'),
  /** Only what matches counts: the group `(?<value>…)`, or else the whole match. Letters' case does not matter. */
  pattern: z
    .string()
    .min(1)
    .max(200)
    .refine(compiles, 'must be a regular expression')
    // A repeated group that itself repeats can take for ever on a hostile value.
    .refine((pattern) => !/[+*}]\??\)[+*{]/.test(pattern), 'must not repeat a repeated group')
    .optional(),
})
export type ExtractionRule = z.infer<typeof ExtractionRule>
