import { randomBytes } from 'node:crypto'
import type { App } from '../../app.ts'
import { ShopId } from '../../core/ids.ts'
import { PlatformName, Settings, Shop } from '../../core/settings.ts'
import { seriesOf, type Series } from './accounts.ts'
import { choiceField, errorsOf, textField, type Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { accountPath, shopPath } from './reasons.ts'
import { go, page, type Notice, type Page, type Route, type Visit } from './route.ts'
import { changesOf, settingsForm, settingsFrom, settingsTable } from './shop-settings.ts'
import { chip } from './states.ts'
import { origin } from './users.ts'

/** A form does not wait longer than this for the list of series, in ms. */
const SERIES_WAIT_MS = 2500
const SERIES_AGE_MS = 20_000

export const shopRoutes = (): Route[] => [
  { method: 'GET', path: '/shops', access: 'viewer', show: (visit) => list(visit) },
  { method: 'GET', path: '/shops/new', access: 'admin', show: (visit) => newPage(visit) },
  {
    method: 'POST',
    path: '/shops/new',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const given = form.one('secret').trim()
      const secret = given === '' ? newSecret() : given
      const shop = Shop.safeParse({
        id: form.one('id').trim(),
        account: form.one('account'),
        platform: form.one('platform'),
        secret,
      })
      if (!shop.success) return newPage(visit, errorsOf(shop.error, t.fieldErrors))
      const { registry } = app.ledger
      if ((await registry.account(shop.data.account)) === undefined)
        return newPage(visit, { account: t.accountUnknown })
      if ((await registry.shop(shop.data.id)) !== undefined)
        return newPage(visit, { id: t.idTaken(shop.data.id) })
      await registry.saveShop(shop.data)
      return go(shopPath(shop.data), {
        notice: secretNotice(visit, shop.data, t.shopSaved),
        audit: [
          {
            did: 'shop-new',
            about: shop.data.id,
            after: { account: shop.data.account, platform: shop.data.platform },
          },
        ],
      })
    },
  },
  { method: 'GET', path: '/shops/:shop', access: 'viewer', show: (visit) => one(visit) },
  {
    method: 'POST',
    path: '/shops/:shop/settings',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const shop = await shopAt(visit)
      if (shop === undefined) return missingPage(visit, t.shopUnknown)
      const settings = Settings.safeParse(settingsFrom(form, shop.settings))
      if (!settings.success) return one(visit, errorsOf(settings.error, t.fieldErrors))
      await app.ledger.registry.saveShop({ ...shop, settings: settings.data })
      const { before, after } = changesOf(shop.settings, settings.data)
      return go(shopPath(shop), {
        notice: { tone: 'good', text: t.settingsSaved },
        audit: [{ did: 'shop-settings', about: shop.id, before, after }],
      })
    },
  },
  {
    method: 'POST',
    path: '/shops/:shop/secret',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const shop = await shopAt(visit)
      if (shop === undefined) return missingPage(visit, t.shopUnknown)
      const given = form.one('secret').trim()
      const changed = Shop.safeParse({
        ...shop,
        secret: given === '' ? newSecret() : given,
        previousSecret: shop.secret,
      })
      if (!changed.success) return one(visit, errorsOf(changed.error, t.fieldErrors))
      await app.ledger.registry.saveShop(changed.data)
      return go(shopPath(shop), {
        notice: secretNotice(visit, changed.data, t.secretReplaced),
        audit: [{ did: 'shop-secret', about: shop.id, after: { secret: 'replaced' } }],
      })
    },
  },
]

const newSecret = (): string => randomBytes(24).toString('base64url')

const secretNotice = (visit: Visit, shop: Shop, text: string): Notice => ({
  tone: 'good',
  text,
  secrets: [
    { label: visit.t.address, value: addressOf(visit, shop) },
    { label: visit.t.secret, value: shop.secret },
  ],
})

/** Where the platform, or the shop's own program, sends its orders. */
const addressOf = ({ request }: Visit, { id, platform }: Shop): string =>
  platform === 'generic'
    ? `${origin(request)}/v1/shops/${id}/orders`
    : `${origin(request)}/webhooks/${platform}/${id}`

async function shopAt({ app, params }: Visit): Promise<Shop | undefined> {
  const id = ShopId.safeParse(params['shop'])
  return id.success ? app.ledger.registry.shop(id.data) : undefined
}

