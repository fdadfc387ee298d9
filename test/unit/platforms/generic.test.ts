import { describe, expect, test } from 'vitest'
import { parseGenericOrder } from '../../../src/platforms/generic.ts'
import { fixture, fixtureNames, json, order, parse } from './fixtures.ts'

test.each(fixtureNames('generic'))('%s is an order', (name) => {
  expect(order('generic', name).currency).toMatch(/^(RON|EUR)$/)
})

test('an order goes straight through, without the properties nobody knows', () => {
  const through = order('generic', 'unknown-extras-free-line')
  expect(through).toMatchObject({
    id: '9007199254740993',
    lines: [{ unitPrice: '60.50' }, { unitPrice: '0.00' }],
  })
  expect(through).not.toHaveProperty('loyaltyPoints')
})

test('an order in a CloudEvents envelope names its delivery', () => {
  expect(parse('generic', fixture('generic', 'cloud-event'))).toMatchObject({
    kind: 'order',
    topic: 'ro.exemplu.order.paid',
    deliveryIds: ['https://magazin.exemplu.test/orders~evt-77'],
    order: { id: 'G-9' },
  })
  const bare = parseGenericOrder(fixture('generic', 'cloud-event'))
  expect(bare.ok && bare.order.id).toBe('G-9')
})

/** The fixture with one field, named by its path, set to a value; `undefined` takes it away. */
function withField(path: string, value: unknown): Record<string, unknown> {
  const source = json('generic', 'coupon-shipping-fee')
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let target: object = source
  for (const key of keys) target = Reflect.get(target, key) as object
  if (value === undefined) Reflect.deleteProperty(target, last)
  else Reflect.set(target, last, value)
  return source
}

const refused = (body: Buffer) => {
  const result = parseGenericOrder(body)
  if (result.ok) throw new Error('accepted')
  return result.reasons
}

describe('bad input', () => {
  test.each([
    ['total', '1e5', /no exponent/],
    ['total', '12,50', /comma/],
    ['total', 12.5, /number without quotes/],
    ['total', 12, /number without quotes/],
    ['total', 'NaN', /not an amount/],
    ['total', '', /not an amount/],
    ['total', undefined, /missing/],
    ['total', null, /missing/],
    ['total', '1234567890123.00', /too many digits/],
    ['total', '0.1234567', /too many digits/],
    ['total', ['1'], /not text/],
    ['lines.0.quantity', '1.000,5', /comma/],
    ['lines.0.unitPrice', '-60.50', /negative/],
    ['lines.0.unitPrice', undefined, /missing/],
    ['lines.0.discount', '-1.00', /negative/],
    ['lines.0.vatRate', '21%', /not a VAT rate/],
    ['lines.0.vatRate', 21, /not a VAT rate/],
    ['lines.0.name', '', /is empty/],
    ['lines.0.type', 'thing', /unknown value.*product, service, giftcard/],
    ['lines', [], /at least 1/],
    ['lines', 'none', /a list/],
    ['currency', 'XYZ', /not a currency/],
    ['currency', 'ron', /not a currency/],
    ['currency', undefined, /missing.*three-letter/],
    ['createdAt', '24.11.2026', /not an instant/],
    ['createdAt', '2026-11-24 08:00:00', /not an instant/],
    ['updatedAt', undefined, /missing.*offset/],
    ['id', 1001, /text in quotes/],
    ['id', '', /is empty/],
    ['id', 'x'.repeat(129), /at most 128 characters/],
    ['customer', undefined, /missing/],
    ['billing', 'Str. Lunga 1', /an object/],
    ['pricesIncludeVat', 'yes', /true or false/],
    ['payments.0.amount', '1 000.00', /not an amount/],
    ['payments.0.at', 'now', /not an instant/],
    ['shippingLines.0.price', '15,00', /comma/],
  ])('%s = %j names the field and the fix', (path, value, sentence) => {
    const reasons = refused(Buffer.from(JSON.stringify(withField(path, value))))
    expect(reasons).toHaveLength(1)
    const [reason] = reasons
    expect(reason?.field).toBe(path)
    expect(reason?.en).toMatch(sentence)
    expect(reason?.en).toContain(`"${path}"`)
    expect(reason?.ro).toContain(`„${path}”`)
  })

  test('every problem is named at once', () => {
    const source = { ...withField('total', '12,50'), currency: 'XYZ', createdAt: '' }
    expect(refused(Buffer.from(JSON.stringify(source))).map(({ field }) => field)).toEqual([
      'currency',
      'createdAt',
      'total',
    ])
  })

  test('a bare NaN is no JSON, and its field is named', () => {
    const body = fixture('generic', 'cod')
      .toString('utf8')
      .replace('"total": "121.00"', '"total": NaN')
    expect(refused(Buffer.from(body))).toMatchObject([{ field: 'total', code: 'bad-amount' }])
  })

  test.each(['', '{', 'id=1', '[1', '\u0000'])('%j is no JSON', (body) => {
    expect(refused(Buffer.from(body))).toMatchObject([{ field: '', code: 'not-json' }])
  })
  test.each(['null', '[]', '"text"', '7'])('%s is no order', (body) => {
    expect(refused(Buffer.from(body))).toMatchObject([{ field: '' }])
  })

  test('what was sent is never repeated in the sentences', () => {
    const reasons = refused(
      Buffer.from(JSON.stringify(withField('total', 'please unsubscribe me'))),
    )
    expect(JSON.stringify(reasons)).not.toContain('unsubscribe')
  })
})

test('a broken order of a proved shop keeps its id for the person who mends it', () => {
  expect(parse('generic', withField('total', '1e5'))).toMatchObject({
    kind: 'broken',
    orderId: 'G-3',
  })
})

test('half of a character in the order id is refused, for no key can be made of it', () => {
  const sent = JSON.stringify(withField('id', 'A-\ud83d'))
  const read = parseGenericOrder(Buffer.from(sent))
  expect(read.ok ? [] : read.reasons).toMatchObject([{ field: 'id', code: 'bad-field' }])
})
