import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { platforms } from '../../../src/platforms/index.ts'

const body = Buffer.from('{"id":7,"name":"Pâine"}')
const sign = (secret: string, bytes: Buffer = body): string =>
  createHmac('sha256', secret).update(bytes).digest('base64')

describe.each([
  ['woocommerce', 'x-wc-webhook-signature'],
  ['shopify', 'x-shopify-hmac-sha256'],
] as const)('a %s delivery', (platform, header) => {
  const proved = (signature: string | undefined, secrets: string[], bytes = body): boolean =>
    platforms[platform].verify({ headers: { [header]: signature }, body: bytes }, secrets)

  test('is proved by the HMAC of its exact bytes', () => {
    expect(proved(sign('current'), ['current'])).toBe(true)
  })
  test('is proved by the previous secret while it is being changed', () => {
    expect(proved(sign('previous'), ['current', 'previous'])).toBe(true)
  })
  test('is refused when one byte of the body differs', () => {
    expect(proved(sign('current'), ['current'], Buffer.from('{"id":8,"name":"Pâine"}'))).toBe(false)
  })
  test('is refused when the bytes were re-encoded', () => {
    const spaced = Buffer.from('{"id": 7, "name": "Pâine"}')
    expect(proved(sign('current'), ['current'], spaced)).toBe(false)
  })
  test.each([
    undefined,
    '',
    'x',
    sign('other'),
    createHmac('sha256', 'current').update(body).digest('hex'),
  ])('is refused with the signature %s', (signature) => {
    expect(proved(signature, ['current'])).toBe(false)
  })
  test('is refused without secrets, and with an empty one that anybody can sign with', () => {
    expect(proved(sign('current'), [])).toBe(false)
    expect(proved(sign(''), [''])).toBe(false)
  })
})

describe.each([
  ['generic', 'authorization', (secret: string) => `Bearer ${secret}`],
  ['cloudcart', 'x-cloudcart-apikey', (secret: string) => secret],
] as const)('a %s delivery', (platform, header, write) => {
  const proved = (value: string | undefined, secrets: string[]): boolean =>
    platforms[platform].verify({ headers: { [header]: value }, body }, secrets)

  test('is proved by the current secret and by the previous one', () => {
    expect(proved(write('current'), ['current', 'previous'])).toBe(true)
    expect(proved(write('previous'), ['current', 'previous'])).toBe(true)
  })
  test.each([undefined, '', write(''), write('curren'), write('currentt'), write('CURRENT')])(
    'is refused with %s',
    (value) => {
      expect(proved(value, ['current'])).toBe(false)
    },
  )
  test('is refused when no secret is set', () => {
    expect(proved(write(''), [''])).toBe(false)
    expect(proved(write('current'), [])).toBe(false)
  })
})

test('the API key alone, without "Bearer", proves nothing to the generic platform', () => {
  const headers = { authorization: 'current' }
  expect(platforms.generic.verify({ headers, body }, ['current'])).toBe(false)
})
