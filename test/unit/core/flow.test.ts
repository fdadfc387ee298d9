import { expect, test } from 'vitest'
import { addCounts, documentsIn, FLOW_LIMITS_MS, tookAtMost } from '../../../src/core/flow.ts'

const counts = (of: Record<number, number>): number[] =>
  Array.from({ length: FLOW_LIMITS_MS.length + 1 }, (_, i) => of[i] ?? 0)

test.each([
  ['nothing', {}, 0.5, undefined],
  ['one in the first class, its middle', { 0: 1 }, 0.5, 250],
  ['all of one class', { 1: 10 }, 1, 1000],
  ['half fast and half slow', { 0: 5, 4: 5 }, 0.95, 2900],
  ['the slowest class has no end', { [FLOW_LIMITS_MS.length]: 2 }, 0.5, 32_400_000],
] as const)('how long it took: %s', (_what, of, part, ms) => {
  expect(tookAtMost(counts(of), part)).toBe(ms)
})

test('counts of several shards are added', () => {
  const sum = addCounts(counts({ 0: 1, 3: 2 }), counts({ 3: 5 }))
  expect(sum).toEqual(counts({ 0: 1, 3: 7 }))
  expect(documentsIn({ at: 0, counts: sum })).toBe(8)
})
