import { ShopId } from '../../core/ids.ts'
import { createDesk } from '../dead-letter-desk.ts'
import type { Letter, Outcome } from '../dead-letters.ts'
import { html, nothing, type Html } from './html.ts'
import { fixFor } from './reasons.ts'
import { go, page, to, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'

/** Letters of one cause that are shown before "show all". */
const FEW = 5
const MANY = 500
/** Outcomes of a dry run that are listed; all are counted. */
const OUTCOMES_SHOWN = 100

export const deadLetterPages = (): Route[] => [
  { method: 'GET', path: '/dead-letters', access: 'viewer', show: (visit) => list(visit) },
  {
    // What a replay would do. It changes nothing, but a selection can be too long for an address.
    method: 'POST',
    path: '/dead-letters/rehearse',
    access: 'operator',
    act: (visit) => rehearse(visit),
  },
  {
    method: 'POST',
    path: '/dead-letters/replay',
    access: 'operator',
    async act(visit) {
      const { t } = visit
      const { letters, about, desk } = await selected(visit)
      const outcomes = await desk.each(letters, (letter) => desk.replay(letter, who(visit)))
      const counts = tally(outcomes)
      return go('/dead-letters', {
        notice:
          (counts['replayed'] ?? 0) > 0
            ? { tone: 'good', text: t.replayed(counts['replayed'] ?? 0, outcomes.length) }
            : { tone: 'bad', text: t.nothingToReplay },
        audit: [
          { did: 'dead-letters-replay', about, before: { dead: letters.length }, after: counts },
        ],
      })
    },
  },
  {
    method: 'POST',
    path: '/dead-letters/dismiss',
    access: 'operator',
    async act(visit) {
      const { t, form } = visit
      const reason = form.one('reason').trim().slice(0, 500)
      if (reason.length < 3) return rehearse(visit, t.reasonNeeded)
      const { letters, about, desk } = await selected(visit)
      const outcomes = await desk.each(letters, (letter) =>
        desk.dismiss(letter, who(visit), reason),
      )
      const counts = tally(outcomes)
      return go('/dead-letters', {
        notice: { tone: 'good', text: t.dismissed(counts['dismissed'] ?? 0) },
        audit: [
          {
            did: 'dead-letters-dismiss',
            about,
            before: { dead: letters.length },
            after: { ...counts, reason },
          },
        ],
      })
    },
  },
]

const who = ({ session }: Visit): string => `user ${session?.user}`

const tally = (outcomes: readonly Outcome[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(outcomes, ({ outcome }) => outcome)].map(([name, all]) => [name, all.length]),
  )

/** What the form names: some letters, all of a cause, or all there are. */
async function selected({ app, form }: Visit) {
  const desk = createDesk(app)
  const ids = form.all('id').map((id) => id.slice(0, 400))
  const cause = form.one('cause')
  const everything = form.one('all') === '1'
  const selection = cause !== '' ? { filter: { cause } } : everything ? { filter: {} } : { ids }
  const letters = await desk.select(selection)
  const about =
    cause !== ''
      ? `cause ${cause}`
      : everything
        ? 'all'
        : ids.length === 1
          ? (ids[0] ?? '')
          : `${ids.length} ids`
  return { letters, about, desk }
}

async function list(visit: Visit): Promise<Page> {
  const { app, t, query } = visit
  const desk = createDesk(app)
  const shop = query.one('shop')
  const letters = await desk.list(shop === '' ? {} : { shop })
  const groups = desk.causes(letters)
  const open = query.one('cause')
  return page(
    'dead-letters',
    t.deadLetters,
    html`<h1>${t.deadLetters}</h1>
      <p class="lead">${t.deadLead}</p>
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

type Group = ReturnType<ReturnType<typeof createDesk>['causes']>[number]

async function causeCard(
  visit: Visit,
  group: Group,
  letters: readonly Letter[],
  open: boolean,
): Promise<Html> {
  const { t, lang, may, guard, app } = visit
  const shown = letters.slice(0, open ? MANY : FEW)
  const shopId = ShopId.safeParse(letters[0]?.shop)
  const shop = shopId.success ? await app.ledger.registry.shop(shopId.data) : undefined
  const said = [...new Set(letters.map(({ cause }) => cause.said).filter(Boolean))]
  const form = `select-${group.code}`
  return html`<section class="card cause" id="${group.code}">
    <h2>${chip('bad', String(group.count))} ${t.causes[group.code] ?? group.code}</h2>
    <p>${group[lang]}</p>
    ${
      said.length > 0 &&
      html`<p class="hint">${t.smartbillSaid}</p>
        ${said.slice(0, 3).map((text) => html`<blockquote>${text}</blockquote>`)}
        ${said.length > 3 && html`<p class="hint">${t.andMore(said.length - 3)}</p>`}`
    }
    ${fixFor(visit, group.code, shop)}
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

const nameOf = ({ t }: Visit, letter: Letter): string =>
  letter.kind === 'job' ? t.job(letter.id.split(' ')[1] ?? '') : letter.order || t.event

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
  </tr>`
}

/** What a replay would do, with the button that does it and the form that dismisses instead. */
async function rehearse(visit: Visit, problem?: string): Promise<Page> {
  const { t, lang, form, guard } = visit
  const { letters, desk } = await selected(visit)
  const outcomes = await desk.each(letters, (letter) => desk.rehearse(letter))
  const counts = tally(outcomes)
  const names = new Map(
    letters.flatMap((letter) =>
      typeof letter === 'string' ? [] : [[letter.id, nameOf(visit, letter)] as const],
    ),
  )
  const possible = outcomes.length - (counts['not-dead'] ?? 0)
  const selection = [
    ...form.all('id').map((id) => ['id', id]),
    ...(form.one('cause') === '' ? [] : [['cause', form.one('cause')]]),
    ...(form.one('all') === '' ? [] : [['all', '1']]),
  ].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
  return page(
    'dead-letters',
    t.dryRun,
    html`<p class="crumbs"><a href="/dead-letters">${t.deadLetters}</a></p>
      <h1>${t.dryRun}</h1>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      ${
        outcomes.length === 0
          ? html`<p class="empty">${t.nothingSelected}</p>`
          : html`<p class="lead">${t.dryRunLead}</p>
              <ul class="tiles small">
                ${Object.entries(counts).map(
                  ([name, count]) =>
                    html`<li>
                      <div class="tile ${tones[name] ?? 'calm'}">
                        <span class="value">${count}</span
                        ><span>${t.outcomes[name as Outcome['outcome']]}</span>
                      </div>
                    </li>`,
                )}
              </ul>`
      }
      ${
        possible > 0 &&
        html`<form method="post" action="/dead-letters/replay" class="actions">
          ${guard}${selection}
          <button class="primary">${t.replayThese(possible)}</button>
          <a class="button" href="/dead-letters">${t.cancel}</a>
        </form>`
      }
      ${
        outcomes.length > 0 &&
        html`<table class="list">
          <thead>
            <tr>
              <th scope="col">${t.order}</th>
              <th scope="col">${t.wouldHappen}</th>
              <th scope="col">${t.details}</th>
            </tr>
          </thead>
          <tbody>
            ${outcomes.slice(0, OUTCOMES_SHOWN).map(
              (outcome) =>
                html`<tr>
                  <th scope="row">${names.get(outcome.id) ?? outcome.id}</th>
                  <td data-label="${t.wouldHappen}">
                    ${chip(tones[outcome.outcome] ?? 'calm', t.outcomes[outcome.outcome])}
                  </td>
                  <td data-label="${t.details}">${outcome[lang]}</td>
                </tr>`,
            )}
          </tbody>
        </table>`
      }
      ${outcomes.length > OUTCOMES_SHOWN ? html`<p class="hint">${t.firstOf(OUTCOMES_SHOWN, outcomes.length)}</p>` : nothing}
      ${
        possible > 0 &&
        html`<details class="card" ${problem !== undefined && html`open`}>
          <summary>${t.dismissInstead}</summary>
          <p>${t.dismissWhat}</p>
          <form method="post" action="/dead-letters/dismiss" class="stack">
            ${guard}${selection}
            <label
              >${t.reason}<input
                name="reason"
                required
                minlength="3"
                maxlength="500"
                value="${form.one('reason')}"
            /></label>
            <button class="danger">${t.dismissThese(possible)}</button>
          </form>
        </details>`
      }`,
    problem === undefined ? {} : { status: 400 },
  )
}

const tones: Record<string, 'good' | 'warn' | 'bad' | 'calm'> = {
  'would-issue': 'good',
  'would-run': 'good',
  'would-hold': 'warn',
  'would-skip': 'calm',
  'would-fail': 'bad',
  'not-dead': 'calm',
  'still-broken': 'bad',
  replayed: 'good',
  dismissed: 'calm',
}
