import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { decide, type DocumentDraft, type DocumentLine } from '../../../src/core/document.ts'
import { Order } from '../../../src/core/order.ts'
import { lineName } from '../../../src/core/text.ts'
import { documentTotal, explain, sameInBoth } from '../../../src/core/totals.ts'
import { payload } from '../../../src/smartbill/documents.ts'
import { defaultCompany } from '../../../src/simulator/defaults.ts'
import { computeLines } from '../../../src/simulator/lines.ts'
import {
  decimalText,
  fromGross,
  fromNet,
  sumOf,
  type Triple,
} from '../../../src/simulator/money.ts'
import { EstimateBody, InvoiceBody } from '../../../src/simulator/schema.ts'
import { notPayerVat, someInput } from '../../support/builders.ts'
import { accountRates, generate } from '../../fiscal/orders.ts'
import { anyOrder, anySettings } from './arbitraries.ts'

// A loaded machine takes its time; nothing here waits.
vi.setConfig({ testTimeout: 30_000 })

// Two independent hands wrote SmartBill's arithmetic: src/core/totals.ts and the simulator. Here they meet.

const rates = [
  { name: 'Normala', percentage: '21' },
  { name: 'Redusa', percentage: '11' },
  { name: 'SDD', percentage: '0' },
]
const decimal = (whole: number, decimals: number) =>
  fc
    .tuple(fc.nat(whole), fc.nat(10 ** decimals - 1))
    .map(([high, low]) => `${high}.${String(low).padStart(decimals, '0')}`)

const product = fc
  .record({
    quantity: fc.oneof(fc.nat(500).map(String), decimal(50, 3)),
    price: fc.oneof(decimal(2_000, 2), decimal(2_000, 4)),
    isTaxIncluded: fc.boolean(),
    vat: fc.constantFrom(...rates),
    off: fc.option(decimal(100, 2), { freq: 2 }),
  })
  .map(({ off, ...line }): DocumentLine[] => [
    {
      ...line,
      type: 'product',
      name: 'Lampa',
      code: 'L',
      unit: 'buc',
      isService: false,
      saveToDb: false,
      warehouse: '',
    },
    ...(off === null
      ? []
      : [
          {
            type: 'discount' as const,
            name: 'Reducere',
            unit: 'buc',
            value: `-${off}`,
            isTaxIncluded: line.isTaxIncluded,
            vat: line.vat,
          },
        ]),
  ])
const documents = fc.record({
  lines: fc.array(product, { minLength: 1, maxLength: 8 }).map((all) => all.flat()),
  precision: fc.constantFrom(2 as const, 3 as const, 4 as const),
})

const draftOf = (part: Pick<DocumentDraft, 'lines' | 'precision'>): DocumentDraft => {
  const decision = decide(someInput())
  if (decision.kind !== 'issue') throw new Error(JSON.stringify(decision))
  return { ...decision.document, ...part }
}

/** The lines as the simulator reads them off the wire. */
const simulated = (draft: DocumentDraft, vat: 'payer' | 'not-payer' = 'payer') =>
  computeLines(InvoiceBody.parse(wire(draft)).products ?? [], {
    company: {
      ...defaultCompany('RO12345674'),
      vat,
      rates: accountRates.map(({ name, percentage }) => ({ name, percentage: Number(percentage) })),
    },
    kind: 'invoice',
    currency: draft.currency,
    precision: draft.precision,
    checkUnits: false,
    rateOf: () => 1,
  })

const wire = (draft: DocumentDraft): unknown => JSON.parse(JSON.stringify(payload(draft)))

const show = (triple: Triple): object => ({
  net: decimalText(triple.net, 4),
  vat: decimalText(triple.vat, 4),
  gross: decimalText(triple.gross, 4),
})
const padded = (total: { net: string; vat: string; gross: string }): object => ({
  net: Number(total.net).toFixed(4),
  vat: Number(total.vat).toFixed(4),
  gross: Number(total.gross).toFixed(4),
})

