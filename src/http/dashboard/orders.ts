import { orderRef } from '../../core/ids.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderPath, orderTable } from './order-list.ts'
import { described, named, type Hit } from './order-search.ts'
import {
  among,
  byState,
  byTime,
  filters,
  inState,
  isListed,
  sliceOf,
  type Cursor,
  type Slice,
  type StateFilter,
} from './order-slices.ts'
import { dayStart } from './picture.ts'
import { go, page, to, type Go, type Page, type Route, type Visit } from './route.ts'

const MAX_QUERY = 200

export const orderListRoutes = (): Route[] => [
  { method: 'GET', path: '/orders', access: 'viewer', show: (visit) => orders(visit) },
]

type Asked = {
  text: string
  shop: string
  filter: StateFilter | undefined
  from: number | undefined
  to: number | undefined
  after: Cursor | undefined
}

/** What the address asks for; what makes no sense is left out. */
function askedOf({ query }: Visit): Asked {
  const [at = '', name = ''] = query.one('after').split(' ')
  return {
    text: query.one('q').toWellFormed().trim(),
    shop: query.one('shop'),
    filter: filters.find((one) => one === query.one('state')),
    from: dayStart(query.one('from')),
    to: dayStart(query.one('to'), 1),
    after:
      /^\d{1,15}$/.test(at) && /^[^~:\s]+~[^:\s]+$/.test(name)
        ? { at: Number(at), name }
        : undefined,
  }
}

async function orders(visit: Visit): Promise<Page | Go> {
  const { app, t } = visit
  const asked = askedOf(visit)
  if (asked.text.length > MAX_QUERY)
    return shown(visit, asked, html`<p class="empty">${t.askedTooLong(MAX_QUERY)}</p>`, undefined)
  const all = await app.ledger.registry.shops()
  const shops = all.filter(({ id }) => asked.shop === '' || id === asked.shop)
  const inSpan = ({ at }: { at: number }) =>
    (asked.from === undefined || at >= asked.from) && (asked.to === undefined || at < asked.to)
  const sieve = asked.filter === undefined ? undefined : inState(app, asked.filter)
  if (asked.text === '') {
    const latest = asked.to === undefined ? undefined : { at: asked.to - 1, name: '~' }
    const slice = isListed(asked.filter)
      ? await sliceOf(app, byState(app, shops, asked.filter), asked.after, inSpan)
      : await sliceOf(app, byTime(app, shops, asked.from), asked.after ?? latest, inSpan, sieve)
    return shown(visit, asked, listOf(visit, slice), slice.next)
  }

  const exact = await named(app, shops, asked.text)
  const [only] = exact
  if (exact.length === 1 && only !== undefined) return go(orderPath(only.ref))
  const { hits, cut } = await described(app, shops, asked.text, asked)
  const found = [...new Map<string, Hit>([...hits, ...exact].map((hit) => [hit.ref, hit])).values()]
  const slice = await sliceOf(app, among(found.filter(inSpan)), asked.after, () => true, sieve)
  const body = html`${foundWords(visit, asked, found.filter(inSpan).length, cut)}
  ${found.length > 0 && listOf(visit, slice)}`
  return shown(visit, asked, body, slice.next)
}

function foundWords({ t }: Visit, { text }: Asked, count: number, cut: boolean): Html {
  if (count === 0)
    return html`<div class="empty">
      <p>${t.nothingFound(text)}</p>
      <p class="hint">${t.nothingFoundMore}</p>
    </div>`
  return html`<p class="lead" role="status">
    ${cut ? t.foundTooMany(text) : t.foundFor(count, text)}
  </p>`
}

const listOf = (visit: Visit, { rows, scanned }: Slice): Html =>
  html`${orderTable(visit, rows)}
  ${scanned !== undefined && html`<p class="hint">${visit.t.searchedSoFar(scanned)}</p>`}`

async function shown(
  visit: Visit,
  asked: Asked,
  body: Html,
  next: Cursor | undefined,
): Promise<Page> {
  const { app, t, query } = visit
  const shops = await app.ledger.registry.shops()
  const kept = {
    q: asked.text.slice(0, MAX_QUERY),
    shop: asked.shop,
    state: asked.filter,
    from: query.one('from'),
    to: query.one('to'),
  }
  const isNarrowed = Object.values(kept).some(Boolean)
  return page(
    'orders',
    t.orders,
    html`<h1>${t.orders}</h1>
      <form method="get" action="/orders" class="filters" role="search">
        <label class="wide"
          >${t.search}<input
            type="search"
            name="q"
            value="${kept.q}"
            placeholder="${t.searchPlaceholder}"
            maxlength="${MAX_QUERY}"
        /></label>
        ${
          shops.length > 1 &&
          html`<label
            >${t.shop}<select name="shop">
              <option value="">${t.allShops}</option>
              ${shops.map(({ id }) => option(id, id, asked.shop))}
            </select></label
          >`
        }
        <label
          >${t.state}<select name="state">
            <option value="">${t.allStates}</option>
            ${filters.map((name) => option(name, t.filters[name], asked.filter ?? ''))}
          </select></label
        >
        <label
          >${t.fromDay}<input type="date" name="from" value="${kept.from.slice(0, 10)}"
        /></label>
        <label>${t.toDay}<input type="date" name="to" value="${kept.to.slice(0, 10)}" /></label>
        <div class="go">
          <button class="primary">${t.show}</button>
          ${isNarrowed && html`<a class="button" href="/orders">${t.clear}</a>`}
        </div>
      </form>
      ${body}
      ${
        (next !== undefined || asked.after !== undefined) &&
        html`<nav class="pager" aria-label="${t.pages}">
          ${asked.after !== undefined ? html`<a class="button" href="${to(['orders'], kept)}">${t.newest}</a>` : nothing}
          ${
            next !== undefined &&
            html`<a
              class="button"
              rel="next"
              href="${to(['orders'], { ...kept, after: `${next.at} ${next.name}` })}"
              >${t.older}</a
            >`
          }
        </nav>`
      }`,
    asked.text.length > MAX_QUERY ? { status: 400 } : {},
  )
}

const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${label}</option>`

/** The shop and the order that an address names, known or not. */
export async function placeAt({ app, params }: Visit) {
  const shop = await app.ledger.registry.shopNamed(params['shop'])
  const orderId = params['order'] ?? ''
  if (shop === undefined || orderId === '' || orderId.length > 128) return undefined
  return { shop, ref: orderRef(shop.id, orderId.toWellFormed()) }
}

export const noSuchOrder = (visit: Visit): Page =>
  missingPage(visit, visit.t.orderNotFound(visit.params['order'] ?? ''))

/** The order that an address names. */
export async function orderAt(visit: Visit) {
  const place = await placeAt(visit)
  if (place === undefined) return undefined
  const known = await visit.app.ledger.documents.order(place.shop.account, place.ref)
  return known === undefined ? undefined : { ...place, known }
}
