import { describe, expect, test } from 'vitest'
import { actKey } from '../../../src/core/acts.ts'
import { documentKey, orderRef } from '../../../src/core/ids.ts'
import type { Order } from '../../../src/core/order.ts'
import { daysOfOrder, findingsOfDay, resultOf } from '../../../src/core/reconcile-day.ts'
import { findingsOfOrder } from '../../../src/core/reconcile-order.ts'
import type {
  OrderFacts,
  ReconciledAct,
  ReconciledDocument,
} from '../../../src/core/reconciliation.ts'
import { reconciliationCsv } from '../../../src/core/reconciliation-csv.ts'
import { rule } from '../../../src/core/rules.ts'
import type { Settings } from '../../../src/core/settings.ts'
import { anOrder, someSettings } from '../../support/builders.ts'

const NOW = Date.parse('2026-11-25T02:00:00Z')
const EARLY = Date.parse('2026-11-24T08:05:00Z')
const ref = orderRef('web', '1001')
const invoice = documentKey(ref, 'invoice', 1)
const second = documentKey(ref, 'invoice', 2)
const hour = 3_600_000

const aDocument = (more: Partial<ReconciledDocument> = {}): ReconciledDocument => ({
  key: invoice,
  kind: 'invoice',
  state: 'issued',
  gen: 1,
  at: EARLY,
  series: 'FCT',
  number: '0001',
  total: '136.00',
  currency: 'RON',
  paid: '136.00',
  toPay: '136.00',
  issuedAt: EARLY,
  shadow: false,
  notBefore: 0,
  dueAt: EARLY,
  ...more,
})
const waiting = (state: ReconciledDocument['state'], more: Partial<ReconciledDocument> = {}) =>
  aDocument({ state, number: '', paid: '', issuedAt: 0, ...more })
const correction = (total: string, more: Partial<ReconciledDocument> = {}) =>
  aDocument({ key: second, number: '0002', total, paid: '', corrects: invoice, ...more })
const anAct = (
  kind: 'payment' | 'reversal' | 'correction',
  id: string,
  state: ReconciledAct['state'],
  value = '136.00',
): ReconciledAct => ({
  key: actKey(invoice, kind, id),
  state,
  wish: { value, amount: value },
  result: state === 'done' ? { value } : undefined,
  at: EARLY,
  notBefore: 0,
})
const refund = (amount: string) => ({ id: 'r1', amount, at: '2026-11-24T12:00:00Z' })
const unpaid = { paymentStatus: 'unpaid' as const, payments: [] }

type Case = {
  order?: Partial<Order> | undefined
  settings?: Partial<Settings>
  documents?: ReconciledDocument[]
  acts?: ReconciledAct[]
  facts?: Partial<OrderFacts>
}
function factsOf({ order, settings, documents, acts, facts }: Case): OrderFacts {
  const whole = anOrder(order)
  return {
    ref,
    order: whole,
    ruling: rule(whole, someSettings(settings), false),
    ruled: undefined,
    imported: undefined,
    unroutedSince: undefined,
    documents: documents ?? [aDocument()],
    acts: acts ?? [],
    ...facts,
  }
}
const found = (one: Case) =>
  findingsOfOrder(factsOf(one), someSettings(one.settings), NOW).map(
    ({ code, state, expected, found: amount }) =>
      [code, state, expected, amount].filter((part) => part !== '').join(' '),
  )

