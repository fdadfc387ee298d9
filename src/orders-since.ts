import type { App } from './app.ts'
import type { OrderRef } from './core/ids.ts'
import type { Shop } from './core/settings.ts'

const PAGE = 100

type Known = NonNullable<Awaited<ReturnType<App['ledger']['documents']['order']>>>
export type StoredOrder = Known & { ref: OrderRef }

/** The names of a shop's orders that came since an instant (ms), newest first, at most `limit` of them. */
export async function* refsSince(
  { ledger }: Pick<App, 'ledger'>,
  { account, id }: Shop,
  since: number,
  limit = Infinity,
): AsyncGenerator<OrderRef[]> {
  let looked = 0
  for (let before: Parameters<typeof ledger.reports.orders>[3]; looked < limit;) {
    const places = await ledger.reports.orders(account, id, Math.min(PAGE, limit - looked), before)
    const wanted = places.filter(({ at }) => at >= since)
    yield wanted.map(({ ref }) => ref)
    looked += places.length
    before = places.at(-1)
    if (before === undefined || wanted.length < places.length) return
  }
}

/** Those of them that are still kept. */
export async function* ordersSince(
  app: Pick<App, 'ledger'>,
  shop: Shop,
  since: number,
  limit: number,
): AsyncGenerator<StoredOrder[]> {
  for await (const refs of refsSince(app, shop, since, limit)) {
    const found = await Promise.all(
      refs.map(async (ref) => {
        const known = await app.ledger.documents.order(shop.account, ref)
        return known === undefined ? [] : [{ ...known, ref }]
      }),
    )
    yield found.flat()
  }
}
