import type { FoundAct } from '../../acts-desk.ts'
import type { Reason } from '../../core/causes.ts'
import type { Shop } from '../../core/settings.ts'
import { html, nothing, type Html } from './html.ts'
import type { Summary } from './order-list.ts'
import { to, type Visit } from './route.ts'

export const shopPath = (shop: Pick<Shop, 'id'>): string => to(['shops', shop.id])
export const accountPath = (account: string): string => to(['accounts', account])

/** Every reason, each with the field and the place where it is put right. */
export function reasonList(
  visit: Visit,
  reasons: readonly Reason[],
  { shop }: Pick<Summary, 'shop'>,
): Html {
  const { lang, t } = visit
  return html`<ul class="reasons">
    ${reasons.map(
      (reason) =>
        html`<li>
          <p>${reason[lang]}</p>
          <p class="hint">
            <code>${reason.field}</code> ·
            ${
              reason.field.startsWith('settings')
                ? html`<a href="${shopPath(shop)}">${t.fixInSettings}</a>`
                : t.fixInShop
            }
          </p>
        </li>`,
    )}
  </ul>`
}

/** Why an act is held, or why it was refused and in whose words. */
export const whyStuck = (
  visit: Visit,
  { state, reasons, cause }: Pick<FoundAct, 'state' | 'reasons' | 'cause'>,
  shop: Shop,
): Html =>
  state === 'held'
    ? reasonList(visit, reasons ?? [], { shop })
    : state === 'dead' && cause !== undefined
      ? html`<p>${cause[visit.lang]}</p>
          ${cause.said !== '' && html`<blockquote>${cause.said}</blockquote>`}`
      : nothing

/** Causes that are put right in the settings of the shop or of the account. */
const inShop = new Set(['unknown-series', 'currency', 'stock', 'warehouse', 'payment', 'discount'])
const inAccount = new Set(['login-refused', 'company-refused', 'no-right'])

export function fixFor({ t }: Visit, code: string, shop: Shop | undefined): Html {
  if (shop === undefined) return nothing
  if (inShop.has(code))
    return html`<p><a href="${shopPath(shop)}">${t.openShopSettings(shop.id)}</a></p>`
  if (inAccount.has(code))
    return html`<p><a href="${accountPath(shop.account)}">${t.openAccount(shop.account)}</a></p>`
  return nothing
}
