import { expect, test } from 'vitest'
import { exact } from '../../../src/core/money.ts'
import { derivedRate } from '../../../src/platforms/vat-rates.ts'

test.each([
  ['100.00', '21.00', '21'],
  ['247.93', '52.07', '21'],
  ['81.08', '8.92', '11'],
  ['45.45', '4.09', '9'],
  ['45.45', '2.27', '5'],
  ['10.00', '1.90', '19'],
  ['50.00', '0.00', '0'],
  ['1000.00', '200.00', '20'],
  ['400.00', '30.00', '7.5'],
  ['0.05', '0.01', ''],
  ['6.00', '0.45', ''],
  ['0.00', '0.00', ''],
])('VAT on %s that comes to %s is at "%s" percent', (base, vat, rate) => {
  expect(derivedRate(exact(base), exact(vat))).toBe(rate)
})
