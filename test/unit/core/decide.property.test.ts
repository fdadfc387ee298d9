import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type DocumentDraft, decide } from '../../../src/core/document.ts'
import { type Exact, ZERO, exact, round, sum, text } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { documentTotal, explain } from '../../../src/core/totals.ts'
import { anOrder, notPayerVat, payerVat, someInput, someSettings } from '../../support/builders.ts'
import { anyOrder, anySettings } from './arbitraries.ts'

// A loaded machine takes its time; nothing here waits.
vi.setConfig({ testTimeout: 30_000 })

const bani = (amount: bigint): string => {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const half = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator)

const rate = fc.constantFrom(21n, 11n)
const sold = fc.record({
  quantity: fc.bigInt(1n, 40n),
  price: fc.bigInt(0n, 50_000n),
  rate,
  percentOff: fc.constantFrom(0n, 0n, 0n, 7n, 33n, 100n),
})
type Sold = { quantity: bigint; price: bigint; rate: bigint; percentOff: bigint }
const discountOf = (line: Sold): bigint => half(line.quantity * line.price * line.percentOff, 100n)
const worth = (line: Sold): bigint => line.quantity * line.price - discountOf(line)

const lineOf = (line: Sold, at: number) => ({
  sku: `P${at}`,
  name: `Produs ${at}`,
  quantity: String(line.quantity),
  unitPrice: bani(line.price),
  vatRate: String(line.rate),
  discount: bani(discountOf(line)),
})

/** What must be true of every document, whatever the order. */
function expectSound(document: DocumentDraft, order: Order): void {
  const total = documentTotal(document.lines, document.precision)
  expect(exact(total).eq(round(exact(order.total)))).toBe(true)
  expect(document.lines.length).toBeLessThanOrEqual(400)
  expect(document.mentions.endsWith('Ref RLY0123456789AB')).toBe(true)
  if (document.payment !== null)
    expect(exact(document.payment.value).lte(exact(document.total))).toBe(true)
  const totals = explain(document)
  expect(totals.gross).toBe(total)
  expect(exact(totals.net).plus(exact(totals.vat)).eq(exact(totals.gross))).toBe(true)
  document.lines.forEach((line, at) => {
    if (line.type === 'product') {
      expect(exact(line.quantity).gt(ZERO)).toBe(true)
      expect(line.price).toMatch(/^\d+\.\d{2,4}$/)
      return
    }
    const before = document.lines[at - 1]
    expect(before?.type).toBe('product')
    expect(line.value).toMatch(/^-\d+\.\d{2,4}$/)
    expect([line.vat, line.isTaxIncluded]).toEqual([before?.vat, before?.isTaxIncluded])
  })
}

const issuedFor = (order: Order, precision: 2 | 3 | 4 = 2) => {
  const settings = someSettings({ precision, skipZeroTotal: false })
  const decision = decide(someInput({ order, settings }))
  if (decision.kind !== 'issue') throw new Error(JSON.stringify(decision))
  expectSound(decision.document, order)
  return decision.document
}

