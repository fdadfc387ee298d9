import { expect, test } from 'vitest'
import type { FollowedDocument } from '../../../src/core/follow-ups.ts'
import { DocumentKey } from '../../../src/core/ids.ts'
import { Order } from '../../../src/core/order.ts'
import { paymentsWanted } from '../../../src/core/payments-wanted.ts'
import { Settings } from '../../../src/core/settings.ts'
import { anOrder } from '../../support/builders.ts'

const key = DocumentKey.parse('web~1001~invoice~1')
const at = Date.parse('2026-11-24T09:00:00Z')
const outlets = { archive: false, smtp: false, writeBack: false, endpoints: [] }
/** Of 136: 60 went out with the invoice, 30 were collected later. */
const document: FollowedDocument = {
  key,
  kind: 'invoice',
  state: 'issued',
  gen: 1,
  at,
  issuedAt: at,
  series: 'FCT',
  number: '0001',
  total: '136.00',
  currency: 'RON',
  paid: '90.00',
  toPay: '60.00',
  paidWith: ['a'],
}

test('what was collected before the purge takes nothing from what is still to be collected', () => {
  const payments = [
    { id: 'a', method: 'card', amount: '60.00' },
    { id: 'b', method: 'card', amount: '30.00' },
    { id: 'c', method: 'card', amount: '46.00' },
  ]
  const wanted = paymentsWanted({
    order: Order.parse(anOrder({ payments })),
    documents: [document],
    acts: [],
    did: ['invoice~1~payment~b'],
    settings: Settings.parse({}),
    outlets,
    now: at,
  })
  expect(wanted).toMatchObject([{ key: `${key}~payment~c`, wish: { value: '46.00' } }])
})
