import { addCounts, documentsIn, tookAtMost, type FlowSlot } from '../../core/flow.ts'
import { civilDate } from '../../core/time.ts'
import { html, type Html } from './html.ts'
import type { Picture } from './picture.ts'
import { to, type Visit } from './route.ts'
import { numbers, tableHead } from './table.ts'

const FIVE_MINUTES = 5
const QUARTER_MS = 900_000

export type View = '3h' | '8d'
export const viewOf = ({ query }: Pick<Visit, 'query'>): View =>
  query.one('view') === '8d' ? '8d' : '3h'

/** How many documents were issued and how fast: two charts, and the same as a table. */
export function charts(visit: Visit, { minutes, hours }: Picture): Html {
  const { t, words, lang } = visit
  const view = viewOf(visit)
  const slots = view === '3h' ? minutes : hours
  const all = slots.reduce<number[]>((sum, { counts }) => addCounts(sum, counts), [])
  const took = view === '3h' ? inGroups(slots, FIVE_MINUTES) : slots
  const span = (part: number) => words.span(tookAtMost(all, part) ?? 0)
  const count = documentsIn({ at: 0, counts: all })
  const summary = count === 0 ? t.flowEmpty : t.flowSummary(count, span(0.5), span(0.95))
  return html`<section id="charts">
    <div class="heading">
      <h2>${t.flowTitle}</h2>
      <p class="views">${tab('3h', view, t.last3h)} ${tab('8d', view, t.last8d)}</p>
    </div>
    <p class="lead">${summary}</p>
    <div class="charts">
      ${plot({
        kind: 'bars',
        title: view === '3h' ? t.perMinute : t.perHour,
        lang,
        time: t.moment,
        x: slots.map(({ at }) => at / 1000),
        series: [{ name: t.documentsShort, y: slots.map(documentsIn) }],
      })}
      ${plot({
        kind: 'lines',
        title: t.howLong,
        lang,
        time: t.moment,
        x: took.map(({ at }) => at / 1000),
        series: [
          { name: t.half, y: took.map(({ counts }) => seconds(counts, 0.5)) },
          { name: t.most, y: took.map(({ counts }) => seconds(counts, 0.95)) },
        ],
      })}
    </div>
    <details class="card as-table" open>
      <summary>${t.asTable}</summary>
      ${table(visit, view, slots)}
    </details>
  </section>`
}

const tab = (view: View, chosen: View, label: string): Html =>
  html`<a href="${to([], { view })}" ${view === chosen && html`aria-current="true"`}>${label}</a>`

const seconds = (counts: readonly number[], part: number): number | null => {
  const ms = tookAtMost(counts, part)
  return ms === undefined ? null : Math.round(ms / 100) / 10
}

type Plot = {
  kind: 'bars' | 'lines'
  title: string
  lang: string
  time: string
  x: readonly number[]
  series: readonly { name: string; y: readonly (number | null)[] }[]
}

/** Drawn by the browser; without scripts it stays hidden and the table below says the same. */
const plot = (drawn: Plot): Html =>
  html`<figure class="card chart" data-chart="${JSON.stringify(drawn)}" hidden>
    <figcaption>${drawn.title}</figcaption>
    <div class="plot" aria-hidden="true"></div>
  </figure>`

function inGroups(slots: readonly FlowSlot[], size: number): FlowSlot[] {
  const groups: FlowSlot[] = []
  for (let i = 0; i < slots.length; i += size) groups.push(joined(slots.slice(i, i + size)))
  return groups
}
const joined = (slots: readonly FlowSlot[]): FlowSlot => ({
  at: slots[0]?.at ?? 0,
  counts: slots.reduce<number[]>((sum, { counts }) => addCounts(sum, counts), []),
})

/** By the quarter of an hour, or by the day; the newest first. */
function table({ t, words }: Visit, view: View, slots: readonly FlowSlot[]): Html {
  const name = ({ at }: FlowSlot) =>
    view === '3h' ? String(Math.floor(at / QUARTER_MS)) : civilDate(at)
  const rows = [...Map.groupBy(slots, name).values()].map(joined).toReversed()
  const span = (counts: readonly number[], part: number) => {
    const ms = tookAtMost(counts, part)
    return ms === undefined ? '–' : words.span(ms)
  }
  return html`<table class="list flow">
    ${tableHead(t.from, numbers(t.documentsWord), numbers(t.half), numbers(t.most))}
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <th scope="row">${view === '3h' ? words.hour(row.at) : words.date(row.at)}</th>
            <td data-label="${t.documentsWord}" class="number">
              ${words.number(documentsIn(row))}
            </td>
            <td data-label="${t.half}" class="number">${span(row.counts, 0.5)}</td>
            <td data-label="${t.most}" class="number">${span(row.counts, 0.95)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}
