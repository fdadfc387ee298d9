import { describe, expect, test } from 'vitest'
import { woocommerce } from '../../../src/platforms/woocommerce.ts'
import { addsUp, asOrder, fixtureNames, json, order, parse, reasons } from './fixtures.ts'

const changed = (name: string, changes: Record<string, unknown>) =>
  parse('woocommerce', { ...json('woocommerce', name), ...changes })

test.each(fixtureNames('woocommerce'))('%s adds up to the ban', (name) => {
  expect(addsUp(order('woocommerce', name))).toBe(true)
})

describe('a paid card order with two VAT rates', () => {
  const paid = order('woocommerce', 'paid-card-two-rates')
  test('shows gross list prices and the rate of each line', () => {
    expect(paid.pricesIncludeVat).toBe(true)
    expect(paid.lines).toMatchObject([
      { sku: 'RUC-40', quantity: '1', unitPrice: '300.00', vatRate: '21', total: '300.00' },
      { sku: 'MIE-400', quantity: '3', unitPrice: '30.00', vatRate: '11', total: '90.00' },
    ])
    expect(paid.shippingLines).toEqual([
      { name: 'Curier rapid', price: '19.99', vatRate: '21', total: '19.99' },
    ])
  })
  test('has the money that was received, when it was', () => {
    expect(paid).toMatchObject({
      status: 'paid',
      platformStatus: 'processing',
      paymentStatus: 'paid',
    })
    expect(paid.payments).toEqual([
      { id: 'NTP-55120', method: 'card', amount: '409.99', at: '2026-03-02T10:16:20Z' },
    ])
  })
  test('takes its times from the GMT fields', () => {
    expect(paid).toMatchObject({
      createdAt: '2026-03-02T10:15:00Z',
      updatedAt: '2026-03-02T10:16:30Z',
    })
  })
  test('asks for no invoice', () => {
    expect(paid.invoiceRequested).toBeUndefined()
    expect(paid.customer.kind).toBe('person')
  })
})

test('cash on delivery is processed long before it is paid', () => {
  expect(order('woocommerce', 'cod-unpaid')).toMatchObject({
    status: 'awaiting_payment',
    platformStatus: 'processing',
    paymentStatus: 'unpaid',
    paymentMethod: 'cod',
    payments: [],
    fees: [{ name: 'Taxă ramburs', total: '5.00', vatRate: '21' }],
  })
})

test('a coupon is already in the lines, and free shipping is no charge', () => {
  const { lines, discounts, shippingLines, fees } = order('woocommerce', 'coupon-shipping-fee')
  expect(discounts).toEqual([])
  expect(lines).toMatchObject([
    { unitPrice: '600.00', discount: '60.00', total: '540.00', vatRate: '21' },
    { unitPrice: '5.00', discount: '5.00', total: '45.00', vatRate: '11' },
  ])
  expect(shippingLines).toHaveLength(1)
  expect(fees).toMatchObject([{ name: 'Ambalaj cadou', total: '9.99' }])
})

describe('invoicing details', () => {
  test('of a company, from av_facturare', () => {
    const { customer, invoiceRequested } = order('woocommerce', 'company-av-facturare')
    expect(invoiceRequested).toBe(true)
    expect(customer).toMatchObject({
      kind: 'company',
      company: 'Cabana Trei Brazi SRL',
      cif: 'RO12345674',
      regCom: 'J12/345/2010',
      bank: 'Banca de Test',
    })
  })
  test('of a person, from av_facturare, over an older company field', () => {
    const { customer, invoiceRequested } = order('woocommerce', 'person-av-facturare')
    expect(customer).toMatchObject({ kind: 'person', cif: '', cnp: '' })
    expect(invoiceRequested).toBe(true)
  })
  test("from SmartBill's own plugin, with the invoice that plugin has issued", () => {
    const { customer, externalInvoice } = order('woocommerce', 'company-smartbill-already-invoiced')
    expect(customer).toMatchObject({ company: 'Atelier Lut & Foc SRL', cif: '12345674' })
    expect(externalInvoice).toBe('WEB 0117')
  })
  test('from Oblio’s plugin, the invoice it has issued', () => {
    const meta_data = [
      { id: 1, key: 'oblio_invoice_series_name', value: 'OB' },
      { id: 2, key: 'oblio_invoice_number', value: 31 },
    ]
    expect(asOrder(changed('cancelled', { meta_data })).externalInvoice).toBe('OB 31')
    const ours = [{ key: '_smartbill_relay_invoice', value: 'FCT0001' }]
    expect(asOrder(changed('cancelled', { meta_data: ours })).externalInvoice).toBe('FCT0001')
    const reversed = [...ours, { key: '_smartbill_relay_invoice_reversed_by', value: 'FCT0002' }]
    expect(asOrder(changed('cancelled', { meta_data: reversed })).externalInvoice).toBe('')
  })
  test('from curiero, and from extra keys in the billing address', () => {
    const meta_data = [
      {
        id: 1,
        key: 'curiero_pf_pj_option',
        value: { type: 'pj', cui: 'RO12345674', nr_reg_com: 'J1/2/2003' },
      },
    ]
    expect(asOrder(changed('cancelled', { meta_data })).customer).toMatchObject({
      kind: 'company',
      cif: 'RO12345674',
      regCom: 'J1/2/2003',
    })
    const billing = { first_name: 'Ilinca', billing_cui: '12345674' }
    expect(asOrder(changed('cancelled', { billing })).customer.cif).toBe('12345674')
  })
})

