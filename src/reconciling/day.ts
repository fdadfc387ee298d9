import type { App } from '../app.ts'
import { ThrottledError } from '../core/errors.ts'
import { partsOf, type OrderRef } from '../core/ids.ts'
import { resultOf, type DayResult } from '../core/reconcile-day.ts'
import type { DayFacts, OrderFacts } from '../core/reconciliation.ts'
import type { Account, Shop } from '../core/settings.ts'
import { addDays, civilDate, type CivilDate } from '../core/time.ts'
import type { SeenOfOrder } from '../ledger/reconciliations.ts'
import { AT_ONCE, factsOf, fileNews } from './facts.ts'
import { foreignOf, lookAtSeries, reachOf } from './numbers.ts'
import { seenOfOrder, whenItsTurn } from './reading.ts'
import { untoldOf } from './untold.ts'

export type Needs = Pick<
  App,
  'ledger' | 'smartbill' | 'platforms' | 'outbound' | 'now' | 'log' | 'markerOf'
>

/** Orders whose documents SmartBill is asked about at once: the call limit decides the pace anyway. */
const READS_AT_ONCE = 4

export type Run = {
  form: 'ledger' | 'smartbill'
  /** How long the reads may take in this go, in ms; then a ThrottledError, and the next go continues. */
  forMs?: number
  /** Only these orders' documents are looked up at SmartBill. */
  only?: ReadonlySet<string>
  onProgress?: (done: number, of: number) => void
}

/**
 * Reconciles one Romanian day of a shop and keeps what it found. Safe to run any number of times; undefined while
 * somebody else is at the same day.
 */
export async function reconcileDay(
  app: Needs,
  shop: Shop,
  day: CivilDate,
  run: Run,
): Promise<DayResult | undefined> {
  const { ledger, now } = app
  const account = await ledger.registry.account(shop.account)
  if (account === undefined) throw new Error(`account ${shop.account} is not known`)
  await fileNews(app, ledger.shardOf(shop.account))
  return ledger.reconciliations.alone(shop.account, shop.id, day, async (stay) => {
    const startedAt = now()
    const until = performance.now() + (run.forMs ?? Infinity)
    const refs = await ledger.reconciliations.ordersOf(shop.account, shop.id, day)
    const deep = run.form === 'smartbill'
    const seen = deep
      ? await read(app, account, shop, day, refs, { ...run, until, stay })
      : new Map<string, SeenOfOrder>()
    const orders = await gather(app, shop, refs, seen)
    const isLatest = day >= addDays(civilDate(now()), -1)
    let reach = await reachOf(app, shop, day, orders, isLatest)
    if (deep) {
      await whenItsTurn(now, until, () =>
        lookAtSeries(app, account, shop, reach, { since: startedAt, isLatest }),
      )
      reach = await reachOf(app, shop, day, orders, isLatest)
    }
    const foreign = await whenItsTurn(now, until, () => foreignOf(app, account, shop, reach, deep))
    const facts: DayFacts = {
      // Looking at a series may have found documents that the ledger did not know of.
      orders: await gather(app, shop, refs, seen),
      foreign,
      doubles: await doublesOf(app, shop, day, isLatest),
      untold: deep ? await untoldOf(app, shop, day) : [],
      settings: shop.settings,
      now: now(),
    }
    const accepted = await ledger.reconciliations.accepted(shop.account, shop.id)
    const result = resultOf(facts, { day, form: run.form }, accepted)
    await ledger.reconciliations.save(shop.account, shop.id, result, reach)
    return result
  })
}

/** Asks SmartBill about the documents of each order; what was asked in an earlier go is not asked again. */
async function read(
  app: Needs,
  account: Account,
  shop: Shop,
  day: CivilDate,
  refs: readonly OrderRef[],
  run: Run & { until: number; stay: () => Promise<void> },
): Promise<Map<string, SeenOfOrder>> {
  const { reconciliations } = app.ledger
  const seen = await reconciliations.seen(shop.account, shop.id, day)
  const wanted = refs.filter((ref) => run.only?.has(ref) ?? true)
  const left = wanted.filter((ref) => !seen.has(ref))
  for (let i = 0; i < left.length; i += READS_AT_ONCE) {
    await Promise.all(
      left.slice(i, i + READS_AT_ONCE).map(async (ref) => {
        const one = await whenItsTurn(app.now, run.until, () =>
          seenOfOrder(app, account, shop, ref),
        )
        seen.set(ref, one)
        await reconciliations.noteSeen(shop.account, shop.id, day, ref, one)
      }),
    )
    await run.stay()
    run.onProgress?.(
      Math.min(left.length, i + READS_AT_ONCE) + wanted.length - left.length,
      wanted.length,
    )
    if (performance.now() > run.until)
      throw new ThrottledError('goes on with the rest of the day', app.now())
  }
  return seen
}

async function gather(
  app: Needs,
  shop: Shop,
  refs: readonly OrderRef[],
  seen: ReadonlyMap<string, SeenOfOrder>,
): Promise<OrderFacts[]> {
  const orders: OrderFacts[] = []
  for (let i = 0; i < refs.length; i += AT_ONCE)
    orders.push(
      ...(await Promise.all(
        refs.slice(i, i + AT_ONCE).map((ref) => factsOf(app, shop, ref, seen.get(ref))),
      )),
    )
  return orders
}

/** Documents with two numbers, by the day on which that was found. */
async function doublesOf(
  { ledger }: Pick<App, 'ledger'>,
  shop: Shop,
  day: CivilDate,
  isLatest: boolean,
): Promise<DayFacts['doubles']> {
  const { doubles } = await ledger.alerts.unsettled()
  const own = doubles.filter(({ document, at }) => {
    const found = civilDate(at)
    return partsOf(document).shop === shop.id && (found === day || (isLatest && found > day))
  })
  const states = await Promise.all(
    own.map(({ document }) => ledger.documents.get(shop.account, document)),
  )
  return own
    .filter((_, at) => !['reversed', 'cancelled'].includes(states[at]?.state ?? ''))
    .map(({ document, number, other }) => ({
      key: document,
      order: partsOf(document).orderId,
      number,
      other,
    }))
}
