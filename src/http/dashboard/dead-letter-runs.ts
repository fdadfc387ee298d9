import { runOf, type Run } from '../../dead-letters/bulk.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { outcomeTable, outcomeTiles, outcomeWord, runPath, toneOf, whatNext } from './outcomes.ts'
import { go, page, part, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'
import { tableHead } from './table.ts'

const WHILE_RUNNING = 'every 1s'
const WHILE_WATCHING = 'every 3s'
const RUNS_SHOWN = 50
/** Reasons that are shown; the orders are in the table below. */
const REASONS_SHOWN = 20
/** A run that is not touched for this long has no worker, in ms. */
const NOBODY_MS = 15_000

export const runRoutes = (): Route[] => [
  { method: 'GET', path: '/dead-letters/runs', access: 'viewer', show: (visit) => list(visit) },
  {
    method: 'GET',
    path: '/dead-letters/runs/:run',
    access: 'viewer',
    async show(visit) {
      const run = await runAt(visit)
      if (run === undefined) return missingPage(visit, visit.t.runNotFound)
      const { t } = visit
      const name = nameOfRun(visit, run)
      return page(
        'dead-letters',
        name,
        html`<p class="crumbs">
            <a href="/dead-letters">${t.deadLetters}</a> ›
            <a href="/dead-letters/runs">${t.runs}</a>
          </p>
          <h1>${name}</h1>
          ${live(visit, run)}`,
      )
    },
  },
  {
    method: 'GET',
    path: '/dead-letters/runs/:run/live',
    access: 'viewer',
    async show(visit) {
      const run = await runAt(visit)
      return part(run === undefined ? nothing : live(visit, run))
    },
  },
  {
    method: 'POST',
    path: '/dead-letters/runs/:run/stop',
    access: 'operator',
    async act(visit) {
      const { app, t, params, session } = visit
      const id = params['run'] ?? ''
      const stopped = await app.ledger.runs.stop(id, `user ${session?.user}`)
      if (stopped === 'unknown') return missingPage(visit, t.runNotFound)
      return go(runPath(id), {
        notice: {
          tone: 'good',
          text: stopped === 'stopped' ? t.runStopped : t.runAlreadyOver,
        },
        audit: stopped === 'stopped' ? [{ did: 'dead-letters-run-stop', about: id }] : [],
      })
    },
  },
]

const runAt = ({ app, params }: Visit) => runOf(app, (params['run'] ?? '').slice(0, 40))

function nameOfRun({ t }: Visit, { act, dryRun }: Run): string {
  if (!dryRun) return t.runActs[act]
  return act === 'dismiss' ? t.dismissalDryRun : t.runActs.rehearsal
}

const waitingIn = ({ afterwards }: Run): number => afterwards['waiting'] ?? 0

const stateChipOf = ({ t }: Visit, { state }: Run): Html =>
  chip(state === 'running' ? 'wait' : state === 'finished' ? 'good' : 'warn', t.runStates[state])

function bar({ t, words }: Visit, run: Run): Html {
  const { done, total } = run
  return html`<div class="run-bar">
    <progress
      max="${Math.max(1, total)}"
      value="${total === 0 ? 1 : done}"
      aria-label="${t.runProgress}"
    >
      ${done}/${total}
    </progress>
    <strong>${t.runDone(words.number(done), words.number(total))}</strong>
  </div>`
}

/** How far a run is and what came of it: the part that changes while one looks. */
function live(visit: Visit, run: Run): Html {
  const { t, words, now, may, guard, lang } = visit
  const running = run.state === 'running'
  const waiting = waitingIn(run)
  const every = running ? WHILE_RUNNING : WHILE_WATCHING
  const idle = running && now - Date.parse(run.startedAt) > NOBODY_MS && run.done === 0
  const possible = run.total - (run.summary['not-dead'] ?? 0)
  return html`<div
    id="run"
    ${(running || waiting > 0) && html`hx-get="${runPath(run.id)}/live" hx-trigger="${every}" hx-swap="outerHTML"`}
  >
    <section class="card" aria-live="off">
      <div class="actions tight">
        <p>
          ${stateChipOf(visit, run)}
          <span class="hint"
            >${t.runBy(run.who.replace(/^user /, ''), words.brief(Date.parse(run.startedAt), now))}${run.reason !== '' && html` · ${run.reason}`}</span
          >
        </p>
        ${
          running &&
          may('operator') &&
          html`<form
            id="stop-${run.id}"
            hx-preserve="true"
            method="post"
            action="${runPath(run.id)}/stop"
          >
            ${guard}<button class="danger">${t.stopRun}</button>
          </form>`
        }
        ${
          (running || waiting > 0) &&
          html`<noscript><a class="button" href="${runPath(run.id)}">${t.refresh}</a></noscript>`
        }
      </div>
      ${bar(visit, run)}
      <p class="verdict-line" role="status">${run[lang]}</p>
      ${running && html`<p class="hint">${idle ? t.runIdle : t.runGoesOn}</p>`}
      ${run.state === 'stopped' && html`<p class="hint">${t.runStoppedBy(run.stoppedBy.replace(/^user /, ''))}</p>`}
    </section>
    ${Object.keys(run.summary).length > 0 && outcomeTiles(visit, run.summary)}
    ${afterwards(visit, run)} ${reasons(visit, run)}
    ${
      run.dryRun &&
      run.act === 'replay' &&
      run.state === 'finished' &&
      may('operator') &&
      possible > 0 &&
      whatNext(visit, [html`<input type="hidden" name="run" value="${run.id}" />`], possible, false)
    }
    ${run.items.length > 0 && outcomeTable(visit, run.items, new Map())}
  </div>`
}

function afterwards(visit: Visit, run: Run): Html {
  const { t, words } = visit
  const known = Object.entries(run.afterwards).filter(([, n]) => n > 0)
  if (run.dryRun || run.act === 'dismiss' || known.length === 0) return nothing
  return html`<h2>${t.afterwards}</h2>
    <ul class="tiles small">
      ${known.map(
        ([name, n]) =>
          html`<li>
            <div class="tile ${toneOf(name)}">
              <span class="value">${words.number(n)}</span><span>${outcomeWord(visit, name)}</span>
            </div>
          </li>`,
      )}
    </ul>`
}

function reasons(visit: Visit, run: Run): Html {
  const { t, lang, words } = visit
  if (run.reasons.length === 0) return nothing
  return html`<section class="card">
    <h2>${t.why}</h2>
    <ul class="reasons">
      ${run.reasons.slice(0, REASONS_SHOWN).map(
        ({ outcome, count, ...said }) =>
          html`<li>
            <p>
              ${chip(toneOf(outcome), `${words.number(count)} ${outcomeWord(visit, outcome)}`)}
              ${said[lang]}
            </p>
          </li>`,
      )}
    </ul>
    ${run.reasons.length > REASONS_SHOWN && html`<p class="hint">${t.andMore(run.reasons.length - REASONS_SHOWN)}</p>`}
  </section>`
}

async function list(visit: Visit): Promise<Page> {
  const { app, t, words, now } = visit
  const known = await app.ledger.runs.list(RUNS_SHOWN)
  const runs = (await Promise.all(known.map(({ id }) => runOf(app, id)))).flatMap(
    (run) => run ?? [],
  )
  return page(
    'dead-letters',
    t.runs,
    html`<p class="crumbs"><a href="/dead-letters">${t.deadLetters}</a></p>
      <h1>${t.runs}</h1>
      <p class="lead">${t.runsLead}</p>
      ${
        runs.length === 0
          ? html`<p class="empty">${t.noRuns}</p>`
          : html`<table class="list">
              ${tableHead(t.what, t.state, t.runStarted, t.user, t.wouldHappen)}
              <tbody>
                ${runs.map(
                  (run) =>
                    html`<tr>
                      <th scope="row" class="whole">
                        <a href="${runPath(run.id)}">${nameOfRun(visit, run)}</a>
                      </th>
                      <td data-label="${t.state}">${stateChipOf(visit, run)}</td>
                      <td data-label="${t.runStarted}">
                        ${when(words, Date.parse(run.startedAt), now)}
                      </td>
                      <td data-label="${t.user}" class="whole">${run.who.replace(/^user /, '')}</td>
                      <td data-label="${t.wouldHappen}" class="text">${run[visit.lang]}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }`,
  )
}

/** Runs that are still going on, for the top of the list of causes. */
export async function runStrip(visit: Visit): Promise<Html> {
  const { app, t } = visit
  const known = await app.ledger.runs.list(10)
  const going = known.filter(({ state }) => state === 'running')
  const runs = (await Promise.all(going.map(({ id }) => runOf(app, id)))).flatMap(
    (run) => run ?? [],
  )
  return html`${runs.map(
    (run) =>
      html`<section class="card">
        <div class="actions tight">
          <p>
            ${stateChipOf(visit, run)} <strong>${nameOfRun(visit, run)}</strong>
            <span class="hint">${run.who.replace(/^user /, '')}</span>
          </p>
          <a class="button" href="${runPath(run.id)}">${t.seeRun}</a>
        </div>
        ${bar(visit, run)}
      </section>`,
  )}`
}
