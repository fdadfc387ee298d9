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
/** A job takes no longer than this at a stretch, and then goes on behind the others, in ms. */
const GO_MS = 60_000

type Form = 'ledger' | 'smartbill'

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
  // What a person asks for is done anew; a night's work that was done before a pause is not.
  const isDone = asked === undefined && (await doneDays(app, shop, form)).some((one) => one === day)
  const said = isDone ? `${day}: done before` : await wholeDay(app, shop, day, form)
  if (asked !== undefined || day < lastOver(app.now())) return said
  return `${said}; ${await lookAgain(app, shop, day)} earlier days again`
}

async function wholeDay(app: App, shop: Shop, day: CivilDate, form: Form): Promise<string> {
  const result = await reconcileDay(app, shop, day, { form, forMs: GO_MS })
  if (result === undefined)
    throw new ThrottledError('another worker is at this day', app.now() + 30_000)
  if (result.open > 0)
    app.log.warn({ shop: shop.id, day, open: result.open }, 'the day does not reconcile')
  return `${day}: ${result.found} findings in ${result.orders} orders`
}

/** The newest day that has been over for long enough. */
const lastOver = (now: number): CivilDate => addDays(civilDate(now - REST_MS), -1)

/** The days that were looked at in whole after they were over, the newest first. */
async function doneDays({ ledger }: App, shop: Shop, form: Form): Promise<CivilDate[]> {
  return (await ledger.reconciliations.summaries(shop.account, shop.id))
    .filter((one) => lastOver(one.at) >= one.day && (one.form === form || one.form === 'smartbill'))
    .map(({ day }) => day)
}

async function giveJobs(shard: number, app: App): Promise<string> {
  const { ledger, queues, now } = app
  const filed = await fileNews(app, shard, performance.now() + GO_MS)
  const over = lastOver(now())
  const shops = (await ledger.registry.shops()).filter(
    ({ account, settings }) =>
      settings.enabled && settings.reconcile !== 'off' && ledger.shardOf(account) === shard,
  )
  let given = 0
  for (const shop of shops) {
    for (const day of await missed(app, shop, over)) {
      const how = { jobId: `${shop.id}~${day}`, failedBefore: now() - REST_MS }
      if (await queues.enqueueAgain('reconcile', { shard, shop: shop.id, day }, how)) given++
    }
  }
  return `${filed} orders with news, ${given} days to reconcile`
}

/** The days up to `over` that nobody has looked at, the oldest first; of a shop that was never reconciled, the last one. */
async function missed(app: App, shop: Shop, over: CivilDate): Promise<CivilDate[]> {
  const { reconcile: form } = shop.settings
  const done = form === 'off' ? [] : await doneDays(app, shop, form)
  const newest = done.find((day) => day <= over)
  if (newest === undefined) return [over]
  const days: CivilDate[] = []
  const oldest = addDays(over, 1 - MISSED_DAYS)
  for (let day = over; day > newest && day >= oldest; day = addDays(day, -1)) days.unshift(day)
  return days
}

/** What was found on earlier days and is settled by now is taken off them. After a pause it goes on with the rest. */
async function lookAgain(app: App, shop: Shop, day: CivilDate): Promise<number> {
  const { reconciliations } = app.ledger
  const oldest = addDays(day, -AGAIN_DAYS)
  const all = await reconciliations.summaries(shop.account, shop.id)
  const startedAt = all.find((one) => one.day === day)?.at ?? app.now()
  const days = all.filter(
    (one) => one.open > 0 && one.day < day && one.day >= oldest && one.at < startedAt,
  )
  for (const one of days) {
    const before = await reconciliations.result(shop.account, shop.id, one.day)
    const orders = new Set(before?.findings.map(({ order }) => order))
    const refs = await reconciliations.ordersOf(shop.account, shop.id, one.day)
    const only = new Set(refs.filter((ref) => orders.has(partsOfOrder(ref).orderId)))
    await reconcileDay(app, shop, one.day, { form: one.form, forMs: GO_MS, only })
  }
  return days.length
}
