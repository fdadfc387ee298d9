import type { App } from '../../app.ts'
import { civilDate } from '../../core/time.ts'
import { statusOf, type Status } from '../status.ts'
import { html, nothing, type Html } from './html.ts'
import { orderTable, summaryOf } from './order-list.ts'
import { accountPath } from './reasons.ts'
import { page, part, to, type Route, type Visit } from './route.ts'
import { chip } from './states.ts'
import { problemsOf } from './problems.ts'

const REFRESH = 'every 4s'
const LAST_ORDERS = 8

export const overviewRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/',
    access: 'viewer',
    show: async (visit) =>
      page(
        'overview',
        visit.t.overview,
        html`<h1>${visit.t.overview}</h1>
          ${await live(visit)}`,
      ),
  },
  {
    method: 'GET',
    path: '/overview/live',
    access: 'viewer',
    show: async (visit) => part(await live(visit)),
  },
]

async function live(visit: Visit): Promise<Html> {
  const { app, t, words, now } = visit
  const [status, issuedToday, orders] = await Promise.all([
    statusOf(app),
    app.ledger.reports.issuedSince(startOfDay(now)),
    lastOrders(app),
  ])
  const problems = await problemsOf(visit, status)
  const { held, uncertain, dead, pending } = status.documents
  const deadTotal = dead + otherFailures(status)
  const oldest = Math.max(0, ...status.accounts.map(({ oldestWaitingMs }) => oldestWaitingMs))
  return html`<div id="live" hx-get="/overview/live" hx-trigger="${REFRESH}" hx-swap="outerHTML">
    <div class="problems" role="status">
      ${
        problems.length === 0
          ? html`<div class="notice good">
              <p><strong>${t.allIsWell}</strong> ${t.allIsWellMore}</p>
            </div>`
          : problems.map(
              ({ tone, what, todo, href, link }) =>
                html`<div class="notice ${tone}">
                  <p><strong>${what}</strong> ${todo}</p>
                  ${href !== undefined && html`<a class="button" href="${href}">${link}</a>`}
                </div>`,
            )
      }
    </div>
    <ul class="tiles">
      ${tile(t.issuedToday, words.number(issuedToday), '/orders?state=issued', 'good')}
      ${tile(t.waiting, words.number(pending), '/orders?state=waiting', 'calm')}
      ${tile(t.held, words.number(held), '/held', held > 0 ? 'warn' : 'calm')}
      ${tile(t.uncertain, words.number(uncertain), '/uncertain', uncertain > 0 ? 'warn' : 'calm')}
      ${tile(t.deadLetters, words.number(deadTotal), '/dead-letters', deadTotal > 0 ? 'bad' : 'calm')}
      ${tile(t.oldestWaiting, oldest === 0 ? '–' : words.span(oldest), '/orders?state=waiting', oldest > 600_000 ? 'warn' : 'calm')}
    </ul>
    <section>
      <h2>${t.accounts}</h2>
      ${
        status.accounts.length === 0
          ? html`<p class="empty">${t.noAccounts} <a href="/accounts">${t.addAccount}</a></p>`
          : html`<ul class="accounts">
              ${status.accounts.map((account) => accountCard(visit, account))}
            </ul>`
      }
    </section>
    <section>
      <h2>${t.lastOrders} <a class="more" href="/orders">${t.allOrders}</a></h2>
      ${orderTable(visit, orders)}
    </section>
    <p class="hint">${t.updatedAt(words.clock(now))}</p>
  </div>`
}

/** Failed jobs without a document of their own are dead letters too. */
const otherFailures = ({ queues }: Status): number =>
  Object.entries(queues)
    .filter(([name]) => name !== 'issue-document' && name !== 'resolve-outcome')
    .reduce((total, [, { failed }]) => total + failed, 0)

/** The whole hour in which the Romanian day began. */
export function startOfDay(now: number): number {
  const today = civilDate(now)
  let at = now - (now % 3_600_000)
  while (civilDate(at - 1) === today) at -= 3_600_000
  return at
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

const tile = (label: string, value: string, href: string, tone: string): Html =>
  html`<li>
    <a class="tile ${tone}" href="${href}"
      ><span class="value">${value}</span><span>${label}</span></a
    >
  </li>`

/** A gauge of the calls left, the state and until when, and the switch to pause. */
export function accountCard(visit: Visit, account: Status['accounts'][number]): Html {
  const { t, words, app, now, may, guard } = visit
  const { calls, windowMs } = app.config.smartbill
  const well = account.state === 'ok'
  const action = account.state === 'ok' ? 'pause' : 'resume'
  return html`<li class="card account">
    <h3>
      <a href="${accountPath(account.id)}">${account.id}</a>
      ${chip(well ? 'good' : account.state === 'paused' ? 'calm' : 'bad', t.accountStates[account.state])}
    </h3>
    <label class="gauge"
      ><span>${t.callsLeft(account.budgetLeft, calls, words.span(windowMs))}</span
      ><meter
        min="0"
        max="${calls}"
        low="${Math.ceil(calls / 6)}"
        high="${Math.ceil(calls / 3)}"
        optimum="${calls}"
        value="${account.budgetLeft}"
      >
        ${account.budgetLeft}
      </meter></label
    >
    ${
      !well &&
      html`<p>
          ${t.accountWhy[account.state]}
          ${account.state === 'paused' ? (account.reason === '' ? nothing : t.pausedBy(account.reason.replace(/^user /, ''))) : account.reason !== '' && account.reason !== 'unreachable' && account.reason !== 'not-sent' && html`<q>${account.reason}</q>`}
        </p>
        ${
          account.blockedUntil !== null &&
          html`<p class="hint">
            ${t.untilWhen(words.brief(Date.parse(account.blockedUntil), now))}
          </p>`
        }`
    }
    <p class="hint">
      ${account.waiting === 0 ? t.nothingWaits : t.waitingFor(account.waiting, words.span(account.oldestWaitingMs))}
    </p>
    ${
      may('operator') &&
      html`<form method="post" action="${to(['accounts', account.id, action])}">
        ${guard}<button class="small" id="${action}-${account.id}">
          ${action === 'pause' ? t.pause : t.resume}
        </button>
      </form>`
    }
  </li>`
}
