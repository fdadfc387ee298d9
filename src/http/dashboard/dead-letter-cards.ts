import { isMoneyAct, type ActKind } from '../../core/acts.ts'
import type { Shop } from '../../core/settings.ts'
import type { causesOf } from '../../dead-letters/finding.ts'
import type { Letter } from '../../dead-letters/letters.ts'
import { NoticeEvent } from '../../core/notices.ts'
import { html, nothing, type Html } from './html.ts'
import { amountOf } from './order-acts.ts'
import { editPath } from './order-edit.ts'
import { fixFor, shopPath } from './reasons.ts'
import { to, type Visit } from './route.ts'
import { nameOf } from './outcomes.ts'
import { chip, when } from './states.ts'

/** Letters of one cause that are shown before "show all". */
const FEW = 5
const MANY = 500
/** Explanations of one cause, and shops it is fixed in, that are shown. */
const EXPLANATIONS = 5
/** Wordings of one cause that are shown; the rest is counted. */
const WORDINGS = 10

/** So many causes have a list of them at the top of the page. */
const AT_A_GLANCE = 3

type Group = ReturnType<typeof causesOf>[number]

/** One cause: what it is, whose words, what to do, and the letters that have it. `open`: all of them. */
export async function causeCard(
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
    <h2>${chip('bad', words.number(group.count))} ${titleOf(visit, group)}</h2>
    ${group.explanations
      .slice(0, EXPLANATIONS)
      .map(
        (told) =>
          html`<p>
            ${told.count < group.count && html`<strong>${words.number(told.count)}</strong> · `}${told[lang]}
          </p>`,
      )}
    ${group.explanations.length > EXPLANATIONS && html`<p class="hint">${t.andMore(group.explanations.length - EXPLANATIONS)}</p>`}
    ${[...new Map(shops.map((shop) => fixOf(visit, group, shop)).map((fix) => [String(fix), fix])).values()]}
    ${group.wordings.some(({ said }) => said !== '') && html`<p class="hint">${isSmartBills(group.act) ? t.smartbillSaid : t.answered}</p>`}
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
            ${may('operator') && group.act === undefined && html`<th scope="col"><span class="sr">${t.correct}</span></th>`}
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

const isSmartBills = (act: ActKind | undefined): boolean => act === undefined || isMoneyAct(act)

/** The class without the kind of act that it begins with. */
const classOf = ({ code, act }: Group): string =>
  act === undefined ? code : code.slice(act.length + 1)

/** Each cause as a way to its card, where there are too many to see at once. */
export const causeList = (visit: Visit, groups: readonly Group[]): Html =>
  groups.length < AT_A_GLANCE
    ? nothing
    : html`<ul class="cause-list" aria-label="${visit.t.causesList}">
        ${groups.map(
          (group) =>
            html`<li>
              ${chip('bad', visit.words.number(group.count))}
              <a href="#${group.code}">${titleOf(visit, group)}</a>
            </li>`,
        )}
      </ul>`

function titleOf({ t }: Visit, group: Group): string {
  const code = classOf(group)
  const what = (group.act !== undefined && t.actCauses[code]) || t.causes[code] || code
  return group.act === undefined ? what : `${t.actKinds[group.act]}: ${what}`
}

/** Where it is put right. */
function fixOf(visit: Visit, group: Group, shop: Shop): Html {
  const code = classOf(group)
  const inConnection =
    group.act === 'write-back' || group.act === 'notice' || code.startsWith('smtp-')
  return inConnection
    ? html`<p>
        <a href="${shopPath(shop)}/connection">${visit.t.openConnection(shop.id)}</a>
      </p>`
    : fixFor(visit, code, shop)
}

async function shopsOf({ app }: Visit, letters: readonly Letter[]): Promise<Shop[]> {
  const ids = [...new Set(letters.map(({ shop }) => shop))].slice(0, EXPLANATIONS)
  const known = await Promise.all(ids.map((id) => app.ledger.registry.shopNamed(id)))
  return known.flatMap((shop) => shop ?? [])
}

function row(visit: Visit, letter: Letter, group: string): Html {
  const { t, words, now, may } = visit
  const { act, kind, shop, order } = letter
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
        kind === 'document' || kind === 'act'
          ? html`<a href="${to(['orders', shop, order])}">${kind === 'act' ? order : name}</a>`
          : name
      }
      ${act !== undefined && whatOf(visit, act, letter.wish ?? {})}
      ${
        kind === 'event' &&
        letter.reasons.length > 1 &&
        html`<ul class="plain-list">
          ${letter.reasons.slice(0, 5).map((reason) => html`<li class="hint">${reason[visit.lang]}</li>`)}
        </ul>`
      }
    </th>
    <td data-label="${t.shop}">${shop || '–'}</td>
    <td data-label="${t.sinceWhen}">${when(words, Date.parse(letter.at), now)}</td>
    <td data-label="${t.attempts}" class="number">${letter.attempts}</td>
    ${
      may('operator') &&
      kind !== 'act' &&
      html`<td class="row-action">
        ${
          kind === 'document'
            ? html`<a href="${editPath(shop, order, letter.id)}"
                >${t.correct}<span class="sr"> ${name}</span></a
              >`
            : nothing
        }
      </td>`
    }
  </tr>`
}

/** How much money, or of what is told. */
function whatOf(visit: Visit, act: ActKind, wish: Record<string, unknown>): Html {
  const event = NoticeEvent.safeParse(wish['event'])
  const text =
    act === 'notice' && event.success ? visit.t.noticeOf[event.data] : amountOf(visit, { wish })
  return text === '' ? nothing : html` <span class="hint">${text}</span>`
}
