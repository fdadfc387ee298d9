import { describe, expect, test } from 'vitest'
import { datedBelievably, isNews, maybeNews, type Known } from '../../../src/core/news.ts'
import { anOrder } from '../../support/builders.ts'

const at = Date.parse('2026-11-24T08:01:00Z')
const known = (overrides: Partial<Known> = {}): Known => ({
  updatedAt: at,
  order: anOrder(),
  ...overrides,
})

describe('an order in a list needs to be read', () => {
  test.each<[string, Parameters<typeof maybeNews>, boolean]>([
    ['never heard of', [{ changedAt: at }, undefined], true],
    ['changed since', [{ changedAt: at + 1000 }, known()], true],
    ['no time in the list', [{ changedAt: 0 }, known()], true],
    ['older than what is known', [{ changedAt: at - 1000 }, known()], false],
    ['same second, state unsaid', [{ changedAt: at }, known()], true],
    ['same second, same state', [{ changedAt: at, platformStatus: 'processing' }, known()], false],
    ['same second, other state', [{ changedAt: at, platformStatus: 'completed' }, known()], true],
    ['same second, purged', [{ changedAt: at }, known({ order: undefined })], false],
  ])('%s', (_what, given, expected) => {
    expect(maybeNews(...given)).toBe(expected)
  })
})

describe('a snapshot is news', () => {
  const later = { updatedAt: '2026-11-24T08:02:00Z' }
  test.each<[string, Parameters<typeof isNews>, boolean]>([
    ['never heard of', [anOrder(), undefined], true],
    ['newer', [anOrder(later), known()], true],
    ['the same', [anOrder(), known()], false],
    [
      'older with another status',
      [anOrder({ status: 'new' }), known({ updatedAt: at + 1 })],
      false,
    ],
    ['same second, other status', [anOrder({ status: 'completed' }), known()], true],
    ['same second, paid back', [anOrder({ paymentStatus: 'refunded' }), known()], true],
    ['same second, other total', [anOrder({ total: '1.00' }), known()], true],
    ['same second, payment gone', [anOrder({ payments: [] }), known()], true],
    ['same second, purged', [anOrder(), known({ order: undefined })], false],
  ])('%s', (_what, given, expected) => {
    expect(isNews(...given)).toBe(expected)
  })
})

describe('the date of news', () => {
  const day = 86_400_000
  const dated = (ms: number) => anOrder({ updatedAt: new Date(ms).toISOString() })
  test.each([
    ['the past', dated(at - 40 * day)],
    ['now', dated(at)],
    ['a shop whose time zone is wrong', dated(at + day)],
  ])('is left alone: %s', (_what, order) => {
    expect(datedBelievably(order, at)).toEqual({ order })
  })

  test('more than a day ahead is now, and what the shop said is kept', () => {
    const order = dated(at + day + 1)
    expect(datedBelievably(order, at)).toEqual({ order: dated(at), saidAt: order.updatedAt })
  })
})
