import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { documentAddress } from '../../../src/core/address.ts'
import { validCif, validCnp } from '../../../src/core/fiscal-codes.ts'
import { markersIn } from '../../../src/core/ids.ts'
import { mentionsOf } from '../../../src/core/mentions.ts'
import { exact, sum, text } from '../../../src/core/money.ts'
import { Address } from '../../../src/core/order.ts'
import { shareOut, shareOutByGroup } from '../../../src/core/shares.ts'
import { clean } from '../../../src/core/text.ts'
import { anyAddress, anyOrder } from './arbitraries.ts'

// A loaded machine takes its time; nothing here waits.
vi.setConfig({ testTimeout: 30_000 })

const cents = (value: number) => exact(String(value)).div(exact('100'))

describe('sharing out an amount', () => {
  const shared = fc
    .array(fc.tuple(fc.nat(1_000_000), fc.constantFrom('21', '11', '0')), { minLength: 1 })
    .chain((weights) => {
      const most = weights.reduce((all, [weight]) => all + weight, 0)
      return fc.tuple(fc.constant(weights), fc.integer({ min: 0, max: most }))
    })

  test('loses nothing, takes from nobody more than they have', () => {
    fc.assert(
      fc.property(shared, ([pairs, amount]) => {
        const weights = pairs.map(([weight]) => cents(weight))
        const groups = pairs.map(([, group]) => group)
        for (const shares of [
          shareOut(cents(amount), weights),
          shareOutByGroup(cents(amount), weights, groups),
        ]) {
          expect(text(sum(shares))).toBe(text(cents(amount)))
          shares.forEach((share, at) => {
            expect(share.gte(exact('0')) && share.lte(weights[at] ?? exact('0'))).toBe(true)
          })
        }
      }),
    )
  })

  test('gives each VAT rate its proportional part to the ban', () => {
    fc.assert(
      fc.property(shared, ([pairs, amount]) => {
        const weights = pairs.map(([weight]) => cents(weight))
        const groups = pairs.map(([, group]) => group)
        const shares = shareOutByGroup(cents(amount), weights, groups)
        const all = sum(weights)
        if (all.eq(exact('0'))) return
        for (const group of new Set(groups)) {
          const mine = (_: unknown, at: number): boolean => groups[at] === group
          const due = cents(amount)
            .times(sum(weights.filter(mine)))
            .div(all)
          expect(sum(shares.filter(mine)).minus(due).abs().lt(exact('0.01'))).toBe(true)
        }
      }),
    )
  })
})

describe('addresses', () => {
  test('normalising twice is normalising once', () => {
    fc.assert(
      fc.property(anyAddress, (given) => {
        const once = documentAddress(Address.parse(given), 'billing')
        if (once.reasons.length > 0) return
        const again = documentAddress(
          Address.parse({ ...once.address, line1: once.address.address }),
          'billing',
        )
        expect(again).toEqual(once)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('text', () => {
  const messy = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom(...Array.from('RLY0123456789AB \u200b<\n')))
      .map((all) => all.join('')),
  )

  test('cleaning twice is cleaning once, and leaves no marker and no control characters', () => {
    fc.assert(
      fc.property(messy, fc.nat(40), (given, max) => {
        const once = clean(given, max)
        expect(clean(once, max)).toBe(once)
        expect(markersIn(once)).toEqual([])
        expect(once).not.toMatch(/[\p{Cc}<>]/u)
        expect(once.isWellFormed()).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('mentions hold our marker whole, and no other', () => {
    fc.assert(
      fc.property(anyOrder, fc.string({ maxLength: 500 }), (order, template) => {
        const mentions = mentionsOf(`${template}{customer.name}`, order, 'RLY0123456789AB')
        expect(markersIn(mentions)).toContain('RLY0123456789AB')
        expect(mentions.endsWith('Ref RLY0123456789AB')).toBe(true)
        expect(mentions.length).toBeLessThanOrEqual(1_900)
      }),
    )
  })
})

describe('fiscal codes', () => {
  test('a wrong digit is noticed', () => {
    const broken = (code: string, at: number, digit: string): string =>
      code.slice(0, at) + digit + code.slice(at + 1)
    for (const [code, valid] of [
      ['12345674', validCif],
      ['2960229123454', validCnp],
    ] as const) {
      expect(valid(code)).toBe(true)
      for (let at = 0; at < code.length; at++)
        for (const digit of '0123456789')
          if (digit !== code[at]) expect(valid(broken(code, at, digit))).toBe(false)
    }
  })
})
