import { importedName } from './imported.ts'
import { fold } from './text.ts'

/** Whether two ways of writing an invoice's series and number name the same one: `FCT 0001`, `fct-1`, `FCT0001`. */
export function sameInvoice(one: string, other: string): boolean {
  const [a, b] = [fold(one), fold(other)]
  return joined(a) !== '' && (joined(a) === joined(b) || shortest(a) === shortest(b))
}

const joined = (name: string): string => name.replaceAll(/[^\p{L}\d]/gu, '')
/** Without zeros before numbers, and with a space only between two numbers: `A24 0012` is `a24 12`. */
const shortest = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .replaceAll(/(?<!\d)0+(?=\d)/g, '')
    .replaceAll(/(?<!\d) | (?!\d)/g, '')

/**
 * The invoice that the shop says was issued elsewhere, or '' when it is one of ours: what we write on an order comes back
 * with the order's next news.
 */
export const foreignInvoice = (
  said: string,
  ours: readonly { series: string; number: string }[],
): string =>
  ours.some((one) => one.number !== '' && sameInvoice(said, importedName(one))) ? '' : said
