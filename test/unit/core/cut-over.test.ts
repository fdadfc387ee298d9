import { describe, expect, test } from 'vitest'
import { dueAt } from '../../../src/core/due-time.ts'
import { readImport } from '../../../src/core/import-rows.ts'
import { foreignInvoice, sameInvoice } from '../../../src/core/own-invoice.ts'

const rowsIn = (csv: string, columns = {}) => {
  const read = readImport(csv, columns)
  return read.kind === 'rows'
    ? {
        rows: read.rows.map(({ order, series, number, date, total }) =>
          [order, series, number, date, total].join('|'),
        ),
        bad: read.bad.map(({ line, code }) => `${line} ${code}`),
        repeats: read.repeats,
      }
    : { unreadable: read.code, en: read.en, ro: read.ro }
}

describe('a list of documents from another program', () => {
  test.each([
    [
      'from a Romanian Excel: BOM, semicolons, comma, leading #',
      '\uFEFFComandă;Serie;Număr;Data;Total\r\n#1001;FCT;0012;24.11.2026;1.234,50\r\n',
      ['1001|FCT|0012|2026-11-24|1234.50'],
    ],
    [
      'commas, quotes and a line break inside a cell',
      'order,series,number,date,total\n"10,01",FCT,12,2026-11-24T10:00:00Z,"1,234.50"\n"a\nb",FCT,13,,\n',
      ['10,01|FCT|12|2026-11-24|1234.50', 'a b|FCT|13||'],
    ],
    [
      'tabs and one column for series and number',
      'Order ID\tInvoice\n7\tFCT0012\n',
      ['7||FCT0012||'],
    ],
    ['amounts in lei', 'order;number;total\n1;2;10 lei\n3;4;-5,5', ['1||2||10', '3||4||-5.5']],
  ])('%s', (_name, csv, rows) => {
    expect(rowsIn(csv)).toEqual({ rows, bad: [], repeats: 0 })
  })

  test('columns by any heading', () => {
    const csv = 'Ref;Doc\n1;2\n'
    expect(rowsIn(csv, { order: 'ref', number: 'DOC' })).toMatchObject({ rows: ['1||2||'] })
    expect(rowsIn(csv)).toMatchObject({ unreadable: 'column-missing' })
    const named = rowsIn('order;number\n1;2\n', { total: 'Suma' })
    expect(named).toMatchObject({ unreadable: 'column-missing' })
    expect(named.en).toContain('column Suma')
  })

  test.each([
    ['', 'empty'],
    ['order,number\n', 'empty'],
    ['order,number\n"1,2\n3,4', 'quote-open'],
    [`order,number\n${'1,2\n'.repeat(200_001)}`, 'too-many-rows'],
  ])('what cannot be read at all says why (%#)', (csv, code) => {
    const read = rowsIn(csv)
    expect(read).toMatchObject({ unreadable: code })
    expect(read.ro).toMatch(/\.$/)
  })

  test('each bad row is named with its line, repeats are counted', () => {
    const csv = [
      'order,series,number,date,total,currency',
      '1,FCT,12,2026-11-24,10.00,RON',
      '1,FCT,0012,2026-11-24,10.00,RON',
      '1,FCT,13,,,',
      ',FCT,14,,,',
      '5,FCT,,,,',
      '6,FCT,15,2026-02-30,,',
      '7,FCT,16,,"1.234",',
      '8,FCT,17,,,XXX',
      '9,FCT,n/a,,,',
      '',
      '10,FCT,18,,,lei',
    ].join('\n')
    expect(rowsIn(csv)).toEqual({
      rows: ['1|FCT|12|2026-11-24|10.00', '10|FCT|18||'],
      repeats: 1,
      bad: [
        '4 two-documents',
        '5 order-missing',
        '6 number-unclear',
        '7 date-unclear',
        '8 total-unclear',
        '9 currency-unclear',
        '10 number-unclear',
      ],
    })
  })

  test('one document, however series and number are written', () => {
    expect(sameInvoice('FCT 0012', 'FCT-12')).toBe(true)
    expect(sameInvoice('FCT 0012', 'fct 12')).toBe(true)
    expect(sameInvoice('FCT 0012', 'FCT 120')).toBe(false)
    expect(sameInvoice('A24 0012', 'A24/12')).toBe(true)
    expect(sameInvoice('A24 0012', 'A240012')).toBe(true)
    expect(sameInvoice('F1 002', 'F 12')).toBe(false)
    expect(sameInvoice('–', '')).toBe(false)
  })

  test.each(['FCT0001', 'FCT 1', 'fct-01'])('"%s" said by the shop is our FCT0001', (said) => {
    expect(foreignInvoice(said, [{ series: 'FCT', number: '0001' }])).toBe('')
  })

  test('another number is an invoice from elsewhere, and so is any while ours has none', () => {
    expect(foreignInvoice('FCT 10', [{ series: 'FCT', number: '0001' }])).toBe('FCT 10')
    expect(foreignInvoice('FCT', [{ series: 'FCT', number: '' }])).toBe('FCT')
  })
})

describe('when a delayed document may be issued', () => {
  const hours = (n: number) => n * 3_600_000
  const at = (instant: string) => Date.parse(instant)
  test.each([
    ['ignore', '2026-11-30T21:30:00Z', 2, '2026-11-30T23:30:00.000Z'],
    // The month ends at 22:00 UTC in winter and at 21:00 in summer.
    ['before-end', '2026-11-30T20:00:00Z', 5, '2026-11-30T21:00:00.000Z'],
    ['before-end', '2026-08-31T18:00:00Z', 5, '2026-08-31T20:00:00.000Z'],
    ['before-end', '2026-11-30T21:30:00Z', 5, '2026-11-30T21:30:00.000Z'],
    ['before-end', '2026-11-10T10:00:00Z', 5, '2026-11-10T15:00:00.000Z'],
    ['before-end', '2026-12-31T10:00:00Z', 100, '2026-12-31T21:00:00.000Z'],
    ['freeze', '2026-11-29T21:59:00Z', 0, '2026-11-29T21:59:00.000Z'],
    ['freeze', '2026-11-29T22:00:00Z', 0, '2026-11-30T22:00:00.000Z'],
    ['freeze', '2026-11-29T10:00:00Z', 20, '2026-11-30T22:00:00.000Z'],
    ['freeze', '2026-11-30T21:59:00Z', 1, '2026-11-30T22:59:00.000Z'],
    ['freeze', '2026-12-31T12:00:00Z', 0, '2026-12-31T22:00:00.000Z'],
  ] as const)('%s at %s with %s hours', (monthEnd, now, delay, expected) => {
    expect(new Date(dueAt(at(now), hours(delay), { monthEnd })).toISOString()).toBe(expected)
  })
})
