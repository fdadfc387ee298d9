import { Shop } from '../../core/settings.ts'
import { copyable, textField, type Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { curlOf, isPlaceholder, platformGuide, secretIsOurs } from './platform-guide.ts'
import { go, type Page, type Route, type Visit } from './route.ts'
import { isSandbox } from './sandbox.ts'
import { frame, shopStep } from './setup-frame.ts'
import { addressOf, newSecret, shopAt } from './shop-form.ts'

/** The step in which the shop's platform is told where to send its orders, and issuing is turned on. */
export const setupConnect = (): Route[] => [
  {
    method: 'GET',
    path: '/setup/shop/:shop/connect',
    access: 'admin',
    show: (visit) => connectPage(visit),
  },
  {
    method: 'POST',
    path: '/setup/shop/:shop/connect',
    access: 'admin',
    async act(visit) {
      const { app, t, form } = visit
      const shop = await shopAt(visit)
      if (shop === undefined) return missingPage(visit, t.shopUnknown)
      const given = form.one('secret').trim()
      if (shop.settings.series === undefined) return go(shopStep(shop.id, 'document'))
      if (given === '' && isPlaceholder(shop.secret))
        return connectPage(visit, { secret: t.setupSecretNeeded })
      const read = Shop.safeParse({ ...shop, ...(given === '' ? {} : { secret: given }) })
      if (!read.success) return connectPage(visit, { secret: t.fieldErrors.secret })
      const settings = { ...read.data.settings, enabled: true }
      await app.ledger.registry.saveShop({ ...read.data, settings })
      return go(shopStep(shop.id, 'first'), {
        audit: [
          {
            did: 'shop-settings',
            about: shop.id,
            before: { enabled: shop.settings.enabled },
            after: { enabled: true, ...(given === '' ? {} : { secret: 'replaced' }) },
          },
        ],
      })
    },
  },
  {
    method: 'POST',
    path: '/setup/shop/:shop/secret',
    access: 'admin',
    async act(visit) {
      const { app, t, session } = visit
      const shop = await shopAt(visit)
      if (shop === undefined || session === undefined) return missingPage(visit, t.shopUnknown)
      const secret = newSecret()
      await app.ledger.registry.saveShop({ ...shop, secret, previousSecret: shop.secret })
      await app.ledger.people.keepSecret(session, shop.id, secret)
      return go(shopStep(shop.id, 'connect'), {
        audit: [{ did: 'shop-secret', about: shop.id, after: { secret: 'replaced' } }],
      })
    },
  },
]

async function connectPage(visit: Visit, errors: Errors = {}): Promise<Page> {
  const { t, lang, guard, form, session, app } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const guide = platformGuide[shop.platform][lang]
  const kept =
    session === undefined ? undefined : await app.ledger.people.keptSecret(session, shop.id)
  const secret = kept === shop.secret ? kept : undefined
  return frame(
    visit,
    'connect',
    html`<p>${t.setupConnectLead}</p>
      <dl class="facts">
        <div>
          <dt>${t.address}</dt>
          <dd>${copyable(t, 'address', addressOf(visit, shop))}</dd>
        </div>
        ${
          secretIsOurs(shop.platform) &&
          html`<div>
            <dt>${t.secret}</dt>
            <dd>${secret === undefined ? t.notShown : copyable(t, 'secret-value', secret)}</dd>
          </div>`
        }
      </dl>
      ${secretIsOurs(shop.platform) ? ownSecret(visit, shop, secret) : nothing}
      <ol class="steps">
        ${guide.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      <p class="hint">${guide.note}</p>
      <form method="post" action="${shopStep(shop.id, 'connect')}" class="stack" novalidate>
        ${guard}
        ${
          !secretIsOurs(shop.platform) &&
          textField({
            name: 'secret',
            label: t.setupSecretHere[shop.platform] ?? t.secret,
            hint: t.setupSecretHereHint,
            value: form.one('secret'),
            type: 'password',
            errors,
            max: 500,
          })
        }
        <p>${t.setupTurnOnWhat}</p>
        <div class="actions">
          <button class="primary">${shop.settings.enabled ? t.setupNext : t.setupTurnOn}</button>
          <a class="button" href="${shopStep(shop.id, 'lists')}">${t.setupBack}</a>
        </div>
      </form>`,
    { account: shop.account, shop: shop.id, wrong: Object.keys(errors).length > 0 },
  )
}

const ownSecret = ({ t, guard }: Visit, { id }: Shop, secret: string | undefined): Html =>
  secret === undefined
    ? html`<form method="post" action="/setup/shop/${id}/secret" class="actions">
        ${guard}
        <p class="hint">${t.setupSecretHidden}</p>
        <button>${t.setupNewSecret}</button>
      </form>`
    : html`<p class="hint">${t.setupSecretShown}</p>`

/** The command that sends a sample order, with the shop's address and, for whom it was made for, its secret. */
export function curlCard(visit: Visit, shop: Shop, secret: string | undefined): Html {
  const { t, app, now } = visit
  const document = `${t.kindsTitle[shop.settings.document ?? 'invoice']} ${shop.settings.series ?? ''}`
  const command = curlOf(addressOf(visit, shop), secret ?? t.setupCurlSecret, new Date(now))
  return html`<details ${isSandbox(app) && html`open`}>
    <summary>${t.setupCurl}</summary>
    ${!isSandbox(app) && html`<p class="notice warn"><span>${t.setupCurlReal(document)}</span></p>`}
    <pre class="command" tabindex="0"><code id="curl">${command}</code></pre>
    <button type="button" class="small" data-copies="curl" data-done="${t.copied}">
      ${t.copy}
    </button>
  </details>`
}
