import type { App } from '../../app.ts'
import { AccountId, DocumentKey, orderRef, partsOf, ShopId, type OrderRef } from '../../core/ids.ts'
import type { Shop } from '../../core/settings.ts'
import { html, nothing, type Html } from './html.ts'
import { orderPath, orderTable, stateOf, summaryOf, type Summary } from './order-list.ts'
import { go, page, to, type Page, type Route, type Visit } from './route.ts'

const PAGE = 25
/** Orders looked at for one page of a state that has no list of its own. */
const MOST_SCANNED = 500
const MOST_INDEXED = 10_000
const MAX_QUERY = 200

const filters = ['waiting', 'uncertain', 'held', 'dead', 'issued', 'none'] as const
type StateFilter = (typeof filters)[number]
/** States that the ledger keeps a list of. */
const indexed = {
  waiting: ['due', 'attempting'],
  uncertain: ['uncertain'],
  held: ['held'],
  dead: ['dead'],
} as const satisfies Partial<Record<StateFilter, readonly string[]>>

type Place = { ref: OrderRef; at: number }
type Row = Summary & { at: number }
type Slice = { rows: Row[]; next: Record<string, string> | undefined; scanned?: number }

export const orderListRoutes = (): Route[] => [
  { method: 'GET', path: '/orders', access: 'viewer', show: (visit) => orders(visit) },
]

async function orders(visit: Visit) {
  const { app, query, t } = visit
  const asked = query.one('q').toWellFormed().trim().slice(0, MAX_QUERY)
  const all = await app.ledger.registry.shops()
  const shops = all.filter(({ id }) => query.one('shop') === '' || id === query.one('shop'))
  if (asked !== '') {
    const hits = await lookUp(app, shops, asked)
    const [only] = hits
    if (hits.length === 1 && only !== undefined && only.note === undefined)
      return go(orderPath(only.ref))
    return shown(visit, all, asked, found(visit, asked, hits), undefined)
  }
  const filter = filters.find((name) => name === query.one('state'))
  const slice =
    filter !== undefined && filter in indexed
      ? await fromIndex(app, shops, filter as keyof typeof indexed, Number(query.one('page') || 0))
      : await byTime(app, shops, filter, placeFrom(visit))
  const body = html`${orderTable(visit, slice.rows)}
  ${
    slice.scanned !== undefined &&
    slice.scanned >= MOST_SCANNED &&
    slice.rows.length < PAGE &&
    html`<p class="hint">${t.searchedSoFar(slice.scanned)}</p>`
  }`
  return shown(visit, all, '', body, slice.next)
}

function shown(
  visit: Visit,
  shops: readonly Shop[],
  asked: string,
  body: Html,
  next: Record<string, string> | undefined,
): Page {
  const { t, query } = visit
  const kept = { shop: query.one('shop'), state: query.one('state'), day: query.one('day') }
  const isLater = query.one('after') !== '' || query.one('page') !== ''
  return page(
    'orders',
    t.orders,
    html`<h1>${t.orders}</h1>
      <form method="get" action="/orders" class="filters" role="search">
        <label class="wide"
          >${t.search}<input
            type="search"
            name="q"
            value="${asked}"
            placeholder="${t.searchHint}"
            maxlength="${MAX_QUERY}"
        /></label>
        <label
          >${t.shop}<select name="shop">
            <option value="">${t.allShops}</option>
            ${shops.map(({ id }) => option(id, id, query.one('shop')))}
          </select></label
        >
        <label
          >${t.state}<select name="state">
            <option value="">${t.allStates}</option>
            ${filters.map((name) => option(name, t.filters[name], query.one('state')))}
          </select></label
        >
        <label
          >${t.upToDay}<input type="date" name="day" value="${query.one('day').slice(0, 10)}"
        /></label>
        <button class="primary">${t.show}</button>
      </form>
      ${body}
      ${
        (next !== undefined || isLater) &&
        html`<nav class="pager" aria-label="${t.pages}">
          ${isLater ? html`<a class="button" href="${to(['orders'], kept)}">${t.newest}</a>` : nothing}
          ${
            next !== undefined &&
            html`<a class="button" rel="next" href="${to(['orders'], { ...kept, ...next })}"
              >${t.older}</a
            >`
          }
        </nav>`
      }`,
  )
}

