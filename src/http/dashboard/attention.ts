import type { DocumentKey } from '../../core/ids.ts'
import { html, nothing, type Html } from './html.ts'
import { editLink, smallForm } from './order-edit.ts'
import { orderName, orderPath, summaryOfDocument } from './order-list.ts'
import { reasonList } from './reasons.ts'
import { page, to, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'

const PAGE = 25
/** A page far behind is no page that anybody reads; it would cost as much as all before it. */
const LAST_PAGE = 400

export const attentionRoutes = (): Route[] => [
  { method: 'GET', path: '/held', access: 'viewer', show: (visit) => list(visit, 'held') },
  {
    method: 'GET',
    path: '/uncertain',
    access: 'viewer',
    show: (visit) => list(visit, 'uncertain'),
  },
]

type Found = NonNullable<Awaited<ReturnType<typeof summaryOfDocument>>>

/** Documents that wait for a person or for certainty, those that wait longest first. */
async function list(visit: Visit, state: 'held' | 'uncertain'): Promise<Page> {
  const { app, t, query } = visit
  const number = Math.min(LAST_PAGE, Math.max(0, Math.floor(Number(query.one('page')) || 0)))
  const { keys, of } = await app.ledger.reports.longestInState(state, number * PAGE, PAGE)
  const rows = await Promise.all(
    keys.map(async (key) => ({ key, found: await summaryOfDocument(app, key) })),
  )
  const live = rows.flatMap(({ key, found }) =>
    found === undefined || found.document.state !== state ? [] : [{ key, found }],
  )
  const path = `/${state}`
  return page(
    state,
    t[state],
    html`<h1>${t[state]} ${of > 0 && chip('warn', String(of))}</h1>
      <p class="lead">${state === 'held' ? t.heldLead : t.uncertainLead}</p>
      ${
        live.length === 0
          ? html`<p class="empty good">${state === 'held' ? t.noHeld : t.noUncertain}</p>`
          : live.map(({ key, found }) =>
              state === 'held' ? heldCard(visit, found, key) : doubtCard(visit, found),
            )
      }
      <nav class="pager" aria-label="${t.pages}">
        ${
          number > 0 &&
          html`<a class="button" href="${to([state], { page: String(number - 1) })}"
            >${t.previous}</a
          >`
        }
        ${
          number < LAST_PAGE &&
          of > (number + 1) * PAGE &&
          html`<a class="button" href="${path}?page=${number + 1}">${t.next}</a>`
        }
      </nav>`,
  )
}

const head = (visit: Visit, found: Found): Html =>
  html`<h2>
    <a href="${orderPath(found.ref)}">${visit.t.order} ${orderName(found)}</a>
    <span class="hint">
      ${found.shop.id} ·
      ${found.known !== undefined && `${visit.words.amount(found.known.order.total)} ${found.known.order.currency} · `}
      ${when(visit.words, found.document.at, visit.now)}
    </span>
  </h2>`

function heldCard(visit: Visit, found: Found, key: DocumentKey): Html {
  const { form, left } = smallForm(visit, found)
  const reasons = form === nothing ? (found.document.reasons ?? []) : left
  return html`<section class="card">
    ${head(visit, found)} ${reasons.length > 0 && reasonList(visit, reasons, found)} ${form}
    ${
      visit.may('operator') &&
      html`<div class="actions tight">
        <form method="post" action="${orderPath(found.ref)}/issue">
          ${visit.guard}<button>${visit.t.checkAgain}</button>
        </form>
        ${form === nothing && editLink(visit, key, found.document)}
      </div>`
    }
  </section>`
}

function doubtCard(visit: Visit, found: Found): Html {
  const { t, words, app } = visit
  const { document } = found
  const graceEnds = document.sentAt + app.config.smartbill.graceMs
  return html`<section class="card">
    ${head(visit, found)}
    <dl class="facts">
      <div>
        <dt>${t.whatHappened}</dt>
        <dd>
          ${t.whyUncertain(words.moment(document.sentAt))}
          ${document.answered !== '' && html`<blockquote>${document.answered}</blockquote>`}
        </dd>
      </div>
      <div>
        <dt>${t.whatWeDo}</dt>
        <dd>${t.lookingAt(document.series, document.floor)}</dd>
      </div>
      <div>
        <dt>${t.whatNext}</dt>
        <dd>${visit.now < graceEnds ? t.uncertainUntil(words.clock(graceEnds)) : t.graceOver}</dd>
      </div>
    </dl>
    ${
      visit.may('operator') &&
      visit.now >= graceEnds &&
      html`<a class="button" href="${orderPath(found.ref)}">${t.decide}</a>`
    }
  </section>`
}
