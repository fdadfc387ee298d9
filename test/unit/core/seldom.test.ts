import { expect, test } from 'vitest'
import { troubleOf } from '../../../src/core/redis-trouble.ts'
import { seldom, seldomCounted } from '../../../src/core/seldom.ts'

test('a trouble is said when it begins and once in a while as long as it lasts', () => {
  let now = 0
  const isNews = seldom(1000, () => now)
  expect([isNews('full'), isNews('full'), isNews('away'), isNews('full')]).toEqual([
    true,
    false,
    true,
    false,
  ])
  now = 1000
  expect([isNews('full'), isNews('full')]).toEqual([true, false])
})

test('what Redis said is the same whichever script met it', () => {
  const full = "OOM command not allowed when used memory > 'maxmemory'."
  const met = new Error(`${full} script: ${'0f'.repeat(20)}, on @user_script:71.`)
  expect(troubleOf(met)).toBe(full)
  expect(troubleOf(new Error('READONLY no writes'))).toBe('READONLY no writes')
})

test('what was not said is counted until the next line', () => {
  let now = 0
  const times = seldomCounted(1000, () => now)
  expect([times('a'), times('a'), times('b'), times('a')]).toEqual([1, undefined, 1, undefined])
  now = 1000
  expect([times('a'), times('b'), times('a')]).toEqual([3, 1, undefined])
  now = 2000
  expect(times('a')).toBe(2)
})