const cases: [string, Case, string[]][] = [
  ['invoice, order and money agree', {}, []],
  // Missing
  ['due by the rules and never made', { documents: [] }, ['missing not-made 136.00']],
  [
    'its news was never looked at',
    { documents: [], facts: { unroutedSince: EARLY } },
    ['missing unrouted 136.00'],
  ],
  ['its news came a minute ago', { documents: [], facts: { unroutedSince: NOW - 60_000 } }, []],
  ['held', { documents: [waiting('held')] }, ['missing held 136.00']],
  ['a dead letter', { documents: [waiting('dead')] }, ['missing dead 136.00']],
  ['in doubt', { documents: [waiting('uncertain')] }, ['missing uncertain 136.00']],
  ['waits since the morning', { documents: [waiting('due')] }, ['missing waiting 136.00']],
  ['on its way', { documents: [waiting('attempting', { at: NOW - 1000 })] }, []],
  ['delayed by the settings', { documents: [waiting('due', { notBefore: NOW + hour })] }, []],
  [
    'held, and the order was cancelled meanwhile',
    { order: { status: 'cancelled' }, documents: [waiting('held')] },
    [],
  ],
  [
    'a dead letter that was refunded in full',
    { order: { refunds: [refund('136.00')] }, documents: [waiting('dead')] },
    [],
  ],
  ['skipped by a rule', { documents: [waiting('skipped')] }, []],
  ['not due yet', { order: { status: 'awaiting_payment' }, documents: [] }, []],
  [
    'was not due when it came; the settings changed since',
    { documents: [], facts: { ruled: 'not-due' } },
    [],
  ],
  [
    'imported from another program',
    {
      documents: [],
      facts: { ruling: { kind: 'not-due', rule: 'imported-document', ro: '', en: '' } },
    },
    [],
  ],
  [
    'issued elsewhere, as the shop says',
    { order: { externalInvoice: 'ABC 1' }, documents: [] },
    [],
  ],
  ['before the cut-over', { settings: { issueOrdersFrom: '2026-12-01' }, documents: [] }, []],
  ['shadow mode', { settings: { shadow: true }, documents: [] }, []],
  [
    'built in shadow mode',
    { documents: [waiting('skipped', { shadow: true })], facts: { ruled: 'not-due' } },
    [],
  ],
  ['a draft', { documents: [aDocument({ draft: true, number: '', paid: '' })] }, []],
  [
    'reversed for an edit and not issued again',
    { documents: [aDocument({ state: 'reversed' })], acts: [anAct('reversal', 'edit-1', 'done')] },
    ['missing not-made 136.00'],
  ],
  [
    'reversed by hand',
    { documents: [aDocument({ state: 'reversed' })], acts: [anAct('reversal', 'hand', 'done')] },
    [],
  ],
  // Double
  [
    'two invoices',
    { documents: [aDocument(), aDocument({ key: second, number: '0002' })] },
    ['double 272.00'],
  ],
  [
    'the first one was reversed',
    { documents: [aDocument({ state: 'reversed' }), aDocument({ key: second, number: '0002' })] },
    [],
  ],
  // Cancelled and refunded
  [
    'cancelled, and the invoice stands',
    { order: { status: ' Cancelled ' } },
    ['cancelled-live 0.00 136.00'],
  ],
  [
    'cancelled, a storno is proposed',
    { order: { status: 'cancelled' }, acts: [anAct('reversal', 'full', 'proposed')] },
    ['cancelled-live proposed 0.00 136.00'],
  ],
  [
    'cancelled, a storno is on its way',
    {
      order: { status: 'cancelled' },
      acts: [{ ...anAct('reversal', 'full', 'attempting'), at: NOW - 1000 }],
    },
    [],
  ],
  [
    'cancelled, as the settings leave it',
    { order: { status: 'cancelled' }, settings: { onCancel: 'ignore', onRefund: 'ignore' } },
    [],
  ],
  [
    'cancelled and reversed',
    { order: { status: 'cancelled' }, documents: [aDocument({ state: 'reversed' })] },
    [],
  ],
  [
    'cancelled with a live proforma',
    {
      order: { status: 'cancelled' },
      documents: [aDocument({ key: documentKey(ref, 'estimate', 1), kind: 'estimate', paid: '' })],
    },
    ['cancelled-live 0.00 136.00'],
  ],
  [
    'refunded in full, and the invoice stands',
    { order: { refunds: [refund('136.00')] } },
    ['refund-open 0.00 136.00'],
  ],
  [
    'a part was refunded, without a correction',
    { order: { refunds: [refund('36.00')] } },
    ['refund-open 100.00 136.00'],
  ],
  [
    'a part was refunded, the correction is a dead letter',
    { order: { refunds: [refund('36.00')] }, acts: [anAct('correction', 'r1', 'dead', '36.00')] },
    ['refund-open dead 100.00 136.00'],
  ],
  [
    'a part was refunded and corrected',
    { order: { refunds: [refund('36.00')] }, documents: [aDocument(), correction('-36.00')] },
    [],
  ],
  [
    'the correction is for another amount',
    { order: { refunds: [refund('36.00')] }, documents: [aDocument(), correction('-35.99')] },
    ['refund-open 100.00 100.01'],
  ],
  [
    'refunds are left alone by the settings',
    { order: { refunds: [refund('36.00')] }, settings: { onRefund: 'ignore' } },
    [],
  ],
  [
    'corrected without a refund',
    { documents: [aDocument(), correction('-36.00')] },
    ['total-differs 136.00 100.00'],
  ],
  [
    'corrected by hand',
    {
      documents: [aDocument(), correction('-36.00')],
      acts: [anAct('correction', 'hand-1', 'done', '36.00')],
    },
    [],
  ],
  // Totals
  ['the order was edited', { order: { total: '150.00' } }, ['total-differs 150.00 136.00']],
  [
    'edits are left alone by the settings',
    { order: { total: '150.00' }, settings: { onEdit: 'ignore' } },
    [],
  ],
  // Money
  [
    'the money came and is not collected',
    { documents: [aDocument({ paid: '' })] },
    ['unpaid 136.00 0.00'],
  ],
  [
    'the collection was refused',
    { documents: [aDocument({ paid: '' })], acts: [anAct('payment', 'p1', 'dead')] },
    ['unpaid dead 136.00 0.00'],
  ],
  [
    'the collection was dismissed',
    { documents: [aDocument({ paid: '' })], acts: [anAct('payment', 'p1', 'dismissed')] },
    [],
  ],
  ['nobody paid yet', { order: unpaid, documents: [aDocument({ paid: '' })] }, []],
  [
    'only authorised',
    { order: { paymentStatus: 'authorized' }, documents: [aDocument({ paid: '' })] },
    [],
  ],
  [
    'a courier settled it, the shop does not know',
    { order: unpaid, acts: [anAct('payment', 'settled-1', 'done')] },
    [],
  ],
  [
    'a courier settled it, and it waits for a person',
    {
      order: unpaid,
      documents: [aDocument({ paid: '' })],
      acts: [anAct('payment', 'settled-1', 'held')],
    },
    ['unpaid held 136.00 0.00'],
  ],
  ['more is collected than came', { order: unpaid }, ['overpaid 0.00 136.00']],
  [
    'payments are not ours to record',
    { settings: { recordPayment: 'never' }, documents: [aDocument({ paid: '' })] },
    [],
  ],
  // At SmartBill
  [
    'deleted at SmartBill, of a cancelled order: one cause',
    { order: { status: 'cancelled' }, documents: [aDocument({ seen: { kind: 'gone' } })] },
    ['gone gone'],
  ],
  [
    'its number is another document',
    { documents: [aDocument({ seen: { kind: 'another' } })] },
    ['gone another'],
  ],
  [
    'cancelled by hand',
    { documents: [aDocument({ seen: { kind: 'cancelled' } })] },
    ['cancelled-at-smartbill'],
  ],
  [
    'reversed by hand',
    { documents: [aDocument({ seen: { kind: 'reversed' } })] },
    ['reversed-at-smartbill'],
  ],
  [
    'another total',
    {
      documents: [
        aDocument({
          seen: {
            kind: 'there',
            total: '137.00',
            paid: '136.00',
            ledgerTotal: '136.00',
            ledgerPaid: '136.00',
          },
        }),
      ],
    },
    ['total-changed 136.00 137.00'],
  ],
  [
    'collected twice by hand',
    {
      documents: [
        aDocument({
          seen: {
            kind: 'there',
            total: '136.00',
            paid: '272.00',
            ledgerTotal: '136.00',
            ledgerPaid: '136.00',
          },
        }),
      ],
    },
    ['paid-changed 136.00 272.00'],
  ],
  [
    'as the ledger has it',
    {
      documents: [
        aDocument({
          seen: {
            kind: 'there',
            total: '136',
            paid: '136.0',
            ledgerTotal: '136.00',
            ledgerPaid: '136.00',
          },
        }),
      ],
    },
    [],
  ],
  [
    'purged: only SmartBill is compared',
    { documents: [aDocument({ paid: '' })], facts: { order: undefined, ruling: undefined } },
    [],
  ],
]

