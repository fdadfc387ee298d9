import { expect, test } from 'vitest'
import { bulkSentence } from '../../src/dead-letters/sentences.ts'

test('a sentence tells orders and steps after documents apart, in both languages', () => {
  const told = (total: number, steps: number) =>
    bulkSentence(total, steps, { 'would-run': total }, [])
  expect(told(412, 0).en).toBe('412 orders, 412 would be tried again.')
  expect(told(1, 1)).toEqual({
    en: '1 step, 1 would be tried again.',
    ro: '1 operațiune, 1 s-ar încerca din nou.',
  })
  expect(told(26, 23)).toEqual({
    en: '3 orders and 23 steps, 26 would be tried again.',
    ro: '3 comenzi și 23 de operațiuni, 26 s-ar încerca din nou.',
  })
  expect(bulkSentence(2, 2, { 'would-drop': 2 }, []).ro).toBe(
    '2 operațiuni, 2 nu ar mai fi necesare.',
  )
})
