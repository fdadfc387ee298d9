import { markersIn } from './ids.ts'

/**
 * Text as a document can carry it: no control characters, no `<` and `>`, single spaces, at most `max` characters.
 * Nothing is decoded. A marker typed by a buyer is broken up: only our own may stand on a document.
 */
export function clean(text: string, max = 250): string {
  const tidy = tidyAlready.test(text)
    ? text
    : text
        .toWellFormed()
        .replaceAll(/\p{Cf}+/gu, '')
        .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}<>]+/gu, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
  const safe = markersIn(tidy).length === 0 ? tidy : tidy.replaceAll(/R\s*L\s*Y/g, 'R-L-Y')
  return safe.length <= max ? safe : Array.from(safe).slice(0, max).join('').trim()
}
/** Most texts: ASCII words, one space between them. */
const tidyAlready = /^[!-;=?-~]+(?: [!-;=?-~]+)*$/

/** Lower case without diacritics: for comparing what people type. */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()

/** What people type where a form asks for a company and they have none. */
const nothing =
  /^(n\.?\/?a\.?|none|null|no|nu|nu (am|exista|e cazul|este cazul|am (firma|cui|cif))|fara( (firma|cui|cif))?|(persoana|pers\.?) fizica|p\.?f\.?|neaplicabil)$/

/** Whether a text says something; a lone dash, a zero, "n/a" or "persoana fizica" does not. */
export const says = (text: string): boolean =>
  !/^[\s\-_.,/0]*$/.test(text) && !nothing.test(fold(text).trim())

/** The text cleaned, or '' when it says nothing. */
export const said = (text: string, max?: number): string => {
  const cleaned = clean(text, max)
  return says(cleaned) ? cleaned : ''
}

/** The first text that says something, cleaned. */
export const firstSaid = (...texts: string[]): string =>
  texts.map((text) => said(text)).find((text) => text !== '') ?? ''

/** What a shop calls a thing, without HTML tags; '-' when nothing is left. */
export const lineName = (name: string): string =>
  clean(name.replaceAll(/<\/?[a-z][^<>]{0,200}>/gi, ' ')) || '-'
