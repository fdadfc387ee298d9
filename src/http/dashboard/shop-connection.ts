import { Shop } from '../../core/settings.ts'
import { copyable, errorsOf, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { platformGuide } from './platform-guide.ts'
import { shopPath } from './reasons.ts'
import { go, page, type Page, type Route, type Visit } from './route.ts'
import {
  accessCard,
  accessesOf,
  accessNames,
  tried,
  withAccess,
  withoutAccess,
  type AccessName,
} from './shop-access.ts'
import { addressOf, newSecret, secretNotice, shopAt, shopTabs } from './shop-form.ts'
import { noticeRoutes, noticesCard } from './shop-notices.ts'

export const connectionRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/shops/:shop/connection',
    access: 'viewer',
    show: (visit) => connection(visit),
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
      if (!changed.success)
        return connection(visit, { errors: errorsOf(changed.error, t.fieldErrors) })
      await app.ledger.registry.saveShop(changed.data)
      return go(connectionPath(shop), {
        notice: secretNotice(visit, changed.data, t.secretReplaced),
        audit: [{ did: 'shop-secret', about: shop.id, after: { secret: 'replaced' } }],
      })
    },
  },
  ...accessNames.flatMap(accessRoutes),
  ...noticeRoutes(connection),
]

function accessRoutes(name: AccessName): Route[] {
  const at = (
    visit: Visit,
    act: (shop: Shop) => ReturnType<Extract<Route, { method: 'POST' }>['act']>,
  ) =>
    shopAt(visit).then((shop) =>
      shop === undefined || !accessesOf(shop).includes(name)
        ? missingPage(visit, visit.t.shopUnknown)
        : act(shop),
    )
  const saved = async (visit: Visit, shop: Shop, text: string, to: 'stored' | 'removed') => {
    await visit.app.ledger.registry.saveShop(shop)
    return go(`${connectionPath(shop)}#${name}`, {
      notice: { tone: 'good', text },
      audit: [{ did: 'shop-access', about: shop.id, after: { [name]: to } }],
    })
  }
  return [
    {
      method: 'POST',
      path: `/shops/:shop/access/${name}`,
      access: 'admin',
      act: (visit) =>
        at(visit, async (shop) => {
          const changed = await withAccess(visit, shop, name)
          return 'errors' in changed
            ? connection(visit, { errors: changed.errors })
            : saved(visit, changed.shop, visit.t.accessSaved, 'stored')
        }),
    },
    {
      // One call that changes nothing.
      method: 'POST',
      path: `/shops/:shop/access/${name}/test`,
      access: 'operator',
      act: (visit) =>
        at(visit, async (shop) =>
          connection(
            visit,
            shop[name] === undefined
              ? {}
              : { tested: { name, result: await tried(visit, shop, name) } },
          ),
        ),
    },
    {
      method: 'POST',
      path: `/shops/:shop/access/${name}/remove`,
      access: 'admin',
      act: (visit) =>
        at(visit, (shop) =>
          saved(visit, withoutAccess(shop, name), visit.t.accessRemoved, 'removed'),
        ),
    },
  ]
}

const connectionPath = (shop: Shop): string => `${shopPath(shop)}/connection`

async function connection(
  visit: Visit,
  how: { errors?: Errors; tested?: { name: AccessName; result: Html }; notices?: Html } = {},
): Promise<Page> {
  const { t, lang, may, guard, form } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const { errors = {}, tested } = how
  const wrong = Object.keys(errors).length > 0
  const guide = platformGuide[shop.platform][lang]
  return page(
    'shops',
    shop.id,
    html`<p class="crumbs"><a href="/shops">${t.shops}</a></p>
      <div class="heading">
        <h1>${t.shop} ${shop.id}</h1>
        ${may('admin') && html`<a class="button" href="/setup/shop/${shop.id}/document">${t.setUpAgain}</a>`}
      </div>
      ${shopTabs(visit, shop, 'connection')}
      <section class="card">
        <h2>${t.connect}</h2>
        <p class="hint">${t.connectLead}</p>
        <dl class="facts">
          <div>
            <dt>${t.platform}</dt>
            <dd>${t.platforms[shop.platform]}</dd>
          </div>
          <div>
            <dt>${t.address}</dt>
            <dd>${copyable(t, 'address', addressOf(visit, shop))}</dd>
          </div>
          <div>
            <dt>${t.secret}</dt>
            <dd>${t.notShown}</dd>
          </div>
        </dl>
        <ol class="steps">
          ${guide.steps.map((step) => html`<li>${step}</li>`)}
        </ol>
        <p class="hint">${guide.note}</p>
      </section>
      ${
        may('admin') &&
        html`<section class="card" id="new-secret">
          <h2>${t.replaceSecret}</h2>
          <p>${t.replaceSecretWhat}</p>
          <form method="post" action="${shopPath(shop)}/secret" class="stack">
            ${guard}
            ${textField({ name: 'secret', label: t.secret, hint: t.secretHint, value: wrong ? form.one('secret') : '', type: 'password', errors, max: 500 })}
            <button>${t.replace}</button>
          </form>
        </section>`
      }
      ${accessesOf(shop).map((name) =>
        accessCard(visit, shop, name, {
          typed:
            wrong && form.entries.some(([field]) => field.startsWith(`${name}.`))
              ? form
              : undefined,
          errors,
          result: tested?.name === name ? tested.result : undefined,
        }),
      )}
      ${noticesCard(visit, shop, { errors, result: how.notices })}`,
    wrong ? { status: 400 } : {},
  )
}
