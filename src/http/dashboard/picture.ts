import type { App } from '../../app.ts'
import { flowGrains, type FlowSlot } from '../../core/flow.ts'
import { addDays, civilDate } from '../../core/time.ts'
import { statusOf, type Status } from '../status.ts'
import { summaryOf, type Summary } from './order-list.ts'

const LAST_ORDERS = 8

/** What the first page shows, the same for everybody who looks. */
export type Picture = {
  at: number
  status: Status
  issuedToday: number
  orders: readonly (Summary & { at: number })[]
  minutes: readonly FlowSlot[]
  hours: readonly FlowSlot[]
}

export async function pictureOf(app: App): Promise<Picture> {
  const at = app.now()
  const { ledger } = app
  const [status, issuedToday, orders, minutes, hours] = await Promise.all([
    statusOf(app),
    ledger.reports.issuedSince(startOfDay(at)),
    lastOrders(app),
    ledger.flow('minute', at, flowGrains.minute.slots),
    ledger.flow('hour', at, flowGrains.hour.slots),
  ])
  return { at, status, issuedToday, orders, minutes, hours }
}

/** The whole hour in which the Romanian day began. */
export function startOfDay(now: number): number {
  const today = civilDate(now)
  let at = now - (now % 3_600_000)
  while (civilDate(at - 1) === today) at -= 3_600_000
  return at
}

/** The instant at which a Romanian day, or one some days later, begins. */
export function dayStart(day: string, later = 0): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) return undefined
  return startOfDay(Date.parse(`${addDays(day, later)}T12:00:00Z`))
}

async function lastOrders(app: App) {
  const shops = await app.ledger.registry.shops()
  const places = await Promise.all(
    shops.map(async (shop) =>
      (await app.ledger.reports.orders(shop.account, shop.id, LAST_ORDERS)).map((place) => ({
        ...place,
        shop,
      })),
    ),
  )
  const newest = places
    .flat()
    .toSorted((a, b) => b.at - a.at)
    .slice(0, LAST_ORDERS)
  return Promise.all(
    newest.map(async ({ ref, at, shop }) => ({ ...(await summaryOf(app, shop, ref)), at })),
  )
}