const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${label}</option>`

/** Where the page begins: after the last order that was seen, or at the end of a day. */
function placeFrom({ query }: Visit): Place | undefined {
  const [at = '', ref = ''] = query.one('after').split(' ')
  if (/^\d{1,15}$/.test(at) && /^[^~:\s]+~[^~:\s]+$/.test(ref))
    return { at: Number(at), ref: ref as OrderRef }
  const day = query.one('day')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  // The end of the day in Romania, which is two or three hours ahead of UTC: the later of both is at most an hour off.
  const end = Date.parse(`${day}T22:00:00Z`)
  return Number.isNaN(end) ? undefined : { at: end, ref: '~' as OrderRef }
}

/** Newest first over the chosen shops; a page costs the same wherever it is. */
async function byTime(
  app: App,
  shops: readonly Shop[],
  filter: StateFilter | undefined,
  from: Place | undefined,
): Promise<Slice> {
  const rows: Row[] = []
  let last = from
  let scanned = 0
  for (;;) {
    const lists = await Promise.all(
      shops.map(async (shop) =>
        (await app.ledger.reports.orders(shop.account, shop.id, PAGE + 1, last)).map((place) => ({
          ...place,
          shop,
        })),
      ),
    )
    const merged = lists.flat().toSorted((a, b) => b.at - a.at || compare(b.ref, a.ref))
    const slice = merged.slice(0, PAGE)
    const summaries = await Promise.all(
      slice.map(async ({ ref, at, shop }) => ({ ...(await summaryOf(app, shop, ref)), at })),
    )
    for (const row of summaries) {
      scanned++
      last = { ref: row.ref, at: row.at }
      if (filter === undefined || fits(row, filter)) rows.push(row)
      if (rows.length === PAGE) break
    }
    const more = merged.length > slice.length || rows.length === PAGE
    if (rows.length === PAGE || !more || scanned >= MOST_SCANNED) {
      const next = more && last !== undefined ? { after: `${last.at} ${last.ref}` } : undefined
      return { rows, next, scanned }
    }
  }
}

const compare = (a: string, b: string): number => Buffer.from(a).compare(Buffer.from(b))

function fits(row: Summary, filter: StateFilter): boolean {
  const state = stateOf(row)
  return filter === 'issued' ? state === 'issued' : state === undefined || state === 'skipped'
}

/** A state that has a list of its own, last come first. */
async function fromIndex(
  app: App,
  shops: readonly Shop[],
  filter: keyof typeof indexed,
  number: number,
): Promise<Slice> {
  const byId = new Map(shops.map((shop) => [shop.id, shop]))
  const lists = await Promise.all(
    Array.from({ length: app.config.shards }, (_, shard) =>
      indexed[filter].map((state) => app.ledger.reports.inState(shard, state, 0, MOST_INDEXED)),
    ).flat(),
  )
  const keys = lists.flat().filter((key) => byId.has(partsOf(key).shop))
  const rows = await Promise.all(
    keys
      .toReversed()
      .slice(number * PAGE, (number + 1) * PAGE)
      .flatMap((key) => {
        const { shop: id, order } = partsOf(key)
        const shop = byId.get(id)
        return shop === undefined ? [] : [summaryOf(app, shop, order)]
      }),
  )
  return {
    rows: rows.map((row) => ({ ...row, at: row.known?.receivedAt ?? 0 })),
    next: keys.length > (number + 1) * PAGE ? { page: String(number + 1) } : undefined,
  }
}

type Hit = { ref: OrderRef; shop: Shop; note?: string }

/** Orders with this id or number, and the order of a document with this number. */
async function lookUp(app: App, shops: readonly Shop[], asked: string): Promise<Hit[]> {
  const { reports } = app.ledger
  const names = [...new Set([asked, asked.replace(/^#/, ''), `#${asked.replace(/^#/, '')}`])]
  const orders = await Promise.all(
    shops.flatMap((shop) =>
      names.map(async (name): Promise<Hit[]> => {
        if (name === '' || name.length > 128) return []
        const ref = await reports.findOrder(shop.account, shop.id, name)
        return ref === undefined ? [] : [{ ref, shop }]
      }),
    ),
  )
  const documents = await Promise.all(
    seriesToAsk(shops, asked).map(async ({ account, series, number }): Promise<Hit[]> => {
      const keys = await Promise.all(
        (['invoice', 'estimate'] as const).map((kind) =>
          reports.numberOf(account, kind, series, number),
        ),
      )
      return keys.flatMap((text) => {
        const key = DocumentKey.safeParse(text)
        if (!key.success) return []
        const { shop: id, order } = partsOf(key.data)
        const shop = shops.find((one) => one.id === id)
        return shop === undefined ? [] : [{ ref: order, shop }]
      })
    }),
  )
  const hits = [...orders.flat(), ...documents.flat()]
  return [...new Map(hits.map((hit) => [hit.ref, hit])).values()]
}

/** `FCT 0042`, `FCT0042` or `42` → which series to ask about which number. */
function seriesToAsk(shops: readonly Shop[], asked: string) {
  const match = /^(.*?)[\s-]*(\d{1,10})$/.exec(asked)
  if (match === null) return []
  const [, prefix = '', digits = ''] = match
  const known = shops.flatMap(({ account, settings }) =>
    settings.series === undefined ? [] : [{ account, series: settings.series }],
  )
  const named = known.filter(({ series }) => series.toLowerCase() === prefix.toLowerCase())
  const accounts = [...new Set(shops.map(({ account }) => account))]
  const asks =
    prefix === ''
      ? known
      : named.length > 0
        ? named
        : accounts.map((account) => ({ account: AccountId.parse(account), series: prefix }))
  const unique = new Map(asks.map((ask) => [`${ask.account} ${ask.series}`, ask]))
  return [...unique.values()].map((ask) => ({ ...ask, number: Number(digits) }))
}

function found({ t }: Visit, asked: string, hits: readonly Hit[]): Html {
  if (hits.length === 0)
    return html`<div class="empty">
      <p>${t.nothingFound(asked)}</p>
      <p class="hint">${t.nothingFoundHint}</p>
    </div>`
  return html`<ul class="hits">
    ${hits.map(
      ({ ref, shop }) =>
        html`<li>
          <a href="${orderPath(ref)}">${decodeURIComponent(ref.split('~')[1] ?? '')}</a> ·
          ${shop.id}
        </li>`,
    )}
  </ul>`
}

/** The shop and the order that an address names, known or not. */
export async function placeAt({ app, params }: Visit) {
  const id = ShopId.safeParse(params['shop'])
  const shop = id.success ? await app.ledger.registry.shop(id.data) : undefined
  const orderId = params['order'] ?? ''
  if (shop === undefined || orderId === '' || orderId.length > 128) return undefined
  return { shop, ref: orderRef(shop.id, orderId.toWellFormed()) }
}

/** The order that an address names. */
export async function orderAt(visit: Visit) {
  const place = await placeAt(visit)
  if (place === undefined) return undefined
  const known = await visit.app.ledger.documents.order(place.shop.account, place.ref)
  return known === undefined ? undefined : { ...place, known }
}
