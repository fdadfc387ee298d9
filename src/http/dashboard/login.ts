import { html, ownPath, type Html } from './html.ts'
import {
  fieldsOf,
  go,
  page,
  type Fields,
  type Notice,
  type Page,
  type Route,
  type Visit,
} from './route.ts'
import { SEEN, SHOWN } from './setting-values.ts'

export const MIN_PASSWORD = 10
/** Never carried along: they belong to the request in which they were sent. */
const isKept = (name: string): boolean =>
  !['csrf', 'once', 'kept'].includes(name) && !name.startsWith('password')

export const loginRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/login',
    access: 'anyone',
    show: async (visit) =>
      visit.session === undefined
        ? loginPage(visit, { anybody: await visit.app.ledger.people.anybody() })
        : go('/'),
  },
  {
    method: 'POST',
    path: '/login',
    access: 'anyone',
    // What was typed when the session ended comes along.
    longest: 2_000_000,
    async act(visit) {
      const { form, t, app, request } = visit
      const name = form.one('name').trim().toLowerCase()
      const result = await app.ledger.people.signIn(name, form.one('password'), request.ip)
      const about = name.slice(0, 64)
      if (result.status === 'locked') {
        await app.ledger.people.record({ who: '', from: request.ip, did: 'login-locked', about })
        const minutes = Math.ceil(result.waitMs / 60_000)
        return loginPage(visit, { problem: t.locked(minutes), status: 429 })
      }
      if (result.status === 'refused') {
        await app.ledger.people.record({ who: '', from: request.ip, did: 'login-refused', about })
        return loginPage(visit, { problem: t.loginRefused, status: 401 })
      }
      const { session } = result
      await app.ledger.people.record({ who: session.user, from: request.ip, did: 'login', about })
      const kept = keptFrom(form.one('kept'))
      if (kept === undefined) return go(ownPath(form.one('back')), { cookie: { session } })
      return go('/again', {
        cookie: { session },
        notice: { tone: 'good', text: '', kept: form.one('kept') },
      })
    },
  },
  {
    // After a login in the middle of a form: what was typed, to be sent after a look at it.
    method: 'GET',
    path: '/again',
    access: 'viewer',
    async show(visit) {
      if (visit.session === undefined) return go('/')
      const left = await visit.app.ledger.people.takeNotice(visit.session)
      const kept = keptFrom((left as Notice | undefined)?.kept ?? '')
      return kept === undefined ? go('/') : askAgain(visit, kept.action, kept.fields, 200)
    },
  },
  {
    method: 'POST',
    path: '/logout',
    access: 'viewer',
    async act({ app, session }) {
      if (session !== undefined) await app.ledger.people.signOut(session.id)
      return go('/login', {
        cookie: { session: 'none' },
        audit: [{ did: 'logout', about: session?.user ?? '' }],
      })
    },
  },
  {
    method: 'POST',
    path: '/language',
    access: 'anyone',
    act: async ({ form }) =>
      go(ownPath(form.one('back')), {
        cookie: { lang: form.one('lang') === 'en' ? 'en' : 'ro' },
      }),
  },
  {
    method: 'GET',
    path: '/invite/:token',
    access: 'anyone',
    show: async (visit) => invitePage(visit),
  },
  {
    method: 'POST',
    path: '/invite/:token',
    access: 'anyone',
    async act(visit) {
      const { form, t, app, request } = visit
      const password = form.one('password')
      if (password.length < MIN_PASSWORD || password.length > 200)
        return invitePage(visit, t.passwordShort(MIN_PASSWORD))
      if (password !== form.one('again')) return invitePage(visit, t.passwordsDiffer)
      const session = await app.ledger.people.acceptInvite(visit.params['token'] ?? '', password)
      if (session === undefined) return invitePage(visit)
      await app.ledger.people.record({
        who: session.user,
        from: request.ip,
        did: 'invite-accepted',
        about: session.user,
      })
      return go('/', { cookie: { session } })
    },
  },
]

type Kept = { action: string; fields: Fields }

const keep = (action: string, fields: Fields): string =>
  JSON.stringify({ action, fields: fields.entries.filter(([name]) => isKept(name)) })

function keptFrom(text: string): Kept | undefined {
  if (text === '') return undefined
  try {
    const { action, fields } = JSON.parse(text) as { action: unknown; fields: unknown }
    if (typeof action !== 'string' || !Array.isArray(fields)) return undefined
    const grouped: Record<string, string[]> = {}
    for (const entry of fields as unknown[]) {
      const [name, value] = Array.isArray(entry) ? (entry as unknown[]) : []
      if (typeof name !== 'string' || typeof value !== 'string' || !isKept(name)) continue
      grouped[name] = [...(grouped[name] ?? []), value]
    }
    return { action: ownPath(action), fields: fieldsOf(grouped) }
  } catch {
    return undefined
  }
}

