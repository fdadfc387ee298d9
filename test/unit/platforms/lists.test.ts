import { expect, test } from 'vitest'
import { listCloudCart } from '../../../src/platforms/cloudcart-list.ts'
import { listShopify } from '../../../src/platforms/shopify-list.ts'

const from = { since: 0, position: '', resumed: false }
const TEN_MINUTES = 600_000

test.each([
  ['30/40', 5000],
  ['20/40', 0],
  ['99999/1', TEN_MINUTES],
  ['nonsense', 0],
])('Shopify says that %s of its bucket is used: a rest of %i ms', async (used, ms) => {
  const headers = { 'x-shopify-shop-api-call-limit': used }
  const ask = async () => ({ status: 200, headers, text: '{"orders":[]}' })
  const api = { url: 'https://shop.myshopify.com', token: 'shpat_x' }
  expect((await listShopify(api as never, ask, from)).restMs).toBe(ms)
})

test.each([
  ['30', 30_000],
  ['999999999', TEN_MINUTES],
])('CloudCart has no calls left for %s seconds: a rest of %i ms', async (reset, ms) => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  const ask = async () => ({ status: 200, headers, text: '{"data":[]}' })
  const api = { url: 'https://shop.example', key: 'k' }
  expect((await listCloudCart(api as never, ask, from)).restMs).toBe(ms)
})
