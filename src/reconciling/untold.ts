import type { App } from '../app.ts'
import { refundsOf } from '../core/circumstances.ts'
import { orderRef } from '../core/ids.ts'
import type { Order } from '../core/order.ts'
import { rule } from '../core/rules.ts'
import type { Shop } from '../core/settings.ts'
import { addDays, civilDate, type CivilDate } from '../core/time.ts'

type Needs = Pick<App, 'ledger' | 'platforms' | 'outbound' | 'now' | 'log'>

const DAY_MS = 86_400_000
const CALL_TIMEOUT_MS = 20_000
/** A shop's list is read this far; the sweep of orders reads all of it. */
const MOST_PAGES = 100
/** Older days are not asked for again: the list of changes since then is too long. */
const ASKED_DAYS = 7

/** Orders that the shop placed on a day, that should have a document, and that never came here. Nothing is taken in. */
export async function untoldOf(app: Needs, shop: Shop, day: CivilDate): Promise<Order[]> {
  const platform = app.platforms[shop.platform]
  const { api } = shop
  if (api === undefined || platform.list === undefined) return []
  if (day < addDays(civilDate(app.now()), -ASKED_DAYS)) return []
  const ask = (url: string, headers: Record<string, string>) =>
    app.outbound.call({ method: 'GET', url, headers, timeoutMs: CALL_TIMEOUT_MS })
  const since = Date.parse(`${day}T00:00:00Z`) - DAY_MS / 4
  const found = new Map<string, Order>()
  try {
    let position = ''
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await platform.list(api, ask, { since, position, resumed: false })
      const known = await app.ledger.sweeps.known(
        shop.account,
        page.orders.map(({ id }) => orderRef(shop.id, id)),
      )
      for (const [at, listed] of page.orders.entries()) {
        if (known[at] !== undefined || found.has(listed.id)) continue
        const parsed = platform.parse(await listed.read(), shop.settings.extraction)
        if (parsed.kind !== 'order') continue
        const { order } = parsed
        if (civilDate(Date.parse(order.createdAt)) === day && isWanted(order, shop))
          found.set(listed.id, order)
      }
      if (page.next === '' || page.next === position) break
      position = page.next
      if (page.restMs > 0) await new Promise((resolve) => setTimeout(resolve, page.restMs))
    }
  } catch (error) {
    // A shop that does not answer has an alert of its own; what was listed so far still counts.
    app.log.warn({ shop: shop.id, day, err: error }, "the shop's list could not be read to its end")
  }
  return [...found.values()]
}

const isWanted = (order: Order, { settings }: Shop): boolean =>
  !settings.shadow &&
  rule(order, settings, false).kind === 'due' &&
  refundsOf(order).kind !== 'skip'
