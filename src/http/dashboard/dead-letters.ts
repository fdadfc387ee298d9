import { causesOf, createFinder } from '../../dead-letters/finding.ts'
import type { Shop } from '../../core/settings.ts'
import type { Letter } from '../../dead-letters/letters.ts'
import { dismiss, rehearse, replay } from './dead-letter-acts.ts'
import { runRoutes, runStrip } from './dead-letter-runs.ts'
import { html, nothing, type Html } from './html.ts'
import { editPath } from './order-edit.ts'
import { nameOf } from './outcomes.ts'
import { fixFor } from './reasons.ts'
import { page, to, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'

/** Letters of one cause that are shown before "show all". */
const FEW = 5
const MANY = 500
/** Explanations of one cause, and shops it is fixed in, that are shown. */
const EXPLANATIONS = 5
/** Wordings of one cause that are shown; the rest is counted. */
const WORDINGS = 10

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
      ${await Promise.all(
        groups.map((group) =>
          causeCard(
            visit,
            group,
            letters.filter(({ cause }) => cause.code === group.code),
            open === group.code,
          ),
        ),
      )}`,
  )
}

const dryRunAll = ({ guard, t }: Visit): Html =>
  html`<form method="post" action="/dead-letters/rehearse">
    ${guard}<input type="hidden" name="all" value="1" /><button>${t.dryRunAll}</button>
  </form>`

type Group = ReturnType<typeof causesOf>[number]

async function causeCard(
  visit: Visit,
  group: Group,
  letters: readonly Letter[],
  open: boolean,
): Promise<Html> {
  const { t, lang, may, guard, words, now } = visit
  const shown = letters.slice(0, open ? MANY : FEW)
  const shops = await shopsOf(visit, letters)
  const form = `select-${group.code}`
  const brief = (at: string) => words.brief(Date.parse(at), now)
  return html`<section class="card cause" id="${group.code}">
    <h2>${chip('bad', words.number(group.count))} ${t.causes[group.code] ?? group.code}</h2>
    ${group.explanations
      .slice(0, EXPLANATIONS)
      .map(
        (told) =>
          html`<p>
            ${told.count < group.count && html`<strong>${words.number(told.count)}</strong> · `}${told[lang]}
          </p>`,
      )}
    ${group.explanations.length > EXPLANATIONS && html`<p class="hint">${t.andMore(group.explanations.length - EXPLANATIONS)}</p>`}
    ${[...new Map(shops.map((shop) => fixFor(visit, group.code, shop)).map((fix) => [String(fix), fix])).values()]}
    ${group.wordings.some(({ said }) => said !== '') && html`<p class="hint">${t.smartbillSaid}</p>`}
    <ul class="wordings">
      ${group.wordings.slice(0, WORDINGS).map(
        (wording) =>
          html`<li>
            ${wording.said !== '' && html`<blockquote>${wording.said}</blockquote>`}
            <div class="actions tight">
              <p class="hint">
                ${group.wordings.length > 1 && html`<strong>${words.number(wording.count)}</strong> · `}${t.firstSeen(brief(wording.firstAt), brief(wording.lastAt))}
              </p>
              ${
                may('operator') &&
                group.wordings.length > 1 &&
                html`<form method="post" action="/dead-letters/rehearse">
                  ${guard}<input
                    type="hidden"
                    name="fingerprint"
                    value="${wording.fingerprint}"
                  /><button class="small">${t.dryRunWording(wording.count)}</button>
                </form>`
              }
            </div>
          </li>`,
      )}
    </ul>
    ${group.wordings.length > WORDINGS && html`<p class="hint">${t.andMore(group.wordings.length - WORDINGS)}</p>`}
    ${
      may('operator') &&
      html`<form method="post" action="/dead-letters/rehearse" class="actions">
        ${guard}<input type="hidden" name="cause" value="${group.code}" />
        <button class="primary">${t.dryRunCause(group.count)}</button>
      </form>`
    }
    <form method="post" action="/dead-letters/rehearse" id="${form}">
      ${guard}
      <table class="list">
        <thead>
          <tr>
            <th scope="col" class="check">
              ${
                may('operator') &&
                html`<label
                  ><input type="checkbox" data-selects="id" data-group="${group.code}" /><span
                    class="sr"
                    >${t.selectAll}</span
                  ></label
                >`
              }
            </th>
            <th scope="col">${t.order}</th>
            <th scope="col">${t.shop}</th>
            <th scope="col">${t.sinceWhen}</th>
            <th scope="col" class="number">${t.attempts}</th>
            ${may('operator') && html`<th scope="col"><span class="sr">${t.correct}</span></th>`}
          </tr>
        </thead>
        <tbody>
          ${shown.map((letter) => row(visit, letter, group.code))}
        </tbody>
      </table>
      <div class="actions">
        ${may('operator') && html`<button>${t.dryRunSelected}</button>`}
        ${
          letters.length > shown.length &&
          (open
            ? html`<span class="hint">${t.firstOf(shown.length, letters.length)}</span>`
            : html`<a href="${to(['dead-letters'], { cause: group.code })}#${group.code}"
                >${t.showAll(letters.length)}</a
              >`)
        }
      </div>
    </form>
  </section>`
}

async function shopsOf({ app }: Visit, letters: readonly Letter[]): Promise<Shop[]> {
  const ids = [...new Set(letters.map(({ shop }) => shop))].slice(0, EXPLANATIONS)
  const known = await Promise.all(ids.map((id) => app.ledger.registry.shopNamed(id)))
  return known.flatMap((shop) => shop ?? [])
}

function row(visit: Visit, letter: Letter, group: string): Html {
  const { t, words, now, may } = visit
  const name = nameOf(visit, letter)
  return html`<tr>
    <td class="check">
      ${
        may('operator') &&
        html`<label
          ><input type="checkbox" name="id" value="${letter.id}" data-group="${group}" /><span
            class="sr"
            >${t.select(name)}</span
          ></label
        >`
      }
    </td>
    <th scope="row">
      ${
        letter.kind === 'document'
          ? html`<a href="${to(['orders', letter.shop, letter.order])}">${name}</a>`
          : name
      }
      ${
        letter.kind === 'event' &&
        letter.reasons.length > 1 &&
        html`<ul class="plain-list">
          ${letter.reasons.slice(0, 5).map((reason) => html`<li class="hint">${reason[visit.lang]}</li>`)}
        </ul>`
      }
    </th>
    <td data-label="${t.shop}">${letter.shop || '–'}</td>
    <td data-label="${t.sinceWhen}">${when(words, Date.parse(letter.at), now)}</td>
    <td data-label="${t.attempts}" class="number">${letter.attempts}</td>
    ${
      may('operator') &&
      html`<td class="row-action">
        ${
          letter.kind === 'document'
            ? html`<a href="${editPath(letter.shop, letter.order, letter.id)}"
                >${t.correct}<span class="sr"> ${name}</span></a
              >`
            : nothing
        }
      </td>`
    }
  </tr>`
}
