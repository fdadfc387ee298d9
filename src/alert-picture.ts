import type { App } from './app.ts'
import type { Picture } from './core/alerts.ts'
import { partsOf, type AccountId, type ShopId } from './core/ids.ts'
import type { Account, Shop } from './core/settings.ts'
import { countAll } from './dead-letters/counts.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'queues' | 'durability' | 'now'>

/** Documents looked at per account to find the one that is due longest: a delay by setting is no waiting. */
const MOST_WAITING = 200
const MINUTE_MS = 60_000

/** How things stand, for the alert rules. Reading it changes nothing. */
export async function alertPicture(app: Needs): Promise<Picture> {
  const { ledger } = app
  const [accounts, shops, quarantined, uncertain, held, unrouted, actsHeld, actsInDoubt, proposed] =
    await Promise.all([
      ledger.registry.accounts(),
      ledger.registry.shops(),
      ledger.alerts.quarantined(),
      ledger.alerts.oldest('uncertain'),
      ledger.alerts.oldest('held'),
      ledger.alerts.oldest('unrouted'),
      ledger.alerts.oldest('act held'),
      ledger.alerts.oldest('act uncertain'),
      ledger.alerts.oldest('act proposed'),
    ])
  const { doubles, taken } = await ledger.alerts.unsettled()
  const delays = new Map(shops.map(({ id, settings }) => [id, settings.delayMinutes * MINUTE_MS]))
  return {
    at: app.now(),
    accounts: await Promise.all(
      accounts.map((account) => ofAccount(app, account, delays, quarantined.get(account.id) ?? 0)),
    ),
    shops: await Promise.all(shops.map((shop) => ofShop(app, shop))),
    dead: await deadLetters(app),
    uncertain,
    held,
    stuck: {
      count: actsHeld.count + actsInDoubt.count,
      since: earliest(actsHeld.since, actsInDoubt.since),
    },
    proposed,
    unroutedSince: unrouted.since,
    doubles: await liveDoubles(app, doubles),
    taken,
    unreconciled: await unreconciled(app, shops),
    weaknesses: (await app.durability()).warnings,
  }
}

async function ofAccount(
  { ledger, smartbill, now }: Needs,
  account: Account,
  delays: ReadonlyMap<ShopId, number>,
  quarantined: number,
): Promise<Picture['accounts'][number]> {
  const [{ state, reason, since }, { waiting }, longest] = await Promise.all([
    smartbill.budget.look(account),
    ledger.reports.waiting(account.id),
    ledger.alerts.longestWaiting(account.id, MOST_WAITING),
  ])
  const due = longest
    .map(({ key, since: from }) => from + (delays.get(partsOf(key).shop) ?? 0))
    .filter((at) => at <= now())
  return {
    id: account.id,
    state,
    reason,
    since,
    waiting,
    quarantined,
    dueSince: due.length === 0 ? undefined : Math.min(...due),
  }
}

async function ofShop({ ledger }: Needs, shop: Shop): Promise<Picture['shops'][number]> {
  const [newest] = await ledger.reports.orders(shop.account, shop.id, 1)
  const sweep = shop.api === undefined ? undefined : await ledger.sweeps.look(shop.account, shop.id)
  return {
    id: shop.id,
    enabled: shop.settings.enabled,
    heardAt: newest?.at,
    failingSince: sweep === undefined || sweep.failingSince === 0 ? undefined : sweep.failingSince,
    problem: sweep?.problem,
  }
}

const earliest = (...instants: (number | undefined)[]): number | undefined => {
  const known = instants.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** So many days of findings are named; older ones are on the page alone. */
const NAMED_DAYS = 31

async function unreconciled(
  { ledger }: Needs,
  shops: readonly Shop[],
): Promise<Picture['unreconciled']> {
  const all = await Promise.all(
    shops.map(async ({ id, account, settings }) => {
      if (settings.reconcile === 'off') return []
      const days = await ledger.reconciliations.summaries(account, id)
      const open = days.slice(0, NAMED_DAYS).filter((day) => day.open > 0)
      if (open.length === 0) return []
      return [
        {
          shop: id,
          open: open.reduce((sum, day) => sum + day.open, 0),
          days: open.map(({ day }) => day).toReversed(),
        },
      ]
    }),
  )
  return all.flat()
}

/** Events that cannot be read have a rule of their own. */
async function deadLetters(app: Needs): Promise<number> {
  const { documents, acts, jobs } = (await countAll(app)).dead
  return documents + acts + jobs
}

/** A double that was reversed is none. */
async function liveDoubles(
  { ledger }: Needs,
  found: Awaited<ReturnType<App['ledger']['alerts']['unsettled']>>['doubles'],
): Promise<Picture['doubles']> {
  const accountOf = async (shop: ShopId): Promise<AccountId | undefined> =>
    (await ledger.registry.shop(shop))?.account
  const states = await Promise.all(
    found.map(async ({ document }) => {
      const account = await accountOf(partsOf(document).shop)
      return account === undefined
        ? undefined
        : (await ledger.documents.get(account, document))?.state
    }),
  )
  return found.filter((_, index) => !['reversed', 'cancelled'].includes(states[index] ?? ''))
}
