import { describe, expect, test } from 'vitest'
import type { DocumentLine } from '../../../src/core/document.ts'
import { documentTotal, explain } from '../../../src/core/totals.ts'

const vat = { name: 'Normala', percentage: '21' }
const product = (price: string, isTaxIncluded = false, quantity = '1'): DocumentLine => ({
  type: 'product',
  name: 'Lampa',
  code: 'L',
  quantity,
  price,
  unit: 'buc',
  isTaxIncluded,
  vat,
  isService: false,
  saveToDb: false,
  warehouse: '',
})
const discount = (value: string, isTaxIncluded = false): DocumentLine => ({
  type: 'discount',
  name: 'Reducere',
  unit: 'buc',
  value,
  isTaxIncluded,
  vat,
})

describe("SmartBill's arithmetic", () => {
  test.each([
    { what: '100 without VAT at 21 %', lines: [product('100')], total: '121.00' },
    { what: 'with 10 off', lines: [product('100'), discount('-10')], total: '108.90' },
    { what: '100 with VAT', lines: [product('100', true)], total: '100.00' },
    { what: 'a half ban goes up', lines: [product('0.335', true, '3')], total: '1.01' },
    { what: 'VAT is rounded per line', lines: [product('0.02'), product('0.02')], total: '0.04' },
    {
      what: 'a discount rounds away from zero',
      lines: [product('1'), discount('-0.5')],
      total: '0.60',
    },
  ])('$what comes to $total', ({ lines, total }) => {
    expect(documentTotal(lines, 2)).toBe(total)
  })

  test('more decimals are kept at a higher precision', () => {
    expect(documentTotal([product('0.3335', true, '3')], 4)).toBe('1.0005')
  })

  test('totals are told apart by rate, and add up', () => {
    const lines = [
      product('121', true),
      discount('-12.10', true),
      { ...product('111', true), vat: { name: 'Redusa', percentage: '11' } },
    ]
    expect(explain({ lines, precision: 2 })).toEqual({
      rates: [
        { name: 'Normala', percentage: '21', net: '90.00', vat: '18.90', gross: '108.90' },
        { name: 'Redusa', percentage: '11', net: '100.00', vat: '11.00', gross: '111.00' },
      ],
      net: '190.00',
      vat: '29.90',
      gross: '219.90',
    })
  })
})
