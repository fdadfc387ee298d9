import { describe, expect, test } from 'vitest'
import { addsUp, asOrder, fixture, fixtureNames, json, order, parse, reasons } from './fixtures.ts'

const changed = (name: string, changes: Record<string, unknown>) =>
  asOrder(parse('shopify', { ...json('shopify', name), ...changes }))

test.each(fixtureNames('shopify'))('%s adds up to the ban', (name) => {
  expect(addsUp(order('shopify', name))).toBe(true)
})

test('a paid card order with VAT in its prices and two rates', () => {
  expect(order('shopify', 'paid-card-two-rates')).toMatchObject({
    number: '#1101',
    status: 'paid',
    paymentStatus: 'paid',
    paymentMethod: 'card',
    pricesIncludeVat: true,
    createdAt: '2026-03-02T10:15:00Z',
    lines: [
      { quantity: '2', unitPrice: '60.50', vatRate: '21', total: '121.00' },
      { quantity: '1', unitPrice: '111.00', vatRate: '11', total: '111.00' },
    ],
    shippingLines: [{ price: '20.00', vatRate: '21', total: '20.00' }],
    payments: [{ method: 'card', amount: '252.00' }],
  })
})

test('VAT on top is in the totals, not in the prices', () => {
  const net = order('shopify', 'vat-added-on-top')
  expect(net).toMatchObject({ pricesIncludeVat: false, currency: 'EUR', total: '143.18' })
  expect(net.lines).toMatchObject([
    { unitPrice: '33.33', discount: '0.00', total: '120.99', vatRate: '21' },
    { unitPrice: '10.00', discount: '0.91', total: '10.09', vatRate: '11' },
  ])
  expect(net.shippingLines).toMatchObject([{ price: '10.00', total: '12.10', vatRate: '21' }])
})

test('cash on delivery waits for its payment', () => {
  expect(order('shopify', 'cod-pending')).toMatchObject({
    status: 'awaiting_payment',
    paymentStatus: 'unpaid',
    paymentMethod: 'cod',
    payments: [],
  })
})

test.each([
  ['Plata la livrare (ramburs)', 'cod'],
  ['Bank Deposit', 'bank_transfer'],
  ['Ordin de plată', 'bank_transfer'],
  ['NETOPIA Payments', 'card'],
  ['gift_card', 'gift_card'],
  ['manual', 'manual'],
  ['PayPal Express', 'PayPal Express'],
])('the gateway "%s" is %s', (gateway, method) => {
  expect(changed('paid-card-two-rates', { payment_gateway_names: [gateway] }).paymentMethod).toBe(
    method,
  )
})

test('discounts come from allocations, shipping is after its own, and a tip is a fee without VAT', () => {
  const discounted = order('shopify', 'discounts-shipping-tip')
  expect(discounted.lines.map(({ discount, total }) => [discount, total])).toEqual([
    ['30.00', '170.00'],
    ['0.05', '49.95'],
  ])
  expect(discounted.discounts).toEqual([])
  expect(discounted.shippingLines).toMatchObject([
    { price: '10.00', total: '10.00', vatRate: '21' },
  ])
  expect(discounted.fees).toEqual([{ name: 'Bacșiș', price: '5.00', vatRate: '0', total: '5.00' }])
})

test('a tip that has a line of its own is not taken twice', () => {
  const source = json('shopify', 'company-note-attributes')
  expect(changed('company-note-attributes', { total_tip_received: '5.00' }).fees).toEqual([])
  expect(source['total_tip_received']).toBe('0.00')
})