async function list(visit: Visit): Promise<Page> {
  const { app, t, words, may } = visit
  const shops = await app.ledger.registry.shops()
  const counts = await Promise.all(
    shops.map(({ account, id }) => app.ledger.reports.orderCount(account, id)),
  )
  return page(
    'shops',
    t.shops,
    html`<div class="heading">
        <h1>${t.shops}</h1>
        ${may('admin') && html`<a class="button primary" href="/shops/new">${t.addShop}</a>`}
      </div>
      ${
        shops.length === 0
          ? html`<p class="empty">${t.noShops}</p>`
          : html`<table class="list">
              <thead>
                <tr>
                  <th scope="col">${t.shop}</th>
                  <th scope="col">${t.platform}</th>
                  <th scope="col">${t.account}</th>
                  <th scope="col">${t.issuing}</th>
                  <th scope="col">${t.document}</th>
                  <th scope="col" class="number">${t.orders}</th>
                </tr>
              </thead>
              <tbody>
                ${shops.map(
                  (shop, i) =>
                    html`<tr>
                      <th scope="row"><a href="${shopPath(shop)}">${shop.id}</a></th>
                      <td data-label="${t.platform}">${t.platforms[shop.platform]}</td>
                      <td data-label="${t.account}">
                        <a href="${accountPath(shop.account)}">${shop.account}</a>
                      </td>
                      <td data-label="${t.issuing}">${issuing(visit, shop)}</td>
                      <td data-label="${t.document}">${documentOf(visit, shop)}</td>
                      <td data-label="${t.orders}" class="number">
                        <a href="/orders?shop=${shop.id}">${words.number(counts[i] ?? 0)}</a>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }`,
  )
}

const issuing = ({ t }: Visit, { settings }: Shop): Html =>
  !settings.enabled
    ? chip('warn', t.issuingOff)
    : settings.automatic
      ? chip('good', t.issuingAutomatic)
      : chip('calm', t.issuingManual)

const documentOf = ({ t }: Visit, { settings }: Shop): string =>
  settings.document === undefined
    ? '–'
    : `${t.kindsTitle[settings.document]} ${settings.series ?? '–'}`

async function newPage(visit: Visit, errors: Errors = {}): Promise<Page> {
  const { app, t, form, guard } = visit
  const accounts = await app.ledger.registry.accounts()
  return page(
    'shops',
    t.addShop,
    html`<p class="crumbs"><a href="/shops">${t.shops}</a></p>
      <h1>${t.addShop}</h1>
      ${
        accounts.length === 0
          ? html`<p class="empty">${t.noAccounts} <a href="/accounts/new">${t.addAccount}</a></p>`
          : html`<section class="card">
              <form method="post" action="/shops/new" class="stack">
                ${guard}
                ${textField({ name: 'id', label: t.shopId, hint: t.idHint, value: form.one('id'), errors, required: true, max: 63 })}
                ${choiceField({
                  name: 'account',
                  label: t.account,
                  value: form.one('account'),
                  options: accounts.map(({ id, cif }) => [id, `${id} (${cif})`] as const),
                  errors,
                })}
                ${choiceField({
                  name: 'platform',
                  label: t.platform,
                  value: form.one('platform') || 'generic',
                  options: PlatformName.options.map((name) => [name, t.platforms[name]] as const),
                  errors,
                })}
                ${textField({ name: 'secret', label: t.secret, hint: t.secretHint, value: form.one('secret'), type: 'password', errors, max: 500 })}
                <button class="primary">${t.save}</button>
              </form>
            </section>`
      }`,
    Object.keys(errors).length > 0 ? { status: 400 } : {},
  )
}

async function one(visit: Visit, errors: Errors = {}): Promise<Page> {
  const { t, may, guard, form } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const wrong = Object.keys(errors).length > 0
  return page(
    'shops',
    shop.id,
    html`<p class="crumbs"><a href="/shops">${t.shops}</a></p>
      <div class="heading">
        <h1>${t.shop} ${shop.id} ${issuing(visit, shop)}</h1>
        <a class="button" href="/orders?shop=${shop.id}">${t.orders}</a>
      </div>
      <div class="columns">
        <section class="card">
          <h2>${t.settings}</h2>
          ${
            may('admin')
              ? settingsForm(visit, {
                  shop,
                  values: wrong ? settingsFrom(form, shop.settings) : shop.settings,
                  series: await liveSeries(visit, shop),
                  errors,
                })
              : nothing
          }
          ${settingsTable(visit, shop.settings, may('admin') ? 'others' : 'all')}
        </section>
        <div>
          <section class="card">
            <h2>${t.connect}</h2>
            <dl class="facts">
              <div>
                <dt>${t.platform}</dt>
                <dd>${t.platforms[shop.platform]}</dd>
              </div>
              <div>
                <dt>${t.account}</dt>
                <dd><a href="${accountPath(shop.account)}">${shop.account}</a></dd>
              </div>
              <div>
                <dt>${t.address}</dt>
                <dd>
                  <code class="break" id="address">${addressOf(visit, shop)}</code>
                  <button type="button" class="small" data-copies="address" data-done="${t.copied}">
                    ${t.copy}
                  </button>
                </dd>
              </div>
              <div>
                <dt>${t.secret}</dt>
                <dd>${t.notShown}</dd>
              </div>
            </dl>
            <ol class="steps">
              ${t.platformSteps[shop.platform].map((step) => html`<li>${step}</li>`)}
            </ol>
          </section>
          ${
            may('admin') &&
            html`<section class="card">
              <h2>${t.replaceSecret}</h2>
              <p>${t.replaceSecretWhat}</p>
              <form method="post" action="${shopPath(shop)}/secret" class="stack">
                ${guard}
                ${textField({ name: 'secret', label: t.secret, hint: t.secretHint, value: '', type: 'password', errors, max: 500 })}
                <button>${t.replace}</button>
              </form>
            </section>`
          }
        </div>
      </div>`,
    wrong ? { status: 400 } : {},
  )
}

type SeriesOfKinds = { invoice: Series[]; estimate: Series[] }
const recent = new WeakMap<App, Map<string, { at: number; series: SeriesOfKinds }>>()

/** The account's series as SmartBill lists them now; undefined when it does not say so in time. */
async function liveSeries({ app, now }: Visit, shop: Shop): Promise<SeriesOfKinds | undefined> {
  const account = await app.ledger.registry.account(shop.account)
  if (account === undefined) return undefined
  const known = recent.get(app) ?? new Map<string, { at: number; series: SeriesOfKinds }>()
  recent.set(app, known)
  const hit = known.get(account.id)
  if (hit !== undefined && now - hit.at < SERIES_AGE_MS) return hit.series
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SERIES_WAIT_MS)
  })
  try {
    const series = await Promise.race([seriesOf(app, account).catch(() => undefined), late])
    if (series !== undefined) known.set(account.id, { at: now, series })
    return series
  } finally {
    clearTimeout(timer)
  }
}
