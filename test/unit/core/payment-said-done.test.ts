import { expect, test } from 'vitest'
import { actKey } from '../../../src/core/acts.ts'
import { documentKey, orderRef } from '../../../src/core/ids.ts'
import { paymentSaidDone } from '../../../src/core/payment-said-done.ts'

const invoice = documentKey(orderRef('web', '1'), 'invoice', 1)
const wish = { value: '50.00', currency: 'RON', type: 'Card', date: '2026-11-24' }
const anAct = { key: actKey(invoice, 'payment', 'p1'), state: 'held' as const, wish, sentAt: 0 }
const document = { state: 'issued' as const, currency: 'RON', total: '136.00', paid: '' }
const unclear = {
  ...anAct,
  sentAt: 1000,
  before: { paid: '0.00', value: '40.00' },
  reasons: [{ code: 'paid-amount-unclear' }],
}
const other = (at: number, result: object) => ({
  key: actKey(invoice, 'payment', 'p2'),
  state: 'done' as const,
  wish,
  at,
  result: { ...result },
})
const read = { value: '20.00', paid: '60.00' }

test.each([
  ['raises what is paid', anAct, document, [], { value: '50.00', paid: '50.00' }],
  [
    'on top of what is',
    anAct,
    { ...document, paid: '20.00' },
    [],
    { value: '50.00', paid: '70.00' },
  ],
  [
    'at most to the total',
    anAct,
    { ...document, paid: '100.00' },
    [],
    { value: '36.00', paid: '136.00' },
  ],
  [
    'by nothing when all is paid',
    anAct,
    { ...document, paid: '136.00' },
    [],
    { value: '0.00', paid: '136.00' },
  ],
  ['by what was sent', unclear, document, [], { value: '40.00', paid: '40.00' }],
  [
    'not when SmartBill was read since',
    unclear,
    { ...document, paid: '60.00' },
    [other(2000, read)],
    { value: '40.00', paid: '60.00' },
  ],
  [
    'when it was read before',
    unclear,
    { ...document, paid: '60.00' },
    [other(500, read)],
    { value: '40.00', paid: '100.00' },
  ],
  [
    'when the other was said to be done too',
    unclear,
    { ...document, paid: '20.00' },
    [other(2000, { value: '20.00', paid: '20.00', reason: '' })],
    { value: '40.00', paid: '60.00' },
  ],
  ['not in another currency', anAct, { ...document, currency: 'EUR' }, [], undefined],
  [
    'not on a cancelled invoice',
    anAct,
    { ...document, state: 'cancelled' as const },
    [],
    undefined,
  ],
])('a payment that a person says is done %s', (_what, act, about, acts, expected) => {
  expect(paymentSaidDone(act, about, acts)).toEqual(expected)
})
