import type { App } from '../src/app.ts'
import { isNews, maybeNews } from '../src/core/news.ts'
import type { PlatformName, Shop } from '../src/core/settings.ts'
import { ShopApiError } from '../src/core/shop-api-errors.ts'
import { takeIn } from '../src/intake.ts'
import type { Payload } from '../src/jobs.ts'
import { listedOrders, type ListedPage } from '../src/listed-orders.ts'

/** Changes are read again for this long: shops write some of them down late, and their clocks are not ours. */
const OVERLAP_MS = 600_000
const MINUTE_MS = 60_000
/** CloudCart tells nobody when a card payment is confirmed, so it is asked more often. */
const EVERY_MS: Record<PlatformName, number> = {
  generic: 0,
  woocommerce: 5 * MINUTE_MS,
  shopify: 5 * MINUTE_MS,
  cloudcart: 2 * MINUTE_MS,
}
const LONGEST_BACKOFF_MS = 60 * MINUTE_MS
/** A long list is read in pieces, so that a stop never waits for it. */
const MAX_PAGES = 40
/** Longer pauses than this are taken in the queue. */
const SHORT_WAIT_MS = 5000
const AT_ONCE = 10

/**
 * Finds what no webhook told: reads the orders that changed from the shop's own API and brings them through the door.
 * Without a shop it gives every shop of the shard that is due a job of its own.
 */
export async function sweepOrders(
  { shard, shop: id }: Payload<'sweep-orders'>,
  app: App,
): Promise<string> {
  if (id === undefined) return giveJobs(shard, app)
  const shop = await app.ledger.registry.shop(id)
  if (shop?.api === undefined) return 'the shop has no API to read'
  const sweep = await app.ledger.sweeps.begin(shop.account, id)
  if (sweep === undefined) return 'another worker sweeps this shop'
  const { state } = sweep
  try {
    const { outcome, ...end } = await readList(app, shop, sweep)
    await sweep.finish({ failures: 0, failingSince: 0, ...end })
    if (state.failures > 0) app.log.info({ shop: id }, "the shop's API works again")
    return outcome
  } catch (error) {
    const failures = state.failures + 1
    const backoff = Math.min(
      EVERY_MS[shop.platform] * 2 ** Math.min(failures - 1, 10),
      LONGEST_BACKOFF_MS,
    )
    const reason = error instanceof ShopApiError ? error.reason : undefined
    // Told once, not at every try.
    if (reason !== undefined && reason.code !== state.problem?.code)
      app.log.warn(
        { shop: id, problem: reason.code, why: reason.en },
        "the shop's API cannot be read",
      )
    await sweep.finish({
      failures,
      failingSince: state.failingSince || app.now(),
      nextAt: app.now() + backoff,
      // A place in a list that cannot be read is given up; the cursor says where to begin anew.
      position: '',
      ...(reason === undefined ? {} : { problem: reason }),
    })
    if (reason === undefined) throw error
    return `failed: ${reason.code}`
  }
}

async function giveJobs(shard: number, { ledger, queues, now }: App): Promise<string> {
  const shops = (await ledger.registry.shops()).filter(
    ({ api, account }) => api !== undefined && ledger.shardOf(account) === shard,
  )
  let given = 0
  for (const { id, account } of shops) {
    if ((await ledger.sweeps.look(account, id)).nextAt > now()) continue
    const jobId = `${id}~${Math.floor(now() / (MINUTE_MS / 2))}`
    await queues.enqueue('sweep-orders', { shard, shop: id }, { jobId })
    given++
  }
  return `${given} of ${shops.length} shops are due`
}

type Sweep = NonNullable<Awaited<ReturnType<App['ledger']['sweeps']['begin']>>>

async function readList(app: App, shop: Shop, { state, save }: Sweep) {
  const { now } = app
  // A shop that was never swept begins today: what it invoiced before is not ours to repeat.
  let cursor = state.cursor || now()
  let { position } = state
  let found = 0
  let pages = 0
  if (state.cursor === 0) await save({ cursor })
  const mayWait = (ms: number) => ms <= SHORT_WAIT_MS
  try {
    const since = cursor - OVERLAP_MS
    for await (const page of listedOrders(app, shop, { since, position, mayWait })) {
      found += await bringIn(app, shop, page.orders)
      position = page.next
      // A shop whose clock runs ahead must not make us miss what comes after.
      cursor = Math.min(now(), Math.max(cursor, page.reached ?? 0))
      if (!(await save({ cursor, position, found: state.found + found })))
        return { outcome: 'took too long: another worker went on' }
      const outcome = `${found} changes that no webhook told, of ${page.listed} listed`
      if (position === '')
        return { outcome, nextAt: now() + EVERY_MS[shop.platform], completedAt: now() }
      if (page.restMs > SHORT_WAIT_MS) return { outcome, nextAt: now() + page.restMs }
      if (++pages === MAX_PAGES) break
    }
  } catch (error) {
    if (!(error instanceof ShopApiError) || error.waitMs === undefined) throw error
    return { outcome: 'told to wait', nextAt: now() + error.waitMs, position }
  }
  return { outcome: `goes on: ${found} changes so far`, nextAt: now() }
}

/** Takes in what the ledger does not have, and returns how many those were. What is known costs one read of the ledger. */
async function bringIn(app: App, shop: Shop, orders: ListedPage['orders']): Promise<number> {
  const changed = orders.filter((listed) => maybeNews(listed, listed.known))
  let found = 0
  for (let i = 0; i < changed.length; i += AT_ONCE) {
    await Promise.all(
      changed.slice(i, i + AT_ONCE).map(async ({ read, known }) => {
        const delivery = await read()
        const parsed = app.platforms[shop.platform].parse(delivery)
        if (parsed.kind === 'order' && !isNews(parsed.order, known)) return
        const { status } = await takeIn(app, shop, delivery, true)
        if (status === 'accepted') found++
      }),
    )
  }
  return found
}
