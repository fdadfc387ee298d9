import type { App } from './app.ts'
import type { OrderRef } from './core/ids.ts'
import type { Shop } from './core/settings.ts'

const PAGE = 100

type Known = NonNullable<Awaited<ReturnType<App['ledger']['documents']['order']>>>
export type StoredOrder = Known & { ref: OrderRef }

/** The orders of a shop that came since an instant (ms) and are still kept, newest first, at most `limit` of them. */
export async function* ordersSince(
  { ledger }: Pick<App, 'ledger'>,
  { account, id }: Shop,
  since: number,
  limit: number,
): AsyncGenerator<StoredOrder[]> {
  let looked = 0
  for (let before: Parameters<typeof ledger.reports.orders>[3]; looked < limit;) {
    const places = await ledger.reports.orders(account, id, Math.min(PAGE, limit - looked), before)
    const wanted = places.filter(({ at }) => at >= since)
    const found = await Promise.all(
      wanted.map(async ({ ref }) => {
        const known = await ledger.documents.order(account, ref)
        return known === undefined ? [] : [{ ...known, ref }]
      }),
    )
    yield found.flat()
    looked += places.length
    before = places.at(-1)
    if (before === undefined || wanted.length < places.length) return
  }
}
