import { partsOf, type DocumentKey } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import { createDesk } from '../../dead-letters/desk.ts'
import { issueByHand } from '../issue-by-hand.ts'
import { announcements, emailRoute } from './announcements.ts'
import { importCard } from './cut-over.ts'
import { decideRoute, decisionCards } from './decide.ts'
import { html, nothing, outsideLink, type Html, type Piece } from './html.ts'
import { missingPage } from './login.ts'
import { buyer, fact, lines } from './order-content.ts'
import { editLink, smallForm } from './order-edit.ts'
import { moneySection } from './order-acts.ts'
import { orderName, orderPath, orderState, summaryOf, type Summary } from './order-list.ts'
import { noSuchOrder, orderAt, placeAt } from './orders.ts'
import { paymentForm } from './payments.ts'
import { documentView } from './preview.ts'
import { fixFor, reasonList } from './reasons.ts'
import { go, page, part, type Page, type Route, type Visit } from './route.ts'
import { stateChip } from './states.ts'
import { timeline } from './timeline.ts'

/** While work is under way the page looks for news this often. */
const NEWS = 'every 3s'

export const orderPages = (): Route[] => [
  decideRoute,
  emailRoute,
  {
    method: 'GET',
    path: '/orders/:shop/:order',
    access: 'viewer',
    async show(visit) {
      const place = await placeAt(visit)
      if (place === undefined) return noSuchOrder(visit)
      return orderPage(visit, await summaryOf(visit.app, place.shop, place.ref))
    },
  },
  {
    method: 'GET',
    path: '/orders/:shop/:order/live',
    access: 'viewer',
    async show(visit) {
      const place = await placeAt(visit)
      if (place === undefined) return part(nothing)
      return part(await live(visit, await summaryOf(visit.app, place.shop, place.ref)))
    },
  },
  {
    method: 'POST',
    path: '/orders/:shop/:order/issue',
    access: 'operator',
    async act(visit) {
      const { app, t, session } = visit
      const found = await orderAt(visit)
      if (found === undefined) return noSuchOrder(visit)
      const { shop, ref, known } = found
      const asked = await issueByHand(
        app,
        { shop, ref, order: known.order },
        `user ${session?.user}`,
      )
      const back = orderPath(ref)
      if (asked.status === 'refused')
        return go(back, { notice: { tone: 'bad', text: asked.ruling[visit.lang] } })
      return go(back, {
        notice: asked.taken
          ? { tone: 'good', text: t.issueAsked }
          : { tone: 'good', text: t.issueAlready(t.states[asked.state]) },
        audit: [
          {
            did: 'issue-by-hand',
            about: asked.key,
            before: { state: asked.before ?? '' },
            after: { state: asked.state },
          },
        ],
      })
    },
  },
  {
    method: 'POST',
    path: '/orders/:shop/:order/replay',
    access: 'operator',
    async act(visit) {
      const { app, t, session } = visit
      const found = await orderAt(visit)
      if (found === undefined) return noSuchOrder(visit)
      const desk = createDesk(app)
      const keys = found.known.documents
      const letters = await desk.select({ ids: keys })
      const outcomes = await desk.each(
        letters.filter((letter) => typeof letter !== 'string'),
        (letter) => desk.replay(letter, { who: `user ${session?.user}` }),
      )
      const done = outcomes.filter(({ outcome }) => outcome === 'replayed').length
      return go(orderPath(found.ref), {
        notice:
          done > 0
            ? { tone: 'good', text: t.issueAsked }
            : { tone: 'bad', text: t.nothingToReplay },
        audit: [{ did: 'replay', about: found.ref, after: { replayed: done } }],
      })
    },
  },
]

