import { expect, test } from 'vitest'
import { retryAfterMs } from '../../../src/core/retry-after.ts'

const date = 'Tue, 24 Nov 2026 10:00:00 GMT'
const HOUR = 3_600_000

test.each([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  [' 2 ', 2000],
  ['0.05', 50],
  ['3601', HOUR],
  ['9'.repeat(400), HOUR],
  ['Infinity', undefined],
  ['1e400', undefined],
  ['0x10', undefined],
  ['-5', undefined],
  ['soon', undefined],
  ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 09:59:59 GMT', undefined],
  ['Fri, 24 Nov 2126 10:00:00 GMT', HOUR],
])('Retry-After: %s', (said, wanted) => {
  expect(retryAfterMs({ date, 'retry-after': said })).toBe(wanted)
})

test('a moment says nothing without the clock it goes by', () => {
  expect(retryAfterMs({ 'retry-after': date })).toBeUndefined()
})
