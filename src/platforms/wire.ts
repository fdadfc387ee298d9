import { z } from 'zod'
import { exact, round, text, type Exact } from '../core/money.ts'

// Shops send what their plugins make of it: numbers as text, text as numbers, null, [] where an object belongs.
// These schemas read all of that the same way, and refuse only what would change an amount.

export type Row = Record<string, unknown>

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One line of readable text, at most as long as an order may hold. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return String(value)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 1000)
    .toWellFormed()
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  bdquo: '„',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  times: '×',
  deg: '°',
  reg: '®',
  trade: '™',
  copy: '©',
  euro: '€',
  acirc: 'â',
  Acirc: 'Â',
  icirc: 'î',
  Icirc: 'Î',
  abreve: 'ă',
  Abreve: 'Ă',
}

/** `Pâine &amp; vin` → `Pâine & vin`; what is not an entity stays. */
const decodeEntities = (source: string): string =>
  source.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, decimal, hex, name) => {
      if (typeof name === 'string')
        return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16)
      const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      return valid ? String.fromCodePoint(code) : whole
    },
  )

export const nameOf = (value: unknown): string =>
  textOf(typeof value === 'string' ? decodeEntities(value) : value)

/** Anything as text; `''` when absent or not text. */
export const Text = z.unknown().optional().transform(textOf)
/** The same, for what people wrote and a shop may have escaped as HTML. */
export const Name = z.unknown().optional().transform(nameOf)

/** `true`, `1`, `"yes"` … */
export const Flag = z
  .unknown()
  .optional()
  .transform((value) => value === true || /^(true|1|yes)$/i.test(textOf(value)))

export const UNREADABLE_AMOUNT = 'not an amount'

/** A plain decimal as the shop wrote it; absent when it wrote none. */
export const Money = z
  .unknown()
  .optional()
  .transform((value, context): Exact | undefined => {
    if (value === undefined || value === null || value === '' || value === false) return undefined
    if (typeof value === 'string' || typeof value === 'number') {
      const plain = String(value).trim()
      if (/^[+-]?\d{1,18}(\.\d{1,30})?$/.test(plain)) return exact(plain.replace('+', ''))
    }
    context.addIssue({ code: 'custom', message: UNREADABLE_AMOUNT })
    return z.NEVER
  })

/** A list. PHP writes a list with a hole in it as an object; that is read as a list too. */
export const rows = <T extends z.ZodType>(row: T) =>
  z
    .unknown()
    .optional()
    .transform((value) => (isRow(value) ? Object.values(value) : (value ?? [])))
    .pipe(z.array(row))

/** An object; null, [] and text count as an empty one. */
export const object = <T extends z.ZodType>(schema: T) =>
  z
    .unknown()
    .optional()
    .transform((value): unknown => (isRow(value) ? value : {}))
    .pipe(schema)

/** A number of pieces: `2`, `0.75`. */
export const quantityText = (value: Exact): string => round(value, 6).toFixed()

/** As orders carry it: at most six decimals. */
export const amountText = (value: Exact): string => text(round(value, 6))

/** An object, or null for anything else. */
export const maybe = <T extends z.ZodType>(schema: T) =>
  z
    .unknown()
    .optional()
    .transform((value): unknown => (isRow(value) ? value : null))
    .pipe(schema.nullable())
