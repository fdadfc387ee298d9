import type { App } from '../app.ts'
import { ThrottledError } from '../core/errors.ts'
import type { DayResult } from '../core/reconcile-day.ts'
import type { Shop } from '../core/settings.ts'
import { addDays, civilDate, type CivilDate } from '../core/time.ts'
import { reconcileDay, type Needs, type Run } from './day.ts'

/** A person at a page waits no longer than this, in ms; a job does the rest. */
const PATIENCE_MS = 10_000

/** Reconciles a day at once, or hands it to a job where that takes longer. */
export async function reconcileNow(
  app: Needs & Pick<App, 'queues'>,
  shop: Shop,
  day: CivilDate,
  form: Run['form'],
): Promise<DayResult | 'goes-on'> {
  try {
    const result = await reconcileDay(app, shop, day, { form, forMs: PATIENCE_MS })
    if (result !== undefined) return result
  } catch (error) {
    if (!(error instanceof ThrottledError)) throw error
    const shard = app.ledger.shardOf(shop.account)
    const how = { jobId: `${shop.id}~${day}~now~${form}`, failedBefore: Infinity }
    await app.queues.enqueueAgain('reconcile', { shard, shop: shop.id, day, form }, how)
  }
  return 'goes-on'
}

/** The last Romanian day that is over. */
export const lastDay = (now: number): CivilDate => addDays(civilDate(now), -1)

/** A day that has begun and is a day. */
export const isDay = (day: string, now: number): day is CivilDate =>
  /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && day <= civilDate(now)
