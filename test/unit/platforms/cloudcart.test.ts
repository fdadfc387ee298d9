import { describe, expect, test } from 'vitest'
import { addsUp, asOrder, fixture, fixtureNames, json, order, parse, reasons } from './fixtures.ts'

const open = new Set(['webhook-scale-unclear', 'legacy-vat-on-top'])

test.each(fixtureNames('cloudcart').filter((name) => !open.has(name)))(
  '%s adds up to the ban',
  (name) => {
    expect(addsUp(order('cloudcart', name))).toBe(true)
  },
)

const webhook = (name: string, changes: Record<string, unknown>) => {
  const [element] = JSON.parse(fixture('cloudcart', name).toString('utf8')) as Record<
    string,
    unknown
  >[]
  return [{ ...element, ...changes }]
}

test('a webhook with amounts in lei and one VAT rate', () => {
  expect(order('cloudcart', 'webhook-paid-card')).toMatchObject({
    id: '2001',
    status: 'paid',
    paymentStatus: 'paid',
    paymentMethod: 'card',
    pricesIncludeVat: true,
    createdAt: '2026-07-01T07:30:00Z',
    updatedAt: '2026-07-01T07:31:00Z',
    customer: { name: 'Oana Ciubotaru', email: 'oana@exemplu.test', phone: '+40700000333' },
    billing: { line1: 'Strada Lăpușneanu 7', city: 'Iași', postcode: '700100', country: 'RO' },
    lines: [{ name: 'Rochie de in (M)', unitPrice: '130.00', vatRate: '21', total: '130.00' }],
    shippingLines: [{ name: 'Curier', total: '20.00', vatRate: '21' }],
    payments: [{ amount: '150.00', at: '2026-07-01T07:30:50Z' }],
  })
})

test('an element without its array is the same order', () => {
  const [element] = webhook('webhook-paid-card', {})
  expect(asOrder(parse('cloudcart', element))).toEqual(order('cloudcart', 'webhook-paid-card'))
})

test('in winter the shop’s clock is two hours ahead', () => {
  expect(order('cloudcart', 'webhook-eur-winter')).toMatchObject({
    createdAt: '2026-01-15T08:30:00Z',
    currency: 'EUR',
  })
})

test('a company whose numbers are in each other’s boxes', () => {
  expect(order('cloudcart', 'webhook-cod-company-swapped')).toMatchObject({
    status: 'awaiting_payment',
    paymentStatus: 'unpaid',
    paymentMethod: 'cod',
    payments: [],
    customer: {
      kind: 'company',
      company: 'Croitoria Mov & Alb SRL',
      cif: 'RO12345674',
      regCom: 'J22/10/2015',
    },
    invoiceRequested: true,
  })
})

describe('the scale of the amounts', () => {
  const body = fixture('cloudcart', 'webhook-scale-unclear')
  test('that the body does not show is not guessed', () => {
    const [reason] = reasons(parse('cloudcart', body))
    expect(reason).toMatchObject({ code: 'unclear-amounts', field: 'total' })
    expect(reason?.en).toContain('X-Relay-Amounts')
  })
  test.each([
    ['minor', '150.00'],
    ['plain', '15000.00'],
  ])('that the shop’s owner fixed as %s makes a total of %s', (scale, total) => {
    expect(asOrder(parse('cloudcart', body, { 'x-relay-amounts': scale })).total).toBe(total)
  })
  test('is shown by an amount beside its written form', () => {
    expect(order('cloudcart', 'webhook-minor-with-twins')).toMatchObject({
      total: '150.00',
      lines: [{ unitPrice: '130.00' }],
      payments: [{ amount: '150.00' }],
    })
  })
  test('is unclear when two signs contradict each other', () => {
    const parsed = parse('cloudcart', fixture('cloudcart', 'webhook-paid-card'), {
      'x-relay-amounts': 'minor',
    })
    expect(reasons(parsed)[0]?.code).toBe('unclear-amounts')
  })
  test('is unclear when the lines are in one and the total in the other', () => {
    const parsed = parse('cloudcart', webhook('webhook-paid-card', { order_total: 15000 }))
    expect(reasons(parsed)[0]?.code).toBe('unclear-amounts')
  })
  test('of a price that the shop computed tells nothing', () => {
    const products = [{ id: 1, name: 'Rochie', quantity: 3, price: 5000, order_price: 4333.33 }]
    const parsed = parse('cloudcart', webhook('webhook-scale-unclear', { products }))
    expect(reasons(parsed)[0]?.code).toBe('unclear-amounts')
  })
})

test('the legacy form: discounted prices, numbers in place of text, entities in names', () => {
  expect(order('cloudcart', 'legacy-coupon')).toMatchObject({
    status: 'completed',
    paymentMethod: 'bank_transfer',
    lines: [
      {
        name: 'Lavandă "Moldova"',
        unitPrice: '55.50',
        discount: '11.10',
        total: '99.90',
        vatRate: '21',
      },
    ],
    discounts: [],
  })
})

