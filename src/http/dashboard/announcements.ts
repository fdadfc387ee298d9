import { emailByHand, firstInDoubt } from '../../announcing/by-hand.ts'
import { reasonFor } from '../../announcing/email.ts'
import { isMoneyAct, partsOfAct } from '../../core/acts.ts'
import { emailPlan } from '../../core/announcements.ts'
import { NoticeEvent } from '../../core/notices.ts'
import { followed, outletsOf } from '../../follow-up.ts'
import type { Act } from '../../ledger/acts.ts'
import { html, nothing, type Html } from './html.ts'
import { tones } from './order-acts.ts'
import { orderPath, type Summary } from './order-list.ts'
import { noSuchOrder, orderAt } from './orders.ts'
import { actButtons } from './payments.ts'
import { reasonList } from './reasons.ts'
import { go, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'

/** A person asks for the document of an order to be e-mailed. */
export const emailRoute: Route = {
  method: 'POST',
  path: '/orders/:shop/:order/email',
  access: 'operator',
  async act(visit) {
    const { app, t, lang, session } = visit
    const found = await orderAt(visit)
    if (found === undefined) return noSuchOrder(visit)
    const { shop, ref, known } = found
    const asked = await emailByHand(app, { shop, ref, ...known }, `user ${session?.user}`)
    const back = orderPath(ref)
    if (asked.status === 'refused')
      return go(back, { notice: { tone: 'bad', text: asked.words[lang] } })
    if (asked.status === 'under-way')
      return go(back, {
        notice:
          asked.state === 'uncertain'
            ? { tone: 'bad', text: firstInDoubt[lang] }
            : { tone: 'good', text: t.emailUnderWay },
      })
    return go(back, {
      notice: { tone: 'good', text: t.emailAsked },
      audit: [{ did: 'email', about: asked.act }],
    })
  },
}

/** Whom the documents of an order were told to: each e-mail, note in the shop, notice and archived PDF with its state. */
export async function announcements(visit: Visit, summary: Summary): Promise<Html> {
  const { app, t } = visit
  const { acts } = await app.ledger.acts.ofOrder(summary.shop.account, summary.ref)
  const shown = acts
    .filter(({ key }) => !isMoneyAct(partsOfAct(key).kind))
    .toSorted((a, b) => a.at - b.at)
  const reasons = whyNoEmail(visit, summary, shown)
  const button = emailButton(visit, summary, shown)
  if (shown.length === 0 && reasons.length === 0 && button === nothing) return nothing
  return html`<section class="card" id="announced">
    <h2>${t.announced}</h2>
    ${shown.map((act) => announcement(visit, summary, act))}
    ${reasons.map((why) => html`<p class="hint">${t.noEmailBecause}: ${why}</p>`)}
    <div class="actions">${button}</div>
  </section>`
}

function announcement(visit: Visit, summary: Summary, act: Act): Html {
  const { t, words, lang, now } = visit
  const event = NoticeEvent.safeParse(act.wish['event'])
  const waits = act.state === 'due' && act.tries > 0
  return html`<div class="followed">
    <p>
      ${chip(tones[act.state], t.actStates[act.state])}
      <strong>${t.actKinds[partsOfAct(act.key).kind]}</strong>
      ${event.success && t.noticeOf[event.data]}
      <span class="hint">${when(words, act.at, now)}</span>
    </p>
    ${waits && html`<p class="hint">${t.triedAgainAt(words.moment(act.notBefore))}</p>`}
    ${act.state === 'held' && reasonList(visit, act.reasons ?? [], summary)}
    ${act.state === 'dead' && act.cause !== undefined && html`<p>${act.cause[lang]}</p>`}
    ${actButtons(visit, act, orderPath(summary.ref))}
  </div>`
}

/** Where e-mail is wanted but a document of the order gets none, the reason. */
function whyNoEmail({ app, lang }: Visit, summary: Summary, acts: readonly Act[]): string[] {
  const { shop, known, documents } = summary
  if (known === undefined) return []
  const input = {
    order: known.order,
    settings: shop.settings,
    outlets: outletsOf(app, shop),
    now: app.now(),
  }
  const reasons = documents
    .filter(({ key }) => !acts.some((act) => act.key.startsWith(`${key}~email~`)))
    .map(({ key, document }) => emailPlan(input, followed(key, document)))
    .flatMap((plan) =>
      plan === 'send' || plan === 'off' || plan === 'not-issued' ? [] : [reasonFor[plan][lang]],
    )
  return [...new Set(reasons)]
}

function emailButton({ t, may, guard }: Visit, summary: Summary, acts: readonly Act[]): Html {
  const has = summary.documents.some(({ document }) => document.number !== '')
  if (!has || summary.known === undefined || !may('operator')) return nothing
  const sent = acts.some(({ key }) => partsOfAct(key).kind === 'email')
  return html`<form method="post" action="${orderPath(summary.ref)}/email">
    ${guard}<button>${sent ? t.sendEmailAgain : t.sendEmail}</button>
  </form>`
}
