import { choice } from './form.ts'
import { html, type Html } from './html.ts'
import { go, page, to, type Page, type Role, type Route, type Visit } from './route.ts'
import { chip } from './states.ts'
import { tableHead } from './table.ts'

const roles = ['viewer', 'operator', 'admin'] as const satisfies Role[]
const NAME = /^[a-z0-9][a-z0-9._@-]{1,62}$/

export const userRoutes = (): Route[] => [
  { method: 'GET', path: '/users', access: 'admin', show: (visit) => users(visit) },
  {
    method: 'POST',
    path: '/users',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const name = form.one('name').trim().toLowerCase()
      const role = roleOf(form.one('role'))
      if (!NAME.test(name)) return users(visit, t.userNameRule)
      const invited = await app.ledger.people.invite(name, role)
      if (invited.status === 'taken') return users(visit, t.userTaken(name))
      return go('/users', {
        notice: linkNotice(visit, invited.token, t.userInvited(name)),
        audit: [{ did: 'user-invite', about: name, after: { role } }],
      })
    },
  },
  {
    method: 'POST',
    path: '/users/:name/invite',
    access: 'admin',
    async act(visit) {
      const { app, params, t } = visit
      const name = params['name'] ?? ''
      const token = await app.ledger.people.inviteAgain(name)
      if (token === undefined) return users(visit, t.userUnknown)
      return go('/users', {
        notice: linkNotice(visit, token, t.userInvited(name)),
        audit: [{ did: 'user-invite-again', about: name }],
      })
    },
  },
  {
    method: 'POST',
    path: '/users/:name/role',
    access: 'admin',
    async act(visit) {
      const { app, params, form } = visit
      const name = params['name'] ?? ''
      const role = roleOf(form.one('role'))
      const before = (await app.ledger.people.users()).find((user) => user.name === name)
      const result = await app.ledger.people.setRole(name, role)
      return changed(visit, result, {
        did: 'user-role',
        about: name,
        before: { role: before?.role },
        after: { role },
      })
    },
  },
  ...(['disable', 'enable'] as const).map((action): Route => ({
    method: 'POST',
    path: `/users/:name/${action}`,
    access: 'admin',
    async act(visit) {
      const { app, params } = visit
      const name = params['name'] ?? ''
      const result = await app.ledger.people.setDisabled(name, action === 'disable')
      return changed(visit, result, { did: `user-${action}`, about: name })
    },
  })),
]

const roleOf = (text: string): Role => roles.find((role) => role === text) ?? 'viewer'

function changed(
  visit: Visit,
  result: 'changed' | 'unknown' | 'last-admin',
  did: { did: string; about: string; before?: object; after?: object },
) {
  const { t } = visit
  if (result === 'last-admin') return users(visit, t.lastAdmin)
  if (result === 'unknown') return users(visit, t.userUnknown)
  return go('/users', { notice: { tone: 'good', text: t.saved }, audit: [did] })
}

const linkNotice = ({ request, t }: Visit, token: string, text: string) => ({
  tone: 'good' as const,
  text,
  secrets: [{ label: t.inviteLink, value: `${origin(request)}${to(['invite', token])}` }],
})

/** Where the browser sees this service, also behind a proxy. */
export function origin(request: Visit['request']): string {
  const proto = request.headers['x-forwarded-proto'] === 'https' ? 'https' : request.protocol
  return `${proto}://${request.headers.host ?? 'localhost'}`
}

async function users(visit: Visit, problem?: string): Promise<Page> {
  const { app, t, form, guard } = visit
  const all = await app.ledger.people.users()
  return page(
    'users',
    t.users,
    html`<h1>${t.users}</h1>
      <p class="lead">${t.usersLead}</p>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      <table class="list">
        ${tableHead(t.user, t.role, t.state, t.action)}
        <tbody>
          ${all.map((user) => row(visit, user))}
        </tbody>
      </table>
      <section class="card">
        <h2>${t.newUser}</h2>
        <form method="post" action="/users" class="stack">
          ${guard}
          <label
            >${t.userName}<input
              name="name"
              required
              minlength="2"
              maxlength="63"
              autocapitalize="none"
              value="${form.one('name')}"
              aria-describedby="name-hint"
            /><span class="hint" id="name-hint">${t.userNameRule}</span></label
          >
          <fieldset>
            <legend>${t.role}</legend>
            ${roles.map((role) =>
              choice(
                {
                  type: 'radio',
                  name: 'role',
                  value: role,
                  on: role === (form.one('role') || 'viewer'),
                },
                html`<strong>${t.roles[role]}</strong> ${t.roleHelp[role]}`,
              ),
            )}
          </fieldset>
          <button class="primary">${t.invite}</button>
        </form>
      </section>`,
    problem === undefined ? {} : { status: 400 },
  )
}

type User = Awaited<ReturnType<Visit['app']['ledger']['people']['users']>>[number]

function row({ t, guard, session, words, now }: Visit, user: User): Html {
  const path = (action: string) => to(['users', user.name, action])
  const own = user.name === session?.user
  return html`<tr>
    <th scope="row">${user.name} ${own && html`<span class="hint">(${t.you})</span>`}</th>
    <td data-label="${t.role}">
      <form method="post" action="${path('role')}" class="inline">
        ${guard}
        <select name="role" aria-label="${t.roleOf(user.name)}">
          ${roles.map(
            (role) =>
              html`<option value="${role}" ${role === user.role && html`selected`}>
                ${t.roles[role]}
              </option>`,
          )}
        </select>
        <button class="small">${t.save}</button>
      </form>
    </td>
    <td data-label="${t.state}">
      ${
        user.disabled
          ? chip('bad', t.disabled)
          : user.invitedUntil === undefined
            ? chip('good', t.active)
            : chip('wait', t.invitedUntil(words.brief(user.invitedUntil, now)))
      }
    </td>
    <td data-label="${t.action}">
      <div class="actions tight">
        <form method="post" action="${path('invite')}">
          ${guard}<button class="small">${t.newLink}</button>
        </form>
        <form method="post" action="${path(user.disabled ? 'enable' : 'disable')}">
          ${guard}<button class="small ${!user.disabled && 'danger'}">
            ${user.disabled ? t.enable : t.disable}
          </button>
        </form>
      </div>
    </td>
  </tr>`
}
