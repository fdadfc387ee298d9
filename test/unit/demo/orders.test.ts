import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/core/document.ts'
import { documentKey, orderRef } from '../../../src/core/ids.ts'
import { exact, text } from '../../../src/core/money.ts'
import { rule } from '../../../src/core/rules.ts'
import { ConfigFile } from '../../../src/core/settings.ts'
import { platforms } from '../../../src/platforms/index.ts'
import { makeOrders, shopNames, type DemoOrder } from '../../../scripts/demo/orders.ts'
import { configOf, deliveriesOf } from '../../../scripts/demo/shops.ts'
import { payerVat } from '../../support/builders.ts'

const now = Date.parse('2026-11-24T08:00:00Z')
const config = ConfigFile.parse(configOf({ lana: 'a', woo: 'b', munte: 'c', camara: 'd' }))

/** What the last news of an order leads to, by the product's own rules. */
function outcomeOf(order: DemoOrder): string {
  const shop = config.shops.find(({ id }) => id === order.shop)
  const deliveries = deliveriesOf(order, shop?.secret ?? '')
  const last = deliveries.at(-1)
  if (shop === undefined || last === undefined) throw new Error('no shop or no news')
  const delivery = { headers: last.headers, body: Buffer.from(last.body) }
  expect(platforms[shop.platform].verify(delivery, [shop.secret])).toBe(true)
  const parsed = platforms[shop.platform].parse(delivery)
  if (parsed.kind === 'broken') return 'unreadable'
  if (parsed.kind === 'ignored') return 'ignored'
  expect(parsed.order).toMatchObject({ id: order.id, number: order.number })
  if (rule(parsed.order, shop.settings, false).kind === 'not-due') return 'by-rule'
  const decision = decide({
    order: parsed.order,
    kind: 'invoice',
    settings: shop.settings,
    companyCif: 'RO12345674',
    vat: payerVat,
    marker: `RLY ${documentKey(orderRef(shop.id, order.id), 'invoice', 1)}`,
    today: '2026-11-24',
  })
  if (decision.kind !== 'issue') return decision.kind === 'hold' ? 'held' : 'by-rule'
  const { total, payment } = decision.document
  expect(total).toBe(text(order.total))
  if (order.expected.outcome === 'document') {
    expect(exact(payment?.value ?? '0').eq(order.expected.paid)).toBe(true)
  }
  // SmartBill refuses a unit that it does not have; nothing before it can know.
  return order.trouble === 'unknown-unit' ? 'refused' : 'document'
}

describe('the orders of the demo', () => {
  test.each([1, 2])('lead to what they are meant to show (seed %i)', (seed) => {
    for (const order of makeOrders(120, seed, now)) {
      expect([order.shop, order.id, order.trouble, outcomeOf(order)]).toEqual([
        order.shop,
        order.id,
        order.trouble,
        order.expected.outcome,
      ])
    }
  })

  test('come from every platform, carry numbers of their own, and are the same for the same seed', () => {
    const orders = makeOrders(120, 7, now)
    expect(new Set(orders.map(({ shop }) => shop))).toEqual(new Set(shopNames))
    expect(new Set(orders.map(({ number }) => number)).size).toBe(120)
    expect(makeOrders(120, 7, now)).toEqual(orders)
    expect(makeOrders(1, 7, now)).toHaveLength(1)
  })
})
