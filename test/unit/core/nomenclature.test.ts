import { describe, expect, test } from 'vitest'
import { decide, type DocumentDraft } from '../../../src/core/document.ts'
import { entriesOf, savingOnly } from '../../../src/core/nomenclature.ts'
import type { Order } from '../../../src/core/order.ts'
import { anOrder, someInput, someSettings } from '../../support/builders.ts'

const draftOf = (order: Partial<Order> = {}, settings = {}): DocumentDraft => {
  const decision = decide(
    someInput({
      order: anOrder(order),
      settings: someSettings({ saveProducts: true, ...settings }),
    }),
  )
  if (decision.kind !== 'issue') throw new Error(JSON.stringify(decision))
  return decision.document
}
const buyer = (more: Partial<Order['customer']>) => ({
  customer: { ...anOrder().customer, ...more },
})
const client = (draft: DocumentDraft) => entriesOf(draft).find(({ list }) => list === 'clients')

describe('what a document saves', () => {
  test('a client and each product once; shipping never', () => {
    expect(entriesOf(draftOf()).map(({ list }) => list)).toEqual(['clients', 'products'])
    expect(entriesOf(draftOf({}, { saveClients: false, saveProducts: false }))).toEqual([])
  })

  test('a person is told apart from another of the same name; a company is its CIF', () => {
    const ion = client(draftOf())
    expect(client(draftOf(buyer({ email: 'alt.ion@example.ro' })))?.id).not.toBe(ion?.id)
    const firm = client(draftOf(buyer({ cif: 'RO12345674' })))
    const same = client(draftOf(buyer({ cif: '12345674' })))
    expect(same?.id).toBe(firm?.id)
    expect(same?.print).not.toBe(firm?.print)
    expect(client(draftOf(buyer({ phone: '0722' })))?.id).toBe(ion?.id)
    expect(client(draftOf(buyer({ phone: '0722' })))?.print).not.toBe(ion?.print)
  })

  test('saving only some leaves everything else of the document as it was', () => {
    const draft = draftOf()
    const spared = savingOnly(draft, [])
    expect(entriesOf(spared)).toEqual([])
    expect(savingOnly(draft, entriesOf(draft))).toEqual(draft)
    expect(spared.total).toBe(draft.total)
  })

  test('a product on two lines is saved by the first', () => {
    const [line] = anOrder().lines
    if (line === undefined) throw new Error('no line')
    const draft = draftOf({ lines: [line, line], total: '257.00', payments: [] })
    const saved = savingOnly(draft, entriesOf(draft)).lines.map(
      (line) => line.type === 'product' && line.saveToDb,
    )
    expect(saved).toEqual([true, false, false])
  })
})

describe('product data', () => {
  const units = (draft: DocumentDraft) => draft.lines.map(({ unit }) => unit)

  test('the unit by setting, else as SmartBill has it, else as the shop says', () => {
    expect(units(draftOf({}, { units: { 'TS-1': 'set' } }))).toEqual(['set', 'buc'])
    const decision = decide(someInput({ products: new Map([['TS-1', { unit: 'kg' }]]) }))
    expect(decision.kind === 'issue' && units(decision.document)).toEqual(['kg', 'buc'])
    expect(units(draftOf())).toEqual(['buc', 'buc'])
  })

  test.each(['constructor', 'toString', '__proto__'])('a product may have the code %s', (sku) => {
    const [line] = anOrder().lines
    if (line === undefined) throw new Error('no line')
    expect(units(draftOf({ lines: [{ ...line, sku }] }))).toEqual(['buc', 'buc'])
  })

  test('the warehouse by the first rule that fits', () => {
    const stock = { useStock: true, warehouse: 'Depozit' }
    const places = (settings: object) =>
      draftOf({}, { ...stock, ...settings }).lines.map(
        (line) => line.type === 'product' && line.warehouse,
      )
    expect(places({})).toEqual(['Depozit', ''])
    expect(places({ warehouses: [{ codes: 'TS-*', warehouse: 'Haine' }] })).toEqual(['Haine', ''])
    expect(places({ warehouses: [{ codes: 'TS', warehouse: 'Haine' }] })).toEqual(['Depozit', ''])
  })
})
