import { randomUUID } from 'node:crypto'
import type { App } from '../src/app.ts'
import { RejectedError, ThrottledError, TransientError } from '../src/core/errors.ts'
import { signedHeaders } from '../src/core/webhook-signature.ts'
import type { Shop } from '../src/core/settings.ts'
import { ShopApiError } from '../src/core/shop-api-errors.ts'
import { sellable } from '../src/core/stock.ts'
import type { Payload } from '../src/jobs.ts'
import { hearsOfStock, loginOf } from '../src/stock-push.ts'

type Push = NonNullable<Awaited<ReturnType<App['ledger']['stock']['pushTo']>>>

/** So often all quantities are compared with the shop's own, whatever we told it. */
const CHECK_EVERY_MS = 6 * 3_600_000
const CODES_A_CALL = 100
const CALL_TIMEOUT_MS = 20_000
/** Troubles of the shop that pass by themselves. */
const PASSING = ['shop-api-unreachable', 'shop-api-server']

/**
 * Tells a shop the quantities that changed since it was last told: all of them the first time, and every few hours those
 * that differ from what the shop has. Absolute quantities: doing it twice changes nothing.
 */
export async function pushStock({ shop: id }: Payload<'push-stock'>, app: App): Promise<string> {
  const shop = await app.ledger.registry.shop(id)
  if (shop === undefined || !hearsOfStock(shop)) return 'the shop does not hear of stock'
  const push = await app.ledger.stock.pushTo(shop.account, id)
  if (push === undefined)
    throw new ThrottledError('another worker tells this shop', app.now() + 2000)
  try {
    const told = await tell(app, shop, push)
    if (push.state.refused !== '') await push.note({ refused: '' })
    return told
  } catch (error) {
    if (!(error instanceof ShopApiError)) throw error
    const { code, ro, en } = error.reason
    if (error.waitMs !== undefined)
      throw new ThrottledError(en, app.now() + error.waitMs, { cause: error })
    if (PASSING.includes(code)) throw new TransientError(en, { cause: error })
    await push.note({ refused: loginOf(shop), refusedAt: app.now() })
    throw new RejectedError({ code, said: '', ro, en }, { cause: error })
  } finally {
    await push.release()
  }
}

async function tell(app: App, shop: Shop, push: Push): Promise<string> {
  const { settings, account } = shop
  const items = await app.ledger.stock.items(account)
  const warehouses =
    settings.stockWarehouses.length > 0
      ? settings.stockWarehouses
      : settings.warehouse === undefined
        ? []
        : [settings.warehouse]
  const wanted = [...sellable(items, warehouses)]
  const check = app.now() - push.state.checkedAt >= CHECK_EVERY_MS
  const due = check ? wanted : wanted.filter(([code, count]) => push.told.get(code) !== count)
  let corrected = 0
  let unknown = 0
  for (let at = 0; at < due.length; at += CODES_A_CALL) {
    const some = new Map(due.slice(at, at + CODES_A_CALL))
    const pushed = await once(app, shop, some)
    corrected += pushed.corrected
    unknown += pushed.unknown.length
    const settled = [...pushed.right, ...pushed.unknown]
    await push.tell(new Map(settled.map((code) => [code, some.get(code) ?? 0])))
    await push.keep()
  }
  if (check) await push.note({ checkedAt: app.now() })
  const facts = { shop: shop.id, told: due.length, corrected, unknown }
  if (check && push.told.size > 0 && corrected > 0)
    app.log.warn(facts, "the shop's stock had drifted and was corrected")
  return `${due.length} quantities, ${corrected} changed, ${unknown} not in the shop`
}

async function once(app: App, shop: Shop, some: ReadonlyMap<string, number>) {
  const send: Parameters<App['sendStock']>[1] = (call) =>
    app.outbound.call({ ...call, timeoutMs: CALL_TIMEOUT_MS })
  const { stockWebhook, api } = shop
  if (stockWebhook !== undefined) {
    const products = [...some].map(([code, quantity]) => ({ code, quantity: String(quantity) }))
    const body = JSON.stringify({
      type: 'stock.changed',
      timestamp: new Date(app.now()).toISOString(),
      data: { shop: shop.id, products },
    })
    const headers = signedHeaders(stockWebhook.secret, `msg_${randomUUID()}`, app.now(), body)
    await app.sendStock(stockWebhook.url, send, { body, headers })
    return { right: [...some.keys()], corrected: some.size, unknown: [] }
  }
  const pusher = app.stockPushers[shop.platform]
  if (pusher === undefined || api === undefined) throw new Error(`${shop.platform} takes no stock`)
  return pusher(api, send, some)
}
