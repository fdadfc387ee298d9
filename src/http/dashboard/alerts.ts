import { channels, type Alerting, type Channel } from '../../core/alerting.ts'
import type { OpenAlert } from '../../core/alerts.ts'
import { DocumentKey, partsOf } from '../../core/ids.ts'
import { html, type Html } from './html.ts'
import { go, page, to, type Route, type Visit } from './route.ts'
import { when } from './states.ts'

const RECENT = 30
const MAX_REASON = 500
/** Rules whose alerts only a person can end. */
const endedByHand = /^(double-document|number-taken) /

export const alertPages = (): Route[] => [
  { method: 'GET', path: '/alerts', access: 'viewer', show: (visit) => alerts(visit) },
  {
    method: 'POST',
    path: '/alerts/acknowledge',
    access: 'operator',
    async act({ app, t, form, session, now }) {
      const id = form.one('id')
      const done = await app.ledger.alerts.acknowledge(id, session?.user ?? '', now)
      if (!done) return go('/alerts', { notice: { tone: 'bad', text: t.alertGone } })
      return go('/alerts', {
        notice: { tone: 'good', text: t.alertAcknowledged },
        audit: [{ did: 'alert-acknowledge', about: id }],
      })
    },
  },
  {
    method: 'POST',
    path: '/alerts/remind',
    access: 'operator',
    async act({ app, t, form }) {
      const id = form.one('id')
      const done = await app.ledger.alerts.remindAgain(id)
      return go('/alerts', {
        notice: { tone: 'good', text: t.alertReminds },
        audit: done ? [{ did: 'alert-remind', about: id }] : [],
      })
    },
  },
  {
    method: 'POST',
    path: '/alerts/close',
    access: 'operator',
    async act({ app, t, form, session, now }) {
      const [id, reason] = [form.one('id'), form.one('reason').trim().slice(0, MAX_REASON)]
      if (reason === '')
        return go('/alerts', { notice: { tone: 'bad', text: t.alertReasonMissing } })
      const known =
        endedByHand.test(id) &&
        (await app.ledger.alerts.close(id, `user ${session?.user}`, reason, now))
      if (!known) return go('/alerts', { notice: { tone: 'bad', text: t.alertGone } })
      return go('/alerts', {
        notice: { tone: 'good', text: t.alertClosed },
        audit: [{ did: 'alert-close', about: id, after: { reason } }],
      })
    },
  },
  {
    method: 'POST',
    path: '/alerts/test',
    access: 'admin',
    async act({ app, t, form, now }) {
      const channel = channels.find((name) => name === form.one('channel'))
      const alerting = await app.ledger.alerts.alerting()
      const name = channel === undefined ? undefined : nameOf(t, alerting, channel)
      if (channel === undefined || name === undefined) return go('/alerts')
      const why = await failureOf(() =>
        app.deliverAlert(alerting, channel, {
          id: `msg_${crypto.randomUUID()}`,
          kind: 'test',
          at: now,
          openedAt: now,
          alert: {
            id: 'test',
            rule: 'test',
            about: '',
            ro: 'Mesaj de probă, trimis din pagina Alerte. Nu trebuie să faceți nimic.',
            en: 'A test message, sent from the page Alerts. There is nothing to do.',
          },
        }),
      )
      return go('/alerts', {
        notice:
          why === undefined
            ? { tone: 'good', text: t.testSent(name) }
            : { tone: 'bad', text: t.testFailed(name, why) },
        audit: [{ did: 'alert-test', about: channel, after: { arrived: why === undefined } }],
      })
    },
  },
]

async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'unknown'
  }
}

