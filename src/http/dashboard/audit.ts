import { html, type Html } from './html.ts'
import { dayStart } from './picture.ts'
import { page, to, type Route, type Visit } from './route.ts'
import { tableHead } from './table.ts'

const PAGE = 100

export const auditRoutes = (): Route[] => [
  { method: 'GET', path: '/audit', access: 'operator', show: (visit) => audit(visit) },
]

async function audit(visit: Visit) {
  const { app, t, words, query } = visit
  const before = /^\d{1,15}-\d{1,10}$/.test(query.one('before')) ? query.one('before') : undefined
  const [who, did] = [query.one('who'), query.one('did')]
  const { entries, next, looked } = await app.ledger.people.auditWhere(
    (entry) => (who === '' || entry.who === who) && (did === '' || entry.did === did),
    PAGE,
    { before, from: dayStart(query.one('from')), to: dayStart(query.one('to'), 1) },
  )
  const kept = { who, did, from: query.one('from'), to: query.one('to') }
  const isNarrowed = Object.values(kept).some((value) => value !== '')
  return page(
    'audit',
    t.audit,
    html`<h1>${t.audit}</h1>
      <p class="lead">${t.auditLead}</p>
      ${await narrowing(visit, kept, isNarrowed)}
      ${
        entries.length === 0
          ? html`<p class="empty">${isNarrowed ? t.auditNothing : t.auditEmpty}</p>`
          : html`<table class="list">
              ${tableHead(t.time, t.user, t.action, t.about, t.change)}
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
      ${next !== undefined && entries.length < PAGE && html`<p class="hint">${t.auditSearched(looked)}</p>`}
      <nav class="pager" aria-label="${t.pages}">
        ${before !== undefined && html`<a class="button" href="${to(['audit'], kept)}">${t.newest}</a>`}
        ${next !== undefined && html`<a class="button" href="${to(['audit'], { ...kept, before: next })}">${t.older}</a>`}
      </nav>`,
  )
}

async function narrowing(
  { app, t }: Visit,
  kept: { who: string; did: string; from: string; to: string },
  isNarrowed: boolean,
): Promise<Html> {
  const people = (await app.ledger.people.users()).map(({ name }) => [name, name] as const)
  const deeds = Object.entries(t.deeds)
    .map(([did, text]) => [did, text ?? did] as const)
    .toSorted(([, a], [, b]) => a.localeCompare(b))
  return html`<form method="get" action="/audit" class="filters">
    <label
      >${t.auditWho}<select name="who">
        ${options([['', t.everybody], ...people], kept.who)}
      </select></label
    >
    <label
      >${t.auditWhat}<select name="did">
        ${options([['', t.everything], ...deeds], kept.did)}
      </select></label
    >
    <label>${t.fromDay}<input type="date" name="from" value="${kept.from.slice(0, 10)}" /></label>
    <label>${t.toDay}<input type="date" name="to" value="${kept.to.slice(0, 10)}" /></label>
    <div class="go">
      <button class="primary">${t.show}</button>
      ${isNarrowed && html`<a class="button" href="/audit">${t.clear}</a>`}
    </div>
  </form>`
}

const options = (list: readonly (readonly [string, string])[], chosen: string): Html =>
  html`${list.map(
    ([value, label]) =>
      html`<option value="${value}" ${value === chosen && html`selected`}>${label}</option>`,
  )}`

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
