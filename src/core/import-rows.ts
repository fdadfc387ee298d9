import { readCsv, type CsvRow } from './csv.ts'
import { importedName, orderName } from './imported.ts'
import { currencies } from './order.ts'
import { sameInvoice } from './own-invoice.ts'
import { clean, fold } from './text.ts'

export const importColumns = ['order', 'series', 'number', 'date', 'total', 'currency'] as const
type Column = (typeof importColumns)[number]
/** Which heading of the file stands for what; one that is not named is found by its usual headings. */
export type ColumnMap = Partial<Record<Column, string | undefined>>

/** A row that says which document an order has from another program. What the file does not say is ''. */
export type ImportRow = { line: number } & Record<Column, string>
export type BadRow = { line: number; code: string; ro: string; en: string }

export type ImportRows =
  | { kind: 'rows'; rows: ImportRow[]; bad: BadRow[]; repeats: number; found: ColumnMap }
  | { kind: 'unreadable'; code: string; ro: string; en: string }

/** A file with more rows is split: each part is checked as a whole. */
const MOST_ROWS = 200_000

const headings: Readonly<Record<Column, readonly string[]>> = {
  order: [
    'order',
    'order id',
    'order number',
    'order no',
    'order name',
    'comanda',
    'nr comanda',
    'numar comanda',
    'id comanda',
  ],
  series: ['series', 'serie', 'seria', 'invoice series', 'serie factura'],
  number: [
    'number',
    'no',
    'numar',
    'nr',
    'invoice',
    'invoice number',
    'invoice no',
    'factura',
    'nr factura',
    'numar factura',
    'document',
  ],
  date: ['date', 'data', 'invoice date', 'issue date', 'data factura', 'data emiterii'],
  total: ['total', 'amount', 'value', 'valoare', 'suma', 'total factura', 'valoare totala'],
  currency: ['currency', 'moneda', 'valuta'],
}

/** Reads a list of documents; every bad row is named with its line, and two documents for one order are bad too. */
export function readImport(source: string, named: ColumnMap = {}): ImportRows {
  const csv = readCsv(source)
  if (csv.kind === 'broken')
    return unreadable(
      'quote-open',
      `Ghilimelele deschise la linia ${csv.line} nu se închid nicăieri. Salvați fișierul din nou ca CSV.`,
      `The quotes opened in line ${csv.line} never end. Save the file as CSV again.`,
    )
  const [head, ...rows] = csv.rows
  if (head === undefined || rows.length === 0)
    return unreadable(
      'empty',
      'Fișierul nu are niciun rând sub antet. Prima linie trebuie să fie antetul, apoi un rând pentru fiecare comandă.',
      'The file has no row under its headings. The first line must be the headings, then one row for each order.',
    )
  if (rows.length > MOST_ROWS)
    return unreadable(
      'too-many-rows',
      `Fișierul are peste ${MOST_ROWS} de rânduri. Împărțiți-l în mai multe fișiere.`,
      `The file has more than ${MOST_ROWS} rows. Split it into several files.`,
    )
  const columns = columnsOf(head, named)
  if ('missing' in columns) {
    const seen = head.cells.map((cell) => `„${clean(cell, 40)}”`).join(', ')
    const asked = columns.missing.map((column) => clean(named[column] ?? '', 40)).filter(Boolean)
    const [ro, en] =
      asked.length > 0
        ? [`coloana ${asked.join(', ')}`, `column ${asked.join(', ')}`]
        : [
            'o coloană cu numărul comenzii sau una cu numărul documentului',
            "column for the order, or none for the document's number",
          ]
    return unreadable(
      'column-missing',
      `În fișier nu există ${ro}. Antetul are: ${seen}. Redenumiți coloanele sau spuneți care sunt.`,
      `The file has no ${en}. Its headings are: ${seen.replaceAll(/[„”]/g, '"')}. Rename the columns, or say which they are.`,
    )
  }
  return { kind: 'rows', ...checked(rows, columns.at), found: columns.found }
}

const unreadable = (code: string, ro: string, en: string): ImportRows => ({
  kind: 'unreadable',
  code,
  ro,
  en,
})

type Places = Partial<Record<Column, number>>

function columnsOf(
  { cells }: CsvRow,
  named: ColumnMap,
): { at: Places; found: ColumnMap } | { missing: Column[] } {
  const plain = (heading: string) =>
    fold(heading)
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim()
  const heads = cells.map(plain)
  const at: Places = {}
  for (const column of importColumns) {
    const wanted = named[column]
    const usual = wanted === undefined || wanted === '' ? headings[column] : [plain(wanted)]
    const place = usual.map((one) => heads.indexOf(one)).find((index) => index !== -1)
    if (place !== undefined) at[column] = place
  }
  // A column that somebody named and that is not there is a mistake, not an absence.
  const missing = importColumns.filter(
    (column) =>
      at[column] === undefined && (column === 'order' || column === 'number' || named[column]),
  )
  if (missing.length > 0) return { missing }
  const found = Object.fromEntries(
    Object.entries(at).map(([column, index]) => [column, cells[index] ?? '']),
  )
  return { at, found }
}

