import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Order } from '../../../src/core/order.ts'
import type { PlatformName } from '../../../src/core/settings.ts'
import { platforms } from '../../../src/platforms/index.ts'
import { fixture, fixtureNames } from './fixtures.ts'

const names: PlatformName[] = ['generic', 'woocommerce', 'shopify', 'cloudcart']

/** Whatever comes, the answer is an order that is one, or words about why not. */
function answers(platform: PlatformName, body: Buffer, headers: Record<string, string> = {}): void {
  const delivery = { headers, body }
  expect(platforms[platform].verify(delivery, ['secret'])).toBe(false)
  expect(typeof platforms[platform].isPing(delivery)).toBe('boolean')
  const parsed = platforms[platform].parse(delivery)
  if (parsed.kind === 'order') expect(Order.safeParse(parsed.order).success).toBe(true)
  if (parsed.kind === 'broken') {
    expect(parsed.reasons.length).toBeGreaterThan(0)
    for (const { ro, en } of parsed.reasons) expect(ro !== '' && en !== '').toBe(true)
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    [],
    {},
    -1,
    0,
    1e21,
    '1e999999999',
    '-',
    true,
    '\uD800',
    '9'.repeat(400),
  ),
  fc.jsonValue(),
)

/** A fixture in which a few values, anywhere, are something else. */
function mutate(value: unknown, picks: Map<number, unknown>, counter = { at: 0 }): unknown {
  counter.at += 1
  if (picks.has(counter.at)) return picks.get(counter.at)
  if (Array.isArray(value)) return value.map((item: unknown) => mutate(item, picks, counter))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mutate(item, picks, counter)]),
  )
}

describe.each(names)('%s never throws', (platform) => {
  test('on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        answers(platform, Buffer.from(bytes))
      }),
    )
  })
  test('on random JSON and random headers', () => {
    fc.assert(
      fc.property(fc.json(), fc.dictionary(fc.string(), fc.string()), (json, headers) => {
        answers(platform, Buffer.from(json), headers)
      }),
    )
  })
  test('on fixtures with odd values in random places', () => {
    const fixtures = fixtureNames(platform).map(
      (name) => JSON.parse(fixture(platform, name).toString('utf8')) as unknown,
    )
    const picks = fc.array(fc.tuple(fc.integer({ min: 1, max: 160 }), odd), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), picks, (source, chosen) => {
        answers(platform, Buffer.from(JSON.stringify(mutate(source, new Map(chosen)))))
      }),
      { numRuns: 150 },
    )
  })
  test.each(fixtureNames(platform))(
    'on %s in which any one value is an object that cannot be made into text',
    (name) => {
      const source: unknown = JSON.parse(fixture(platform, name).toString('utf8'))
      for (let at = 1; at <= 200; at++)
        answers(
          platform,
          Buffer.from(JSON.stringify(mutate(source, new Map([[at, { toString: [] }]])))),
        )
    },
  )
  test('on a fixture cut off anywhere', () => {
    const body = fixture(platform, fixtureNames(platform)[0] ?? '')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: body.length }), (length) => {
        answers(platform, body.subarray(0, length))
      }),
    )
  })
  test('on nesting deeper than any stack', () => {
    answers(platform, Buffer.from('['.repeat(30_000) + ']'.repeat(30_000)))
    answers(platform, Buffer.from('{"data":'.repeat(30_000) + '1' + '}'.repeat(30_000)))
  })
})
