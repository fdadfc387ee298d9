import { causesOf, createFinder } from '../../dead-letters/finding.ts'
import { dismiss, rehearse, replay } from './dead-letter-acts.ts'
import { causeCard, causeList } from './dead-letter-cards.ts'
import { runRoutes, runStrip } from './dead-letter-runs.ts'
import { html, type Html } from './html.ts'
import { page, type Page, type Route, type Visit } from './route.ts'

export const deadLetterPages = (): Route[] => [
  { method: 'GET', path: '/dead-letters', access: 'viewer', show: (visit) => list(visit) },
  {
    // What a replay would do. It changes nothing, but a selection can be too long for an address.
    method: 'POST',
    path: '/dead-letters/rehearse',
    access: 'operator',
    act: (visit) => rehearse(visit),
  },
  { method: 'POST', path: '/dead-letters/replay', access: 'operator', act: replay },
  { method: 'POST', path: '/dead-letters/dismiss', access: 'operator', act: dismiss },
  ...runRoutes(),
]

async function list(visit: Visit): Promise<Page> {
  const { app, t, query } = visit
  const shop = query.one('shop')
  const fingerprint = query.one('fingerprint')
  const letters = await createFinder(app).list({
    ...(shop === '' ? {} : { shop }),
    ...(fingerprint === '' ? {} : { fingerprint }),
  })
  const groups = causesOf(letters)
  const open = query.one('cause')
  const ofActs = groups.filter(({ act }) => act !== undefined)
  const others = groups.filter(({ act }) => act === undefined)
  const cards = (some: typeof groups) =>
    Promise.all(
      some.map((group) =>
        causeCard(
          visit,
          group,
          letters.filter(({ cause }) => cause.code === group.code),
          open === group.code,
        ),
      ),
    )
  return page(
    'dead-letters',
    t.deadLetters,
    html`<h1>${t.deadLetters}</h1>
      <p class="lead">${t.deadLead} <a href="/dead-letters/runs">${t.runs}</a></p>
      ${await runStrip(visit)}
      ${
        letters.length === 0
          ? html`<p class="empty good">${t.noDead}</p>`
          : html`<div class="actions">
              <p><strong>${t.deadSummary(letters.length, groups.length)}</strong></p>
              ${visit.may('operator') && dryRunAll(visit)}
            </div>`
      }
      ${causeList(visit, [...others, ...ofActs])}
      ${ofActs.length > 0 && others.length > 0 && html`<h2 class="part">${t.deadOfDocuments}</h2>`}
      ${await cards(others)}
      ${
        ofActs.length > 0 &&
        html`<h2 class="part" id="after">${t.deadOfActs}</h2>
          <p class="lead">${t.deadOfActsLead}</p>`
      }
      ${await cards(ofActs)}`,
  )
}

const dryRunAll = ({ guard, t }: Visit): Html =>
  html`<form method="post" action="/dead-letters/rehearse">
    ${guard}<input type="hidden" name="all" value="1" /><button>${t.dryRunAll}</button>
  </form>`