test('a VAT-exempt order abroad is at 0, in its own currency', () => {
  const abroad = order('woocommerce', 'euro-abroad')
  expect(abroad).toMatchObject({ currency: 'EUR', paymentMethod: 'bank_transfer' })
  expect(abroad.lines[0]?.vatRate).toBe('0')
  expect(abroad.customer).toMatchObject({ kind: 'company', cif: 'DE811569869' })
})

test('a shop that calculates no VAT has no rate, which is not 0', () => {
  expect(asOrder(changed('euro-abroad', { meta_data: [] })).lines[0]?.vatRate).toBe('')
})

test('cancelled and refunded orders say so, with the money that went back', () => {
  expect(order('woocommerce', 'cancelled')).toMatchObject({ status: 'cancelled', payments: [] })
  expect(order('woocommerce', 'refunded-partly')).toMatchObject({
    status: 'completed',
    paymentStatus: 'partially_refunded',
    refunds: [{ id: '9901', amount: '50.00' }],
  })
  const item = {
    quantity: -1,
    total: '-41.32',
    total_tax: '-8.68',
    meta_data: [{ key: '_refunded_item_id', value: '11' }],
  }
  const refunds = [{ id: 9901, total: '-50.00', line_items: [item, { ...item, meta_data: [] }] }]
  expect(asOrder(changed('refunded-partly', { refunds })).refunds).toEqual([
    { id: '9901', amount: '50.00', lines: [{ id: '11', quantity: '1', amount: '50.00' }] },
  ])
  expect(order('woocommerce', 'refunded-fully')).toMatchObject({
    status: 'refunded',
    paymentStatus: 'refunded',
  })
})

test('entities, line breaks and stray spaces go from names and addresses', () => {
  const { lines, customer, billing, shipping } = order('woocommerce', 'messy-address')
  expect(lines[0]?.name).toBe('Dulceață „Bunica” – 2 & 3 borcane ă')
  expect(customer).toMatchObject({ name: "ANA- MARIA D'Albon", company: '', kind: 'person' })
  expect(billing).toMatchObject({
    line1: 'Bd. 1 Decembrie 1918, nr.3',
    city: 'sector 3 , București',
  })
  expect(shipping).toBeUndefined()
})

test('an id above 2^53 keeps its last digit, and a free line stays a line', () => {
  const free = order('woocommerce', 'free-line-huge-id')
  expect(free.id).toBe('9007199254740993')
  expect(free.lines[1]).toMatchObject({ unitPrice: '0.00', total: '0.00', vatRate: '' })
})

test('where the rate is not said it is derived, if the amounts are large enough', () => {
  const { lines } = order('woocommerce', 'rate-percent-missing')
  expect(lines.map(({ vatRate }) => vatRate)).toEqual(['21', ''])
})

test('a rate that the VAT of the line contradicts is unknown', () => {
  const source = json('woocommerce', 'cancelled')
  const [line] = source['line_items'] as Record<string, unknown>[]
  const line_items = [{ ...line, subtotal_tax: '4.00', total_tax: '4.00' }]
  expect(asOrder(parse('woocommerce', { ...source, line_items })).lines[0]?.vatRate).toBe('')
})

test('a line that staff made dearer has a higher price and no discount', () => {
  const source = json('woocommerce', 'cancelled')
  const [line] = source['line_items'] as Record<string, unknown>[]
  const line_items = [{ ...line, total: '50.00', total_tax: '10.50' }]
  expect(asOrder(parse('woocommerce', { ...source, line_items })).lines[0]).toMatchObject({
    unitPrice: '60.50',
    discount: '0.00',
    total: '60.50',
  })
})

test.each([
  ['pending', 'awaiting_payment'],
  ['on-hold', 'awaiting_payment'],
  ['processing', 'paid'],
  ['completed', 'completed'],
  ['cancelled', 'cancelled'],
  ['trash', 'cancelled'],
  ['refunded', 'refunded'],
  ['failed', 'failed'],
  ['checkout-draft', 'draft'],
  ['wc-processing', 'paid'],
  ['awaiting-pickup', 'unknown'],
])('the status %s is %s', (status, normalised) => {
  const parsed = asOrder(changed('paid-card-two-rates', { status }))
  expect(parsed).toMatchObject({ status: normalised, platformStatus: status.replace('wc-', '') })
})