export function loginPage(
  visit: Visit,
  how: { problem?: string; kept?: Fields; status?: number; anybody?: boolean } = {},
): Page {
  const { t, form, query, request } = visit
  const kept = how.kept === undefined ? form.one('kept') : keep(request.url, how.kept)
  const back = how.kept === undefined ? form.one('back') || query.one('back') : ''
  const name = how.kept === undefined ? form.one('name') : ''
  return page(
    'none',
    t.signIn,
    html`<section class="card narrow">
      <h1>${t.signIn}</h1>
      ${kept !== '' && html`<p class="notice warn" role="status">${t.sessionEnded}</p>`}
      ${how.anybody === false && html`<p class="notice warn" role="status">${t.nobodyYet}</p>`}
      ${how.problem !== undefined && html`<p class="notice bad" role="alert">${how.problem}</p>`}
      <form method="post" action="/login" class="stack">
        <input type="hidden" name="back" value="${back}" />
        ${kept !== '' && html`<input type="hidden" name="kept" value="${kept}" />`}
        <label
          >${t.userName}<input
            name="name"
            value="${name}"
            autocomplete="username"
            autocapitalize="none"
            required
            maxlength="64"
            ${name === '' && html`autofocus`}
        /></label>
        <label
          >${t.password}<input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxlength="200"
            ${name !== '' && html`autofocus`}
        /></label>
        <button class="primary">${t.signIn}</button>
      </form>
    </section>`,
    { status: how.status ?? 200 },
  )
}

/** What was typed, with a button to send it now: it was not sent because the login had ended meanwhile. */
export function askAgain(visit: Visit, action: string, fields: Fields, status: number): Page {
  const { t, guard } = visit
  const sent = fields.entries.filter(([name]) => isKept(name))
  return page(
    'none',
    t.askAgain,
    html`<section class="card narrow">
      <h1>${t.askAgain}</h1>
      <p>${t.askAgainWhy}</p>
      ${
        sent.length > 0 &&
        html`<dl class="facts">
          ${sent
            .filter(([name]) => name !== SEEN && name !== SHOWN)
            .slice(0, 40)
            .map(([name, value]) => typed(name, value))}
        </dl>`
      }
      <form method="post" action="${ownPath(action)}" class="actions">
        ${guard}
        ${sent.map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        <button class="primary">${t.sendNow}</button>
        <a class="button" href="/">${t.cancel}</a>
      </form>
    </section>`,
    { status },
  )
}

const typed = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${/secret|token|key$|smtp/i.test(name) ? '••••••' : value}</dd>
  </div>`

async function invitePage(visit: Visit, problem?: string): Promise<Page> {
  const { t, app, params } = visit
  const user = await app.ledger.people.invited(params['token'] ?? '')
  if (user === undefined)
    return page(
      'none',
      t.inviteGone,
      html`<section class="card narrow">
        <h1>${t.inviteGone}</h1>
        <p>${t.inviteGoneWhy}</p>
      </section>`,
      { status: 404 },
    )
  return page(
    'none',
    t.welcome,
    html`<section class="card narrow">
      <h1>${t.welcome}, ${user.name}</h1>
      <p>${t.choosePassword(MIN_PASSWORD)}</p>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      <form method="post" class="stack">
        <input type="hidden" name="name" value="${user.name}" autocomplete="username" />
        <label
          >${t.password}<input
            name="password"
            type="password"
            autocomplete="new-password"
            required
            minlength="${MIN_PASSWORD}"
            maxlength="200"
            autofocus
        /></label>
        <label
          >${t.passwordAgain}<input
            name="again"
            type="password"
            autocomplete="new-password"
            required
            maxlength="200"
        /></label>
        <button class="primary">${t.begin}</button>
      </form>
    </section>`,
    { status: problem === undefined ? 200 : 400 },
  )
}

export const refusedPage = ({ t }: Visit): Page =>
  page(
    'none',
    t.notAllowed,
    html`<section class="card narrow">
      <h1>${t.notAllowed}</h1>
      <p>${t.notAllowedWhy}</p>
      <p><a class="button" href="/">${t.overview}</a></p>
    </section>`,
    { status: 403 },
  )

export const troublePage = ({ t }: Visit, status: number, storage: boolean): Page =>
  page(
    'none',
    storage ? t.storageAway : status < 500 ? t.badRequest : t.pageFailed,
    html`<section class="card narrow">
      <h1>${storage ? t.storageAway : status < 500 ? t.badRequest : t.pageFailed}</h1>
      <p>${storage ? t.storageAwayWhy : status < 500 ? t.badRequestWhy : t.pageFailedWhy}</p>
      <p><a class="button" href="/">${t.overview}</a></p>
    </section>`,
    { status },
  )

export const missingPage = ({ t }: Visit, what: string): Page =>
  page(
    'none',
    t.notFound,
    html`<section class="card narrow">
      <h1>${t.notFound}</h1>
      <p>${what}</p>
      <p><a class="button" href="/orders">${t.orders}</a></p>
    </section>`,
    { status: 404 },
  )
