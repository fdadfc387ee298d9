import { readdirSync, readFileSync } from 'node:fs'
import { exact, sum, ZERO, type Exact } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { PlatformName } from '../../../src/core/settings.ts'
import { platforms } from '../../../src/platforms/index.ts'
import type { Parsed } from '../../../src/platforms/platform.ts'

const folder = new URL('../../fixtures/platforms/', import.meta.url)

export const fixtureNames = (platform: PlatformName): string[] =>
  readdirSync(new URL(`${platform}/`, folder)).map((file) => file.replace(/\.json$/, ''))

export const fixture = (platform: PlatformName, name: string): Buffer =>
  readFileSync(new URL(`${platform}/${name}.json`, folder))

/** A fixture as a plain object, to be changed by a test. */
export const json = (platform: PlatformName, name: string): Record<string, unknown> =>
  JSON.parse(fixture(platform, name).toString('utf8')) as Record<string, unknown>

export function parse(
  platform: PlatformName,
  body: unknown,
  headers: Record<string, string> = {},
): Parsed {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return platforms[platform].parse({ headers, body: bytes })
}

export function asOrder(parsed: Parsed): Order {
  if (parsed.kind !== 'order') throw new Error(`no order: ${JSON.stringify(parsed)}`)
  return parsed.order
}

export const order = (platform: PlatformName, name: string): Order =>
  asOrder(parse(platform, fixture(platform, name)))

export function reasons(parsed: Parsed): { code: string; field: string; ro: string; en: string }[] {
  if (parsed.kind !== 'broken') throw new Error(`not broken: ${JSON.stringify(parsed)}`)
  return parsed.reasons
}

/** What lines, shipping and fees come to with VAT, less discounts, beside what the shop says the order is. */
export function difference({ lines, shippingLines, fees, discounts, total }: Order): Exact {
  const parts = [...lines, ...shippingLines, ...fees]
  const unsaid = parts.some((part) => part.total === undefined)
  if (unsaid) throw new Error('a part has no total')
  return sum(parts.map((part) => exact(part.total ?? '0')))
    .minus(sum(discounts.map(({ amount }) => exact(amount))))
    .minus(exact(total))
}

export const addsUp = (candidate: Order): boolean => difference(candidate).eq(ZERO)
