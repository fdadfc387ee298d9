import type { DecisionInput, VatTable } from '../../src/core/document.ts'
import { Order } from '../../src/core/order.ts'
import { Settings } from '../../src/core/settings.ts'
import type { z } from 'zod'

type OrderInput = z.input<typeof Order>

/** A paid order of 2 × 60.50 and 15.00 for shipping, 136.00 RON at 21 %; a test names only what it is about. */
export const anOrder = (overrides: Partial<OrderInput> = {}): Order =>
  Order.parse({
    id: '1001',
    number: '1001',
    status: 'paid',
    platformStatus: 'processing',
    paymentStatus: 'paid',
    paymentMethod: 'card',
    currency: 'RON',
    createdAt: '2026-11-24T08:00:00Z',
    updatedAt: '2026-11-24T08:01:00Z',
    pricesIncludeVat: true,
    customer: { kind: 'person', name: 'Ion Popescu', email: 'ion@example.ro', phone: '0721000000' },
    billing: {
      line1: 'Str. Lunga 1',
      city: 'Brasov',
      county: 'Brasov',
      postcode: '500001',
      country: 'RO',
    },
    lines: [
      {
        id: '1',
        sku: 'TS-1',
        name: 'Tricou',
        quantity: '2',
        unit: 'buc',
        unitPrice: '60.50',
        vatRate: '21',
      },
    ],
    shippingLines: [{ name: 'Transport', price: '15.00', vatRate: '21' }],
    total: '136.00',
    payments: [{ id: 'p1', method: 'card', amount: '136.00', at: '2026-11-24T08:01:00Z' }],
    ...overrides,
  })

/** A shop that issues invoices on series FCT when an order is paid or completed. */
export const someSettings = (overrides: Partial<z.input<typeof Settings>> = {}): Settings =>
  Settings.parse({ enabled: true, document: 'invoice', series: 'FCT', ...overrides })

/** The rates of a usual company registered for VAT, as GET /tax lists them. */
export const payerVat: VatTable = {
  kind: 'payer',
  rates: [
    { name: 'Normala', percentage: '21' },
    { name: 'Redusa', percentage: '11' },
    { name: 'Taxare inversa', percentage: '0' },
    { name: 'SDD', percentage: '0' },
    { name: 'SFDD', percentage: '0' },
  ],
}

export const notPayerVat: VatTable = { kind: 'not-payer' }

/** Everything a decision needs, for the day of the order. */
export const someInput = (overrides: Partial<DecisionInput> = {}): DecisionInput => ({
  order: anOrder(),
  kind: 'invoice',
  settings: someSettings(),
  companyCif: 'RO12345674',
  vat: payerVat,
  marker: 'RLY0123456789AB',
  today: '2026-11-24',
  ...overrides,
})
