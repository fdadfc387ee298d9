import { createHash } from 'node:crypto'
import type { App } from './app.ts'
import type { AccountId } from './core/ids.ts'
import type { Shop } from './core/settings.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now'>

/** Whether a shop wants to hear of stock and there is a way to tell it. */
export const hearsOfStock = ({ settings, api, stockWebhook, platform }: Shop): boolean =>
  settings.enabled &&
  settings.pushStock &&
  (stockWebhook !== undefined ||
    (api !== undefined && (platform === 'woocommerce' || platform === 'shopify')))

/** A shop that refused its login is left alone for this long, unless the login changes or a person replays, in ms. */
const REFUSED_MS = 86_400_000

/** Names the login without telling it. */
export const loginOf = ({ api, stockWebhook }: Shop): string =>
  createHash('sha256')
    .update(JSON.stringify([api, stockWebhook]))
    .digest('base64url')

/** Gives a job to every shop of the account that hears of its stock; one for all changes within a second. */
export async function pushSoon(
  { ledger, queues, now }: Needs,
  account: AccountId,
): Promise<number> {
  const shops = (await ledger.registry.shops()).filter(
    (shop) => shop.account === account && hearsOfStock(shop),
  )
  const second = Math.floor(now() / 1000) + 1
  const shard = ledger.shardOf(account)
  for (const shop of shops) {
    const { id } = shop
    const { refused, refusedAt } = await ledger.stock.pushState(account, id)
    if (refused === loginOf(shop) && now() - refusedAt < REFUSED_MS) continue
    await queues.enqueue(
      'push-stock',
      { shard, shop: id },
      { jobId: `${id}~stock~${second}`, delayMs: second * 1000 - now() },
    )
  }
  return shops.length
}
