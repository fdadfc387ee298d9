/** Markup that is safe to send: everything put into it was escaped. */
export class Html {
  readonly #markup: string
  private constructor(markup: string) {
    this.#markup = markup
  }
  static build(strings: readonly string[], values: readonly Piece[]): Html {
    return new Html(strings.map((text, i) => text + print(values[i])).join(''))
  }
  toString(): string {
    return this.#markup
  }
}

export type Piece = Html | string | number | false | null | undefined | readonly Piece[]

/** The one way to make markup. Values are escaped for text and for quoted attributes; lists are joined. */
export const html = (strings: TemplateStringsArray, ...values: Piece[]): Html =>
  Html.build(strings, values)

export const nothing = html``

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

const escape = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
    // A control character shows as nothing, and one that turns the writing direction can make a text lie.
    .replaceAll(/[^\P{Cc}\t\n\r]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')

function print(piece: Piece): string {
  if (piece instanceof Html) return piece.toString()
  if (Array.isArray(piece)) return (piece as readonly Piece[]).map(print).join('')
  if (piece === undefined || piece === null || piece === false) return ''
  return escape(String(piece))
}

/** An address that came from outside, if a browser may be sent there. */
export function outsideLink(address: string): string | undefined {
  const url = URL.parse(address)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined
}

/** A path of our own to go to, whatever was asked for. */
export const ownPath = (path: string): string =>
  /^\/(?![/\\])[!-[\]-~]*$/.test(path) && path.length < 2000 ? path : '/'