function checked(rows: readonly CsvRow[], at: Places) {
  const good: ImportRow[] = []
  const bad: BadRow[] = []
  const first = new Map<string, ImportRow>()
  let repeats = 0
  for (const { line, cells } of rows) {
    const cell = (column: Column) => {
      const place = at[column]
      return place === undefined ? '' : (cells[place] ?? '')
    }
    const read = rowOf(line, cell)
    if ('code' in read) {
      bad.push(read)
      continue
    }
    const earlier = first.get(read.order)
    if (earlier === undefined) {
      first.set(read.order, read)
      good.push(read)
    } else if (sameInvoice(importedName(earlier), importedName(read))) repeats++
    else
      bad.push(
        badRow(
          line,
          'two-documents',
          `Comanda ${clean(read.order, 60)} are deja documentul ${importedName(earlier)} la linia ${earlier.line}; aici scrie ${importedName(read)}. Păstrați un singur rând.`,
          `Order ${clean(read.order, 60)} has the document ${importedName(earlier)} in line ${earlier.line} already; this line says ${importedName(read)}. Keep one of them.`,
        ),
      )
  }
  return { rows: good, bad, repeats }
}

const badRow = (line: number, code: string, ro: string, en: string): BadRow => ({
  line,
  code,
  ro,
  en,
})

function rowOf(line: number, cell: (column: Column) => string): ImportRow | BadRow {
  const order = orderName(cell('order'))
  const number = cell('number').trim()
  const series = cell('series').trim()
  if (order === '' || order.length > 128)
    return badRow(
      line,
      'order-missing',
      'Rândul nu spune numărul comenzii. Completați-l sau ștergeți rândul.',
      'The row does not name an order. Fill it in, or delete the row.',
    )
  if (!/^(?=.*\d)[\p{L}\d][\p{L}\d ./_-]{0,49}$/u.test(number) || series.length > 50)
    return badRow(
      line,
      'number-unclear',
      `„${clean(number, 60)}” nu este un număr de document. Completați-l sau ștergeți rândul.`,
      `"${clean(number, 60)}" is no document number. Fill it in, or delete the row.`,
    )
  const date = dateOf(cell('date'))
  if (date === undefined)
    return badRow(
      line,
      'date-unclear',
      `Data „${clean(cell('date'), 40)}” nu poate fi citită. Scrieți-o ca 2026-11-24 sau 24.11.2026.`,
      `The date "${clean(cell('date'), 40)}" cannot be read. Write it like 2026-11-24 or 24.11.2026.`,
    )
  const total = totalOf(cell('total'))
  if (total === undefined)
    return badRow(
      line,
      'total-unclear',
      `Totalul „${clean(cell('total'), 40)}” nu poate fi citit fără îndoială. Scrieți-l ca 1234.50.`,
      `The total "${clean(cell('total'), 40)}" cannot be read without doubt. Write it like 1234.50.`,
    )
  const currency = cell('currency')
    .trim()
    .toUpperCase()
    .replace(/^(LEI|LEU)$/, 'RON')
  if (currency !== '' && !(currencies as readonly string[]).includes(currency))
    return badRow(
      line,
      'currency-unclear',
      `Moneda „${clean(currency, 20)}” nu este cunoscută. Scrieți-o ca RON sau EUR.`,
      `The currency "${clean(currency, 20)}" is not known. Write it like RON or EUR.`,
    )
  return { line, order, series, number, date, total, currency }
}

/** `2026-11-24`, with a time behind it or not, or `24.11.2026` and `24/11/2026`, as a day; '' stays. */
function dateOf(cell: string): string | undefined {
  const given = cell.trim()
  if (given === '') return ''
  const year = /^(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?$/.exec(given)
  const day = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: .*)?$/.exec(given)
  const date =
    year !== null
      ? `${year[1]}-${year[2]}-${year[3]}`
      : day !== null
        ? `${day[3]}-${day[2]?.padStart(2, '0')}-${day[1]?.padStart(2, '0')}`
        : ''
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? date : undefined
}

/** `1.234,50`, `1,234.50`, `1234.5 lei` as decimal text; undefined where it could be two amounts. */
function totalOf(cell: string): string | undefined {
  const given = cell.replaceAll(/(ron|lei|eur|€)/gi, '').replaceAll(/\s/g, '')
  if (given === '') return ''
  const sign = given.startsWith('-') ? '-' : ''
  const digits = sign === '' ? given : given.slice(1)
  const plain = /^\d{1,12}(?:[.,](\d{1,2}))?$/.exec(digits)
  if (plain !== null) return sign + digits.replace(',', '.')
  const grouped =
    /^\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?$/.test(digits) && (digits.includes(',') || count(digits) > 1)
      ? digits.replaceAll('.', '').replace(',', '.')
      : /^\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/.test(digits) &&
          (digits.includes('.') || count(digits) > 1)
        ? digits.replaceAll(',', '')
        : undefined
  return grouped === undefined ? undefined : sign + grouped
}

const count = (digits: string): number => digits.split(/[.,]/).length - 1