describe('the facts of one order', () => {
  test.each(cases)('%s', (_name, one, expected) => expect(found(one)).toEqual(expected))

  test('every finding says in both languages what to do, without a hole', () => {
    for (const [, one] of cases)
      for (const { ro, en } of findingsOfOrder(factsOf(one), someSettings(one.settings), NOW)) {
        expect(ro).toMatch(/[.:] .*\.$/)
        expect(en).toMatch(/[.:] .*\.$/)
        expect(`${ro}${en}`).not.toMatch(/undefined|null|\s{2}/)
      }
  })
})

const day = (orders: OrderFacts[], more: object = {}) => ({
  orders,
  foreign: [],
  doubles: [],
  untold: [],
  settings: someSettings(),
  now: NOW,
  ...more,
})

describe('a day', () => {
  test('each trouble once, the worst first', () => {
    const facts = day([factsOf({ order: unpaid }), factsOf({ order: unpaid })], {
      foreign: [{ kind: 'invoice', series: 'FCT', number: '0009' }],
      doubles: [{ key: second, order: '1001', number: '0004', other: '0002' }],
      untold: [anOrder({ id: '77', number: 'N77' })],
    })
    expect(findingsOfDay(facts).map(({ id }) => id)).toEqual([
      'missing 77',
      `double ${second}`,
      `overpaid ${ref}`,
      'foreign-number FCT 0009',
    ])
    expect(
      findingsOfDay({ ...facts, settings: someSettings({ foreignNumbers: 'ignore' }) }),
    ).toHaveLength(3)
  })

  test('what a person has accepted is listed and no longer open', () => {
    const accepted = new Map([[`overpaid ${ref}`, { who: 'Ana', at: NOW, reason: 'ok' }]])
    const facts = day([factsOf({ order: unpaid })])
    expect(resultOf(facts, { day: '2026-11-24', form: 'ledger' }, accepted)).toMatchObject({
      found: 1,
      open: 0,
      findings: [{ accepted: { who: 'Ana' } }],
    })
  })

  test('sums balance to the cent', () => {
    const facts = day([
      factsOf({
        order: { refunds: [refund('36.01')] },
        documents: [aDocument(), correction('-36.01')],
      }),
      factsOf({ order: { status: 'cancelled' }, documents: [aDocument({ state: 'reversed' })] }),
    ])
    expect(resultOf(facts, { day: '2026-11-24', form: 'ledger' }, new Map()).totals).toEqual([
      {
        currency: 'RON',
        orders: '136.00',
        refunds: '36.01',
        documents: '136.00',
        corrections: '-36.01',
        captured: '272.00',
        paid: '272.00',
      },
    ])
  })

  test('an order belongs to the day it was placed and to every day on which something of it happened', () => {
    const order = anOrder({
      createdAt: '2026-11-20T22:30:00Z',
      updatedAt: '2026-11-22T10:00:00Z',
      payments: [],
      refunds: [{ ...refund('1.00'), at: '2026-11-23T10:00:00Z' }],
    })
    const issuedAt = Date.parse('2026-11-24T21:59:00Z')
    const days = daysOfOrder(
      { order, documents: [aDocument({ at: issuedAt, issuedAt })], acts: [] },
      NOW,
    )
    expect(days.toSorted()).toEqual(['2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24'])
  })

  test('CSV as Romanian spreadsheets open it', () => {
    const finding = findingsOfDay(day([factsOf({ order: { ...unpaid, number: '=1+1' } })]))[0]
    if (finding === undefined) throw new Error('nothing was found')
    const csv = reconciliationCsv([{ day: '2026-11-24', shop: 'web', finding }])
    const lines = csv.split('\r\n')
    expect(lines[0]).toMatch(/^\uFEFFZi;Magazin;Cod;/)
    expect(lines[1]).toContain(
      "2026-11-24;web;overpaid;;1001;'=1+1;FCT 0001;0,00;136,00;136,00;RON;;",
    )
    expect(lines[2]).toBe('TOTAL;;;;;;1;0,00;136,00;136,00;RON;;')
    expect(reconciliationCsv([])).toContain('TOTAL;;;;;;0;')
  })
})
