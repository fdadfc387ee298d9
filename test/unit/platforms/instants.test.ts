import { expect, test } from 'vitest'
import { instantOf } from '../../../src/platforms/instants.ts'

test.each([
  ['2026-01-15 10:30:00', '2026-01-15T08:30:00Z', 'winter'],
  ['2026-07-01 10:30:00', '2026-07-01T07:30:00Z', 'summer'],
  ['2026-03-29 02:59:59', '2026-03-29T00:59:59Z', 'a second before spring'],
  ['2026-03-29 04:00:00', '2026-03-29T01:00:00Z', 'spring'],
  ['2026-03-29 03:30:00', '2026-03-29T01:30:00Z', 'an hour that spring skips'],
  ['2026-10-25 02:59:59', '2026-10-24T23:59:59Z', 'before autumn'],
  ['2026-10-25 03:30:00', '2026-10-25T01:30:00Z', 'an hour that autumn has twice'],
  ['2026-10-25 04:00:00', '2026-10-25T02:00:00Z', 'after autumn'],
  ['2026-12-31T23:59', '2026-12-31T21:59:00Z', 'without seconds'],
  ['2026-07-01T10:30:00+03:00', '2026-07-01T07:30:00Z', 'with an offset of its own'],
  ['2026-07-01T10:30:00-0430', '2026-07-01T15:00:00Z', 'with an offset in short form'],
  ['2026-07-01T10:30:00Z', '2026-07-01T10:30:00Z', 'in UTC'],
])('%s in Bucharest is %s (%s)', (local, instant) => {
  expect(instantOf(local, 'Europe/Bucharest')).toBe(instant)
})

test('without an offset and in UTC, a clock is what it says', () => {
  expect(instantOf('2026-07-01T10:30:00', 'UTC')).toBe('2026-07-01T10:30:00Z')
})

test.each([
  '',
  'yesterday',
  '0000-00-00 00:00:00',
  '2026-02-30 10:00:00',
  '2026-01-01 25:00:00',
  '2026-13-01 10:00:00',
])('"%s" is no time', (source) => {
  expect(instantOf(source, 'Europe/Bucharest')).toBe('')
})
