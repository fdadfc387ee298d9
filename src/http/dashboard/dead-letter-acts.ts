import { LONGEST_ACT_KEY } from '../../core/acts.ts'
import { startBulk } from '../../dead-letters/bulk.ts'
import { createFinder } from '../../dead-letters/finding.ts'
import { Filter, type Selection } from '../../dead-letters/letters.ts'
import { html, type Html } from './html.ts'
import { nameOf, outcomeTable, outcomeTiles, runPath, whatNext } from './outcomes.ts'
import { go, page, type Go, type Page, type Visit } from './route.ts'

const who = ({ session }: Visit): string => `user ${session?.user}`

type Chosen = { selection: Selection; about: string; fields: Html[] }

/** What the form names: some letters, a cause or a wording of it, all there are, or those of an earlier run. */
async function chosen({ app, form }: Visit): Promise<Chosen> {
  const earlier = form.one('run') === '' ? undefined : await app.ledger.runs.get(form.one('run'))
  if (earlier !== undefined) {
    const selection = earlier.selection as Selection
    return { selection, about: aboutOf(selection), fields: [hidden('run', earlier.id)] }
  }
  const filter = Filter.parse(
    Object.fromEntries(
      ['act', 'cause', 'fingerprint'].flatMap((name) =>
        form.one(name) === '' ? [] : [[name, form.one(name)]],
      ),
    ),
  )
  const everything = form.one('all') === '1'
  const ids = form.all('id').map((id) => id.slice(0, LONGEST_ACT_KEY))
  const selection = everything || Object.keys(filter).length > 0 ? { filter } : { ids }
  return {
    selection,
    about: aboutOf(selection),
    fields: [
      ...ids.map((id) => hidden('id', id)),
      ...Object.entries(filter).map(([name, value]) => hidden(name, value ?? '')),
      ...(everything ? [hidden('all', '1')] : []),
    ],
  }
}

const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`

function aboutOf({ ids, filter = {} }: Selection): string {
  if (ids !== undefined) return ids.length === 1 ? (ids[0] ?? '') : `${ids.length} ids`
  const parts = Object.entries(filter).map(([name, value]) => `${name} ${value}`)
  return parts.length === 0 ? 'all' : parts.join(', ')
}

export async function replay(visit: Visit): Promise<Go> {
  const { app, t, lang } = visit
  const { selection, about } = await chosen(visit)
  const bulk = await startBulk(app, { act: 'replay', dryRun: false, who: who(visit), selection })
  if (bulk.status === 'running') return toRun(visit, bulk, 'dead-letters-replay', about)
  const { total, summary } = bulk
  const some = (summary['replayed'] ?? 0) > 0
  return go('/dead-letters', {
    notice: some ? { tone: 'good', text: bulk[lang] } : { tone: 'bad', text: t.nothingToReplay },
    audit: [{ did: 'dead-letters-replay', about, before: { dead: total }, after: summary }],
  })
}

export async function dismiss(visit: Visit): Promise<Page | Go> {
  const { app, t, form } = visit
  const reason = form.one('reason').trim().slice(0, 500)
  if (reason.length < 3) return rehearse(visit, t.reasonNeeded)
  const { selection, about } = await chosen(visit)
  const deed = { act: 'dismiss', dryRun: false, who: who(visit), reason } as const
  const bulk = await startBulk(app, { ...deed, selection })
  if (bulk.status === 'running') return toRun(visit, bulk, 'dead-letters-dismiss', about)
  const { total, summary } = bulk
  return go('/dead-letters', {
    notice: { tone: 'good', text: t.dismissed(summary['dismissed'] ?? 0) },
    audit: [
      {
        did: 'dead-letters-dismiss',
        about,
        before: { dead: total },
        after: { ...summary, reason },
      },
    ],
  })
}

type Running = Extract<Awaited<ReturnType<typeof startBulk>>, { status: 'running' }>

function toRun(visit: Visit, { run, isNew }: Running, did: string, about: string): Go {
  if (!isNew)
    return go(runPath(run.id), {
      notice: { tone: 'good', text: visit.t.runAlready(run.who.replace(/^user /, '')) },
    })
  return go(runPath(run.id), {
    audit: [{ did, about, before: { dead: run.total }, after: { run: run.id } }],
  })
}

/** What a replay would do, with the button that does it and the form that dismisses instead. */
export async function rehearse(visit: Visit, problem?: string): Promise<Page | Go> {
  const { app, t, lang } = visit
  const { selection, fields } = await chosen(visit)
  const bulk = await startBulk(app, { act: 'replay', dryRun: true, who: who(visit), selection })
  if (bulk.status === 'running')
    return go(
      runPath(bulk.run.id),
      problem === undefined ? {} : { notice: { tone: 'bad', text: problem } },
    )
  const { outcomes, summary, total } = bulk
  const names = new Map<string, string>()
  for (const letter of await createFinder(app).find(outcomes.map(({ id }) => id)))
    if (typeof letter !== 'string') names.set(letter.id, nameOf(visit, letter))
  const possible = total - (summary['not-dead'] ?? 0)
  return page(
    'dead-letters',
    t.dryRun,
    html`<p class="crumbs"><a href="/dead-letters">${t.deadLetters}</a></p>
      <h1>${t.dryRun}</h1>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      ${
        total === 0
          ? html`<p class="empty">${t.nothingSelected}</p>`
          : html`<p class="lead">${t.dryRunLead}</p>
              <p class="verdict-line">${bulk[lang]}</p>
              ${outcomeTiles(visit, summary)}`
      }
      ${possible > 0 && whatNext(visit, fields, possible, problem !== undefined)}
      ${total > 0 && outcomeTable(visit, outcomes, names)}`,
    problem === undefined ? {} : { status: 400 },
  )
}