describe('invoicing details', () => {
  test('a CUI in the field "Company" is a CIF, not a name', () => {
    expect(order('shopify', 'company-cui-in-company-field')).toMatchObject({
      customer: { kind: 'company', cif: 'RO12345674', company: '' },
      status: 'completed',
      invoiceRequested: true,
    })
  })
  test('digits that are no CUI stay a name', () => {
    const billing_address = { first_name: 'A', last_name: 'B', company: '12345675' }
    expect(changed('cancelled', { billing_address }).customer).toMatchObject({
      cif: '',
      company: '12345675',
    })
  })
  test('note attributes are found by their labels', () => {
    expect(order('shopify', 'company-note-attributes').customer).toMatchObject({
      kind: 'company',
      company: 'Moara Veche SRL',
      cif: '12345674',
      regCom: 'J35/77/2019',
    })
  })
  test('the second address line is an address', () => {
    const billing_address = { first_name: 'A', last_name: 'B', address2: 'RO12345674' }
    expect(changed('cancelled', { billing_address }).customer.cif).toBe('')
  })
})

test('the invoice is in the shop’s currency, whatever the buyer saw', () => {
  expect(order('shopify', 'multi-currency')).toMatchObject({
    currency: 'RON',
    total: '121.00',
    lines: [{ unitPrice: '121.00' }],
  })
})

test('a cancelled order keeps its lines and has no payment', () => {
  expect(order('shopify', 'cancelled')).toMatchObject({
    status: 'cancelled',
    platformStatus: 'voided/cancelled',
    paymentStatus: 'voided',
    total: '121.00',
    payments: [],
  })
})

test('refunds are the money that went back; the order stays what was ordered', () => {
  expect(order('shopify', 'refunded-partly')).toMatchObject({
    status: 'paid',
    paymentStatus: 'partially_refunded',
    total: '121.00',
    lines: [{ quantity: '2' }],
    payments: [{ amount: '121.00' }],
    refunds: [
      {
        amount: '60.50',
        at: '2026-03-05T08:00:00Z',
        lines: [{ id: '15000000000001', quantity: '1' }],
      },
    ],
  })
  expect(order('shopify', 'refunded-fully')).toMatchObject({
    status: 'refunded',
    payments: [{ amount: '60.50' }],
  })
})

test('an order that staff edited before payment is what is left of it', () => {
  expect(order('shopify', 'edited-line-removed')).toMatchObject({
    total: '120.00',
    lines: [{ quantity: '2', discount: '1.00', total: '120.00' }],
  })
})

test('a part that is still owed was not received', () => {
  const partly = changed('paid-card-two-rates', {
    financial_status: 'partially_paid',
    total_outstanding: '200.00',
  })
  expect(partly).toMatchObject({
    status: 'awaiting_payment',
    paymentStatus: 'partially_paid',
    payments: [{ amount: '52.00' }],
  })
})

test('a test order without a customer keeps every digit of its id', () => {
  const trial = asOrder(parse('shopify', fixture('shopify', 'test-order-huge-id')))
  expect(trial).toMatchObject({ id: '820982911946154509', test: true, customer: { name: '' } })
})

test('a voucher sold is a gift card line; a payment by two means names both', () => {
  const mixed = order('shopify', 'gift-cards')
  expect(mixed.lines.map(({ type }) => type)).toEqual(['giftcard', 'product'])
  expect(mixed.paymentMethod).toBe('gift_card, card')
})

test('a free line stays, free shipping goes, and white space is tidied', () => {
  const messy = order('shopify', 'free-line-messy')
  expect(messy.lines).toMatchObject([{ name: 'Ceainic «Iarnă»' }, { total: '0.00', vatRate: '21' }])
  expect(messy.shippingLines).toEqual([])
  expect(messy.billing).toMatchObject({ line1: 'Str. Lungă,nr.2', county: 'TM', city: 'TIMISOARA' })
})

test.each([
  [{ financial_status: 'authorized' }, 'authorized'],
  [{ financial_status: 'pending', fulfillment_status: 'fulfilled' }, 'fulfilled'],
  [{ financial_status: 'expired' }, 'cancelled'],
  [{ financial_status: 'something new' }, 'unknown'],
])('the state %o is %s', (state, status) => {
  expect(changed('paid-card-two-rates', state).status).toBe(status)
})

test('a marketplace’s own tax is not the seller’s rate', () => {
  const source = json('shopify', 'cancelled')
  const [line] = source['line_items'] as Record<string, unknown>[]
  const tax_lines = [{ title: 'VAT', rate: 0.21, price: '21.00', channel_liable: true }]
  expect(changed('cancelled', { line_items: [{ ...line, tax_lines }] }).lines[0]?.vatRate).toBe('')
})

