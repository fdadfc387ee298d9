import { describe, expect, test } from 'vitest'
import { fieldsToFix, newFields, orderFields, withFields } from '../../../src/core/order-fields.ts'
import { fieldNames } from '../../../src/http/dashboard/desk-texts.ts'
import { textsIn } from '../../../src/http/dashboard/texts.ts'
import { anOrder } from '../../support/builders.ts'

const order = anOrder({
  shipping: { city: 'Cluj-Napoca' },
  fees: [{ name: 'Ambalaj', price: '5.00' }],
  discounts: [{ amount: '1.00' }],
  refunds: [{ id: 'r1', amount: '1.00' }],
})
const fields = orderFields(order)

test('every field of an order has a name and every choice a word, in both languages', () => {
  const unnamed = fields
    .map(({ path }) => path.split('.').at(-1) ?? '')
    .filter((leaf) => !fieldNames[leaf])
  expect(unnamed).toEqual([])
  for (const lang of ['ro', 'en'] as const) {
    const words: Record<string, string> = textsIn(lang).optionNames
    const options = fields
      .filter(({ path }) => !path.endsWith('currency'))
      .flatMap((field) => field.options)
    expect(options.filter((option) => words[option] === undefined)).toEqual([])
    const groups: Record<string, string> = textsIn(lang).fieldGroups
    expect(
      fields
        .map(({ path }) => path.split('.'))
        .filter(([first = '', second]) => second !== undefined && groups[first] === undefined),
    ).toEqual([])
  }
  expect(fields.map(({ path }) => path)).not.toContain('id')
})

describe('typed values', () => {
  test('what is not touched stays exactly as it was', () => {
    const typed = Object.fromEntries(fields.map(({ path, value }) => [path, value]))
    expect(withFields(order, typed)).toEqual(order)
  })

  test.each([
    [{ 'customer.name': 'Ana' }, { customer: { ...order.customer, name: 'Ana' } }],
    [{ 'lines.0.sku': '' }, { lines: [{ ...order.lines[0], sku: '' }] }],
    [{ test: 'true' }, { test: true }],
    [{ invoiceRequested: 'false' }, { invoiceRequested: false }],
    [{ exchangeRate: '5.1' }, { exchangeRate: '5.1' }],
    [{ 'lines.7.sku': 'X' }, {}],
    [
      { 'fees.0': 'remove', 'discounts.0': 'remove' },
      { fees: [], discounts: [] },
    ],
    [{ 'payments.0': 'remove', 'lines.0': 'yes' }, {}],
    [
      {
        'fees.1.name': 'Ramburs',
        'fees.1.price': '15.00',
        'fees.1.vatRate': '',
        'lines.1.type': 'product',
      },
      { fees: [...order.fees, { name: 'Ramburs', price: '15.00' }] },
    ],
    [{ 'fees.0': 'remove', 'fees.1.name': 'Ramburs' }, { fees: [{ name: 'Ramburs' }] }],
  ])('%j', (typed, changed) => {
    expect(withFields(order, typed)).toEqual({ ...order, ...changed })
  })

  test('nothing typed into what could be added adds nothing', () => {
    const typed = Object.fromEntries(newFields(order).map(({ path, value }) => [path, value]))
    expect(typed).toMatchObject({
      'lines.1.name': '',
      'lines.1.type': 'product',
      'fees.1.price': '',
    })
    expect(withFields(order, typed)).toEqual(order)
  })

  test('an emptied field that may be absent is absent', () => {
    const dated = anOrder({ deliveredAt: '2026-11-24T08:00:00Z' })
    expect(withFields(dated, { deliveredAt: '' })).not.toHaveProperty('deliveredAt')
  })
})

test('the fields to fix are those that the reasons or the cause name', () => {
  const reason = (field: string) => ({ code: 'x', field, en: '', ro: '' })
  const of = (given: Parameters<typeof fieldsToFix>[1]) =>
    fieldsToFix(fields, given).map(({ field }) => field.path)
  expect(
    of({ reasons: [reason('billing.county'), reason('settings.series'), reason('')] }),
  ).toEqual(['billing.county'])
  expect(of({ reasons: [reason('discounts.0')] })).toEqual([
    'discounts.0.code',
    'discounts.0.name',
    'discounts.0.amount',
  ])
  expect(of({ reasons: [], cause: 'missing-product-code' })).toEqual([
    'lines.0.sku',
    'lines.0.barcode',
  ])
  expect(of({ reasons: [], cause: 'unknown-series' })).toEqual([])
})
