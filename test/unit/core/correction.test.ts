import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { correctionOf, type Share } from '../../../src/core/correction.ts'
import { actKey, partsOfAct } from '../../../src/core/acts.ts'
import {
  byHandId,
  CorrectionWish,
  correctionsWanted,
} from '../../../src/core/corrections-wanted.ts'
import { decide, type DocumentDraft } from '../../../src/core/document.ts'
import type { KnownAct } from '../../../src/core/follow-ups.ts'
import { documentKey, orderRef } from '../../../src/core/ids.ts'
import { exact, sum, text } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { explain } from '../../../src/core/totals.ts'
import { anOrder, payerVat, someInput, someSettings } from '../../support/builders.ts'

// A loaded machine takes its time; nothing here waits.
vi.setConfig({ testTimeout: 30_000 })

const bani = (amount: number): string => (amount / 100).toFixed(2)

/** Paid orders with VAT in their prices, at two rates, with discounts of their lines and of the whole. */
const ordersOf = fc
  .record({
    sold: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 40 }),
        price: fc.integer({ min: 1, max: 50_000 }),
        rate: fc.constantFrom('21', '11'),
        percentOff: fc.constantFrom(0, 0, 7, 33),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    shipping: fc.integer({ min: 0, max: 3000 }),
    percentOff: fc.constantFrom(0, 0, 10),
  })
  .map(({ sold, shipping, percentOff }) => {
    const offs = sold.map((one) => Math.round((one.quantity * one.price * one.percentOff) / 100))
    const goods = sold.reduce((all, one, at) => all + one.quantity * one.price - (offs[at] ?? 0), 0)
    const off = Math.round((goods * percentOff) / 100)
    return anOrder({
      lines: sold.map((one, at) => ({
        id: `l${at}`,
        sku: `P${at}`,
        name: `Produs ${at}`,
        quantity: String(one.quantity),
        unitPrice: bani(one.price),
        vatRate: one.rate,
        discount: bani(offs[at] ?? 0),
      })),
      shippingLines: [{ name: 'Transport', price: bani(shipping), vatRate: '21' }],
      discounts: off === 0 ? [] : [{ amount: bani(off), name: 'Cupon' }],
      total: bani(goods + shipping - off),
    })
  })

const draftOf = (order: Order): DocumentDraft => {
  const decision = decide(someInput({ order, vat: payerVat }))
  if (decision.kind !== 'issue') throw new Error(JSON.stringify(decision))
  return decision.document
}
const corrected = (
  order: Order,
  wish: Partial<CorrectionWish> & { amount: string },
  earlier: readonly Share[] = [],
) =>
  correctionOf({
    order,
    original: { draft: draftOf(order), series: 'FCT', number: '0007', day: '2026-11-24' },
    earlier,
    wish: CorrectionWish.parse({ currency: 'RON', ...wish }),
    marker: 'RLY0123456789AB',
    today: '2026-12-01',
  })
const issued = (outcome: ReturnType<typeof correctionOf>): DocumentDraft => {
  if (outcome.kind === 'hold') throw new Error(outcome.reasons.map(({ code }) => code).join())
  return outcome.document
}
const reasons = (outcome: ReturnType<typeof correctionOf>) =>
  outcome.kind === 'hold' ? outcome.reasons.map(({ code }) => code) : []

const line = (id: string, more: object = {}) => ({
  id,
  sku: `S${id}`,
  name: `Produs ${id}`,
  quantity: '3',
  unit: 'buc',
  unitPrice: '33.33',
  vatRate: '21',
  ...more,
})
const twoRates = anOrder({
  lines: [line('1'), line('2', { vatRate: '11', quantity: '2', unitPrice: '50.00' })],
  shippingLines: [{ name: 'Transport', price: '15.00', vatRate: '21' }],
  discounts: [{ amount: '20.00', name: 'Reducere' }],
  total: '194.99',
})

