import { textField, type Errors } from './form.ts'
import { html } from './html.ts'
import { MIN_PASSWORD } from './login.ts'
import { go, page, type Page, type Route, type Visit } from './route.ts'

/** Everybody's own password. */
export const passwordRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/password',
    access: 'viewer',
    show: async (visit) => passwordPage(visit),
  },
  {
    method: 'POST',
    path: '/password',
    access: 'viewer',
    async act(visit) {
      const { app, form, t, session, request } = visit
      const password = form.one('password')
      if (session === undefined) return passwordPage(visit)
      if (password.length < MIN_PASSWORD || password.length > 200)
        return passwordPage(visit, { password: t.passwordShort(MIN_PASSWORD) })
      if (password !== form.one('password-again'))
        return passwordPage(visit, { 'password-again': t.passwordsDiffer })
      const changed = await app.ledger.people.changePassword(
        session.user,
        form.one('password-now'),
        password,
        request.ip,
      )
      if (changed.status === 'locked')
        return passwordPage(visit, { 'password-now': t.locked(Math.ceil(changed.waitMs / 60_000)) })
      if (changed.status === 'refused')
        return passwordPage(visit, { 'password-now': t.passwordWrong })
      return go('/', {
        cookie: { session: changed.session },
        notice: { tone: 'good', text: t.passwordChanged },
        audit: [{ did: 'own-password', about: session.user }],
      })
    },
  },
]

function passwordPage({ t, guard }: Visit, errors: Errors = {}): Page {
  const field = (name: string, label: string) =>
    textField({ name, label, value: '', type: 'password', errors, required: true })
  return page(
    'none',
    t.ownPassword,
    html`<section class="card narrow">
      <h1>${t.ownPassword}</h1>
      <p>${t.ownPasswordWhat(MIN_PASSWORD)}</p>
      <form method="post" action="/password" class="stack">
        ${guard} ${field('password-now', t.presentPassword)} ${field('password', t.newPassword)}
        ${field('password-again', t.passwordAgain)}
        <button class="primary">${t.changePassword}</button>
      </form>
    </section>`,
    Object.keys(errors).length > 0 ? { status: 400 } : {},
  )
}
