import { actsIn, decideAct, type ActVerdict, type FoundAct } from '../../acts-desk.ts'
import { type ActKey, GivenActKey, partsOfAct } from '../../core/acts.ts'
import { partsOfOrder } from '../../core/ids.ts'
import { PaymentWish } from '../../core/payments-wanted.ts'
import type { Shop } from '../../core/settings.ts'
import { HandPayment, recordByHand, settle, type Settlement } from '../../payments.ts'
import { findOrder } from '../orders.ts'
import { areaField, choiceField, textField } from './form.ts'
import { html, nothing, ownPath, type Html } from './html.ts'
import { orderPath, type Summary } from './order-list.ts'
import { noSuchOrder } from './orders.ts'
import { whyStuck } from './reasons.ts'
import { go, page, to, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'
import { numbers, tableHead } from './table.ts'

const MOST = 100
const LONGEST_SETTLEMENT = 800_000
const COLUMNS = ['order', 'amount', 'date', 'reference'] as const

export const paymentPages = (): Route[] => [
  { method: 'GET', path: '/payments', access: 'viewer', show: (visit) => waiting(visit) },
  {
    method: 'POST',
    path: '/payments/settle',
    access: 'operator',
    act: settlement,
    longest: LONGEST_SETTLEMENT,
  },
  { method: 'POST', path: '/acts/decide', access: 'operator', act: decide },
  { method: 'POST', path: '/orders/:shop/:order/payment', access: 'operator', act: record },
]

const verdicts = { replay: 'actReplayed', dismiss: 'actDismissed', done: 'actMarked' } as const

/** What a person says of an act that waits. Pressed twice, the second says that its state has changed. */
async function decide({ app, t, form, session }: Visit) {
  const act = GivenActKey.safeParse(form.one('act'))
  const verdict = (Object.keys(verdicts) as ActVerdict[]).find((name) => name === form.one('say'))
  const asked = ownPath(form.one('back'))
  const back = asked === '/' ? '/payments' : asked
  if (!act.success || verdict === undefined) return go(back)
  const reason = form.one('reason').slice(0, 500)
  const done = await decideAct(app, act.data, verdict, { who: `user ${session?.user}`, reason })
  if (!done) return go(back, { notice: { tone: 'bad', text: t.actMoved } })
  return go(back, {
    notice: { tone: 'good', text: t[verdicts[verdict]] },
    audit: [{ did: `act-${verdict}`, about: act.data, after: { reason } }],
  })
}

async function record(visit: Visit) {
  const { app, params, t, form, session, lang } = visit
  const found = await findOrder(app.ledger, params['shop'] ?? '', params['order'] ?? '')
  if (found === undefined) return noSuchOrder(visit)
  const back = orderPath(found.ref)
  const payment = HandPayment.safeParse({
    amount: form.one('amount').trim().replace(',', '.'),
    method: form.one('method').trim() || 'cod',
    ...(form.one('date') === '' ? {} : { date: form.one('date') }),
  })
  if (!payment.success) return go(back, { notice: { tone: 'bad', text: t.recordBad } })
  const recorded = await recordByHand(app, found, payment.data, `user ${session?.user}`)
  if (recorded.status === 'refused')
    return go(back, { notice: { tone: 'bad', text: recorded.words[lang] } })
  return go(back, {
    notice: { tone: 'good', text: recorded.status === 'asked' ? t.recordAsked : t.recordKnown },
    audit:
      recorded.status === 'asked'
        ? [{ did: 'payment', about: recorded.act, after: payment.data }]
        : [],
  })
}

/** The form on the page of an order that has an invoice. */
export const paymentForm = (visit: Visit, summary: Summary): Html =>
  !visit.may('operator') ||
  !summary.documents.some(
    ({ key, document }) => key.includes('~invoice~') && document.state === 'issued',
  )
    ? nothing
    : html`<details class="card">
        <summary>${visit.t.recordTitle}</summary>
        <p>${visit.t.recordLead}</p>
        <form method="post" action="${orderPath(summary.ref)}/payment" class="stack">
          ${visit.guard}
          ${textField({ name: 'amount', label: visit.t.amountField, value: '', required: true, max: 20 })}
          ${textField({ name: 'method', label: visit.t.methodField, value: 'cod', max: 100, list: ['cod', 'card', 'bank_transfer'] })}
          ${textField({ name: 'date', label: visit.t.dayField, value: '', placeholder: '2026-11-24', max: 10 })}
          <button>${visit.t.recordButton}</button>
        </form>
      </details>`

async function waiting(visit: Visit): Promise<Page> {
  const { app, t } = visit
  const kinds = ['payment'] as const
  const [dead, held, uncertain] = await Promise.all(
    (['dead', 'held', 'uncertain'] as const).map((state) =>
      actsIn(app, state, { kinds, limit: MOST }),
    ),
  )
  const all = [...(dead ?? []), ...(held ?? []), ...(uncertain ?? [])]
  const shops = await app.ledger.registry.shops()
  const cards = all.map((act) => {
    const shop = shops.find(({ id }) => id === act.shop)
    return shop === undefined ? nothing : card(visit, act, shop)
  })
  return page(
    'payments',
    t.payments,
    html`<h1>${t.payments} ${all.length > 0 && chip('warn', String(all.length))}</h1>
      <p class="lead">${t.paymentsLead}</p>
      ${all.length === 0 ? html`<p class="empty good">${t.noPaymentsWait}</p>` : cards}
      ${visit.may('operator') && shops.length > 0 && settleForm(visit, shops)}`,
  )
}

function card(visit: Visit, act: FoundAct, shop: Shop): Html {
  const { t, words, now } = visit
  const { order } = partsOfAct(act.key)
  const wish = PaymentWish.safeParse(act.wish)
  return html`<section class="card">
    <h2>
      <a href="${orderPath(order)}">${t.order} ${partsOfOrder(order).orderId}</a>
      <span class="hint">${shop.id} · ${when(words, act.at, now)}</span>
    </h2>
    <p>
      ${chip(act.state === 'dead' ? 'bad' : 'warn', act.state === 'dead' ? t.paymentRefused : act.state === 'held' ? t.paymentHeld : t.paymentUnsure)}
      ${wish.success && t.paymentOf(words.amount(wish.data.value), wish.data.currency, wish.data.method || wish.data.type)}
    </p>
    ${whyStuck(visit, act, shop)} ${actButtons(visit, act, '/payments')}
  </section>`
}

/** What an operator may say of an act that waits. */
export const actButtons = (visit: Visit, act: { key: ActKey; state: string }, back: string): Html =>
  !visit.may('operator') || !['held', 'dead', 'uncertain'].includes(act.state)
    ? nothing
    : html`<form method="post" action="/acts/decide" class="row">
        ${visit.guard}<input type="hidden" name="act" value="${act.key}" /><input
          type="hidden"
          name="back"
          value="${back}"
        />
        ${
          act.state !== 'uncertain' &&
          html`<button name="say" value="replay">${visit.t.replayAct}</button>`
        }
        <button name="say" value="done" class="quiet">${visit.t.actIsDone}</button>
        ${
          act.state !== 'uncertain' &&
          html`<button name="say" value="dismiss" class="quiet">${visit.t.dismissAct}</button>`
        }
      </form>`

function settleForm(visit: Visit, shops: readonly Shop[], open = false): Html {
  const { t, form, guard } = visit
  return html`<details class="card" ${open && html`open`}>
    <summary>${t.settleTitle}</summary>
    <p>${t.settleLead}</p>
    <form method="post" action="/payments/settle" class="stack">
      ${guard}
      ${choiceField({
        name: 'shop',
        label: t.shop,
        value: form.one('shop'),
        options: shops.map(({ id }) => [id, id] as const),
      })}
      ${areaField({ name: 'csv', label: t.settleFile, value: form.one('csv'), max: LONGEST_SETTLEMENT, rows: 8 })}
      <div class="columns">
        ${COLUMNS.map((name) =>
          textField({
            name,
            id: `column-${name}`,
            label: {
              order: t.settleOrder,
              amount: t.settleAmount,
              date: t.settleDate,
              reference: t.settleReference,
            }[name],
            value: form.one(name),
          }),
        )}
        ${textField({ name: 'method', id: 'settle-method', label: t.methodField, value: form.one('method') || 'cod', max: 100 })}
      </div>
      <div class="row">
        <button name="say" value="check">${t.settleCheck}</button>
        <button name="say" value="do" class="quiet">${t.settleDo}</button>
      </div>
    </form>
  </details>`
}

async function settlement(visit: Visit) {
  const { app, t, form, session } = visit
  const shop = await app.ledger.registry.shopNamed(form.one('shop'))
  if (shop === undefined || form.one('csv').trim() === '')
    return go('/payments', { notice: { tone: 'bad', text: t.settleEmpty } })
  const dryRun = form.one('say') !== 'do'
  const told = await settle(app, shop, form.one('csv'), {
    columns: Object.fromEntries(
      COLUMNS.map((name) => [name, form.one(name).trim()]).filter(([, heading]) => heading !== ''),
    ) as Record<string, string>,
    method: form.one('method').trim() || 'cod',
    dryRun,
    who: `user ${session?.user}`,
  })
  const asked = told.lines.filter(({ outcome }) => outcome === 'asked').length
  if (
    !dryRun &&
    told.problems.length === 0 &&
    told.lines.every(({ outcome }) => outcome !== 'refused')
  )
    return go('/payments', {
      notice: { tone: 'good', text: t.settleDid(asked, visit.words.amount(told.amount)) },
      audit: [
        { did: 'settlement', about: shop.id, after: { payments: asked, amount: told.amount } },
      ],
    })
  const shops = await app.ledger.registry.shops()
  return page(
    'payments',
    t.settleTitle,
    html`<h1>${t.settleTitle}</h1>
      ${outcome(visit, told, dryRun)}${settleForm(visit, shops, true)}
      <p><a href="${to(['payments'])}">${t.payments}</a></p>`,
  )
}

function outcome({ t, words, lang }: Visit, told: Settlement, dryRun: boolean): Html {
  const count = (what: string) => told.lines.filter(({ outcome }) => outcome === what).length
  const refused = [
    ...told.problems.map((problem) => ({ ...problem, order: '' })),
    ...told.lines.filter(({ outcome }) => outcome === 'refused'),
  ].toSorted((a, b) => a.line - b.line)
  const sentence = dryRun ? t.settleWould : t.settleDid
  return html`<section class="card">
    <p><strong>${sentence(count('asked'), words.amount(told.amount))}</strong></p>
    ${count('known') > 0 && html`<p>${t.settleKnown(count('known'))}</p>`}
    ${
      refused.length > 0 &&
      html`<p>${t.settleNot(refused.length)}</p>
        <table class="list">
          ${tableHead(numbers(t.lineNumber), t.order, t.problemColumn)}
          <tbody>
            ${refused.map(
              (line) =>
                html`<tr>
                  <td class="number" data-label="${t.lineNumber}">${line.line}</td>
                  <td data-label="${t.order}">${line.order}</td>
                  <td data-label="${t.problemColumn}">${line[lang]}</td>
                </tr>`,
            )}
          </tbody>
        </table>`
    }
  </section>`
}