async function orderPage(visit: Visit, summary: Summary): Promise<Page> {
  const { t, words } = visit
  const { shop, known } = summary
  const imported = await importCard(visit, summary)
  if (known === undefined && summary.documents.length === 0 && imported === nothing)
    return missingPage(visit, t.orderNotFound(orderName(summary)))
  const order = known?.order
  return page(
    'orders',
    `${t.order} ${orderName(summary)}`,
    html`<p class="crumbs">
        <a href="/orders">${t.orders}</a> › <a href="/orders?shop=${shop.id}">${shop.id}</a>
      </p>
      <header class="heading">
        <h1>${t.order} ${orderName(summary)}</h1>
        ${
          order !== undefined &&
          html`<p class="lead">
            <strong>${words.amount(order.total)} ${order.currency}</strong>
            · ${statusInWords(visit, order)} ·
            ${t.placedAt(words.moment(Date.parse(order.createdAt)))}
          </p>`
        }
      </header>
      ${imported} ${fixSection(visit, summary)} ${await live(visit, summary)}
      ${decisionCards(visit, summary)} ${await moneySection(visit, summary)}
      ${paymentForm(visit, summary)} ${await announcements(visit, summary)}
      ${await documentView(visit, summary)}
      ${
        order === undefined
          ? html`<p class="empty">${t.dataGone}</p>`
          : html`<div class="columns">
              <section class="card">
                <h2>${t.content}</h2>
                ${lines(visit, order)}
              </section>
              <section class="card">
                <h2>${t.buyer}</h2>
                ${buyer(visit, order)}
              </section>
            </div>`
      }`,
  )
}

/** The form that fixes what is missing. It stands outside the part that refreshes itself: nothing typed is lost. */
function fixSection(visit: Visit, summary: Summary): Html {
  const { form } = smallForm(visit, summary)
  return form === nothing
    ? nothing
    : html`<section class="card">
        <h2>${visit.t.mustBeRight}</h2>
        ${form}
      </section>`
}

const statusInWords = ({ t }: Visit, order: Order): string =>
  [
    t.orderStatuses[order.status] ?? order.status,
    order.platformStatus !== order.status && order.platformStatus,
  ]
    .filter(Boolean)
    .join(' / ') + (order.paymentMethod === '' ? '' : ` · ${t.paymentBy(order.paymentMethod)}`)

/** What became of it and what can be done: the part that changes while one looks. */
async function live(visit: Visit, summary: Summary): Promise<Html> {
  const { t, app } = visit
  const { ref, shop, known } = summary
  const entries = await app.ledger.reports.timeline(shop.account, ref)
  const gone = new Set(
    summary.documents.flatMap(({ key, document }) => (document.gone === '' ? [] : [key])),
  )
  const moving =
    summary.documents.some(({ document }) =>
      ['due', 'attempting', 'uncertain', 'reversing'].includes(document.state),
    ) ||
    (known !== undefined && known.ruling === undefined)
  return html`<div
    id="live"
    ${moving && html`hx-get="${orderPath(ref)}/live" hx-trigger="${NEWS}" hx-swap="outerHTML"`}
  >
    ${summary.documents.length === 0 && (await noDocument(visit, summary))}
    ${await Promise.all(summary.documents.map((one) => documentCard(visit, summary, one)))}
    <section class="card">
      <h2>${t.timeline}</h2>
      ${timeline(visit, entries, gone)}
    </section>
  </div>`
}

async function noDocument(visit: Visit, summary: Summary): Promise<Html> {
  const { t, lang } = visit
  const ruling = summary.known?.ruling
  const why = (ruling as Record<string, unknown> | undefined)?.[lang]
  return html`<section class="card verdict">
    <h2>${orderState(visit, summary)} ${ruling === undefined ? t.notLookedAt : t.noDocument}</h2>
    ${typeof why === 'string' && html`<p>${why}</p>`}
    ${ruling !== undefined && html`<div class="actions">${issueButton(visit, summary, t.issueNow)}</div>`}
  </section>`
}

