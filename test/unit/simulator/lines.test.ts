import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCompany } from '../../../src/simulator/defaults.ts'
import { computeLines } from '../../../src/simulator/lines.ts'
import { decimalText, sumOf } from '../../../src/simulator/money.ts'
import type { ProductBody } from '../../../src/simulator/schema.ts'

const totalOf = (products: ProductBody[], precision = 2, company = defaultCompany('RO1')) => {
  const lines = computeLines(products, {
    company,
    kind: 'invoice',
    currency: 'RON',
    precision,
    checkUnits: false,
    rateOf: () => 5,
  })
  return decimalText(sumOf(lines).gross, precision)
}

const product = (more: ProductBody = {}): ProductBody => ({
  name: 'Tricou',
  measuringUnitName: 'buc',
  quantity: 1,
  price: 100,
  taxName: 'Normala',
  taxPercentage: 21,
  ...more,
})
const discount = (more: ProductBody): ProductBody => ({
  name: 'Reducere',
  measuringUnitName: 'buc',
  isDiscount: true,
  ...more,
})

describe('discounts', () => {
  const tenOff = { discountType: 1, discountValue: -10, numberOfItems: 1 }
  it.each<[string, ProductBody[], string]>([
    ['an amount', [discount(tenOff)], '108.90'],
    [
      'a percentage',
      [discount({ discountType: 2, discountPercentage: 10, numberOfItems: 1 })],
      '108.90',
    ],
    [
      'a percentage when no type is said',
      [discount({ discountPercentage: 10, numberOfItems: 1 })],
      '108.90',
    ],
    [
      'a percentage of what an earlier discount left',
      [discount(tenOff), discount({ discountType: 2, discountPercentage: 10, numberOfItems: 2 })],
      '98.01',
    ],
    ['a gross amount', [discount({ ...tenOff, isTaxIncluded: true })], '111.00'],
    ['trap: a positive amount adds', [discount({ ...tenOff, discountValue: 10 })], '133.10'],
    [
      'trap: without numberOfItems it is dropped',
      [discount({ discountType: 1, discountValue: -10 })],
      '121.00',
    ],
    [
      'trap: type 3 takes the amount without VAT',
      [discount({ ...tenOff, discountType: 3 })],
      '111.00',
    ],
  ])('%s', (_what, discounts, total) => {
    expect(totalOf([product(), ...discounts])).toBe(total)
  })

  it('of lines with different rates needs a rate of its own', () => {
    const lines = [product(), product({ taxName: 'Redusa', taxPercentage: 11 })]
    const both = { discountType: 1, discountValue: -10, numberOfItems: 2 }
    expect(() => totalOf([...lines, discount(both)])).toThrow(
      'La aplicarea unui discount pentru produse cu cote tva diferite, trebuie sa specifici si cota tva a discountului.',
    )
    expect(totalOf([...lines, discount({ ...both, taxPercentage: 21 })])).toBe('219.90')
    expect(() => totalOf([...lines, discount({ ...both, taxPercentage: 19 })])).toThrow(
      'Cota 19 nu a fost gasita pe server!',
    )
  })

  it('its refusals', () => {
    expect(() => totalOf([product(), discount({ numberOfItems: 1 })])).toThrow(
      'Trebuie sa introduceti valoarea procentului!',
    )
    expect(() => totalOf([product(), discount({ discountType: 1, numberOfItems: 1 })])).toThrow(
      'discountValue trebuie specificat pentru fiecare produs de tip discount',
    )
    expect(() => totalOf([product({ quantity: null })])).toThrow(
      'quantity trebuie specificat pentru fiecare produs',
    )
  })
})

describe('amounts', () => {
  it.each<[string, ProductBody, number, string]>([
    ['net price', product({ quantity: 3, price: 0.335 }), 2, '1.22'],
    ['half a ban goes up', product({ price: 1.005, isTaxIncluded: true }), 2, '1.01'],
    [
      'a negative half goes away from zero',
      product({ quantity: -1, price: 1.005, isTaxIncluded: true }),
      2,
      '-1.01',
    ],
    ['gross price', product({ quantity: 2, price: 60.5, isTaxIncluded: true }), 2, '121.00'],
    ['four decimals', product({ price: 1.23456 }), 4, '1.4939'],
  ])('%s', (_what, line, precision, total) => {
    expect(totalOf([line], precision)).toBe(total)
  })

  it('a gross price stays what it was to the cent, whatever the rate', () => {
    assert(
      property(
        integer({ min: 0, max: 10_000_000 }),
        constantFrom(['Normala', 21] as const, ['Redusa', 11] as const, ['SDD', 0] as const),
        (bani, [taxName, taxPercentage]) => {
          const price = bani / 100
          expect(totalOf([product({ price, taxName, taxPercentage, isTaxIncluded: true })])).toBe(
            price.toFixed(2),
          )
        },
      ),
    )
  })

  it('at 0 % without a name it is reverse charge; a company without VAT has none', () => {
    const context = {
      kind: 'invoice',
      currency: 'RON',
      precision: 2,
      checkUnits: false,
      rateOf: () => 5,
    } as const
    const zero = product({ taxName: null, taxPercentage: 0 })
    const [line] = computeLines([zero], { ...context, company: defaultCompany('RO1') })
    expect(line?.taxName).toBe('Taxare inversa')
    const company = { ...defaultCompany('RO1'), vat: 'not-payer' as const }
    expect(totalOf([product({ taxName: null, taxPercentage: null })], 2, company)).toBe('100.00')
  })

  it('a reference price is multiplied by its rate when the account allows it', () => {
    const company = { ...defaultCompany('RO1'), referenceCurrency: true }
    expect(totalOf([product({ currency: 'EUR', exchangeRate: 4.97 })], 2, company)).toBe('601.37')
    expect(totalOf([product({ currency: 'EUR' })], 2, company)).toBe('605.00')
  })
})
