import type { Csv } from './csv.ts'
import { exact, ZERO, text } from './money.ts'
import { fold } from './text.ts'
import type { CivilDate } from './time.ts'

/** Money that a courier handed over for one parcel. `amount` is decimal text. */
export type SettledRow = {
  line: number
  order: string
  amount: string
  date: CivilDate | undefined
  /** What names the parcel (AWB), so that a file that is read twice counts once; '' when the file has none. */
  reference: string
}

/** What is wrong with a line, or (line 1) with the file. */
export type RowProblem = { line: number; ro: string; en: string }

const fields = ['order', 'amount', 'date', 'reference'] as const
export type SettlementField = (typeof fields)[number]
/** Which column holds what, by its heading; what is not named is found by usual headings. */
export type SettlementColumns = Partial<Record<SettlementField, string>>

const usual: Record<SettlementField, string[]> = {
  order: [
    'order',
    'order number',
    'comanda',
    'nr comanda',
    'numar comanda',
    'referinta client',
    'referinta',
  ],
  amount: ['amount', 'ramburs', 'valoare ramburs', 'suma', 'suma ramburs', 'valoare', 'cod'],
  date: [
    'date',
    'data',
    'data decontare',
    'data decont',
    'data plata',
    'data platii',
    'data incasare',
  ],
  reference: ['reference', 'awb', 'nr awb', 'numar awb', 'colet'],
}

/**
 * A courier's settlement as rows. Amounts may be written `1.136,00` or `1136.00`, days `24.11.2026`, `24/11/2026` or
 * `2026-11-24`. What cannot be read is listed by its line and never guessed.
 */
export function settlementOf(
  csv: Csv,
  columns: SettlementColumns,
): { rows: SettledRow[]; problems: RowProblem[] } {
  if (csv.kind === 'broken') return { rows: [], problems: [brokenQuote(csv.line)] }
  const [head, ...body] = csv.rows
  if (head === undefined) return { rows: [], problems: [empty] }
  const headings = head.cells.map(plain)
  const at = Object.fromEntries(
    fields.map((field) => {
      const named = columns[field]
      const wanted = named === undefined ? usual[field] : [plain(named)]
      return [field, headings.findIndex((heading) => wanted.includes(heading))]
    }),
  ) as Record<SettlementField, number>
  const missing = fields.filter(
    (field) =>
      at[field] < 0 && (field === 'order' || field === 'amount' || columns[field] !== undefined),
  )
  if (missing.length > 0)
    return {
      rows: [],
      problems: missing.map((field) => noColumn(field, columns[field], head.cells)),
    }
  const rows: SettledRow[] = []
  const problems: RowProblem[] = []
  const seen = new Map<string, number>()
  for (const { line, cells } of body) {
    const cell = (field: SettlementField) => (cells[at[field]] ?? '').trim()
    const amount = amountOf(cell('amount'))
    const date = dateOf(cell('date'))
    const order = cell('order').replace(/^#\s*(?=.)/, '')
    const problem =
      order === ''
        ? noOrder(line)
        : amount === undefined || exact(amount).lte(ZERO)
          ? badAmount(line, cell('amount'))
          : date === null
            ? badDate(line, cell('date'))
            : undefined
    if (problem !== undefined || amount === undefined || date === null) {
      if (problem !== undefined) problems.push(problem)
      continue
    }
    const reference = cell('reference')
    const name = reference === '' ? `${order} ${amount} ${date ?? ''}` : `awb ${reference}`
    const first = seen.get(name)
    if (first !== undefined) problems.push(repeated(line, first))
    else {
      seen.set(name, line)
      rows.push({ line, order, amount, date, reference })
    }
  }
  return { rows, problems }
}

const plain = (heading: string): string =>
  fold(heading)
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()

/** Decimal text, from an amount in Romanian or English writing; undefined when it can be read in two ways or in none. */
export function amountOf(written: string): string | undefined {
  const bare = written.replaceAll(/\s|\u00A0/g, '').replace(/(ron|lei)$/i, '')
  const match = /^(-?)(\d{1,3}(?:([.,])\d{3})+|\d+)(?:([.,])(\d{1,2}))?$/.exec(bare)
  if (match === null) return undefined
  const [, sign = '', whole = '', thousands, point, decimals = ''] = match
  if (thousands !== undefined && thousands === point) return undefined
  // `1.136` may be one and a bit or over a thousand.
  if (thousands !== undefined && point === undefined && whole.split(thousands).length === 2)
    return undefined
  return text(exact(`${sign}${whole.replaceAll(/[.,]/g, '')}.${decimals || '0'}`))
}

/** Undefined when none is written; null when what is written is no day. */
function dateOf(written: string): CivilDate | undefined | null {
  if (written === '') return undefined
  const day = written.split(/[ T]/)[0] ?? ''
  const local = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(day)
  const iso =
    local === null
      ? day
      : `${local[3]}-${(local[2] ?? '').padStart(2, '0')}-${(local[1] ?? '').padStart(2, '0')}`
  const real =
    /^\d{4}-\d{2}-\d{2}$/.test(iso) && new Date(`${iso}T00:00:00Z`).toJSON()?.slice(0, 10) === iso
  return real ? iso : null
}

const empty: RowProblem = {
  line: 1,
  ro: 'Fișierul este gol. Prima linie trebuie să aibă numele coloanelor.',
  en: 'The file is empty. Its first line must have the names of the columns.',
}
const brokenQuote = (line: number): RowProblem => ({
  line,
  ro: `Ghilimelele deschise la linia ${line} nu se închid; fișierul nu poate fi citit de acolo.`,
  en: `The quotes opened on line ${line} never close; the file cannot be read from there.`,
})
const noColumn = (
  field: SettlementField,
  named: string | undefined,
  headings: readonly string[],
): RowProblem => ({
  line: 1,
  ro: `Nu există coloana ${named === undefined ? `pentru „${field}”` : `„${named}”`}. Fișierul are: ${headings.join(', ')}. Spuneți care este, de exemplu ${field}=${headings[0] ?? 'Nume'}.`,
  en: `There is no column ${named === undefined ? `for "${field}"` : `"${named}"`}. The file has: ${headings.join(', ')}. Say which it is, like ${field}=${headings[0] ?? 'Name'}.`,
})
const noOrder = (line: number): RowProblem => ({
  line,
  ro: 'Linia nu are numărul comenzii.',
  en: 'The line has no order number.',
})
const badAmount = (line: number, written: string): RowProblem => ({
  line,
  ro: `Suma „${written}” nu poate fi citită fără dubiu; scrieți-o ca 1136.00 sau 1.136,00.`,
  en: `The amount "${written}" cannot be read without doubt; write it as 1136.00 or 1.136,00.`,
})
const badDate = (line: number, written: string): RowProblem => ({
  line,
  ro: `Data „${written}” nu este o zi; scrieți-o ca 2026-11-24 sau 24.11.2026.`,
  en: `The date "${written}" is no day; write it as 2026-11-24 or 24.11.2026.`,
})
const repeated = (line: number, first: number): RowProblem => ({
  line,
  ro: `Linia repetă linia ${first} și nu se ia de două ori.`,
  en: `The line repeats line ${first} and is not taken twice.`,
})
