import type { App } from './app.ts'
import type { Reason } from './core/causes.ts'
import { documentKey, orderRef, type OrderRef } from './core/ids.ts'
import { maybeNews } from './core/news.ts'
import type { Order } from './core/order.ts'
import { ShopApiError } from './core/shop-api-errors.ts'
import type { Shop } from './core/settings.ts'
import { makeDocumentDue, rulingOn } from './due-document.ts'
import { takeIn } from './intake.ts'
import { isListed, listedOrders } from './listed-orders.ts'
import { refsSince } from './orders-since.ts'

type Needs = Pick<
  App,
  'ledger' | 'queues' | 'platforms' | 'outbound' | 'registers' | 'now' | 'log' | 'enqueueDocument'
>

const AT_ONCE = 10
/** A shop that asks to be left alone for longer ends the reading; what is stored is still looked at. */
const LONGEST_WAIT_MS = 120_000
const MOST_LISTED = 200

export type BackfillReport = {
  shop: string
  /** Orders read from the shop's own API; null where the shop has none. */
  read: number | null
  /** Orders looked at that were placed since then. */
  orders: number
  /** Documents that became due, or in a dry run would. */
  due: number
  /** Of all others how many, and by which rule or state. */
  others: Record<string, number>
  /** Orders that could not be read; they wait in quarantine. */
  unreadable: number
  /** Why the shop's API could not be read to its end. */
  problem?: Reason
  list: { order: string; number: string; document: string; total: string; currency: string }[]
}

/**
 * Brings the orders of a shop since an instant (ms) through the door, from its own API and from what is stored, and makes
 * due what the rules say. What has a document, here or from another program, is left alone.
 */
export async function backfill(
  app: Needs,
  shop: Shop,
  since: number,
  dryRun: boolean,
  progress: (done: number) => void = () => {},
): Promise<BackfillReport> {
  const report: BackfillReport = {
    shop: shop.id,
    read: null,
    orders: 0,
    due: 0,
    others: {},
    unreadable: 0,
    list: [],
  }
  const seen = new Set<OrderRef>()
  const consider = async (ref: OrderRef, order?: Order) => {
    if (seen.has(ref)) return
    seen.add(ref)
    await lookAt(app, shop, since, dryRun, { ref, order }, report)
    progress(seen.size)
  }
  try {
    await readShop(app, shop, since, dryRun, consider, report)
  } catch (error) {
    if (!(error instanceof ShopApiError)) throw error
    report.problem = error.reason
  }
  for await (const refs of refsSince(app, shop, since))
    for (let from = 0; from < refs.length; from += AT_ONCE)
      await Promise.all(refs.slice(from, from + AT_ONCE).map((ref) => consider(ref)))
  return report
}

/** One order: `order` is what the shop says now, where the ledger does not have it yet. */
async function lookAt(
  app: Needs,
  shop: Shop,
  since: number,
  dryRun: boolean,
  { ref, order: fresh }: { ref: OrderRef; order: Order | undefined },
  report: BackfillReport,
): Promise<void> {
  const { documents, retention } = app.ledger
  const stored = await documents.order(shop.account, ref)
  const order = dryRun && fresh !== undefined ? fresh : stored?.order
  const count = (why: string) => {
    report.others[why] = (report.others[why] ?? 0) + 1
  }
  if (order === undefined) return count('no-longer-kept')
  if (Date.parse(order.createdAt) < since) return
  report.orders++
  const made = stored?.documents ?? (await retention.remains(shop.account, ref)) ?? []
  const ruling = await rulingOn(app, shop, { order, documents: made })
  if (ruling.kind === 'not-due') return count(ruling.rule)
  const key = documentKey(ref, ruling.document, 1)
  const document = await documents.get(shop.account, key)
  const comesBack =
    document?.shadow === '1' && (document.state === 'skipped' || document.state === 'held')
  if (document !== undefined && !comesBack) return count(document.state)
  report.due++
  if (report.list.length < MOST_LISTED)
    report.list.push({
      order: order.id,
      number: order.number,
      document: ruling.document,
      total: order.total,
      currency: order.currency,
    })
  if (dryRun || stored === undefined) return
  const known = { ...stored, ref }
  await makeDocumentDue(app, shop, known, ruling, { who: 'backfill', past: true })
}

async function readShop(
  app: Needs,
  shop: Shop,
  since: number,
  dryRun: boolean,
  consider: (ref: OrderRef, order?: Order) => Promise<void>,
  report: BackfillReport,
): Promise<void> {
  if (!isListed(app, shop)) return
  const platform = app.platforms[shop.platform]
  const mayWait = (ms: number) => ms <= LONGEST_WAIT_MS
  report.read = 0
  for await (const { orders } of listedOrders(app, shop, { since, position: '', mayWait })) {
    report.read += orders.length
    for (let from = 0; from < orders.length; from += AT_ONCE) {
      await Promise.all(
        orders.slice(from, from + AT_ONCE).map(async (one) => {
          if (!maybeNews(one, one.known)) return consider(orderRef(shop.id, one.id))
          const delivery = await one.read()
          const parsed = platform.parse(delivery, shop.settings.extraction)
          if (parsed.kind === 'ignored') return
          if (parsed.kind === 'broken') report.unreadable++
          else if (Date.parse(parsed.order.createdAt) < since) return
          if (!dryRun) await takeIn(app, shop, delivery, true)
          if (parsed.kind === 'order')
            await consider(orderRef(shop.id, parsed.order.id), parsed.order)
        }),
      )
    }
  }
}
