import { actsIn, type FoundAct } from '../../acts-desk.ts'
import { partsOfAct } from '../../core/acts.ts'
import { CorrectionWish, ReversalWish } from '../../core/corrections-wanted.ts'
import { partsOfOrder } from '../../core/ids.ts'
import type { Shop } from '../../core/settings.ts'
import { html, nothing, type Html } from './html.ts'
import { orderPath } from './order-list.ts'
import { actButtons } from './payments.ts'
import { whyStuck } from './reasons.ts'
import { page, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'
import { numbers, tableHead } from './table.ts'

const MOST = 100
const kinds = ['reversal', 'correction'] as const

export const correctionPages = (): Route[] => [
  { method: 'GET', path: '/corrections', access: 'viewer', show: (visit) => list(visit) },
]

/** What would undo or correct documents and needs a person's yes; then what waits or was refused. */
async function list(visit: Visit): Promise<Page> {
  const { app, t } = visit
  const [proposed = [], held = [], dead = [], uncertain = []] = await Promise.all(
    (['proposed', 'held', 'dead', 'uncertain'] as const).map((state) =>
      actsIn(app, state, { kinds, limit: MOST }),
    ),
  )
  const shops = await app.ledger.registry.shops()
  const cards = (acts: readonly FoundAct[]) =>
    acts.map((act) => {
      const shop = shops.find(({ id }) => id === act.shop)
      return shop === undefined ? nothing : card(visit, act, shop)
    })
  const stuck = [...dead, ...held, ...uncertain]
  return page(
    'corrections',
    t.corrections,
    html`<h1>${t.corrections} ${proposed.length > 0 && chip('warn', String(proposed.length))}</h1>
      <p class="lead">${t.correctionsLead}</p>
      ${
        proposed.length === 0
          ? html`<p class="empty good">${t.noProposed}</p>`
          : html`<h2>${t.toApprove}</h2>
              ${cards(proposed)}`
      }
      ${
        stuck.length > 0 &&
        html`<h2>${t.correctionsStuck}</h2>
          ${cards(stuck)}`
      }`,
  )
}

function card(visit: Visit, act: FoundAct, shop: Shop): Html {
  const { t, words, now } = visit
  const { order } = partsOfAct(act.key)
  return html`<section class="card">
    <h3>
      <a href="${orderPath(order)}">${t.order} ${partsOfOrder(order).orderId}</a>
      <span class="hint">${shop.id} · ${when(words, act.at, now)}</span>
    </h3>
    ${whatItDoes(visit, act)} ${whyStuck(visit, act, shop)} ${approval(visit, act)}
    ${actButtons(visit, act, '/corrections')}
  </section>`
}

/** In words and money: what happens when somebody says yes. */
export function whatItDoes({ t, words }: Visit, act: Pick<FoundAct, 'key' | 'wish'>): Html {
  if (partsOfAct(act.key).kind === 'correction') {
    const wish = CorrectionWish.safeParse(act.wish)
    return wish.success
      ? html`<p>${t.givesBack(words.amount(wish.data.amount), wish.data.currency)}</p>`
      : nothing
  }
  const wish = ReversalWish.safeParse(act.wish)
  if (!wish.success) return nothing
  const { cause, total, newTotal, currency, changes = [], reason } = wish.data
  return html`<p>
      ${t.reversalCauses[cause]}
      ${
        total !== '' &&
        (newTotal === undefined
          ? t.undoes(words.amount(total), currency)
          : t.replaces(words.amount(total), words.amount(newTotal), currency))
      }
    </p>
    ${reason !== '' && html`<p class="hint">${reason}</p>`}
    ${
      changes.length > 0 &&
      html`<table class="list">
        ${tableHead(t.changedLine, numbers(t.wasInvoiced), numbers(t.isNow))}
        <tbody>
          ${changes.map(
            ({ name, was, is }) =>
              html`<tr>
                <td data-label="${t.changedLine}">${name}</td>
                <td class="number" data-label="${t.wasInvoiced}">${partOf(words, was)}</td>
                <td class="number" data-label="${t.isNow}">${partOf(words, is)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }`
}

const partOf = (
  words: Visit['words'],
  { quantity, amount }: { quantity: string; amount: string },
): string => (amount === '' ? '–' : `${quantity} × (${words.amount(amount)})`)

/** Yes or no, with room for a reason. */
export const approval = (visit: Visit, act: Pick<FoundAct, 'key' | 'state'>): Html =>
  act.state !== 'proposed' || !visit.may('operator')
    ? nothing
    : html`<form method="post" action="/acts/decide" class="stack">
        ${visit.guard}<input type="hidden" name="act" value="${act.key}" />
        <input type="hidden" name="back" value="/corrections" />
        <label>${visit.t.reason}<input name="reason" maxlength="500" /></label>
        <div class="row">
          <button name="say" value="replay">${visit.t.approve}</button>
          <button name="say" value="dismiss" class="quiet">${visit.t.leaveIt}</button>
        </div>
      </form>`
