import * as fc from 'fast-check'
import { Order } from '../../../src/core/order.ts'
import { Settings, paymentTypes } from '../../../src/core/settings.ts'

const label = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.constantFrom(...Array.from('RLY0123456789AB <>-\n\ud800')), { maxLength: 30 })
    .map((all) => all.join('')),
)

const digits = (decimals: string, whole: number): string =>
  decimals === '' ? String(whole) : `${whole}.${decimals}`
const decimals = fc.oneof(
  fc.constantFrom('', '00', '50', '99', '005', '3333', '333333'),
  fc.stringMatching(/^\d{0,6}$/),
)
const whole = fc.oneof(fc.nat(9), fc.nat(999), fc.nat(999_999_999_999))
const positive = fc.tuple(decimals, whole).map(([part, all]) => digits(part, all))
const small = fc.tuple(decimals, fc.nat(200)).map(([part, all]) => digits(part, all))
const amount = fc
  .tuple(fc.constantFrom('', '', '', '-'), fc.oneof(small, positive))
  .map(([sign, value]) => `${sign}${value}`)
const vatRate = fc.constantFrom('', '21', '21.00', '11', '0', '19', '9.5', '100', '21', '21')
const instant = fc.constantFrom(
  '2026-11-24T08:00:00Z',
  '2025-07-31T23:30:00+03:00',
  '0001-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999-14:00',
)
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(some, { nil: undefined, freq: 3 })

const county = fc.oneof(
  label,
  fc.constantFrom('Cluj', 'B', 'Bucuresti', 'Ilfov', 'Ilfov/Bucuresti', 'Jud. Bacău', 'Sector 3'),
)
const city = fc.oneof(
  label,
  fc.constantFrom('Bucuresti', 'Bucuresti S3', 'Sector 1', 'Sectorul IV', 'Cluj-Napoca', 'Dej'),
)
export const anyAddress = fc.record({
  name: label,
  company: label,
  line1: fc.oneof(label, fc.constantFrom('Str. Lunga 1', 'Bd. Unirii 3, sector 3', 'sect.4')),
  line2: label,
  city,
  county,
  postcode: fc.oneof(label, fc.constantFrom('030167', '500001')),
  country: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('RO', 'ROMÂNIA') }, label),
})

const charge = fc.record({
  name: fc.constantFrom('Transport', 'Taxa'),
  price: amount,
  vatRate,
  total: maybe(amount),
})
const payment = fc.record({
  method: fc.oneof(label, fc.constantFrom('card', 'cod', 'constructor', '__proto__')),
  amount: fc.oneof(small, positive),
})

const line = fc.record({
  sku: fc.oneof(fc.constantFrom('A', 'B'), label),
  barcode: label,
  name: label.filter((name) => name.length > 0),
  quantity: fc.oneof(fc.constantFrom('1', '2', '3'), amount),
  unit: fc.constantFrom('', 'buc', 'kg'),
  unitPrice: fc.oneof(small, positive),
  vatRate,
  discount: fc.oneof(fc.constant('0'), small),
  total: maybe(fc.oneof(small, amount)),
  type: fc.constantFrom('product', 'product', 'product', 'service', 'giftcard'),
})

/** Orders that make sense to the schema and to nothing else. */
export const anyOrder = fc
  .record({
    id: fc.constantFrom('1', 'x~y:z'),
    number: label,
    status: fc.constantFrom('paid', 'refunded', 'other'),
    paymentStatus: fc.constantFrom(
      'unpaid',
      'authorized',
      'paid',
      'partially_refunded',
      'refunded',
      'paid',
    ),
    paymentMethod: label,
    currency: fc.constantFrom('RON', 'RON', 'EUR', 'JPY'),
    createdAt: instant,
    updatedAt: instant,
    pricesIncludeVat: fc.boolean(),
    customer: fc.record({
      kind: fc.constantFrom('person', 'company', 'unknown'),
      name: label,
      company: label,
      email: label,
      phone: label,
      cif: fc.oneof(label, fc.constantFrom('RO12345674', '12345674', 'DE136695976')),
      regCom: label,
      cnp: label,
      bank: label,
      iban: label,
    }),
    billing: anyAddress,
    shipping: maybe(anyAddress),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    shippingLines: fc.array(charge, { maxLength: 2 }),
    fees: fc.array(charge, { maxLength: 2 }),
    discounts: fc.array(fc.record({ code: label, name: label, amount: small }), { maxLength: 2 }),
    total: fc.oneof(small, amount),
    payments: fc.array(payment, { maxLength: 3 }),
    refunds: fc.array(fc.record({ id: label, amount: small }), { maxLength: 1 }),
  })
  .map((order) => Order.parse(order))

export const anySettings = fc
  .record({
    enabled: fc.constant(true),
    document: fc.constantFrom('invoice', 'estimate'),
    series: maybe(fc.constant('FCT')),
    allowLinesWithoutCode: fc.boolean(),
    issueDate: fc.constantFrom('today', 'order'),
    dueDays: maybe(fc.nat(365)),
    currency: fc.constantFrom('order', 'RON'),
    precision: fc.constantFrom(2, 3, 4),
    useStock: fc.boolean(),
    warehouse: maybe(label.filter((name) => name.length <= 100)),
    paymentTypes: fc.dictionary(label, fc.constantFrom(...paymentTypes), { maxKeys: 2 }),
    companyWithoutCif: fc.constantFrom('hold', 'person'),
    chargesVatRate: maybe(fc.constantFrom('21', '11')),
    mentions: fc.constantFrom('', 'Comanda {order.number}', '{customer.name}{order.date}{x}'),
    draft: fc.boolean(),
    skipZeroTotal: fc.boolean(),
  })
  .map((settings) => Settings.parse(JSON.parse(JSON.stringify(settings))))
