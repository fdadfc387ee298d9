import { expect, test } from 'vitest'
import { fingerprintOf, wordsOf } from '../../../src/core/causes.ts'

test('refusals that differ in names and numbers only are one cause', () => {
  const said = (text: string) => fingerprintOf({ code: 'unknown-unit', said: text })
  expect(said('Produsul "Tricou" (TS-1) nu are factor de conversie.')).toBe(
    said('Produsul "Cana" (K-22) nu are  factor de conversie.'),
  )
  expect(said('Seria FCT2024 nu a fost gasita.')).toBe(said('Seria FCT2025 nu a fost gasita.'))
  expect(said('Seria A nu a fost gasita.')).not.toBe(said('Cota A nu a fost gasita.'))
  expect(fingerprintOf({ code: 'a', said: 'x' })).not.toBe(fingerprintOf({ code: 'b', said: 'x' }))
  expect(said('')).toBe('unknown-unit')
  expect(said('HTTP 404: no order 17')).toBe(said('HTTP 404: no order 18'))
  expect(said('HTTP 404')).not.toBe(said('HTTP 410'))
  expect(wordsOf('Pretul 12,50 pentru „Ceai” lipseste')).toBe('Pretul … pentru … lipseste')
})
