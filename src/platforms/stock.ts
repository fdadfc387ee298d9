import type { PlatformName } from '../core/settings.ts'
import type { ShopApi } from '../core/shop-api.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import { wasRefused } from './listing.ts'
import type { Pushed, Send } from './posting.ts'
import { pushToShopify } from './shopify-stock.ts'
import { pushToWooCommerce } from './woocommerce-stock.ts'

/**
 * Sets these whole quantities by product code at the shop (at most 100), only where they differ from what the shop has.
 * Throws ShopApiError when the shop does not let us.
 */
type PushStock = (api: ShopApi, send: Send, wanted: ReadonlyMap<string, number>) => Promise<Pushed>

/** Platforms whose API can be told quantities. */
export const stockPushers: Readonly<Partial<Record<PlatformName, PushStock>>> = {
  woocommerce: pushToWooCommerce,
  shopify: pushToShopify,
}

/** Our own webhook: tells a shop of any kind. */
export async function sendStock(
  url: string,
  send: Send,
  message: { body: string; headers: Record<string, string> },
): Promise<void> {
  const { status } = await send({
    method: 'POST',
    url,
    headers: { ...message.headers, 'content-type': 'application/json' },
    body: message.body,
  }).catch((cause: unknown) => {
    throw shopApiError(wasRefused(cause) ? 'forbidden-address' : 'unreachable', undefined, {
      cause,
    })
  })
  if (status >= 200 && status < 300) return
  if (status === 401 || status === 403 || status === 410) throw shopApiError('login')
  if (status === 404 || (status >= 300 && status < 400)) throw shopApiError('wrong-address')
  if (status === 429) throw shopApiError('throttled', 10_000)
  throw shopApiError('server')
}
