import type { App } from '../../app.ts'
import type { Account, Shop } from '../../core/settings.ts'
import type { Visit } from './route.ts'

/** A form does not wait longer than this for the list of series, in ms. */
const SERIES_WAIT_MS = 2500
const SERIES_AGE_MS = 20_000

type Series = { name: string; nextNumber: number }
export type SeriesOfKinds = { invoice: Series[]; estimate: Series[] }

/** Throws when SmartBill does not answer with its list. */
export async function seriesOf(app: App, account: Account): Promise<SeriesOfKinds> {
  const [invoice, estimate] = await Promise.all(
    (['invoice', 'estimate'] as const).map((kind) => app.smartbill.documents.series(account, kind)),
  )
  return { invoice: invoice ?? [], estimate: estimate ?? [] }
}

const recent = new WeakMap<App, Map<string, { at: number; series: SeriesOfKinds }>>()

/** The account's series as SmartBill lists them now; undefined when it does not say so in time. */
export async function liveSeries(
  { app, now }: Visit,
  shop: Pick<Shop, 'account'>,
): Promise<SeriesOfKinds | undefined> {
  const account = await app.ledger.registry.account(shop.account)
  if (account === undefined) return undefined
  const known = recent.get(app) ?? new Map<string, { at: number; series: SeriesOfKinds }>()
  recent.set(app, known)
  const hit = known.get(account.id)
  if (hit !== undefined && now - hit.at < SERIES_AGE_MS) return hit.series
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SERIES_WAIT_MS)
  })
  try {
    const series = await Promise.race([seriesOf(app, account).catch(() => undefined), late])
    if (series !== undefined) known.set(account.id, { at: now, series })
    return series
  } finally {
    clearTimeout(timer)
  }
}
