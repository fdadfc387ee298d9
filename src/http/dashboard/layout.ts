import { assets } from './assets.ts'
import { html, type Html } from './html.ts'
import type { Notice, Page, Section, Visit } from './route.ts'

export type Counts = { held: number; uncertain: number; dead: number }

type Entry = { section: Section; href: string; label: string; count?: number; bad?: boolean }

/** A whole page: menu, notice, content. */
export function layout(
  visit: Visit,
  shown: Page,
  around: { counts: Counts | undefined; notice: Notice | undefined; sandbox: boolean },
): Html {
  const { t, lang, session } = visit
  const menu = session === undefined ? [] : entries(visit, around.counts)
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
              <nav aria-label="${t.menu}">${menu.map((entry) => link(entry, shown.section))}</nav>
            </details>`
          }
        </header>
        ${
          session !== undefined &&
          html`<nav class="side" aria-label="${t.menu}">
            ${menu.map((entry) => link(entry, shown.section))}
          </nav>`
        }
        <main id="main" tabindex="-1">
          ${(around.notice?.text ?? '') !== '' && around.notice !== undefined && notice(visit, around.notice)}
          ${shown.body}
        </main>
      </body>
    </html>`
}

function entries({ t, may }: Visit, counts: Counts | undefined): Entry[] {
  return [
    { section: 'overview', href: '/', label: t.overview },
    { section: 'orders', href: '/orders', label: t.orders },
    {
      section: 'dead-letters',
      href: '/dead-letters',
      label: t.deadLetters,
      count: counts?.dead ?? 0,
      bad: true,
    },
    { section: 'held', href: '/held', label: t.held, count: counts?.held ?? 0 },
    { section: 'uncertain', href: '/uncertain', label: t.uncertain, count: counts?.uncertain ?? 0 },
    { section: 'shops', href: '/shops', label: t.shops },
    { section: 'accounts', href: '/accounts', label: t.accounts },
    { section: 'queues', href: '/queues', label: t.queues },
    ...(may('operator') ? [{ section: 'audit', href: '/audit', label: t.audit } as const] : []),
    ...(may('admin') ? [{ section: 'users', href: '/users', label: t.users } as const] : []),
  ]
}

const link = ({ section, href, label, count, bad }: Entry, here: Section): Html =>
  html`<a href="${href}" ${section === here && html`aria-current="page"`}
    ><span>${label}</span>${
      count !== undefined &&
      count > 0 &&
      html`<span class="count ${bad === true && 'bad'}">${count > 999 ? '999+' : count}</span>`
    }</a
  > `

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
  html`<span class="who">${user}</span>
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
