import { allOf } from '../../dead-letters/counts.ts'
import type { Status } from '../status.ts'
import { charts, viewOf } from './charts.ts'
import { html, nothing, type Html } from './html.ts'
import { orderTable } from './order-list.ts'
import { pictureOf, type Picture } from './picture.ts'
import { problemsOf } from './problems.ts'
import { accountPath } from './reasons.ts'
import { page, part, to, type Route, type Visit } from './route.ts'
import { chip } from './states.ts'

export const STREAM_PATH = '/overview/stream'

export const overviewRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/',
    access: 'viewer',
    async show(visit) {
      const picture = await pictureOf(visit.app)
      const view = viewOf(visit)
      return page(
        'overview',
        visit.t.overview,
        html`<h1>${visit.t.overview}</h1>
          <div
            data-stream="${to(['overview', 'stream'], { view })}"
            data-asks="${to(['overview', 'live'], { view })}"
          >
            ${await live(visit, picture)} ${charts(visit, picture)} ${latest(visit, picture)}
          </div>`,
        { scripts: ['uplot.js', 'charts.js', 'live.js'], styles: ['uplot.css'] },
      )
    },
  },
  {
    method: 'GET',
    path: '/overview/live',
    access: 'viewer',
    async show(visit) {
      const picture = await pictureOf(visit.app)
      return part(
        html`${await live(visit, picture)} ${charts(visit, picture)} ${latest(visit, picture)}`,
      )
    },
  },
]

/** Is anything wrong, how much waits, how are the accounts. */
export async function live(visit: Visit, { status, issuedToday, at }: Picture): Promise<Html> {
  const { t, words } = visit
  const problems = await problemsOf(visit, status)
  const { held, uncertain, pending } = status.documents
  const deadTotal = allOf(status.deadLetters)
  const oldest = Math.max(0, ...status.accounts.map(({ oldestWaitingMs }) => oldestWaitingMs))
  return html`<div id="live">
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
    <p class="hint">${t.updatedAt(words.clock(at))}</p>
  </div>`
}

export const latest = (visit: Visit, { orders }: Picture): Html =>
  html`<section id="latest">
    <h2>${visit.t.lastOrders} <a class="more" href="/orders">${visit.t.allOrders}</a></h2>
    ${orderTable(visit, orders)}
  </section>`

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
