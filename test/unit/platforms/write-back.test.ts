import { describe, expect, test } from 'vitest'
import { createOutbound } from '../../../src/outbound.ts'
import { writeBacks, type Written } from '../../../src/platforms/write-back.ts'
import { startShopOrders, type OrderFault } from '../../support/shop-orders.ts'
import type { ShopPlatform } from '../../support/shop-apis.ts'

const invoice: Written = {
  kind: 'invoice',
  name: 'FCT0001',
  issuedOn: '2026-11-24',
  link: 'https://relay.example/d/abc',
  others: [],
  replaced: false,
}
const outbound = createOutbound({ allowPrivate: true })

async function open(platform: ShopPlatform) {
  const shop = await startShopOrders(platform, ['7'])
  const write = writeBacks[platform]
  if (write === undefined) throw new Error(`${platform} cannot be written to`)
  return {
    ...shop,
    write: (document = invoice, order = '7', api: Parameters<typeof write>[0] = shop.api) =>
      write(api, (call) => outbound.call({ ...call, timeoutMs: 2000 }), order, document),
  }
}

describe.each(['woocommerce', 'shopify', 'cloudcart'] as const)('%s', (platform) => {
  test('number and link are on the order; a second time changes nothing', async () => {
    const shop = await open(platform)
    expect(await shop.write()).toBe('written')
    const changes = shop.changes()
    expect(JSON.stringify(shop.fields('7'))).toContain('FCT0001')
    expect(await shop.write()).toBe('there')
    expect(shop.changes()).toBe(changes)
  })

  // The answer to each of its calls is lost once.
  test.each([0, 1, 2, 3])(
    'an answer lost at call %i leads to no second note or number',
    async (at) => {
      const shop = await open(platform)
      shop.fail(...Array.from({ length: at }, (): OrderFault => 'pass'), 'lost')
      await shop.write().catch(() => {})
      shop.mend()
      await shop.write()
      expect(JSON.stringify(shop.fields('7'))).toContain('FCT0001')
      expect(shop.notes('7').length).toBeLessThanOrEqual(1)
      expect(await shop.write()).toBe('there')
    },
  )

  test('its troubles are told apart', async () => {
    const shop = await open(platform)
    const reason = async (fault: OrderFault) => {
      shop.fail(fault)
      return shop.write().catch((error: unknown) => error)
    }
    expect(await reason(500)).toMatchObject({ reason: { code: 'shop-api-server' } })
    expect(await reason(429)).toMatchObject({ reason: { code: 'shop-api-throttled' }, waitMs: 50 })
    expect(await reason(401)).toMatchObject({ reason: { code: 'shop-api-no-write' } })
    expect(await reason(422)).toMatchObject({
      reason: { code: 'shop-api-write-refused', ro: expect.stringContaining('„Nu acum”') },
    })
    await expect(shop.write(invoice, '8')).rejects.toMatchObject({
      reason: { code: 'shop-api-no-order' },
    })
    expect(shop.changes()).toBe(0)
  })
})

test('WooCommerce: the note says what happened and shows the link; a reversal is a note of its own', async () => {
  const shop = await open('woocommerce')
  await shop.write()
  await shop.write({ ...invoice, reversedBy: 'FCT0002' })
  await shop.write({ ...invoice, reversedBy: 'FCT0002' })
  expect(shop.notes('7')).toEqual([
    expect.stringContaining('Factura FCT0001 a fost emisă. <a href="https://relay.example/d/abc">'),
    'SmartBill: Factura FCT0001 a fost stornată cu FCT0002.',
  ])
  expect(shop.fields('7')).toMatchObject({ _smartbill_relay_invoice_reversed_by: 'FCT0002' })
})

describe.each(['woocommerce', 'shopify'] as const)(
  '%s: reversed, then issued again',
  (platform) => {
    const before: Written = { ...invoice, reversedBy: 'FCT0002' }
    const again: Written = { ...invoice, name: 'FCT0003', link: '' }
    const late: Written = { ...before, others: ['FCT0003'], replaced: true }

    test.each([
      ['in order', [invoice, before, again]],
      ['the reversal told late', [invoice, again, late]],
      ['both told late', [invoice, before, again, late, late]],
    ])('%s: the invoice that holds is what the order shows', async (_name, told) => {
      const shop = await open(platform)
      for (const document of told) await shop.write(document)
      const shown = Object.entries(shop.fields('7')).filter(([, value]) => value !== '')
      expect(
        Object.fromEntries(shown.map(([key, value]) => [key.replace(/.*invoice/, ''), value])),
      ).toEqual({ '': 'FCT0003', _date: '2026-11-24' })
      expect(shop.notes('7')).toHaveLength(platform === 'woocommerce' ? 3 : 0)
      const changes = shop.changes()
      expect([await shop.write(again), await shop.write(late)]).toEqual(['there', 'there'])
      expect(shop.changes()).toBe(changes)
    })
  },
)

test('CloudCart: a number of somebody else stays, and says so; a proforma has no place', async () => {
  const shop = await open('cloudcart')
  shop.fields('7')['invoice_number'] = 'CC-88'
  await expect(shop.write()).rejects.toMatchObject({ reason: { code: 'shop-api-number-taken' } })
  expect(await shop.write({ ...invoice, kind: 'estimate' })).toBe('there')
  expect(shop.changes()).toBe(0)
  shop.fields('7')['invoice_number'] = 'FCT 0001'
  expect(await shop.write()).toBe('there')
  expect(await shop.write({ ...invoice, name: 'FCT0009', others: ['FCT0001'] })).toBe('there')
})
