/** A document by its name. */
type Numbered = { series: string; number: string }

/** Text as a pattern that matches it and nothing else. */
export const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A storno says so, and names the invoice that it takes back. */
export function isStornoOf(text: string, { series, number }: Numbered): boolean {
  const name = `${escaped(series)}\\s*(?:nr\\.?|numar(?:ul)?|[-/.])?\\s*${escaped(number)}(?!\\d)`
  return /storn/i.test(text) && new RegExp(name, 'i').test(text)
}

/** The same where the reader of the PDF ran words together: then the total must agree, too. */
export const isLikelyStornoOf = (text: string, { series, number }: Numbered): boolean => {
  const packed = text.replaceAll(/\s+/g, '').toLowerCase()
  return packed.includes('storn') && packed.includes(`${series}${number}`.toLowerCase())
}
