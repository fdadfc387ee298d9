import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { exact } from '../../../src/core/money.ts'
import type { PlatformName } from '../../../src/core/settings.ts'
import { difference, parse } from './fixtures.ts'

// Real payloads by others, not part of this repository.
const folder =
  process.env['RELAY_SAMPLES'] ??
  fileURLToPath(new URL('../../../../shared/samples', import.meta.url))
const present = existsSync(folder)

const files = (platform: PlatformName): string[] =>
  present ? readdirSync(`${folder}/${platform}`).filter((file) => file.endsWith('.json')) : []

const parsed = (platform: PlatformName, file: string) =>
  parse(
    platform,
    readFileSync(`${folder}/${platform}/${file}`),
    file.startsWith('refunds-create') ? { 'x-shopify-topic': 'refunds/create' } : {},
  )

/** Files whose table row says that lines, shipping, fees and tax equal the stated total. */
const reconciling = new Set(
  present
    ? readFileSync(`${folder}/SOURCES.md`, 'utf8')
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()))
        .filter((cells) => cells[6] === 'yes')
        .map((cells) => cells[1]?.replaceAll('`', '') ?? '')
    : [],
)

describe.skipIf(!present)('samples by others', () => {
  for (const platform of ['woocommerce', 'shopify', 'cloudcart'] as const) {
    test.each(files(platform))(
      `${platform}/%s is an order, ignored or broken with reasons`,
      (file) => {
        const result = parsed(platform, file)
        if (result.kind === 'broken') expect(result.reasons.length).toBeGreaterThan(0)
        else expect(['order', 'ignored']).toContain(result.kind)
        const stated = JSON.parse(readFileSync(`${folder}/${platform}/${file}`, 'utf8')) as {
          total?: string
          total_price?: string
        }
        const total = stated.total ?? stated.total_price
        if (result.kind === 'order' && total !== undefined)
          expect(exact(result.order.total).eq(exact(total))).toBe(true)
      },
    )

    test.each(files(platform).filter((file) => reconciling.has(`${platform}/${file}`)))(
      `${platform}/%s adds up`,
      (file) => {
        const result = parsed(platform, file)
        if (result.kind !== 'order') {
          // Two are in currencies SmartBill does not know, one has placeholders for dates.
          expect(result.kind).toBe('broken')
          return
        }
        const lines = result.order.lines.length + result.order.shippingLines.length
        const tolerance = exact('0.01').times(exact(String(lines)))
        expect(difference(result.order).abs().lte(tolerance)).toBe(true)
      },
    )
  }

  test('most that reconcile are orders', () => {
    const orders = [...reconciling].filter((path) => {
      const [platform, file] = path.split('/')
      return parsed(platform as PlatformName, file ?? '').kind === 'order'
    })
    expect(orders.length).toBeGreaterThanOrEqual(reconciling.size - 3)
    expect(reconciling.size).toBeGreaterThan(5)
  })
})
