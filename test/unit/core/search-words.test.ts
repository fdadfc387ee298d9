import { expect, test } from 'vitest'
import { readingsOf, wordOf, wordsOf } from '../../../src/core/search-words.ts'
import { anOrder } from '../../support/builders.ts'

test.each([
  ['Ștefăniță', 'stefanita'],
  ['ION@Example.RO', 'ionexamplero'],
  ['TS-1/a', 'ts1a'],
  ['0721 000 000', '0721000000'],
  ['+40 721 000 000', '0721000000'],
  ['0040721000000', '0721000000'],
  ['+40721', '0721'],
  ['RO14399840', '14399840'],
  ['ro 14399840', '14399840'],
  ['--', ''],
  ['x'.repeat(40), 'x'.repeat(32)],
])('%s is looked up as %s', (typed, word) => {
  expect(wordOf(typed)).toBe(word)
})

test('an order is found by its buyer and its product codes, by nothing else', () => {
  const order = anOrder({
    customer: {
      name: 'Ana Popescu-Ionescu',
      company: 'Brutăria Mică S.R.L.',
      email: 'ana@mail.ro',
      phone: '+40 721 000 001',
      cif: 'RO 14399840',
      cnp: '2900101000000',
    },
    lines: [
      { name: 'Cană', sku: 'CN 12', quantity: '1', unitPrice: '1.00' },
      { name: 'Farfurie', sku: '', barcode: '594000', quantity: '1', unitPrice: '1.00' },
    ],
  })
  expect(wordsOf(order)).toEqual([
    'ana',
    'popescuionescu',
    'ionescu',
    'brutaria',
    'mica',
    'anamailro',
    '0721000001',
    '14399840',
    'cn12',
    '594000',
  ])
})

test('an order with a thousand codes takes forty words', () => {
  const lines = Array.from({ length: 100 }, (_, i) => ({
    name: 'x',
    sku: `sku-${i}`,
    quantity: '1',
    unitPrice: '1.00',
  }))
  expect(wordsOf(anOrder({ lines }))).toHaveLength(40)
})

test.each([
  ['popescu', [['popescu']]],
  ['Popescu  ion', [['popescuion'], ['popescu', 'ion']]],
  ['Brutăria SRL', [['brutariasrl'], ['brutaria']]],
  ['0721 000', [['0721000'], ['0721', '000']]],
  ['SRL', [['srl']]],
  ['', []],
  ['%%', []],
])('%s is read as %j', (asked, readings) => {
  expect(readingsOf(asked)).toEqual(readings)
})
