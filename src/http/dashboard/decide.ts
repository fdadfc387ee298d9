import { partsOfOrder } from '../../core/ids.ts'
import { decideOrder } from '../orders.ts'
import { Verdict } from '../decide-by-hand.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderPath, type Summary } from './order-list.ts'
import { go, type Act, type Visit } from './route.ts'

/** A person says what became of a document that nobody can tell about; SmartBill is asked first. */
export const decideRoute: Act = {
  method: 'POST',
  path: '/orders/:shop/:order/decide',
  access: 'operator',
  async act(visit) {
    const { app, form, params, t, lang, session } = visit
    const shop = params['shop'] ?? ''
    const order = params['order'] ?? ''
    const back = `/orders/${encodeURIComponent(shop)}/${encodeURIComponent(order)}`
    const verdict = Verdict.safeParse({
      answer: form.one('answer'),
      document: form.one('document'),
      who: `user ${session?.user}`,
      reason: form.one('reason'),
      ...(form.one('answer') === 'issued' ? { number: form.one('number').trim() } : {}),
    })
    if (!verdict.success) {
      const number = verdict.error.issues.some(({ path }) => path[0] === 'number')
      return go(back, {
        notice: { tone: 'bad', text: number ? t.numberNeeded : t.reasonNeeded },
      })
    }
    const decided = await decideOrder(app, shop, order, verdict.data)
    if (decided === undefined) return missingPage(visit, t.orderNotFound(order))
    if (decided.status !== 'decided')
      return go(back, { notice: { tone: 'bad', text: decided.words[lang] } })
    return go(back, {
      notice: {
        tone: 'good',
        text:
          decided.state === 'issued'
            ? t.decidedIssued(`${decided.series} ${decided.number}`)
            : t.decidedNot,
      },
      audit: [
        {
          did: 'decide',
          about: decided.key,
          before: { state: 'uncertain' },
          after: {
            state: decided.state,
            number: decided.number,
            reason: form.one('reason').slice(0, 500),
          },
        },
      ],
    })
  },
}

/** The form for each document in doubt. It stands outside the part that refreshes itself: nothing typed is lost. */
export function decisionCards(visit: Visit, summary: Summary): Html {
  const { t, may, guard } = visit
  if (!may('operator')) return nothing
  const doubtful = summary.documents.filter(
    ({ document }) =>
      document.state === 'uncertain' ||
      (document.state === 'held' &&
        (document.reasons ?? []).some(({ code }) => code === 'uncertain-draft')),
  )
  const { orderId } = partsOfOrder(summary.ref)
  return html`${doubtful.map(
    ({ key, document }) =>
      html`<details class="card">
        <summary>${t.decide}</summary>
        <p>${t.decideLead(orderId, document.series)}</p>
        <form method="post" action="${orderPath(summary.ref)}/decide" class="stack">
          ${guard}<input type="hidden" name="document" value="${key}" />
          <fieldset>
            <legend>${t.decision}</legend>
            <label class="choice"
              ><input type="radio" name="answer" value="issued" required /><span
                >${t.itExists(document.series)}</span
              ></label
            >
            <label
              >${t.numberAsPrinted}<input name="number" inputmode="numeric" maxlength="15"
            /></label>
            <label class="choice"
              ><input type="radio" name="answer" value="not-issued" required /><span
                >${t.itDoesNotExist}</span
              ></label
            >
          </fieldset>
          <label>${t.reason}<input name="reason" required minlength="3" maxlength="500" /></label>
          <button>${t.decide}</button>
        </form>
      </details>`,
  )}`
}
