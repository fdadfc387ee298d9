import { describe, expect, test } from 'vitest'
import { exact } from '../../../src/core/money.ts'
import { makeOrders, type DemoOrder } from '../../../scripts/demo/orders.ts'
import { createScreen } from '../../../scripts/demo/screen.ts'
import { judge, type Evidence } from '../../../scripts/demo/verdict.ts'
import type { WitnessDocument } from '../../../scripts/demo/witness.ts'

const orders = makeOrders(20, 3, Date.parse('2026-11-24T08:00:00Z')).filter(
  ({ expected }) => expected.outcome === 'document',
)
const documentOf = ({ number, total, expected }: DemoOrder): WitnessDocument => ({
  kind: 'invoice',
  series: 'FCT',
  number: '0001',
  status: 'issued',
  mentions: `Comanda online ${number} Ref RLY0123456789AB`,
  totals: { gross: total.toFixed(2) },
  paid: expected.paid.toFixed(2),
})
const calls = { total: 20, maxInWindow: 20, overLimit: 0, whileBlocked: 0 }
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  orders,
  views: new Map(),
  letters: [],
  documents: orders.map(documentOf),
  calls,
  ...more,
})
const [first, ...others] = orders
if (first === undefined) throw new Error('no orders')

describe('the verdict', () => {
  test('is good when every order has its document', () => {
    expect(judge(evidence())).toMatchObject({ good: true, documents: orders.length, waiting: [] })
  })
  test('sees a second document', () => {
    const documents = [...orders.map(documentOf), documentOf(first)]
    expect(judge(evidence({ documents }))).toMatchObject({ good: false, duplicates: [first] })
  })
  test('does not count a deleted one', () => {
    const documents = [...orders.map(documentOf), { ...documentOf(first), status: 'deleted' }]
    expect(judge(evidence({ documents })).good).toBe(true)
  })
  test('sees an order without document and reason, even if the relay calls it issued', () => {
    const view = { documents: [{ state: 'issued', reasons: [], cause: null }], ruling: null }
    const views = new Map([[first.id, view]])
    const verdict = judge(evidence({ documents: others.map(documentOf), views }))
    expect(verdict).toMatchObject({ good: false, lost: [first] })
  })
  test('takes a held order for answered, but not for what the demo meant', () => {
    const reasons = [{ code: 'x', field: 'lines.0.sku', en: 'It has no code.' }]
    const views = new Map([
      [first.id, { documents: [{ state: 'held', reasons, cause: null }], ruling: null }],
    ])
    const verdict = judge(evidence({ documents: others.map(documentOf), views }))
    expect(verdict).toMatchObject({ good: false, lost: [], waiting: [{ outcome: 'held' }] })
    expect(verdict.unexpected).toHaveLength(1)
  })
  test('sees a wrong total, a wrong payment and a call over the limit', () => {
    const wrong = {
      ...documentOf(first),
      totals: { gross: first.total.plus(exact('0.01')).toFixed(2) },
      paid: '0.01',
    }
    const documents = [wrong, ...others.map(documentOf)]
    const verdict = judge(evidence({ documents, calls: { ...calls, whileBlocked: 2 } }))
    expect(verdict).toMatchObject({ good: false, overLimit: 2 })
    expect(verdict.wrong).toHaveLength(2)
  })
  test('sees a document of nobody', () => {
    const stray = { ...documentOf(first), mentions: 'by hand' }
    const verdict = judge(evidence({ documents: [...orders.map(documentOf), stray] }))
    expect(verdict.unexpected).toHaveLength(1)
  })
})

test('the screen draws over its block and never over what it said', () => {
  const written: string[] = []
  const screen = createScreen({
    write: (text: string) => written.push(text) > 0,
    isTTY: true,
    columns: 10,
  })
  screen.say('one')
  screen.show(['0123456789'])
  screen.show(['b'])
  screen.say('two')
  expect(written.join('')).toBe('one\n01234567…\n\u001B[1A\u001B[Jb\n\u001B[1A\u001B[Jtwo\n')
})
