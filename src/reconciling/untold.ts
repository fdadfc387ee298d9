import type { App } from '../app.ts'
import { refundsOf } from '../core/circumstances.ts'
import { ThrottledError } from '../core/errors.ts'
import { orderRef } from '../core/ids.ts'
import type { Order } from '../core/order.ts'
import type { UntoldOrder } from '../core/reconciliation.ts'
import { rule } from '../core/rules.ts'
import type { Shop } from '../core/settings.ts'
import { ShopApiError } from '../core/shop-api-errors.ts'
import { addDays, civilDate, type CivilDate } from '../core/time.ts'
import { isListed, listedOrders, type ListedPage } from '../listed-orders.ts'
import { goOn } from './turns.ts'

type Needs = Pick<App, 'ledger' | 'platforms' | 'outbound' | 'now' | 'log'>

const DAY_MS = 86_400_000
/** A shop's list is read this far; the sweep of orders reads all of it. */
const MOST_PAGES = 100
/** Older days are not asked for again: the list of changes since then is too long. */
const ASKED_DAYS = 7

/**
 * Orders that the shop placed on a day, that should have a document, and that never came here. Nothing is taken in. Where
 * the shop is not asked, those that were found before and have not come since. After `until` (ms, by `performance.now`), or
 * when the shop wants a pause that ends later, a ThrottledError; the next go continues.
 */
export async function untoldOf(
  app: Needs,
  shop: Shop,
  day: CivilDate,
  { asks, until }: { asks: boolean; until: number },
): Promise<UntoldOrder[]> {
  if (!asks || !isListed(app, shop) || day < addDays(civilDate(app.now()), -ASKED_DAYS))
    return stillUntold(app, shop, await foundBefore(app, shop, day))
  try {
    await readList(app, shop, day, until)
  } catch (error) {
    if (!(error instanceof ShopApiError)) throw error
    if (error.waitMs !== undefined && until < Infinity)
      throw new ThrottledError('the shop asks for a pause', app.now() + error.waitMs)
    // A shop that does not answer has an alert of its own; what was listed so far still counts.
    app.log.warn({ shop: shop.id, day, err: error }, "the shop's list could not be read to its end")
    const both = [...(await listedSoFar(app, shop, day)), ...(await foundBefore(app, shop, day))]
    return stillUntold(app, shop, [...new Map(both.map((one) => [one.id, one])).values()])
  }
  return stillUntold(app, shop, await listedSoFar(app, shop, day))
}

async function readList(app: Needs, shop: Shop, day: CivilDate, until: number): Promise<void> {
  const { reconciliations } = app.ledger
  const before = await reconciliations.listRead(shop.account, shop.id, day)
  const looked = new Set(before.orders.keys())
  let { position, pages } = before
  const isResumed = position !== ''
  let read = 0
  const since = Date.parse(`${day}T00:00:00Z`) - DAY_MS / 4
  const mayWait = (ms: number) => performance.now() + ms <= until

  async function look(listed: ListedPage['orders'][number]): Promise<void> {
    const { id, known } = listed
    if (known !== undefined || looked.has(id)) return
    const parsed = app.platforms[shop.platform].parse(await listed.read(), shop.settings.extraction)
    const order = parsed.kind === 'order' && isWanted(parsed.order, shop, day) && parsed.order
    looked.add(id)
    await reconciliations.noteListed(shop.account, shop.id, day, id, order || undefined)
  }

  for await (const page of listedOrders(app, shop, { since, position, mayWait })) {
    for (const listed of page.orders) await look(listed)
    if (page.next === '' || ++pages >= MOST_PAGES) return
    position = page.next
    await reconciliations.notePlace(shop.account, shop.id, day, { position, pages })
    // A list that goes on after a pause may begin with a page that was read before: each go gets further than that.
    if (!isResumed || ++read > 1) goOn(app.now, until)
    if (page.restMs > 0 && !mayWait(page.restMs))
      throw new ThrottledError('the shop asks for a pause', app.now() + page.restMs)
  }
}

async function listedSoFar({ ledger }: Needs, shop: Shop, day: CivilDate): Promise<UntoldOrder[]> {
  const { orders } = await ledger.reconciliations.listRead(shop.account, shop.id, day)
  return [...orders.values()].filter((order) => order !== undefined)
}

async function foundBefore({ ledger }: Needs, shop: Shop, day: CivilDate): Promise<UntoldOrder[]> {
  const before = await ledger.reconciliations.result(shop.account, shop.id, day)
  return (before?.findings ?? [])
    .filter(({ code, state }) => code === 'missing' && state === 'never-told')
    .map(({ order, orderNumber, expected, currency }) => ({
      id: order,
      number: orderNumber,
      total: expected,
      currency,
    }))
}

/** Without those that have come here meanwhile. */
async function stillUntold(
  { ledger }: Needs,
  shop: Shop,
  orders: readonly UntoldOrder[],
): Promise<UntoldOrder[]> {
  const refs = orders.map(({ id }) => orderRef(shop.id, id))
  const known = await ledger.sweeps.known(shop.account, refs)
  return orders.filter((_, at) => known[at] === undefined)
}

const isWanted = (order: Order, { settings }: Shop, day: CivilDate): boolean =>
  civilDate(Date.parse(order.createdAt)) === day &&
  !settings.shadow &&
  rule(order, settings, false).kind === 'due' &&
  refundsOf(order).kind !== 'skip'
