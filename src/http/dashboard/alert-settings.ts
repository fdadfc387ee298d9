import { Alerting, Thresholds } from '../../core/alerting.ts'
import { areaField, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { go, page, type Page, type Route, type Visit } from './route.ts'
import { addressProblem } from './shop-access.ts'

/** Stored sealed and never shown again. */
const secrets = new Set(['webhook.secret', 'email.smtp'])

/** Who hears of trouble, how, and from when on. */
export const alertSettingRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/alerts/settings',
    access: 'admin',
    show: async (visit) => settingsPage(visit, await visit.app.ledger.alerts.alerting()),
  },
  {
    method: 'POST',
    path: '/alerts/settings',
    access: 'admin',
    async act(visit) {
      const { app, t } = visit
      const before = await app.ledger.alerts.alerting()
      const read = Alerting.safeParse(typedIn(visit, before))
      const errors: Record<string, string> = {}
      for (const { path } of read.error?.issues ?? [])
        errors[fieldAt(path.map(String))] ??= t.alertFieldWrong
      for (const [field, address] of Object.entries({
        'webhook.url': read.data?.webhook?.url,
        'email.smtp': read.data?.email?.smtp.replace(/^smtps?:/, 'https:'),
      })) {
        const problem = address === undefined ? undefined : await addressProblem(visit, address)
        if (problem !== undefined) errors[field] = problem
      }
      if (!read.success || Object.keys(errors).length > 0)
        return settingsPage(visit, before, errors)
      await app.ledger.alerts.saveAlerting(read.data)
      return go('/alerts', {
        notice: { tone: 'good', text: t.accessSaved },
        audit: [
          {
            did: 'alert-settings',
            about: '',
            before: { to: before.email?.to.length ?? 0, webhook: before.webhook !== undefined },
            after: {
              to: read.data.email?.to.length ?? 0,
              webhook: read.data.webhook !== undefined,
            },
          },
        ],
      })
    },
  },
]

/** The name of the field that a complaint is about: `email.to` for the third receiver. */
const fieldAt = (path: readonly string[]): string =>
  path.length === 1 && path[0] === 'email'
    ? 'email.to'
    : path.length === 1 && path[0] === 'webhook'
      ? 'webhook.url'
      : path.slice(0, 2).join('.')

/** What was typed; an emptied secret keeps the stored one, and a channel without an address or receiver is none. */
function typedIn({ form }: Visit, before: Alerting): object {
  const text = (name: string) => form.one(name).trim()
  const to = form
    .one('email.to')
    .split(/[\s,;]+/)
    .filter(Boolean)
  return {
    ...(text('webhook.url') === ''
      ? {}
      : {
          webhook: {
            url: text('webhook.url'),
            secret: text('webhook.secret') || before.webhook?.secret,
          },
        }),
    ...(to.length === 0
      ? {}
      : {
          email: { smtp: text('email.smtp') || before.email?.smtp, from: text('email.from'), to },
        }),
    remindHours: Number(text('remindHours')),
    thresholds: Object.fromEntries(
      Object.keys(Thresholds.shape).map((name) => [name, Number(text(`thresholds.${name}`))]),
    ),
  }
}

function settingsPage(visit: Visit, stored: Alerting, errors: Errors = {}): Page {
  const { t, form, guard } = visit
  const wrong = Object.keys(errors).length > 0
  const usual = Thresholds.parse({})
  const field = (name: string, label: string, hint: string, value: string | number): Html => {
    const isSecret = secrets.has(name)
    const known = isSecret && value !== ''
    return textField({
      name,
      label,
      hint: known ? `${hint} ${t.keepEmpty}` : hint,
      value: wrong ? form.one(name) : isSecret ? '' : String(value),
      type: isSecret ? 'password' : 'text',
      errors,
      max: 500,
    })
  }
  return page(
    'alerts',
    t.alertSettings,
    html`<p class="crumbs"><a href="/alerts">${t.alerts}</a></p>
      <h1>${t.alertSettings}</h1>
      <form method="post" action="/alerts/settings" novalidate>
        ${guard}
        <section class="card">
          <h2>${t.alertByMail}</h2>
          <p class="hint">${t.alertByMailWhat}</p>
          <div class="fields">
            ${areaField({ name: 'email.to', label: t.alertTo, hint: t.alertToHint, value: wrong ? form.one('email.to') : (stored.email?.to ?? []).join('\n'), errors })}
            ${field('email.from', t.accessFields.from, t.alertFromHint, stored.email?.from ?? '')}
            ${field('email.smtp', t.accessFields.smtp, t.accessHints['mailbox.smtp'] ?? '', stored.email?.smtp ?? '')}
          </div>
        </section>
        <section class="card">
          <h2>${t.alertByWebhook}</h2>
          <p class="hint">${t.alertByWebhookWhat}</p>
          <div class="fields">
            ${field('webhook.url', t.address, t.alertUrlHint, stored.webhook?.url ?? '')}
            ${field('webhook.secret', t.secret, t.alertSecretHint, stored.webhook?.secret ?? '')}
          </div>
        </section>
        <section class="card">
          <h2>${t.alertWhen}</h2>
          <div class="fields">
            ${field('remindHours', t.alertRemind, t.usually('24'), stored.remindHours)}
            ${Object.entries(usual).map(([name, value]) =>
              field(
                `thresholds.${name}`,
                t.alertThresholds[name as keyof typeof usual],
                t.usually(String(value)),
                stored.thresholds[name as keyof typeof usual],
              ),
            )}
          </div>
        </section>
        <div class="save-bar"><button class="primary">${t.save}</button></div>
      </form>`,
    wrong ? { status: 400 } : {},
  )
}
