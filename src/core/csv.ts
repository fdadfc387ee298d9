export type CsvRow = {
  /** Where it begins in the file; the first line is 1. */
  line: number
  cells: string[]
}

export type Csv =
  | { kind: 'table'; rows: CsvRow[] }
  /** A quote that never ends. */
  | { kind: 'broken'; line: number }

/** A table as spreadsheets write it: `,`, `;` or tab between cells, quotes, BOM and any line ends. */
export function readCsv(source: string): Csv {
  const text = source.replace(/^\uFEFF/, '')
  const separator = separatorOf(text)
  const rows: CsvRow[] = []
  let line = 1
  let begins = 1
  let cells: string[] = []
  let cell = ''
  let at = 0
  const end = () => {
    cells.push(cell.trim())
    if (cells.some((one) => one !== '')) rows.push({ line: begins, cells })
    cells = []
    cell = ''
  }
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '"' && cell.trim() === '') {
      const quoted = readQuoted(text, at + 1)
      if (quoted === undefined) return { kind: 'broken', line }
      cell = quoted.value
      line += quoted.value.split('\n').length - 1
      at = quoted.after
    } else if (character === separator) {
      cells.push(cell.trim())
      cell = ''
      at++
    } else if (character === '\n' || character === '\r') {
      at += text.startsWith('\r\n', at) ? 2 : 1
      end()
      begins = ++line
    } else {
      cell += character
      at++
    }
  }
  end()
  return { kind: 'table', rows }
}

function readQuoted(text: string, from: number): { value: string; after: number } | undefined {
  let value = ''
  for (let at = from; ;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return undefined
    value += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { value, after: quote + 1 }
    value += '"'
    at = quote + 2
  }
}

/** What stands most often in the first line, outside quotes. */
function separatorOf(text: string): string {
  const head = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (mark: string) => head.split(mark).length
  return [';', '\t', ','].toSorted((a, b) => count(b) - count(a))[0] ?? ','
}

/**
 * A line of a table, with its end. A cell that a spreadsheet would take for a formula is kept as text; a negative number
 * stays a number.
 */
export const csvLine = (cells: readonly string[], separator: ',' | ';' = ','): string =>
  `${cells.map((cell) => written(cell, separator)).join(separator)}\r\n`

function written(cell: string, separator: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+([.,]\d+)?$)/.test(cell) ? `'${cell}` : cell
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe
}
