import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from './app.ts'
import { orderRef } from './core/ids.ts'
import type { Shop } from './core/settings.ts'
import { ShopApiError, shopApiError } from './core/shop-api-errors.ts'

type Needs = Pick<App, 'ledger' | 'platforms' | 'outbound'>

const CALL_TIMEOUT_MS = 20_000
/** So many pages in a row without anything new are a circle. */
const MAX_REPEATS = 3
/** A shop that asks for a pause so often in a row is left alone. */
const MOST_WAITS = 30

/** Whether a shop's orders can be read from its own API. */
export const isListed = ({ platforms }: Pick<App, 'platforms'>, { api, platform }: Shop): boolean =>
  api !== undefined && platforms[platform].list !== undefined

/**
 * The orders that a shop's own API lists as changed since an instant (ms), page by page from `position` on, each with what
 * the ledger has of it. A pause that the shop asks for, be it for a page or for one of its orders, is taken here as long
 * as `mayWait` says so of its ms; beyond that, and where the list cannot be read, a ShopApiError is thrown.
 */
export async function* listedOrders(
  app: Needs,
  shop: Shop,
  {
    since,
    position,
    mayWait,
  }: { since: number; position: string; mayWait: (ms: number) => boolean },
) {
  const platform = app.platforms[shop.platform]
  const { api } = shop
  const list = platform.list?.bind(platform)
  if (list === undefined || api === undefined) throw new Error(`${shop.platform} has no list`)
  const ask = (url: string, headers: Record<string, string>) =>
    app.outbound.call({ method: 'GET', url, headers, timeoutMs: CALL_TIMEOUT_MS })

  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    for (let waits = 0; ; waits++) {
      try {
        return await call()
      } catch (error) {
        const waitMs = error instanceof ShopApiError ? error.waitMs : undefined
        if (waitMs === undefined || waits === MOST_WAITS || !mayWait(waitMs)) throw error
        await sleep(waitMs)
      }
    }
  }

  const seen = new Set<string>()
  let repeats = 0
  let from = { since, position, resumed: position !== '' }
  for (;;) {
    const page = await patiently(() => list(api, ask, from))
    const named = page.orders.filter(({ id }) => id !== '' && id.length <= 128)
    const known = await app.ledger.sweeps.known(
      shop.account,
      named.map(({ id }) => orderRef(shop.id, id)),
    )
    const before = seen.size
    for (const { id, changedAt } of named) seen.add(`${id} ${changedAt}`)
    repeats = seen.size > before ? 0 : repeats + 1
    if (repeats >= MAX_REPEATS && page.next !== '') throw shopApiError('loops')
    yield {
      orders: named.map((one, at) => ({
        ...one,
        known: known[at],
        read: () => patiently(() => one.read()),
      })),
      /** Changes listed so far, this page's among them. */
      listed: seen.size,
      next: page.next,
      reached: page.reached,
      /** Taken before the next page is asked for. */
      restMs: page.next === '' ? 0 : page.restMs,
    }
    if (page.next === '') return
    if (page.restMs > 0) await sleep(page.restMs)
    from = { since, position: page.next, resumed: false }
  }
}
export type ListedPage =
  ReturnType<typeof listedOrders> extends AsyncGenerator<infer Page> ? Page : never
