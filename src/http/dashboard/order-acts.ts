import { isMoneyAct, partsOfAct } from '../../core/acts.ts'
import type { Act } from '../../ledger/acts.ts'
import { approval, whatItDoes } from './corrections.ts'
import { html, nothing, type Html } from './html.ts'
import { orderPath, type Summary } from './order-list.ts'
import { actButtons } from './payments.ts'
import { reasonList } from './reasons.ts'
import type { Visit } from './route.ts'
import { chip, when } from './states.ts'

/** How each state of an act looks. */
export const tones = {
  proposed: 'warn',
  due: 'wait',
  attempting: 'wait',
  uncertain: 'warn',
  held: 'warn',
  dead: 'bad',
  done: 'good',
  dismissed: 'calm',
} as const satisfies Record<Act['state'], Parameters<typeof chip>[0]>

/** What followed the documents of an order in money: each payment, reversal and correction with its state. */
export async function moneySection(visit: Visit, summary: Summary): Promise<Html> {
  const { app, t, words, lang, now } = visit
  const { acts } = await app.ledger.acts.ofOrder(summary.shop.account, summary.ref)
  const shown = acts
    .filter(({ key }) => isMoneyAct(partsOfAct(key).kind))
    .toSorted((a, b) => a.at - b.at)
  if (shown.length === 0) return nothing
  return html`<section class="card">
    <h2>${t.whatFollowed}</h2>
    ${shown.map(
      (act) =>
        html`<div class="followed">
          <p>
            ${chip(tones[act.state], t.actStates[act.state])}
            <strong>${t.actKinds[partsOfAct(act.key).kind]}</strong> ${amountOf(visit, act)}
            <span class="hint">${when(words, act.at, now)}</span>
          </p>
          ${act.state === 'held' && reasonList(visit, act.reasons ?? [], summary)}
          ${act.state === 'dead' && act.cause !== undefined && html`<p>${act.cause[lang]}</p>`}
          ${act.state !== 'done' && act.state !== 'dismissed' && whatItDoes(visit, act)}
          ${approval(visit, act)} ${actButtons(visit, act, orderPath(summary.ref))}
        </div>`,
    )}
  </section>`
}

/** The money that an act is about; '' when it is about none. */
export function amountOf(
  { words }: Pick<Visit, 'words'>,
  { wish, result }: Pick<Act, 'wish' | 'result'>,
): string {
  const value = [result?.['value'], wish['value'], wish['amount'], wish['total']].find(
    (one): one is string => typeof one === 'string' && /^-?\d+(\.\d+)?$/.test(one),
  )
  const currency = typeof wish['currency'] === 'string' ? wish['currency'] : ''
  return value === undefined ? '' : `${words.amount(value)} ${currency}`.trim()
}