describe('a corrective document', () => {
  test('takes goods back by quantity, at the original rate, with their part of the discount', () => {
    const document = issued(
      corrected(twoRates, { amount: '44.97', lines: [{ id: '2', quantity: '1' }] }),
    )
    expect(document).toMatchObject({ total: '-44.97', payment: null, dueDate: null })
    expect(document.lines[0]).toMatchObject({
      name: 'Produs 2',
      quantity: '-1',
      vat: { name: 'Redusa', percentage: '11' },
      saveToDb: false,
    })
    expect(document.mentions).toContain('FCT 0007 din 24.11.2026')
    expect(document.mentions).toContain('RLY0123456789AB')
  })

  test('money beside the named goods is shipping first', () => {
    const document = issued(
      corrected(twoRates, {
        amount: '59.99',
        lines: [{ id: '2', quantity: '1', amount: '44.99' }],
      }),
    )
    expect(document.lines).toMatchObject([
      { name: 'Produs 2', quantity: '-1', price: '44.99' },
      { name: 'Reducere de pret: Transport', quantity: '-1', price: '15.00', isService: true },
    ])
  })

  test('money alone is split over the VAT rates by what is left of each, to the ban', () => {
    const document = issued(corrected(twoRates, { amount: '100.00' }))
    expect(document.total).toBe('-100.00')
    expect(explain(document).rates.map(({ percentage, gross }) => [percentage, gross])).toEqual([
      ['21', '-53.84'],
      ['11', '-46.16'],
    ])
  })

  test('a price that does not multiply out is completed by a line of its own', () => {
    const order = anOrder({
      lines: [line('1', { quantity: '997', unitPrice: '0.11' })],
      shippingLines: [],
      total: '109.67',
    })
    const document = issued(
      corrected(order, { amount: '100.03', lines: [{ id: '1', quantity: '997' }] }),
    )
    expect(document.total).toBe('-100.03')
  })

  test.each([
    ['refund-exceeds-invoice', { amount: '195.00' }],
    ['refund-currency', { amount: '10.00', currency: 'EUR' }],
    ['refund-quantity', { amount: '10.00', lines: [{ id: '1', quantity: '4' }] }],
    ['refund-empty', { amount: '0.00' }],
  ])('is held: %s', (code, wish) => {
    expect(reasons(corrected(twoRates, wish))).toEqual([code])
  })

  test('what others took is not taken again', () => {
    const first = issued(corrected(twoRates, { amount: '150.00' }))
    expect(reasons(corrected(twoRates, { amount: '45.00' }, first.takes))).toEqual([
      'refund-exceeds-invoice',
    ])
    expect(issued(corrected(twoRates, { amount: '44.99' }, first.takes)).total).toBe('-44.99')
  })

  test('a line whose shop name changed is found by its code, an unknown one is left to the rest', () => {
    const renamed = { ...twoRates, lines: twoRates.lines.map((one) => ({ ...one, name: 'Altul' })) }
    const outcome = correctionOf({
      order: renamed,
      original: { draft: draftOf(twoRates), series: 'FCT', number: '1', day: '2026-11-24' },
      earlier: [],
      wish: CorrectionWish.parse({
        amount: '30.00',
        currency: 'RON',
        lines: [
          { id: '2', quantity: '1', amount: '20.00' },
          { id: 'none', quantity: '1' },
        ],
      }),
      marker: 'RLY0123456789AB',
      today: '2026-12-01',
    })
    expect(issued(outcome).lines[0]).toMatchObject({
      name: 'Produs 2',
      quantity: '-1',
      price: '20.00',
    })
    expect(issued(outcome).total).toBe('-30.00')
  })
})

describe('whatever the order', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 })

  test('its corrections add up to the original, by total and by VAT rate, and never to more', () => {
    fc.assert(
      fc.property(ordersOf, parts, (order, weights) => {
        const draft = draftOf(order)
        const total = exact(draft.total)
        fc.pre(total.gt(exact('0.05')))
        const whole = weights.reduce((a, b) => a + b, 0)
        let left = total
        const earlier: Share[] = []
        const documents = weights.map((weight, at) => {
          const share =
            at === weights.length - 1
              ? left
              : exact(
                  total
                    .times(exact(String(weight)))
                    .div(exact(String(whole)))
                    .toFixed(2),
                )
          const amount = share.gt(left) ? left : share
          left = left.minus(amount)
          if (amount.lte(exact('0'))) return undefined
          const document = issued(
            corrected(order, { amount: text(amount), currency: order.currency }, earlier),
          )
          earlier.push(...(document.takes ?? []))
          return document
        })
        const all = documents.flatMap((one) => one?.lines ?? [])
        const taken = explain({ lines: all, precision: draft.precision })
        const before = explain(draft)
        expect(taken.gross).toBe(text(total.times(exact('-1'))))
        for (const { name, gross } of before.rates) {
          const back = taken.rates.find((one) => one.name === name)?.gross ?? '0.00'
          expect(sum([exact(gross), exact(back)]).eq(exact('0'))).toBe(true)
        }
        expect(
          reasons(corrected(order, { amount: '0.01', currency: order.currency }, earlier)),
        ).toEqual(['refund-exceeds-invoice'])
      }),
    )
  })

  test('all its lines by quantity are the whole of its goods', () => {
    fc.assert(
      fc.property(ordersOf, (named) => {
        const draft = draftOf(named)
        fc.pre(exact(draft.total).gt(exact('0')))
        const document = issued(
          corrected(named, {
            amount: draft.total,
            currency: named.currency,
            lines: named.lines.map(({ id, quantity }) => ({ id, quantity })),
          }),
        )
        expect(document.total).toBe(text(exact(draft.total).times(exact('-1'))))
      }),
    )
  })
})

