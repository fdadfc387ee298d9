import { html } from './html.ts'
import { page, type Route, type Visit } from './route.ts'

const PAGE = 100

export const auditRoutes = (): Route[] => [
  { method: 'GET', path: '/audit', access: 'operator', show: (visit) => audit(visit) },
]

async function audit({ app, t, words, query }: Visit) {
  const before = /^\d{1,15}-\d{1,10}$/.test(query.one('before')) ? query.one('before') : undefined
  const entries = await app.ledger.people.audit(PAGE, before)
  const last = entries.length === PAGE ? entries.at(-1)?.id : undefined
  return page(
    'audit',
    t.audit,
    html`<h1>${t.audit}</h1>
      <p class="lead">${t.auditLead}</p>
      ${
        entries.length === 0
          ? html`<p class="empty">${t.auditEmpty}</p>`
          : html`<table class="list">
              <thead>
                <tr>
                  <th scope="col">${t.time}</th>
                  <th scope="col">${t.user}</th>
                  <th scope="col">${t.action}</th>
                  <th scope="col">${t.about}</th>
                  <th scope="col">${t.change}</th>
                </tr>
              </thead>
              <tbody>
                ${entries.map(
                  (entry) =>
                    html`<tr>
                      <th scope="row">
                        <time datetime="${new Date(entry.at).toISOString()}"
                          >${words.moment(entry.at)}</time
                        >
                      </th>
                      <td data-label="${t.user}">
                        <span>${entry.who || '–'} <span class="hint">${entry.from}</span></span>
                      </td>
                      <td data-label="${t.action}">${t.deeds[entry.did] ?? entry.did}</td>
                      <td data-label="${t.about}"><span class="break">${entry.about}</span></td>
                      <td data-label="${t.change}" class="${changed(entry) === '' && 'none'}">
                        ${changed(entry)}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <nav class="pager" aria-label="${t.pages}">
        ${before !== undefined && html`<a class="button" href="/audit">${t.newest}</a>`}
        ${last !== undefined && html`<a class="button" href="/audit?before=${last}">${t.older}</a>`}
      </nav>`,
  )
}

type Facts = Record<string, unknown> | undefined

function changed({ before, after }: { before?: Facts; after?: Facts }): string {
  const list = (facts: Facts) =>
    Object.entries(facts ?? {})
      .map(
        ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      .join(', ')
  return [list(before), list(after)].filter((text) => text !== '').join(' → ')
}