test('prices without VAT are recognised by how the order adds up', () => {
  const net = order('cloudcart', 'legacy-vat-on-top')
  expect(net).toMatchObject({
    pricesIncludeVat: false,
    total: '121.00',
    lines: [{ unitPrice: '50.00' }],
  })
  expect(net.lines[0]?.total).toBeUndefined()
})

test('an order that shows neither is held by a reason', () => {
  const changes = { vat_included: undefined, tax_vat: [], order_total: '149.00' }
  expect(reasons(parse('cloudcart', webhook('webhook-paid-card', changes)))[0]?.code).toBe(
    'unclear-vat',
  )
})

describe('the REST resource', () => {
  test('is in minor units, and with two brackets no line has a rate', () => {
    const two = order('cloudcart', 'rest-two-rates')
    expect(two).toMatchObject({
      id: '2010',
      total: '241.00',
      shippingLines: [{ total: '21.00', vatRate: '' }],
      payments: [{ id: 'pi_77', amount: '241.00', at: '2026-07-01T07:30:59Z' }],
    })
    expect(two.lines.map(({ vatRate }) => vatRate)).toEqual(['', ''])
  })
  test('has discounts in its lines, later price changes and other totals as fees', () => {
    expect(order('cloudcart', 'rest-company-discount-modification')).toMatchObject({
      status: 'completed',
      paymentMethod: 'cod',
      paymentStatus: 'paid',
      lines: [{ unitPrice: '130.00', discount: '13.00', total: '117.00', vatRate: '21' }],
      discounts: [],
      fees: [
        { name: 'Retuș preț', total: '-5.00' },
        { name: 'Taxă ramburs', total: '3.00' },
      ],
      customer: { cif: '12345674', regCom: 'J22/11/2016' },
    })
  })
  test('keeps long ids and free lines', () => {
    const messy = order('cloudcart', 'rest-free-line-messy')
    expect(messy.id).toBe('9007199254740995')
    expect(messy.lines).toMatchObject([{ name: 'Rochie de in – “Vară”' }, { total: '0.00' }])
    expect(messy.billing.line1).toBe('Str. Lăpușneanu 7')
    expect(messy.payments).toEqual([])
  })
  test('with an amount that has a point is unclear, whole floats are not', () => {
    const text = fixture('cloudcart', 'rest-two-rates').toString('utf8')
    const pointed = Buffer.from(text.replace('"price": 13000', '"price": 130.00'))
    expect(reasons(parse('cloudcart', pointed))[0]?.code).toBe('unclear-amounts')
    const floats = Buffer.from(text.replace('"price": 13000', '"price": 13000.0'))
    expect(asOrder(parse('cloudcart', floats)).total).toBe('241.00')
  })
  test('without its products says how to read them', () => {
    const { included: _, ...alone } = json('cloudcart', 'rest-two-rates')
    expect(reasons(parse('cloudcart', alone))[0]).toMatchObject({
      code: 'no-lines',
      field: 'lines',
    })
  })
})

test('a discount that the lines do not show is one on the whole order', () => {
  const products = [{ id: 1, name: 'Rochie', quantity: 1, price: '130.00' }]
  const discounts = [
    { group: 'discount', code: 'ZECE', name: 'Zece', amount: '10.00' },
    { group: 'modification', name: 'Retuș', amount: '-5.00' },
  ]
  const parsed = asOrder(
    parse(
      'cloudcart',
      webhook('webhook-paid-card', { products, discounts, order_total: '135.00' }),
    ),
  )
  expect(parsed).toMatchObject({
    discounts: [{ code: 'ZECE', name: 'Zece', amount: '10.00' }],
    fees: [{ name: 'Retuș', total: '-5.00' }],
  })
  expect(addsUp(parsed)).toBe(true)
})

test('cancelled and refunded orders, and an invoice that exists elsewhere', () => {
  expect(order('cloudcart', 'webhook-cancelled')).toMatchObject({
    status: 'cancelled',
    paymentStatus: 'voided',
    payments: [],
  })
  expect(order('cloudcart', 'webhook-refunded')).toMatchObject({
    status: 'refunded',
    paymentStatus: 'refunded',
    externalInvoice: 'CC-88',
  })
})

test.each([
  ['pending', 'awaiting_payment'],
  ['timeouted', 'cancelled'],
  ['chargebacked', 'refunded'],
  ['de_verificat', 'unknown'],
])('the status %s is %s', (status, normalised) => {
  const parsed = asOrder(parse('cloudcart', webhook('webhook-paid-card', { status })))
  expect(parsed).toMatchObject({ status: normalised, platformStatus: status })
})

test.each([
  [[]],
  [[{}, {}]],
  [{ id: 3, name: 'Un produs' }],
  ['text'],
  [null],
  [{ data: { type: 'products' } }],
])('%j is no order', (body) => {
  expect(reasons(parse('cloudcart', body))[0]?.code).toBe('no-order')
})

test('events about other things are ignored when the webhook says what it is', () => {
  expect(parse('cloudcart', [{ id: 3 }], { 'x-event': 'product.updated' }).kind).toBe('ignored')
})
