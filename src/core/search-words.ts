import type { Order } from './order.ts'
import { fold } from './text.ts'

/** Longer words are found by their beginning. */
const LONGEST = 32
const MOST_WORDS = 40
const MOST_TERMS = 8

/** Half of all companies have one of these in their name. */
const saysNothing = new Set(['srl', 'sc', 'sa', 'pfa', 'ii', 'if'])

/**
 * A text as it is looked up: letters and digits only, without diacritics; a Romanian phone number in its national form
 * and a CIF without `RO`, however they were typed.
 */
export function wordOf(text: string): string {
  const bare = fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, '')
  const national = text.trim().startsWith('+40')
    ? bare.slice(2)
    : bare.replace(/^(00)?40(?=\d{9}$)/, '')
  const number = national === bare ? bare : `0${national.replace(/^0/, '')}`
  return Array.from(number.replace(/^ro(?=\d{2,10}$)/, ''))
    .slice(0, LONGEST)
    .join('')
}

const isUseful = (word: string): boolean => word.length > 1 && !saysNothing.has(word)

/** `Popescu-Ionescu` is found by itself and by either name. */
const namesIn = (text: string): string[] =>
  text.split(/\s+/).flatMap((piece) => {
    const parts = fold(piece)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
    return [wordOf(piece), ...parts.slice(1)]
  })

/** What an order is found by: its buyer (names, e-mail, phone, CIF) and its product codes; at most forty words. */
export function wordsOf({ customer, billing, shipping, lines }: Order): string[] {
  const names = [customer, billing, shipping].flatMap((of) =>
    of === undefined ? [] : [of.name, of.company],
  )
  const words = [
    ...[...new Set(names)].flatMap(namesIn),
    ...[customer.email, customer.phone, customer.cif].map(wordOf),
    ...lines.map(({ sku, barcode }) => wordOf(sku || barcode)),
  ]
  return [...new Set(words.filter(isUseful))].slice(0, MOST_WORDS)
}

/**
 * Ways to read what a person typed, each a list of beginnings that an order must have all of: as one word (a phone
 * number or a code with spaces in it), and word by word.
 */
export function readingsOf(asked: string): string[][] {
  const words = asked.split(/\s+/).map(wordOf).filter(Boolean)
  const useful = words.filter((word) => !saysNothing.has(word))
  const each = [...new Set(useful.length > 0 ? useful : words)].slice(0, MOST_TERMS)
  const whole = wordOf(asked)
  if (whole === '') return []
  return words.length > 1 ? [[whole], each] : [each]
}
