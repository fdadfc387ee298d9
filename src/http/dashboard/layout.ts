import { assets } from './assets.ts'
import { html, type Html } from './html.ts'
import type { Notice, Page, Section, Visit } from './route.ts'

export type Counts = {
  held: number
  uncertain: number
  dead: number
  /** Corrections to approve. */
  proposed: number
  alerts: number
}

type Entry = {
  section: Section
  href: string
  label: string
  count?: readonly [string, number | undefined]
  bad?: boolean
}
type Group = { title: string; entries: readonly Entry[] }

/** A whole page: menu, notice, content. */
export function layout(
  visit: Visit,
  shown: Page,
  around: { counts: Counts | undefined; notice: Notice | undefined; sandbox: boolean },
): Html {
  const { t, lang, session } = visit
  const groups = session === undefined ? [] : menuOf(visit, around.counts)
  const here = visit.request.url
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="same-origin" />
        <meta
          name="htmx-config"
          content='{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true}'
        />
        <title>${shown.title} · SmartBill Relay</title>
        <link rel="icon" type="image/svg+xml" href="${assets['icon.svg'].path}" />
        <link rel="stylesheet" href="${assets['dashboard.css'].path}" />
        <script src="${assets['htmx.js'].path}" defer></script>
        <script src="${assets['dashboard.js'].path}" defer></script>
        ${shown.styles?.map((name) => html`<link rel="stylesheet" href="${assets[name].path}" />`)}
        ${shown.scripts?.map((name) => html`<script src="${assets[name].path}" defer></script>`)}
      </head>
      <body class="${session === undefined ? 'outside' : 'inside'}">
        <a class="skip" href="#main">${t.skip}</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="${assets['icon.svg'].path}" alt="" width="28" height="28" />SmartBill
            Relay</a
          >
          ${around.sandbox && html`<span class="chip warn" title="${t.sandboxHelp}">${t.sandbox}</span>`}
          <div class="top-end">
            ${languageSwitch(visit, here)} ${session !== undefined && account(visit, session.user)}
          </div>
          ${
            session !== undefined &&
            html`<details class="menu">
              <summary>${t.menu}</summary>
              <nav aria-label="${t.menu}">${menu(groups, shown.section)}</nav>
            </details>`
          }
        </header>
        ${
          session !== undefined &&
          html`<nav class="side" aria-label="${t.menu}">${menu(groups, shown.section)}</nav>`
        }
        <main id="main" tabindex="-1">
          ${around.sandbox && session !== undefined && html`<p class="sandbox-note">${t.sandboxNote}</p>`}
          ${(around.notice?.text ?? '') !== '' && around.notice !== undefined && notice(visit, around.notice)}
          ${shown.body}
        </main>
      </body>
    </html>`
}

/** The menu in groups; one without entries for this person is left out. */
function menuOf(visit: Visit, counts: Counts | undefined): Group[] {
  const { t, may } = visit
  const groups: Group[] = [
    {
      title: '',
      entries: [
        { section: 'overview', href: '/', label: t.overview },
        { section: 'orders', href: '/orders', label: t.orders },
      ],
    },
    {
      title: t.groupWork,
      entries: [
        {
          section: 'dead-letters',
          href: '/dead-letters',
          label: t.deadLetters,
          count: ['dead', counts?.dead],
          bad: true,
        },
        { section: 'held', href: '/held', label: t.held, count: ['held', counts?.held] },
        {
          section: 'uncertain',
          href: '/uncertain',
          label: t.uncertain,
          count: ['uncertain', counts?.uncertain],
        },
      ],
    },
    {
      title: t.groupMoney,
      entries: [
        { section: 'payments', href: '/payments', label: t.payments },
        {
          section: 'corrections',
          href: '/corrections',
          label: t.corrections,
          count: ['proposed', counts?.proposed],
        },
        { section: 'reconciliation', href: '/reconciliation', label: t.reconciliation },
      ],
    },
    {
      title: t.groupWatch,
      entries: [
        {
          section: 'alerts',
          href: '/alerts',
          label: t.alerts,
          count: ['alerts', counts?.alerts],
          bad: true,
        },
        { section: 'queues', href: '/queues', label: t.queues },
        ...(may('admin')
          ? [{ section: 'queues', href: '/queues-admin', label: t.queuesAdmin } as const]
          : []),
        ...(may('operator') ? [{ section: 'audit', href: '/audit', label: t.audit } as const] : []),
      ],
    },
    {
      title: t.groupSettings,
      entries: [
        { section: 'shops', href: '/shops', label: t.shops },
        { section: 'accounts', href: '/accounts', label: t.accounts },
        ...(may('admin')
          ? ([
              { section: 'users', href: '/users', label: t.users },
              { section: 'api-keys', href: '/api-keys', label: t.apiKeys },
            ] as const)
          : []),
      ],
    },
  ]
  return groups.filter(({ entries }) => entries.length > 0)
}

const menu = (groups: readonly Group[], here: Section): Html =>
  html`${groups.map(
    ({ title, entries }) =>
      html`<div class="menu-part">
        ${title !== '' && html`<p>${title}</p>`} ${entries.map((entry) => link(entry, here))}
      </div>`,
  )}`

const link = ({ section, href, label, count, bad }: Entry, here: Section): Html =>
  html`<a href="${href}" ${section === here && html`aria-current="page"`}
    ><span>${label}</span>${count !== undefined && badge(count[0], count[1] ?? 0, bad === true)}</a
  > `

const badge = (name: string, count: number, bad: boolean): Html =>
  html`<span class="count ${bad && 'bad'}" data-count="${name}" ${count === 0 && html`hidden`}
    >${count > 999 ? '999+' : count}</span
  >`

const languageSwitch = ({ t, lang }: Visit, here: string): Html =>
  html`<form method="post" action="/language" class="languages">
    <input type="hidden" name="back" value="${here}" />
    <button
      class="plain"
      name="lang"
      value="${lang === 'ro' ? 'en' : 'ro'}"
      lang="${lang === 'ro' ? 'en' : 'ro'}"
    >
      ${t.otherLanguage}
    </button>
  </form>`

const account = ({ t, guard }: Visit, user: string): Html =>
  html`<a class="who" href="/password" title="${t.ownPassword}">${user}</a>
    <form method="post" action="/logout">${guard}<button class="plain">${t.signOut}</button></form>`

const notice = ({ t }: Visit, { tone, text, secrets }: Notice): Html =>
  html`<div class="notice ${tone}" role="status">
    <p>${text}</p>
    ${
      secrets !== undefined &&
      html`<dl class="secrets">
          ${secrets.map(
            ({ label, value }, i) =>
              html`<div>
                <dt>${label}</dt>
                <dd>
                  <code id="secret-${i}">${value}</code>
                  <button
                    type="button"
                    class="small"
                    data-copies="secret-${i}"
                    data-done="${t.copied}"
                  >
                    ${t.copy}
                  </button>
                </dd>
              </div>`,
          )}
        </dl>
        <p class="hint">${t.shownOnce}</p>`
    }
  </div>`
