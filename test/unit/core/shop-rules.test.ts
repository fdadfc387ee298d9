import { describe, expect, test } from 'vitest'
import { rule } from '../../../src/core/rules.ts'
import { rehearse } from '../../../src/core/rehearsal.ts'
import { secondDocument } from '../../../src/core/second-document.ts'
import { Settings } from '../../../src/core/settings.ts'
import { effectiveSettings } from '../../../src/core/shop-rules.ts'
import { anOrder, someSettings } from '../../support/builders.ts'

const rules = [
  { name: 'fara', when: { tags: ['no-invoice', 'intern'] }, set: { document: 'none' } },
  {
    name: 'proforma la OP',
    when: { statuses: ['awaiting_payment'], methods: ['bank_transfer'] },
    set: { document: 'estimate', series: 'PRF' },
  },
  {
    name: 'ramburs la livrare',
    when: { statuses: ['fulfilled', 'completed'], methods: ['cod'] },
    set: { series: 'RMB', delayMinutes: 30 },
  },
  { name: 'ramburs inainte', when: { methods: ['cod'] }, set: { document: 'none' } },
  {
    name: 'Germania',
    when: { countries: ['DE'], totalFrom: '100', totalTo: '500.00' },
    set: { series: 'EXT', language: 'DE' },
  },
  { name: 'firme', when: { buyer: 'company' }, set: { series: 'B2B', email: 'issued' } },
  { name: 'pos', when: { channels: ['pos'] }, set: { draft: true, warehouse: 'Magazin' } },
] as const
const settings = (more: object = {}) => Settings.parse({ ...someSettings({}), rules, ...more })

