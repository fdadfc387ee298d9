import type { App } from '../app.ts'
import { partsOf, type OrderRef } from '../core/ids.ts'
import { resultOf, type DayResult } from '../core/reconcile-day.ts'
import type { DayFacts, OrderFacts } from '../core/reconciliation.ts'
import type { Account, Shop } from '../core/settings.ts'
import { addDays, civilDate, type CivilDate } from '../core/time.ts'
import type { SeenOfOrder } from '../ledger/reconciliation-notes.ts'
import { AT_ONCE, factsOf, fileNews } from './facts.ts'
import { foreignOf, lookAtSeries, reachOf } from './numbers.ts'
import { seenOfOrder } from './reading.ts'
import { goOn, whenItsTurn } from './turns.ts'
import { untoldOf } from './untold.ts'

export type Needs = Pick<
  App,
  'ledger' | 'smartbill' | 'platforms' | 'outbound' | 'now' | 'log' | 'markerOf'
>

/** Orders whose documents SmartBill is asked about at once: the call limit decides the pace anyway. */
const READS_AT_ONCE = 4

export type Run = {
  form: 'ledger' | 'smartbill'
  /** How long this go may take, in ms; then a ThrottledError, and the next go continues. */
  forMs?: number
  /** A second look: only these orders' documents are asked for, and nothing that was read before. */
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
  const until = performance.now() + (run.forMs ?? Infinity)
  await fileNews(app, ledger.shardOf(shop.account), until)
  return ledger.reconciliations.alone(shop.account, shop.id, day, async () => {
    const startedAt = now()
    const refs = await ledger.reconciliations.ordersOf(shop.account, shop.id, day)
    const deep = run.form === 'smartbill'
    const seen = deep
      ? await read(app, account, shop, day, refs, { ...run, until })
      : new Map<string, SeenOfOrder>()
    let gatheredAt = now()
    let orders = await gather(app, shop, refs, seen)
    const isLatest = day >= addDays(civilDate(now()), -1)
    let reach = await reachOf(app, shop, day, orders, isLatest)
    const look = () => lookAtSeries(app, account, shop, reach, { since: startedAt, isLatest })
    if (deep && (await whenItsTurn(now, until, look))) {
      // Looking at a series may have found documents that the ledger did not know of.
      gatheredAt = now()
      orders = await gather(app, shop, refs, seen)
      reach = await reachOf(app, shop, day, orders, isLatest)
    }
    const isWhole = run.only === undefined
    const name = isWhole ? await ledger.reconciliations.runOf(shop.account, shop.id, day) : ''
    const facts: DayFacts = {
      orders,
      foreign: await foreignOf(app, account, shop, reach, { run: deep ? name : undefined, until }),
      doubles: await doublesOf(app, shop, day, isLatest),
      untold: deep ? await untoldOf(app, shop, day, { asks: isWhole, until }) : [],
      settings: shop.settings,
      now: gatheredAt,
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
  run: Run & { until: number },
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
    run.onProgress?.(
      Math.min(left.length, i + READS_AT_ONCE) + wanted.length - left.length,
      wanted.length,
    )
    goOn(app.now, run.until)
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
