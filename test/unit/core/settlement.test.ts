import { describe, expect, test } from 'vitest'
import { csvLine, readCsv } from '../../../src/core/csv.ts'
import { amountOf, settlementOf } from '../../../src/core/settlement.ts'

const read = (source: string, columns = {}) => settlementOf(readCsv(source), columns)

describe('a settlement', () => {
  test('with a BOM, semicolons and Romanian headings is read without being told how', () => {
    const source =
      '\uFEFFNr. comandă;AWB;Valoare ramburs;Data decontare\r\n#1001;AWB1;1.136,00;24.11.2026\r\n'
    expect(read(source)).toEqual({
      rows: [{ line: 2, order: '1001', amount: '1136.00', date: '2026-11-24', reference: 'AWB1' }],
      problems: [],
    })
  })

  test('with other columns is read as told', () => {
    const { rows } = read('Ref;Bani\n7;12,5', { order: 'Ref', amount: 'bani' })
    expect(rows).toMatchObject([{ order: '7', amount: '12.50', date: undefined, reference: '' }])
  })

  test('without a column that is needed names what the file has and how to say it', () => {
    const { rows, problems } = read('A;B\n1;2')
    expect(rows).toEqual([])
    expect(problems.map(({ en }) => en)).toEqual([
      expect.stringMatching(/column for "order".*A, B.*order=A/),
      expect.stringMatching(/column for "amount"/),
    ])
  })

  test('lists each line it cannot take, and takes the others', () => {
    const { rows, problems } = read(
      'comanda,suma,data\n1,10.00,2026-11-24\n,10.00,\n3,zece,\n4,-5,\n5,10.00,31.02.2026\n1,10.00,2026-11-24\n6,11.00,',
    )
    expect(rows.map(({ order }) => order)).toEqual(['1', '6'])
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7])
  })

  test.each([
    ['', 1],
    ['comanda,suma\n"1,2', 2],
  ])('%j is told at its line', (source, line) => {
    expect(read(source)).toMatchObject({ rows: [], problems: [{ line }] })
  })
})

test.each([
  ['136', '136.00'],
  ['136,5', '136.50'],
  ['136.00 lei', '136.00'],
  ['1.136,00', '1136.00'],
  ['1,136.00', '1136.00'],
  ['1 136,00', '1136.00'],
  ['1.136.000', '1136000.00'],
  ['1.136', undefined],
  ['1,136', undefined],
  ['1.136.00', undefined],
  ['12,345.678', undefined],
  ['NaN', undefined],
  ['', undefined],
])('the amount %j is %s', (written, expected) => {
  expect(amountOf(written)).toBe(expected)
})

test.each([
  ['=1+1', "'=1+1"],
  ['+40722', "'+40722"],
  ['-1+1', "'-1+1"],
  ['-', "'-"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['-12.50', '-12.50'],
  ['-12,50', '"-12,50"'],
  ['say "a", b', '"say ""a"", b"'],
  ['a;b', 'a;b'],
  ['two\nlines', '"two\nlines"'],
])('a table for spreadsheets: %j is written as %s', (cell, written) => {
  expect(csvLine([cell, ''])).toBe(`${written},\r\n`)
})

test('with semicolons a comma needs no quotes and a semicolon does', () => {
  expect(csvLine(['-12,50', 'a;b'], ';')).toBe('-12,50;"a;b"\r\n')
})
