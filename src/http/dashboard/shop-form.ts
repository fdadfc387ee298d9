import { randomBytes } from 'node:crypto'
import type { Shop } from '../../core/settings.ts'
import { html, type Html } from './html.ts'
import { shopPath } from './reasons.ts'
import type { Notice, Visit } from './route.ts'
import { origin } from './users.ts'

export const newSecret = (): string => randomBytes(24).toString('base64url')

export const shopAt = ({ app, params }: Visit): Promise<Shop | undefined> =>
  app.ledger.registry.shopNamed(params['shop'])

/** Where the platform, or the shop's own program, sends its orders. */
export const addressOf = ({ request }: Visit, { id, platform }: Pick<Shop, 'id' | 'platform'>) =>
  platform === 'generic'
    ? `${origin(request)}/v1/shops/${id}/orders`
    : `${origin(request)}/webhooks/${platform}/${id}`

export const secretNotice = (visit: Visit, shop: Shop, text: string): Notice => ({
  tone: 'good',
  text,
  secrets: [
    { label: visit.t.address, value: addressOf(visit, shop) },
    { label: visit.t.secret, value: shop.secret },
  ],
})

type Tab = 'settings' | 'connection' | 'rules' | 'cut-over' | 'shadow'

/** The way to one page of a shop, its title, and the others. */
export const shopHead = (visit: Visit, shop: Shop, here: Tab, title: string): Html =>
  html`<p class="crumbs">
      <a href="/shops">${visit.t.shops}</a> › <a href="${shopPath(shop)}">${shop.id}</a>
    </p>
    <h1>${title}</h1>
    ${shopTabs(visit, shop, here)}`

/** The pages of one shop. */
export const shopTabs = ({ t }: Visit, shop: Shop, here: Tab): Html => {
  const tab = (name: Tab, href: string, label: string) =>
    html`<a href="${href}" ${name === here && html`aria-current="page"`}>${label}</a> `
  return html`<nav class="tabs" aria-label="${t.shopTabs}">
    ${tab('settings', shopPath(shop), t.settings)}
    ${tab('connection', `${shopPath(shop)}/connection`, t.connection)}
    ${tab('rules', `${shopPath(shop)}/rules`, t.shopRules)}
    ${tab('shadow', `${shopPath(shop)}/shadow`, t.shadowTitle)}
    ${tab('cut-over', `${shopPath(shop)}/cut-over`, t.cutOver)}
    <a href="/orders?shop=${shop.id}">${t.orders}</a>
  </nav>`
}