describe('the acts of refunds', () => {
  const key = documentKey(orderRef('web', '1001'), 'invoice', 1)
  const known = (id: string, amount: string, source = 'order'): KnownAct => ({
    key: actKey(key, 'correction', id),
    state: 'done',
    wish: { amount, currency: 'RON', source },
  })
  const wanted = (
    order: Parameters<typeof anOrder>[0],
    acts: readonly KnownAct[] = [],
    did: readonly string[] = [],
  ) =>
    correctionsWanted({
      order: anOrder({ paymentStatus: 'partially_refunded', ...order }),
      documents: [
        {
          key,
          kind: 'invoice',
          state: 'issued',
          gen: 1,
          at: 0,
          series: 'FCT',
          number: '0001',
          total: '136.00',
          currency: 'RON',
          paid: '136.00',
          toPay: '136.00',
          issuedAt: 0,
        },
      ],
      acts,
      did,
      settings: someSettings({ onRefund: 'reverse', onCancel: 'reverse' }),
      outlets: { archive: false, smtp: false, writeBack: false, endpoints: [] },
      now: 0,
    }).map((act) => ({ id: partsOfAct(act.key).id, amount: act.wish['amount'] }))
  const refund = (id: string, amount = '1.00') => ({ id, amount })

  test('whatever the shop calls them, each has one of its own, the same at each look', () => {
    const ids = ['rest', 'hand-7', '', 'n3', 'n9', '=rest', '=', 'r1', '\ud800', byHandId('a')]
    const refunds = ids.map((id) => refund(id))
    const first = wanted({ refunds })
    expect(new Set(first.map(({ id }) => id)).size).toBe(ids.length)
    for (const ours of ['rest', 'hand-7', byHandId('a')])
      expect(first.map(({ id }) => id)).not.toContain(ours)
    const acts = first.map(({ id }) => known(id, '1.00'))
    expect(wanted({ refunds }, acts)).toEqual(first)
    expect(wanted({ refunds: refunds.toReversed() }, acts).map(({ id }) => id)).toEqual(
      expect.arrayContaining(first.map(({ id }) => id).filter((id) => id !== 'n3')),
    )
  })

  test('one that the shop calls "rest" or "hand-1" is not taken for one of ours', () => {
    const [shops] = wanted({ refunds: [refund('rest', '36.00')] })
    const acts = [known(shops!.id, '36.00')]
    const second = [refund('rest', '36.00'), refund('r2', '10.00')]
    expect(wanted({ refunds: second }, acts)).toContainEqual({ id: 'r2', amount: '10.00' })
    const [byShop] = wanted({ refunds: [refund('hand-1', '36.00')] })
    expect(
      wanted({ refunds: [refund('hand-1', '36.00')], status: 'cancelled' }, [
        known(byShop!.id, '36.00'),
      ]),
    ).toContainEqual({ id: 'rest', amount: '100.00' })
    // What a person took back is none of the shop's, and the rest covers what comes later.
    const later = { refunds: [refund('hand-1', '36.00')], status: 'cancelled' }
    expect(wanted(later, [known('hand-1', '36.00', 'Ana'), known('rest', '64.00')])).toEqual([
      { id: 'rest', amount: '64.00' },
    ])
  })

  test('of earlier releases keep their names', () => {
    for (const id of ['rest', 'hand-7', 'n4']) {
      const refunds = [refund(id, '36.00')]
      expect(wanted({ refunds }, [known(id, '36.00')])).toEqual([{ id, amount: '36.00' }])
      expect(wanted({ refunds }, [], [`invoice~1~correction~${id}`])).toEqual([
        { id, amount: '36.00' },
      ])
    }
  })
})
