import { GivenActKey, partsOfAct } from '../../core/acts.ts'
import { partsOf } from '../../core/ids.ts'
import { documentKeyIn } from '../../dead-letters/finding.ts'
import type { Letter, Outcome } from '../../dead-letters/letters.ts'
import { html, nothing, type Html } from './html.ts'
import { to, type Visit } from './route.ts'
import { chip } from './states.ts'
import { tableHead } from './table.ts'

/** Outcomes that are listed; all are counted. */
const OUTCOMES_SHOWN = 100

export const runPath = (id: string): string => to(['dead-letters', 'runs', id])

export function nameOf({ t }: Visit, letter: Letter): string {
  if (letter.kind === 'job') return t.job(letter.id.split(' ')[1] ?? '')
  if (letter.act !== undefined) return t.nameOfStep(letter.order, t.actKinds[letter.act])
  return letter.order || t.event
}

/** The button that replays what was rehearsed, and the form that dismisses instead. */
export const whatNext = (
  { t, guard, form }: Visit,
  fields: readonly Html[],
  possible: number,
  open: boolean,
): Html =>
  html`<form method="post" action="/dead-letters/replay" class="actions">
      ${guard}${fields}
      <button class="primary">${t.replayThese(possible)}</button>
      <a class="button" href="/dead-letters">${t.cancel}</a>
    </form>
    <details class="card" ${open && html`open`}>
      <summary>${t.dismissInstead}</summary>
      <p>${t.dismissWhat}</p>
      <form method="post" action="/dead-letters/dismiss" class="stack">
        ${guard}${fields}
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

/** An outcome, or the state that a document came to, as a person says it. */
export const outcomeWord = ({ t }: Visit, outcome: string): string =>
  ({
    ...(t.states as Record<string, string>),
    ...t.outcomes,
    waiting: t.onTheirWay,
    dead: t.failedAgain,
    done: t.actStates.done,
    postponed: t.triedAgain,
  })[outcome] ?? outcome

export const outcomeTiles = (visit: Visit, counts: Readonly<Record<string, number>>): Html =>
  html`<ul class="tiles small">
    ${Object.entries(counts).map(
      ([name, count]) =>
        html`<li>
          <div class="tile ${toneOf(name)}">
            <span class="value">${visit.words.number(count)}</span
            ><span>${outcomeWord(visit, name)}</span>
          </div>
        </li>`,
    )}
  </ul>`

export function outcomeTable(
  visit: Visit,
  outcomes: readonly (Omit<Outcome, 'outcome'> & { outcome: string })[],
  names: ReadonlyMap<string, string>,
): Html {
  const { t, lang } = visit
  // What needs a person first.
  const sorted = outcomes.toSorted((a, b) => rank(a.outcome) - rank(b.outcome))
  return html`<table class="list">
      ${tableHead(t.order, t.wouldHappen, t.details)}
      <tbody>
        ${sorted.slice(0, OUTCOMES_SHOWN).map(
          (outcome) =>
            html`<tr>
              <th scope="row">${named(visit, outcome.id, names)}</th>
              <td data-label="${t.wouldHappen}">
                ${chip(toneOf(outcome.outcome), outcomeWord(visit, outcome.outcome))}
              </td>
              <td data-label="${t.details}" class="text">${outcome[lang]}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${outcomes.length > OUTCOMES_SHOWN ? html`<p class="hint">${t.firstOf(OUTCOMES_SHOWN, outcomes.length)}</p>` : nothing}`
}

function named(visit: Visit, id: string, names: ReadonlyMap<string, string>): Html {
  const act = GivenActKey.safeParse(id)
  if (act.success) {
    const { shop, document, kind } = partsOfAct(act.data)
    const { orderId } = partsOf(document)
    const name = visit.t.nameOfStep(orderId, visit.t.actKinds[kind])
    return html`<a href="${to(['orders', shop, orderId])}">${name}</a>`
  }
  const key = documentKeyIn(id)
  if (key === undefined) return html`${names.get(id) ?? id}`
  const { shop, orderId } = partsOf(key)
  return html`<a href="${to(['orders', shop, orderId])}">${names.get(id) ?? orderId}</a>`
}

type Tone = 'good' | 'warn' | 'bad' | 'calm'

const tones: Record<string, Tone> = {
  'would-issue': 'good',
  'would-run': 'good',
  'would-hold': 'warn',
  'would-skip': 'calm',
  'would-drop': 'calm',
  'would-fail': 'bad',
  'would-dismiss': 'calm',
  'not-dead': 'calm',
  'still-broken': 'bad',
  replayed: 'good',
  dismissed: 'calm',
  dead: 'bad',
  held: 'warn',
  issued: 'good',
  done: 'good',
  postponed: 'warn',
}
export const toneOf = (outcome: string): Tone => tones[outcome] ?? 'calm'
const rank = (outcome: string): number =>
  (['bad', 'warn', 'calm', 'good'] as const).indexOf(toneOf(outcome))
