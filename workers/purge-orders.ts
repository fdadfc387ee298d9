import type { App } from '../src/app.ts'
import type { Payload } from '../src/jobs.ts'

/** Orders looked at by one job; the next one goes on where this one stopped. */
const BATCH = 5000

/** Takes out of the ledger what is kept no longer: payloads and people, never fiscal facts. */
export async function purgeOrders(
  { shard }: Payload<'purge-orders'>,
  { ledger }: Pick<App, 'ledger'>,
  batch = BATCH,
): Promise<string> {
  const shops = (await ledger.registry.shops()).filter(
    ({ account }) => ledger.shardOf(account) === shard,
  )
  let left = batch
  let purged = 0
  for (const { id, account } of shops) {
    // A shop with a long backlog leaves room for the others.
    const share = Math.max(1, Math.ceil(left / 2))
    const slice = await ledger.retention.purgeNext(account, id, share)
    purged += slice.purged
    left -= slice.looked
    if (left <= 0) break
  }
  return `${purged} orders were purged`
}
