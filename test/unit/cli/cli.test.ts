import { describe, expect, test } from 'vitest'
import { ordersIn } from '../../../src/cli/batch.ts'
import { table } from '../../../src/cli/cli.ts'
import { findingsOfSeries, findingsOfShop, findingsOfVat } from '../../../src/cli/findings.ts'
import { Shop } from '../../../src/core/settings.ts'
import { payerVat } from '../../support/builders.ts'

describe('orders in a file', () => {
  test.each([
    ['one order', '{\n "id": "1"\n}', [{ at: 'the order', body: '{\n "id": "1"\n}' }]],
    [
      'a list',
      '[{"id":"1"},{"id":"2"}]',
      [
        { at: 'order 1', body: '{"id":"1"}' },
        { at: 'order 2', body: '{"id":"2"}' },
      ],
    ],
    [
      'one per line, with a byte order mark, an empty line and a broken one',
      '\uFEFF{"id":"1"}\r\n\r\n{"id":',
      [
        { at: 'line 1', body: '{"id":"1"}' },
        { at: 'line 3', body: '{"id":' },
      ],
    ],
    ['nothing', ' \n', []],
  ])('%s', (_what, source, expected) => {
    expect(ordersIn(source)).toEqual(expected)
  })
})

const shop = (settings: object) =>
  Shop.parse({ id: 'web', account: 'acme', platform: 'generic', secret: 's', settings })
const series = { invoice: [{ name: 'FCT', nextNumber: 42 }], estimate: [] }

describe('what the doctor finds', () => {
  test('a series that exists, with its next number', () => {
    const found = findingsOfSeries('acme', [shop({ document: 'invoice', series: 'FCT' })], series)
    expect(found).toMatchObject([{ level: 'ok', says: expect.stringContaining('number 42') }])
  })
  test('a series that exists only for the other kind of document', () => {
    const found = findingsOfSeries('acme', [shop({ document: 'estimate', series: 'FCT' })], series)
    expect(found).toMatchObject([{ level: 'problem', fix: expect.stringContaining('none') }])
  })
  test('a rate on charges that SmartBill does not have', () => {
    const levels = (rate: string) =>
      findingsOfVat('acme', payerVat, [shop({ chargesVatRate: rate })]).map(({ level }) => level)
    expect(levels('21.0')).toEqual(['ok'])
    expect(levels('19')).toEqual(['ok', 'problem'])
  })
  test('a shop that is switched off, or does not know what to issue', () => {
    expect(findingsOfShop(shop({}))).toMatchObject([{ level: 'warning' }])
    expect(findingsOfShop(shop({ enabled: true }))).toMatchObject([{ level: 'warning' }])
    expect(findingsOfShop(shop({ enabled: true, document: 'invoice', series: 'FCT' }))).toEqual([])
  })
})

test('columns are as wide as their widest cell', () => {
  expect(
    table([
      ['A', 'B'],
      ['long', 'x'],
      ['', ''],
    ]),
  ).toEqual(['A     B', 'long  x', ''])
})