test('a total that does not follow from the lines is handed on as it is', () => {
  expect(asOrder(changed('cancelled', { total: '7.59' })).total).toBe('7.59')
})

test('a list that PHP wrote as an object, and null where an object belongs, are read', () => {
  const source = json('woocommerce', 'coupon-shipping-fee')
  const shipping_lines = { '1': (source['shipping_lines'] as unknown[])[0] }
  const parsed = asOrder(
    parse('woocommerce', { ...source, shipping_lines, shipping: null, refunds: null }),
  )
  expect(parsed.shippingLines).toHaveLength(1)
})

describe('what is no order', () => {
  const ping = { headers: {}, body: Buffer.from('webhook_id=42') }
  test('a ping is one only without the headers of a real delivery', () => {
    expect(woocommerce.isPing(ping)).toBe(true)
    expect(
      woocommerce.isPing({ ...ping, headers: { 'x-wc-webhook-topic': 'order.created' } }),
    ).toBe(false)
    expect(woocommerce.isPing({ ...ping, body: Buffer.from('webhook_id=42&x=1') })).toBe(false)
    expect(woocommerce.parse(ping).kind).toBe('ignored')
  })
  test.each(['order.deleted', 'product.updated', 'action.woocommerce_add_to_cart'])(
    '%s is ignored',
    (topic) => {
      expect(parse('woocommerce', { id: 1 }, { 'x-wc-webhook-topic': topic })).toMatchObject({
        kind: 'ignored',
        topic,
      })
    },
  )
  test('an error in place of an order is broken', () => {
    const error = { code: 'woocommerce_rest_cannot_view', data: { status: 401 } }
    const parsed = parse('woocommerce', error, { 'x-wc-webhook-topic': 'order.updated' })
    expect(reasons(parsed).map(({ field }) => field)).toContain('line_items')
  })
})

test('every problem is named at once, in both languages, with the id that could be read', () => {
  const parsed = changed('paid-card-two-rates', {
    currency: 'BTC',
    total: '12,50',
    date_created_gmt: '',
    date_created: '',
  })
  expect(parsed).toMatchObject({ kind: 'broken', orderId: '4101' })
  expect(reasons(parsed).map(({ field }) => field)).toEqual(['total'])
  const later = changed('paid-card-two-rates', {
    currency: 'BTC',
    total: null,
    date_created_gmt: '',
    date_created: '',
  })
  expect(reasons(later).map(({ field }) => field)).toEqual(['currency', 'createdAt', 'total'])
  for (const { ro, en } of reasons(later)) {
    expect(ro).toMatch(/^Câmpul „.+” .+\. .+\.$/)
    expect(en).toMatch(/^The field ".+" .+\. .+\.$/)
  }
})

test('WooCommerce has no delivery id that is safe to go by', () => {
  const headers = { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-delivery-id': 'abc' }
  expect(parse('woocommerce', json('woocommerce', 'cancelled'), headers)).toMatchObject({
    kind: 'order',
    topic: 'order.updated',
    deliveryIds: [],
  })
})

test('a shop that rounds VAT once per order shows a few bani less on its rows; their VAT before rounding is told', () => {
  const row = (id: number) => ({
    id,
    name: 'Borcan',
    quantity: 1,
    subtotal: '8.26',
    subtotal_tax: '1.73',
    total: '8.26',
    total_tax: '1.73',
    taxes: [{ id: 1, total: '1.7346', subtotal: '1.7346' }],
  })
  const rounded = changed('paid-card-two-rates', {
    line_items: [row(1), row(2), row(3)],
    shipping_lines: [],
    fee_lines: [],
    tax_lines: [{ rate_id: 1, rate_percent: 21, compound: false }],
    total: '29.98',
    total_tax: '5.20',
  })
  const { lines, total } = asOrder(rounded)
  expect(total).toBe('29.98')
  expect(lines).toMatchObject(
    [1, 2, 3].map(() => ({ unitPrice: '9.99', discount: '0.00', total: '9.9946' })),
  )
})

describe('an order without any VAT', () => {
  const untaxed = (country: string, prices_include_tax: boolean) =>
    asOrder(
      changed('paid-card-two-rates', {
        prices_include_tax,
        billing: {
          first_name: 'Urs',
          last_name: 'Meier',
          address_1: 'Bahnhofstr. 1',
          city: 'X',
          country,
        },
        shipping: { address_1: '', country: '' },
        line_items: [
          {
            id: 1,
            name: 'Rucsac',
            quantity: 1,
            tax_class: '',
            subtotal: '100.00',
            total: '100.00',
          },
        ],
        shipping_lines: [],
        fee_lines: [],
        tax_lines: [],
        total: '100.00',
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
