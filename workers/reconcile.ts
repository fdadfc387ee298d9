import type { App } from '../src/app.ts'
import { ThrottledError } from '../src/core/errors.ts'
import { partsOfOrder } from '../src/core/ids.ts'
import type { Shop } from '../src/core/settings.ts'
import { addDays, civilDate, type CivilDate } from '../src/core/time.ts'
import type { Payload } from '../src/jobs.ts'
import { reconcileDay } from '../src/reconciling/day.ts'
import { fileNews } from '../src/reconciling/facts.ts'

/** A day ends a little before it is looked at: what was on its way at midnight has arrived by then. */
const REST_MS = 3_600_000
/** Nights that were missed are made up for this many days back. */
const MISSED_DAYS = 7
/** Days with open findings are looked at again for so long. */
const AGAIN_DAYS = 31
/** One job takes no longer than this; the next one goes on, in ms. */
const GO_MS = 60_000

/**
 * Reconciles the day before, once it is over, and looks again at days that had findings. Without a shop it gives every
 * shop of the shard that is due a job of its own. Reads at SmartBill give way to documents; a stop loses nothing.
 */
export async function reconcile(
  { shard, shop: id, day, form: asked }: Payload<'reconcile'>,
  app: App,
): Promise<string> {
  if (id === undefined || day === undefined) return giveJobs(shard, app)
  const shop = await app.ledger.registry.shop(id)
  const form = asked ?? shop?.settings.reconcile ?? 'off'
  if (shop === undefined || form === 'off') return 'this shop is not reconciled'
  const result = await reconcileDay(app, shop, day, { form, forMs: GO_MS })
  if (result === undefined)
    throw new ThrottledError('another worker is at this day', app.now() + 30_000)
  if (result.open > 0)
    app.log.warn({ shop: id, day, open: result.open }, 'the day does not reconcile')
  const again = await lookAgain(app, shop, day, form)
  return `${day}: ${result.found} findings in ${result.orders} orders; ${again} earlier days again`
}

async function giveJobs(shard: number, app: App): Promise<string> {
  const { ledger, queues, now } = app
  const filed = await fileNews(app, shard)
  const over = addDays(civilDate(now() - REST_MS), -1)
  const shops = (await ledger.registry.shops()).filter(
    ({ account, settings }) =>
      settings.enabled && settings.reconcile !== 'off' && ledger.shardOf(account) === shard,
  )
  let given = 0
  for (const shop of shops) {
    for (const day of await missed(app, shop, over)) {
      const jobId = `${shop.id}~${day}~${Math.floor(now() / REST_MS)}`
      await queues.enqueue('reconcile', { shard, shop: shop.id, day }, { jobId })
      given++
    }
  }
  return `${filed} orders with news, ${given} days to reconcile`
}

/** The days up to `over` that nobody has looked at, the oldest first; of a shop that was never reconciled, the last one. */
async function missed({ ledger }: App, shop: Shop, over: CivilDate): Promise<CivilDate[]> {
  const [newest] = (await ledger.reconciliations.summaries(shop.account, shop.id)).filter(
    ({ day }) => day <= over,
  )
  if (newest === undefined) return [over]
  const days: CivilDate[] = []
  const oldest = addDays(over, 1 - MISSED_DAYS)
  for (let day = over; day > newest.day && day >= oldest; day = addDays(day, -1)) days.unshift(day)
  return days
}

/** What was found on earlier days and is settled by now is taken off them. */
async function lookAgain(
  app: App,
  shop: Shop,
  day: CivilDate,
  form: 'ledger' | 'smartbill',
): Promise<number> {
  const { reconciliations } = app.ledger
  const oldest = addDays(day, -AGAIN_DAYS)
  const days = (await reconciliations.summaries(shop.account, shop.id)).filter(
    (one) => one.open > 0 && one.day < day && one.day >= oldest,
  )
  for (const one of days) {
    const before = await reconciliations.result(shop.account, shop.id, one.day)
    const orders = new Set(before?.findings.map(({ order }) => order))
    const refs = await reconciliations.ordersOf(shop.account, shop.id, one.day)
    const only = new Set(refs.filter((ref) => orders.has(partsOfOrder(ref).orderId)))
    await reconcileDay(app, shop, one.day, { form, forMs: GO_MS, only })
  }
  return days.length
}