describe('topics and delivery ids', () => {
  const body = fixture('shopify', 'cod-pending')
  test('the ids of a delivery carry its topic', () => {
    const headers = {
      'x-shopify-topic': 'orders/paid',
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-event-id': 'e-1',
    }
    expect(parse('shopify', body, headers)).toMatchObject({
      kind: 'order',
      topic: 'orders/paid',
      deliveryIds: ['orders/paid~w-1', 'orders/paid~e-1'],
    })
  })
  test.each([
    'refunds/create',
    'orders/edited',
    'orders/delete',
    'app/uninstalled',
    'customers/redact',
  ])('%s is ignored', (topic) => {
    expect(parse('shopify', body, { 'x-shopify-topic': topic })).toMatchObject({
      kind: 'ignored',
      topic,
    })
  })
})

test('what is missing is named', () => {
  const { taxes_included: _, total_price: __, ...rest } = json('shopify', 'cancelled')
  const fields = reasons(parse('shopify', rest)).map(({ field }) => field)
  expect(fields).toEqual(['pricesIncludeVat', 'total'])
})

describe('an order without any tax', () => {
  const untaxed = (country_code: string, taxes_included: boolean) =>
    asOrder(
      parse('shopify', {
        id: 1,
        name: '#1',
        currency: 'RON',
        created_at: '2026-11-24T10:00:00+02:00',
        financial_status: 'paid',
        taxes_included,
        shipping_address: { address1: 'Bahnhofstr. 1', city: 'X', country_code },
        line_items: [
          { id: 1, name: 'Rucsac', quantity: 1, price: '100.00', taxable: true, tax_lines: [] },
        ],
        total_price: '100.00',
        total_tax: '0.00',
      }),
    ).lines[0]?.vatRate
  test('of a shop whose prices include VAT is at 0 % where the goods go abroad', () => {
    expect(untaxed('CH', true)).toBe('0')
  })
  test('says no rate at home, nor where the shop may not calculate VAT at all', () => {
    expect(untaxed('RO', true)).toBe('')
    expect(untaxed('CH', false)).toBe('')
  })
})

describe('shipping with a tax line for each rate of the goods', () => {
  const shipped = (tax_lines: object[]) =>
    asOrder(
      parse('shopify', {
        id: 1,
        name: '#1',
        currency: 'RON',
        created_at: '2026-11-24T10:00:00+02:00',
        financial_status: 'paid',
        taxes_included: true,
        shipping_address: { address1: 'Str. Lunga 1', city: 'Brasov', country_code: 'RO' },
        line_items: [
          {
            id: 1,
            name: 'Rucsac',
            quantity: 1,
            price: '121.00',
            tax_lines: [{ rate: 0.21, price: '21.00' }],
          },
          {
            id: 2,
            name: 'Carte',
            quantity: 1,
            price: '111.00',
            tax_lines: [{ rate: 0.11, price: '11.00' }],
          },
        ],
        shipping_lines: [{ title: 'Curier', price: '20.00', tax_lines }],
        total_price: '252.00',
        total_tax: '34.76',
      }),
    ).shippingLines
  test('is a charge for each rate, and they make up its price', () => {
    expect(
      shipped([
        { rate: 0.21, price: '1.81' },
        { rate: 0.11, price: '0.95' },
      ]),
    ).toEqual([
      { name: 'Curier', price: '10.42', vatRate: '21', total: '10.42' },
      { name: 'Curier', price: '9.58', vatRate: '11', total: '9.58' },
    ])
  })
  test('stays whole, without a rate, where the parts do not make up the price', () => {
    expect(
      shipped([
        { rate: 0.21, price: '1.81' },
        { rate: 0.11, price: '0.20' },
      ]),
    ).toEqual([{ name: 'Curier', price: '20.00', vatRate: '', total: '20.00' }])
  })
})
