import { partsOf } from '../../core/ids.ts'
import type { Shop } from '../../core/settings.ts'
import { takeIn } from '../../intake.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderName, orderPath, stateOf, summaryOf } from './order-list.ts'
import { sampleOrder } from './platform-guide.ts'
import { shopPath } from './reasons.ts'
import { go, part, type Page, type Route, type Visit } from './route.ts'
import { isSandbox } from './sandbox.ts'
import { curlCard } from './setup-connect.ts'
import { frame, shopStep } from './setup-frame.ts'
import { shopAt } from './shop-form.ts'

const REFRESH = 'every 2s'

/** The last step: waits for the first order and says what became of it. */
export const firstOrderRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/setup/shop/:shop/first',
    access: 'admin',
    show: (visit) => firstPage(visit),
  },
  {
    method: 'GET',
    path: '/setup/shop/:shop/first/live',
    access: 'admin',
    async show(visit) {
      const shop = await shopAt(visit)
      return shop === undefined
        ? missingPage(visit, visit.t.shopUnknown)
        : part(await live(visit, shop))
    },
  },
  {
    // In the sandbox only: elsewhere a sample order would become a real document.
    method: 'POST',
    path: '/setup/shop/:shop/first/try',
    access: 'admin',
    async act(visit) {
      const { app, now, t } = visit
      const shop = await shopAt(visit)
      if (shop === undefined || !isSandbox(app)) return missingPage(visit, t.shopUnknown)
      const body = Buffer.from(JSON.stringify(sampleOrder(new Date(now))))
      await takeIn(app, { ...shop, platform: 'generic' }, { headers: {}, body }, false)
      return go(shopStep(shop.id, 'first'), { audit: [{ did: 'sample-order', about: shop.id }] })
    },
  },
]

async function firstPage(visit: Visit): Promise<Page> {
  const { t, session, app, guard } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const secret =
    session === undefined ? undefined : await app.ledger.people.keptSecret(session, shop.id)
  return frame(
    visit,
    'first',
    html`${await live(visit, shop)}
      ${shop.platform === 'generic' && curlCard(visit, shop, secret === shop.secret ? secret : undefined)}
      ${
        isSandbox(app) &&
        html`<form method="post" action="${shopStep(shop.id, 'first')}/try" class="actions">
          ${guard}<button>${t.setupTry}</button><span class="hint">${t.setupTryWhat}</span>
        </form>`
      }
      <div class="actions">
        <a class="button" href="${shopStep(shop.id, 'connect')}">${t.setupBack}</a>
        <a class="button" href="${shopPath(shop)}">${t.setupAllSettings}</a>
        <a class="button" href="/">${t.setupDone}</a>
      </div>`,
    { account: shop.account, shop: shop.id },
  )
}

/** What has come of this shop so far; asks again by itself until there is a document. */
async function live(visit: Visit, shop: Shop): Promise<Html> {
  const { app, t } = visit
  const [place] = await app.ledger.reports.orders(shop.account, shop.id, 1)
  const path = `${shopStep(shop.id, 'first')}/live`
  const asks = html`hx-get="${path}" hx-trigger="${REFRESH}" hx-swap="outerHTML"`
  if (place === undefined) {
    const unreadable = (await app.ledger.reports.quarantined(100)).some(
      ({ account }) => account === shop.account,
    )
    return html`<div id="first" class="first" role="status" ${asks}>
      <p class="waiting"><strong>${t.setupWaiting}</strong></p>
      <p>${t.setupWaitingWhat}</p>
      ${unreadable && html`<p class="notice bad"><span>${t.setupUnreadable}</span></p>`}
      <p class="hint">${t.setupWaitingLong}</p>
      <noscript
        ><a class="button" href="${shopStep(shop.id, 'first')}">${t.setupLookAgain}</a></noscript
      >
    </div>`
  }
  const summary = await summaryOf(app, shop, place.ref)
  const order = orderName(summary)
  const last = summary.documents.at(-1)
  const name =
    last === undefined || last.document.number === ''
      ? undefined
      : `${t.kinds[partsOf(last.key).kind]} ${last.document.series}\u00A0${last.document.number}`
  const issued = name !== undefined
  const state = stateOf(summary)
  const isDue = summary.known?.ruling === undefined || summary.known.ruling.kind === 'due'
  const what = issued
    ? t.setupIssuedWhat
    : state === 'due' || state === 'attempting' || (state === undefined && isDue)
      ? t.setupInHand
      : state === undefined
        ? t.setupNotDue
        : t.setupNotIssued
  return html`<div id="first" class="first" role="status" ${!issued && asks}>
    <div class="notice ${issued ? 'good' : what === t.setupInHand ? 'calm' : 'warn'}">
      <p>
        <strong
          >${
            name === undefined ? t.setupReceived(order) : t.setupReceivedIssued(order, name)
          }</strong
        >
        ${what}
      </p>
      <a class="button" href="${orderPath(place.ref)}">${t.setupOpenOrder}</a>
    </div>
    ${!issued && html`<noscript><a class="button" href="${shopStep(shop.id, 'first')}">${t.setupLookAgain}</a></noscript>`}
  </div>`
}