async function alerts(visit: Visit) {
  const { app, t } = visit
  const [open, recent, taken, alerting] = await Promise.all([
    app.ledger.alerts.open(),
    app.ledger.alerts.recent(RECENT),
    app.ledger.alerts.acknowledged(),
    app.ledger.alerts.alerting(),
  ])
  return page(
    'alerts',
    t.alerts,
    html`<h1>${t.alerts}</h1>
      <p class="lead">${t.alertsLead}</p>
      ${
        open.length === 0
          ? html`<p class="empty good">${t.alertsNone}</p>`
          : open
              .toSorted((a, b) => b.openedAt - a.openedAt)
              .map((one) => openCard(visit, one, taken.get(one.id)))
      }
      <section class="card">
        <h2>${t.channels}</h2>
        ${channelList(visit, alerting)}
        ${visit.may('admin') && html`<p><a class="button" href="/alerts/settings">${t.alertSettings}</a></p>`}
      </section>
      <section>
        <h2>${t.alertsRecent}</h2>
        ${
          recent.length === 0
            ? html`<p class="hint">${t.alertsNoneRecent}</p>`
            : html`<ul class="hits">
                ${recent.map(
                  ({ alert, openedAt, overAt }) =>
                    html`<li>
                      ${alert[visit.lang]}
                      <p class="hint">
                        ${when(visit.words, overAt, visit.now)} ·
                        ${t.alertLasted(visit.words.span(overAt - openedAt))}
                      </p>
                    </li>`,
                )}
              </ul>`
        }
      </section>`,
  )
}

function openCard(
  visit: Visit,
  alert: OpenAlert,
  taken: { who: string; at: number } | undefined,
): Html {
  const { t, words, lang, now, may, guard } = visit
  const path = pathOf(alert)
  const id = html`${guard}<input type="hidden" name="id" value="${alert.id}" />`
  return html`<section class="card verdict ${taken === undefined ? 'dead' : 'held'}">
    <p>${alert[lang]}</p>
    <p class="hint">${t.alertSince(words.ago(alert.openedAt, now), alert.told)}</p>
    ${taken !== undefined && html`<p class="hint">${t.alertSeen(taken.who, words.ago(taken.at, now))}</p>`}
    <div class="actions">
      ${path !== undefined && html`<a class="button primary" href="${path}">${t.openIt}</a>`}
      ${
        may('operator') &&
        html`<form method="post" action="/alerts/${taken === undefined ? 'acknowledge' : 'remind'}">
          ${id}<button>${taken === undefined ? t.acknowledge : t.remindAgain}</button>
        </form>`
      }
      ${
        may('operator') &&
        endedByHand.test(alert.id) &&
        html`<form method="post" action="/alerts/close" class="inline">
          ${id}<input
            name="reason"
            required
            maxlength="${MAX_REASON}"
            aria-label="${t.closeReason}"
            placeholder="${t.closeReason}"
          /><button>${t.closeAlert}</button>
        </form>`
      }
    </div>
  </section>`
}

/** Where one sees what the alert is about. */
function pathOf({ rule, about }: OpenAlert): string | undefined {
  const document = DocumentKey.safeParse(about)
  if (document.success) {
    const { shop, orderId } = partsOf(document.data)
    return to(['orders', shop, orderId])
  }
  switch (rule) {
    case 'account-blocked':
    case 'login-refused':
    case 'plan-limit':
    case 'unreachable':
    case 'waiting-long':
    case 'quarantined':
      return to(['accounts', about])
    case 'shop-api':
    case 'shop-silent':
      return to(['shops', about])
    case 'dead-letters':
      return '/dead-letters'
    case 'uncertain':
      return '/uncertain'
    case 'held-long':
      return '/held'
    case 'orders-not-looked-at':
      return '/queues'
    default:
      return undefined
  }
}

function nameOf(t: Visit['t'], { webhook, email }: Alerting, channel: Channel) {
  if (channel === 'webhook')
    return webhook === undefined ? undefined : t.channelWebhook(new URL(webhook.url).host)
  return email === undefined ? undefined : t.channelEmail(email.to.join(', '))
}

function channelList({ t, may, guard }: Visit, alerting: Alerting): Html {
  const set = channels.flatMap((channel) => {
    const name = nameOf(t, alerting, channel)
    return name === undefined ? [] : [{ channel, name }]
  })
  if (set.length === 0) return html`<p>${t.channelsNone}</p>`
  return html`<ul class="plain-list">
    ${set.map(
      ({ channel, name }) =>
        html`<li class="channel">
          <span class="break">${name}</span>
          ${
            may('admin') &&
            html`<form method="post" action="/alerts/test">
              ${guard}<input type="hidden" name="channel" value="${channel}" /><button
                class="small"
              >
                ${t.sendTest}
              </button>
            </form>`
          }
        </li>`,
    )}
  </ul>`
}