describe("a shop's own rules", () => {
  test.each([
    ['the first that fits wins', { tags: ['x', 'Intern '], status: 'paid' }, 'fara', 'excluded'],
    [
      'status and method',
      { status: 'awaiting_payment', paymentMethod: 'bank_transfer' },
      'proforma la OP',
      'estimate PRF',
    ],
    [
      'the usual status no longer fits it',
      { status: 'paid', paymentMethod: 'bank_transfer' },
      undefined,
      'invoice FCT',
    ],
    [
      'a status of its own makes it due',
      { status: 'fulfilled', paymentMethod: 'COD' },
      'ramburs la livrare',
      'invoice RMB',
    ],
    [
      'until then: no document',
      { status: 'paid', paymentMethod: 'cod' },
      'ramburs inainte',
      'excluded',
    ],
    [
      'one of several methods',
      { status: 'paid', paymentMethod: 'card, cod' },
      'ramburs inainte',
      'excluded',
    ],
    [
      'country and range',
      { billing: { country: 'Germany' }, total: '136.00' },
      'Germania',
      'invoice EXT',
    ],
    ['out of range', { billing: { country: 'DE' }, total: '500.01' }, undefined, 'invoice FCT'],
    ['a company by its name', { customer: { company: 'Acme SRL' } }, 'firme', 'invoice B2B'],
    ['the channel', { channel: 'POS' }, 'pos', 'invoice FCT'],
    ['no rule', {}, undefined, 'invoice FCT'],
  ])('%s', (_name, order, by, expected) => {
    const given = anOrder(order)
    const ruling = rule(given, settings(), false)
    const { settings: own } = effectiveSettings(given, settings())
    expect(ruling.by).toBe(by)
    expect(ruling.kind === 'due' ? `${ruling.document} ${own.series}` : ruling.rule).toBe(expected)
  })

  test('what a rule changes, and nothing else', () => {
    const german = anOrder({ billing: { country: 'DE' } })
    const base = settings({ languageByCountry: true })
    expect(effectiveSettings(german, base).settings).toEqual({
      ...base,
      series: 'EXT',
      language: 'DE',
      languageByCountry: false,
    })
    const company = anOrder({ customer: { kind: 'company', name: 'X' } })
    expect(effectiveSettings(company, base).settings.email.when).toBe('issued')
  })

  test('a person may ask for what a rule excludes, and gets it by the rules after it', () => {
    const order = anOrder({ tags: ['intern'], customer: { kind: 'company', name: 'X' } })
    expect(rule(order, settings(), true)).toMatchObject({ kind: 'due', by: 'firme' })
  })

  test('a due document keeps the rule that made it due, and its kind', () => {
    const order = anOrder({ status: 'returned', paymentMethod: 'cod' })
    const made = { kind: 'invoice', madeBy: 'ramburs la livrare' } as const
    expect(effectiveSettings(order, settings(), made).settings.series).toBe('RMB')
    expect(rule(order, settings(), false, { due: made })).toMatchObject({ kind: 'due' })
    const paid = anOrder({ status: 'paid', paymentMethod: 'bank_transfer' })
    const proforma = { kind: 'estimate', madeBy: 'proforma la OP' } as const
    expect(rule(paid, settings(), false, { due: proforma })).toMatchObject({ document: 'estimate' })
    expect(effectiveSettings(paid, settings(), proforma).settings.series).toBe('PRF')
  })

  test('an order that is excluded while its document waits gets none', () => {
    const order = anOrder({ tags: ['intern'] })
    const due = { kind: 'invoice', madeBy: '' } as const
    expect(rule(order, settings(), false, { due })).toMatchObject({ rule: 'excluded', by: 'fara' })
    expect(rule(order, settings(), true, { due })).toMatchObject({ kind: 'due' })
  })

  test.each([
    ['2026-11-25', 'before-cut-over'],
    ['2026-11-24', 'status:paid'],
    ['2026-11-24T08:00:01Z', 'before-cut-over'],
    ['2026-11-24T08:00:00Z', 'status:paid'],
  ])('orders from %s on', (issueOrdersFrom, expected) => {
    const order = anOrder({ createdAt: '2026-11-24T08:00:00Z' })
    expect(rule(order, settings({ issueOrdersFrom }), false).rule).toBe(expected)
    expect(rule(order, settings({ issueOrdersFrom }), true).rule).toBe('by-hand')
  })

  test('a document from another program forbids one also by hand, and not in shadow mode', () => {
    const imported = {
      series: 'OLD',
      number: '7',
      date: '',
      total: '',
      currency: '',
      by: 'ana',
      at: '2026-11-01T08:00:00Z',
    }
    const refused = rule(anOrder(), settings(), true, { imported })
    expect(refused).toMatchObject({ kind: 'not-due', rule: 'imported-document' })
    expect(refused).toMatchObject({
      en: expect.stringContaining('"OLD 7", issued elsewhere (imported by ana, 2026-11-01)'),
    })
    expect(rule(anOrder(), settings({ shadow: true }), false, { imported }).kind).toBe('due')
    expect(rule(anOrder({ externalInvoice: 'X1' }), settings({ shadow: true }), false).kind).toBe(
      'due',
    )
  })

  test.each([
    ['estimate', 'paid', [['invoice', 'issued']], true, 'has-invoice'],
    ['estimate', 'paid', [['invoice', 'skipped']], true, undefined],
    ['invoice', 'unpaid', [['estimate', 'issued']], false, 'has-proforma'],
    ['invoice', 'unpaid', [['estimate', 'issued']], true, undefined],
    ['invoice', 'paid', [['estimate', 'due']], false, undefined],
    ['invoice', 'unpaid', [['invoice', 'issued']], false, undefined],
  ] as const)(
    'a second document: %s of an order that is %s with %j',
    (wanted, paymentStatus, others, named, expected) => {
      const given = others.map(([kind, state]) => ({ kind, state }))
      expect(secondDocument(wanted, anOrder({ paymentStatus }), given, named)?.rule).toBe(expected)
    },
  )

  test('a rehearsal tells what changes', () => {
    const wanted = Settings.parse({ rules: [{ name: 'toate', set: { series: 'NEW' } }] }).rules
    const at = Date.parse('2026-11-24T08:00:00Z')
    const one = rehearse(anOrder(), settings(), wanted, at)
    expect(one).toMatchObject({
      changes: true,
      before: { by: '', series: 'FCT' },
      after: { by: 'toate', series: 'NEW' },
    })
    expect(rehearse(anOrder(), settings(), settings().rules, at).changes).toBe(false)
  })

  test.each([
    [{ rules: [{ name: 'a' }, { name: 'A' }] }, 'name of its own'],
    [{ rules: [{ name: 'a', when: { totalFrom: '9', totalTo: '8' } }] }, 'smaller'],
    [{ rules: [{ name: 'a', when: { country: ['RO'] } }] }, 'country'],
    [{ rules: [{ name: 'a', when: { totalFrom: '1,5' } }] }, 'decimal number'],
    [{ rules: [{ name: 'a', when: { totalFrom: '1,5', totalTo: '2' } }] }, 'decimal number'],
    [{ rules: [{ name: '' }] }, 'rules'],
  ])('rules that cannot be meant are refused (%#)', (given, says) => {
    const read = Settings.safeParse(given)
    expect(read.success).toBe(false)
    expect(JSON.stringify(read.error?.issues)).toContain(says)
  })
})
