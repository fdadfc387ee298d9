/** What became of each pair of a row and a column: '' when all went well, else what went wrong. */
export type Matrix = {
  rows: readonly string[]
  columns: readonly string[]
  result: (row: string, column: string) => string | undefined
}

/** The matrix as text: ✓ or ✗ in each cell, · where nothing was tried, and below it what went wrong. */
export function asText({ rows, columns, result }: Matrix): string {
  const width = Math.max(...rows.map((row) => row.length))
  const mark = (text: string | undefined): string =>
    text === undefined ? '·' : text === '' ? '✓' : '✗'
  const cells = rows.flatMap((row) =>
    columns.map((column) => ({ row, column, text: result(row, column) })),
  )
  const tried = cells.filter(({ text }) => text !== undefined)
  const bad = tried.filter(({ text }) => text !== '')
  return [
    ...columns.map((column, i) => `${' '.repeat(width)}  ${'│ '.repeat(i)}┌ ${column}`),
    ...rows.map(
      (row) =>
        `${row.padEnd(width)}  ${columns.map((column) => mark(result(row, column))).join(' ')}`,
    ),
    `${tried.length - bad.length} of ${tried.length} cells hold`,
    ...bad.map(({ row, column, text }) => `✗ ${row} × ${column}: ${text ?? ''}`),
  ].join('\n')
}