describe('a document comes to exactly what the buyer pays', () => {
  const goods = fc.array(sold, { minLength: 1, maxLength: 12 })
  const shipping = fc.array(fc.record({ price: fc.bigInt(1n, 5_000n), rate }), { maxLength: 2 })

  test('when prices include VAT, whatever the discounts, shipping and rates', () => {
    fc.assert(
      fc.property(
        goods,
        shipping,
        fc.nat(100),
        fc.constantFrom(2, 3, 4),
        (lines, charges, percent, precision) => {
          const sumOfGoods = lines.reduce((total, line) => total + worth(line), 0n)
          const coupon = half(sumOfGoods * BigInt(percent), 100n)
          const total = charges.reduce((all, { price }) => all + price, sumOfGoods - coupon)
          const order = anOrder({
            lines: lines.map(lineOf),
            shippingLines: charges.map(({ price, rate }) => ({
              name: 'Transport',
              price: bani(price),
              vatRate: String(rate),
            })),
            discounts: [{ code: 'CUPON', amount: bani(coupon) }],
            total: bani(total),
          })
          const document = issuedFor(order, precision)
          expect(documentTotal(document.lines, precision)).toBe(bani(total))
          expect(document.total).toBe(bani(total))
          const off = sum(
            document.lines.flatMap((line) => (line.type === 'discount' ? [exact(line.value)] : [])),
          )
          const ownOff = lines.reduce((all, line) => all + discountOf(line), 0n)
          if (precision === 2) expect(text(off.abs())).toBe(bani(ownOff + coupon))
        },
      ),
    )
  })

  test('when prices are without VAT, whether the shop rounds per line, per rate or once', () => {
    fc.assert(
      fc.property(goods, fc.constantFrom('line', 'rate', 'once'), (lines, rounding) => {
        const hundredths = (line: Sold): bigint => worth(line) * (100n + line.rate)
        const add = (some: Sold[]): bigint =>
          half(
            some.reduce((all, line) => all + hundredths(line), 0n),
            100n,
          )
        const groups =
          rounding === 'line'
            ? lines.map((line) => [line])
            : rounding === 'rate'
              ? [21n, 11n].map((wanted) => lines.filter((line) => line.rate === wanted))
              : [lines]
        const total = groups.reduce((all, group) => all + add(group), 0n)
        const order = anOrder({
          pricesIncludeVat: false,
          lines: lines.map(lineOf),
          shippingLines: [],
          total: bani(total),
        })
        const document = issuedFor(order)
        expect(documentTotal(document.lines, 2)).toBe(bani(total))
      }),
    )
  })

  test('when a shop without VAT in its prices spreads a coupon over lines and shipping', () => {
    fc.assert(
      fc.property(
        goods,
        shipping,
        fc.integer({ min: 1, max: 99 }),
        fc.constantFrom('line', 'rate', 'once'),
        (lines, charges, percent, rounding) => {
          const goodsNet = sum(lines.map((line) => exact(bani(worth(line)))))
          const coupon = round(goodsNet.times(exact(String(percent))).div(exact('100')))
          const part = (net: Exact): Exact =>
            goodsNet.eq(ZERO) ? ZERO : coupon.times(net).div(goodsNet)
          const parts = [
            ...lines.map((line) => {
              const net = exact(bani(worth(line)))
              return { net: net.minus(part(net)), rate: line.rate }
            }),
            ...charges.map(({ price, rate }) => ({ net: exact(bani(price)), rate })),
          ].map(({ net, rate }) => ({
            rate,
            gross: net.times(exact(String(100n + rate))).div(exact('100')),
          }))
          const groups = new Map<string, Exact>()
          parts.forEach(({ rate, gross }, at) => {
            const group = { line: String(at), rate: String(rate), once: '' }[rounding]
            groups.set(group, (groups.get(group) ?? ZERO).plus(gross))
          })
          const total = sum([...groups.values()].map((group) => round(group)))
          const order = anOrder({
            pricesIncludeVat: false,
            lines: lines.map(lineOf),
            shippingLines: charges.map(({ price, rate }) => ({
              name: 'Transport',
              price: bani(price),
              vatRate: String(rate),
            })),
            discounts: [{ code: 'CUPON', amount: text(coupon) }],
            total: text(total),
          })
          const settings = someSettings({ skipZeroTotal: false })
          const decision = decide(someInput({ order, settings }))
          if (decision.kind === 'issue') expectSound(decision.document, order)
          else expect(decision).toMatchObject({ reasons: [{ code: 'total-differs' }] })
        },
      ),
    )
  })

  test('when the shop says the total of each line, even beside rounded unit prices', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ quantity: fc.bigInt(1n, 5_000n), total: fc.bigInt(0n, 900_000n), rate }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.boolean(),
        (lines, pricesIncludeVat) => {
          const total = lines.reduce((all, line) => all + line.total, 0n)
          const order = anOrder({
            pricesIncludeVat,
            lines: lines.map((line, at) => {
              const net = pricesIncludeVat ? 100n : 100n + line.rate
              return {
                sku: `P${at}`,
                name: `Produs ${at}`,
                quantity: String(line.quantity),
                unitPrice: bani(half(line.total * 100n, line.quantity * net)),
                vatRate: String(line.rate),
                total: bani(line.total),
              }
            }),
            shippingLines: [],
            total: bani(total),
          })
          const document = issuedFor(order)
          expect(documentTotal(document.lines, 2)).toBe(bani(total))
          const quantities = document.lines.flatMap((line) =>
            line.type === 'product' ? [line.quantity] : [],
          )
          expect(quantities).toEqual(lines.map((line) => String(line.quantity)))
        },
      ),
    )
  })
})

describe('any order that the schema lets in', () => {
  test('gets a document with the right total, or reasons, or a rule; never an exception', () => {
    fc.assert(
      fc.property(
        anyOrder,
        anySettings,
        fc.constantFrom(payerVat, notPayerVat),
        fc.constantFrom('invoice', 'estimate'),
        (order, settings, vat, kind) => {
          const decision = decide(someInput({ order, settings, vat, kind }))
          if (decision.kind === 'skip') return
          if (decision.kind === 'hold') {
            expect(decision.reasons.length).toBeGreaterThan(0)
            for (const reason of decision.reasons) {
              expect(reason.code).toMatch(/^[a-z0-9-]+$/)
              expect(reason.field).toMatch(/^[a-zA-Z]+(\.[a-zA-Z0-9]+)*$/)
              expect(reason.ro.endsWith('.') && reason.en.endsWith('.')).toBe(true)
            }
            return
          }
          expectSound(decision.document, order)
        },
      ),
      { numRuns: 500 },
    )
  })
})
