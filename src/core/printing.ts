/**
 * How the numbers of a series are printed: with `width` digits, as one with leading zeros shows (`padded`), or with at
 * most so many, which is all that one without them shows.
 */
export type Printing = { width: number; padded: boolean }

/** What is known of the printing after one more number was seen. */
export function printingAfter(known: Printing | undefined, printed: string): Printing {
  if (printed.startsWith('0')) return { width: printed.length, padded: true }
  if (known?.padded) return known
  return { width: Math.min(known?.width ?? Infinity, printed.length), padded: false }
}
