import type { App } from '../src/app.ts'
import { ThrottledError } from '../src/core/errors.ts'
import type { AccountId } from '../src/core/ids.ts'
import { civilDate } from '../src/core/time.ts'
import type { Payload } from '../src/jobs.ts'
import { pushSoon } from '../src/stock-push.ts'

/** SmartBill's webhook tells changes at once; this finds what it did not tell. */
const EVERY_MS = 600_000

/**
 * Reads the stock of an account and passes on what changed. Without an account it gives every account of the shard
 * that needs it a job of its own. A call limit that documents need is left to them: the next round tries again.
 */
export async function syncProducts(
  { shard, account: id }: Payload<'sync-products'>,
  app: App,
): Promise<string> {
  if (id === undefined) return giveJobs(shard, app)
  const { ledger, smartbill, now } = app
  const account = await ledger.registry.account(id)
  if (account === undefined) return 'the account is no longer known'
  const since = now()
  try {
    const items = await smartbill.stocks.stock(account, civilDate(since))
    await ledger.stock.replace(id, items, since)
    const shops = await pushSoon(app, id)
    return `${items.length} quantities, ${shops} shops to tell`
  } catch (error) {
    if (error instanceof ThrottledError) return `later: ${error.message}`
    throw error
  }
}

async function giveJobs(shard: number, { ledger, queues, now }: App): Promise<string> {
  const shops = await ledger.registry.shops()
  const accounts = new Set<AccountId>(
    shops
      .filter(({ settings }) => settings.enabled && (settings.useStock || settings.pushStock))
      .map(({ account }) => account)
      .filter((account) => ledger.shardOf(account) === shard),
  )
  let given = 0
  for (const account of accounts) {
    if (now() - (await ledger.stock.readAt(account)) < EVERY_MS) continue
    const jobId = `${account}~${Math.floor(now() / 60_000)}`
    await queues.enqueue('sync-products', { shard, account }, { jobId })
    given++
  }
  return `${given} of ${accounts.size} accounts are due`
}
