import { PlatformName, Shop } from '../../core/settings.ts'
import { choiceField, errorsOf, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { accountPath, shopPath } from './reasons.ts'
import { go, page, type Page, type Route, type Visit } from './route.ts'
import { liveSeries } from './series.ts'
import { settingsFrom } from './setting-values.ts'
import { textOf } from './setting-texts.ts'
import { newSecret, secretNotice, shopAt, shopTabs } from './shop-form.ts'
import { changesOf, checked, settingsForm, settingsTable } from './shop-settings.ts'
import { chip } from './states.ts'
import { numbers, tableHead } from './table.ts'

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
      return go(`${shopPath(shop.data)}/connection`, {
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
      const { given, conflicts } = settingsFrom(form, shop.settings)
      const read = checked(visit, given)
      if ('errors' in read) return one(visit, { errors: read.errors })
      if (conflicts.length > 0) return one(visit, { conflicts })
      const { settings } = read
      await app.ledger.registry.saveShop({ ...shop, settings })
      const { before, after } = changesOf(shop.settings, settings)
      return go(shopPath(shop), {
        notice: { tone: 'good', text: t.settingsSaved },
        audit: [{ did: 'shop-settings', about: shop.id, before, after }],
      })
    },
  },
]

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
        ${
          may('admin') &&
          html`<div class="actions tight">
            <a class="button" href="/shops/new">${t.addShop}</a>
            <a class="button primary" href="/setup">${t.setup}</a>
          </div>`
        }
      </div>
      ${
        shops.length === 0
          ? html`<p class="empty">${t.noShops}</p>`
          : html`<table class="list">
              ${tableHead(t.shop, t.platform, t.account, t.issuing, t.document, numbers(t.orders))}
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

async function one(
  visit: Visit,
  wrong: { errors?: Errors; conflicts?: string[] } = {},
): Promise<Page> {
  const { t, may, lang, form } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const { errors = {}, conflicts = [] } = wrong
  const again = Object.keys(errors).length > 0 || conflicts.length > 0
  return page(
    'shops',
    shop.id,
    html`<p class="crumbs"><a href="/shops">${t.shops}</a></p>
      <div class="heading">
        <h1>${t.shop} ${shop.id} ${issuing(visit, shop)}</h1>
        <p class="hint">
          ${t.platforms[shop.platform]} ·
          <a href="${accountPath(shop.account)}">${t.account} ${shop.account}</a>
        </p>
      </div>
      ${shopTabs(visit, shop, 'settings')}
      ${
        conflicts.length > 0 &&
        html`<p class="notice warn" role="alert">
          ${t.changedMeanwhile(conflicts.map((name) => textOf(lang, name).name).join(', '))}
        </p>`
      }
      ${
        may('admin')
          ? settingsForm(visit, shop, {
              settings: shop.settings,
              typed: again ? form : undefined,
              series: await liveSeries(visit, shop),
              errors,
            })
          : html`<section class="card">${settingsTable(visit, shop.settings)}</section>`
      }`,
    again ? { status: conflicts.length > 0 ? 409 : 400 } : {},
  )
}