describe('our arithmetic and the simulator agree', () => {
  test('line by line, and in what the columns add up to, by rate and whole', () => {
    fc.assert(
      fc.property(documents, (part) => {
        const lines = simulated(draftOf(part))
        const ours = explain(part)
        expect(padded(ours)).toEqual(show(sumOf(lines)))
        for (const rate of ours.rates)
          expect(padded(rate)).toEqual(
            show(sumOf(lines.filter(({ taxName }) => taxName === rate.name))),
          )
      }),
      { numRuns: 200 },
    )
  })

  test('in VAT computed once per rate, as a cash register does', () => {
    fc.assert(
      fc.property(documents, (part) => {
        const lines = simulated(draftOf(part))
        for (const rate of explain(part, 'cash-register').rates) {
          const own = lines.filter(({ taxName }) => taxName === rate.name)
          const net = sumOf(own.filter(({ isTaxIncluded }) => !isTaxIncluded)).net
          const gross = sumOf(own.filter(({ isTaxIncluded }) => isTaxIncluded)).gross
          const percentage = Number(rate.percentage)
          const expected = sumOf([
            fromNet(net, percentage, part.precision),
            fromGross(gross, percentage, part.precision),
          ])
          expect(padded(rate)).toEqual(show(expected))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('prices with VAT come to one total in both calculations', () => {
    fc.assert(
      fc.property(documents, ({ lines, precision }) => {
        const included = lines.map((line) => ({ ...line, isTaxIncluded: true }))
        expect(sameInBoth(included, precision)).toBe(true)
        const part = { lines: included, precision }
        expect(explain(part, 'cash-register').gross).toBe(explain(part).gross)
      }),
    )
  })
})

describe('whatever is decided to be issued', () => {
  const wireOf = fc.nat(1_000_000).map(generate)

  test('has a shape that SmartBill takes, no line it would drop, and one total in both calculations', () => {
    let issued = 0
    fc.assert(
      fc.property(wireOf, ({ order, settings, vat, kind }) => {
        const decision = decide(someInput({ order, settings, vat, kind }))
        if (decision.kind !== 'issue') return
        issued += 1
        const draft = decision.document
        const schema = kind === 'invoice' ? InvoiceBody : EstimateBody
        expect(schema.safeParse(wire(draft)).error).toBeUndefined()
        const lines = simulated(draft, vat.kind)
        expect(lines).toHaveLength(draft.lines.length)
        expect(decimalText(sumOf(lines).gross)).toBe(draft.total)
        expect(documentTotal(draft.lines, draft.precision)).toBe(
          explain(draft, 'cash-register').gross,
        )
      }),
      { numRuns: 200 },
    )
    expect(issued).toBeGreaterThan(100)
  })

  test('is the same for an order whose texts are as a document shows them: normalising twice is normalising once', () => {
    fc.assert(
      fc.property(wireOf, ({ order, settings, vat, kind }) => {
        const decision = decide(someInput({ order, settings, vat, kind }))
        if (decision.kind !== 'issue') return
        const { client } = decision.document
        const place = {
          line1: client.address,
          city: client.city,
          county: client.county,
          country: client.country,
        }
        const shown = Order.parse({
          ...order,
          customer: {
            name: client.name,
            cif: /^0+$/.test(client.vatCode) ? '' : client.vatCode,
            company: order.customer.company === '' ? '' : client.name,
            regCom: client.regCom,
            email: client.email,
            phone: client.phone,
          },
          billing: place,
          lines: order.lines.map((line) => ({ ...line, name: lineName(line.name) })),
        })
        const again = decide(someInput({ order: shown, settings, vat, kind }))
        expect(again).toEqual(decision)
      }),
    )
  })

  test('of any order at all, even one that makes no sense, is never a wrong total', () => {
    fc.assert(
      fc.property(anyOrder, anySettings, (order, settings) => {
        const decision = decide(someInput({ order, settings, vat: notPayerVat }))
        if (decision.kind !== 'issue') return
        const lines = simulated(decision.document, 'not-payer')
        expect(decimalText(sumOf(lines).gross)).toBe(decision.document.total)
      }),
      { numRuns: 200 },
    )
  })
})