async function documentCard(
  visit: Visit,
  summary: Summary,
  { key, document }: Summary['documents'][number],
): Promise<Html> {
  const { t, words, lang, app, now } = visit
  const { kind, revision } = partsOf(key)
  const url = document.gone === '' ? outsideLink(document.viewUrl || document.url) : undefined
  const name = `${t.kindsTitle[kind]}${revision > 1 ? ` (${revision})` : ''}`
  const account = await app.ledger.registry.account(summary.shop.account)
  const health = account === undefined ? undefined : await app.smartbill.budget.look(account)
  const explain = (): Piece => {
    switch (document.state) {
      case 'due':
        if (document.notBefore > now) return t.notBeforeTime(words.moment(document.notBefore))
        return health !== undefined && health.state !== 'ok'
          ? t.whyWaits(t.accountStates[health.state])
          : t.whyDue
      case 'attempting':
        return t.whyAttempting
      case 'uncertain':
        return html`${t.whyUncertain(words.moment(document.sentAt))}
        ${
          now < document.sentAt + app.config.smartbill.graceMs
            ? t.uncertainUntil(words.clock(document.sentAt + app.config.smartbill.graceMs))
            : t.graceOver
        }
        ${document.answered !== '' && html`<blockquote>${document.answered}</blockquote>`}`
      case 'held':
        return html`<p>${t.whyHeld}</p>
          ${reasonList(visit, document.reasons ?? [], summary)}`
      case 'skipped':
        return t.whySkipped
      case 'dead':
        return html`<p>${document.cause?.[lang]}</p>
          ${
            document.cause !== undefined &&
            document.cause.said !== '' &&
            html`<p class="hint">${t.smartbillSaid}</p>
              <blockquote>${document.cause.said}</blockquote>`
          }
          ${document.cause !== undefined && fixFor(visit, document.cause.code, summary.shop)}`
      case 'issued':
        return html`<dl class="facts">
          ${fact(t.total, document.total === '' ? '' : `${words.amount(document.total)} ${document.currency}`)}
          ${fact(t.paidAmount, document.paid === '' ? '' : `${words.amount(document.paid)} ${document.currency}`)}
          ${fact(t.issuedAt, document.issuedAt === 0 ? '' : words.moment(document.issuedAt))}
          ${fact(t.attempts, String(document.attempts))}
        </dl>`
      case 'reversing':
      case 'reversed':
      case 'cancelled':
        return ''
    }
  }
  return html`<section class="card verdict ${document.state}">
    <h2>
      ${stateChip(t, document.state)} ${name}
      ${document.number !== '' && html`<span class="docnumber">${document.series} ${document.number}</span>`}
    </h2>
    <div>${explain()}</div>
    ${document.gone === '1' && html`<p>${t.docDeleted}</p>`}
    ${document.gone === 'maybe' && html`<p>${t.docBeingDeleted}</p>`}
    ${
      document.issuedAt === 0 &&
      document.attempts > 0 &&
      html`<p class="hint">${t.attemptsSoFar(document.attempts, words.ago(document.at, now))}</p>`
    }
    <div class="actions">
      ${
        url !== undefined &&
        html`<a class="button" href="${url}" rel="noreferrer noopener" target="_blank"
          >${t.openDocument}</a
        >`
      }
      ${document.state === 'held' && issueButton(visit, summary, t.checkAgain)}
      ${document.state === 'skipped' && issueButton(visit, summary, t.issueNow)}
      ${document.state === 'dead' && replayButton(visit, summary, key)}
      ${editLink(visit, key, document)}
    </div>
  </section>`
}

const issueButton = ({ may, guard, t }: Visit, { ref }: Summary, label: string): Html =>
  may('operator')
    ? html`<form method="post" action="${orderPath(ref)}/issue">
        ${guard}<button class="primary">${label}</button>
      </form>`
    : html`<p class="hint">${t.askOperator}</p>`

const replayButton = ({ may, guard, t }: Visit, { ref }: Summary, key: DocumentKey): Html =>
  may('operator')
    ? html`<form method="post" action="${orderPath(ref)}/replay">
          ${guard}<button class="primary">${t.replay}</button>
        </form>
        <form method="post" action="/dead-letters/rehearse">
          ${guard}<input type="hidden" name="id" value="${key}" /><button>${t.dryRun}</button>
        </form>`
    : html`<p class="hint">${t.askOperator}</p>`
