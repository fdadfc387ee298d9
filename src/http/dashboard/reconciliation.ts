import { orderRef } from '../../core/ids.ts'
import type { DayResult } from '../../core/reconcile-day.ts'
import { reconciliationCsv } from '../../core/reconciliation-csv.ts'
import type { Finding } from '../../core/reconciliation.ts'
import type { Shop } from '../../core/settings.ts'
import { isDay, lastDay, reconcileNow } from '../../reconciling/run-now.ts'
import { csvName } from '../reconciliation.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderPath } from './order-list.ts'
import { file, go, page, to, type Route, type Visit } from './route.ts'
import { shopAt } from './shop-form.ts'
import { chip } from './states.ts'
import { tableHead } from './table.ts'

const SHOWN_DAYS = 31

export const reconciliationPages = (): Route[] => [
  { method: 'GET', path: '/reconciliation', access: 'viewer', show: (visit) => shopsPage(visit) },
  { method: 'GET', path: '/reconciliation/:shop/:day', access: 'viewer', show: dayPage },
  { method: 'GET', path: '/reconciliation/:shop/:day/csv', access: 'viewer', show: dayCsv },
  { method: 'POST', path: '/reconciliation/:shop/run', access: 'operator', act: run },
  { method: 'POST', path: '/reconciliation/:shop/accept', access: 'operator', act: accept },
]

async function shopsPage(visit: Visit) {
  const { app, t } = visit
  const shops = await app.ledger.registry.shops()
  const cards = await Promise.all(shops.map((shop) => shopCard(visit, shop)))
  return page(
    'reconciliation',
    t.reconciliation,
    html`<h1>${t.reconciliation}</h1>
      <p class="lead">${t.reconciliationLead}</p>
      ${cards}`,
  )
}

async function shopCard(visit: Visit, shop: Shop): Promise<Html> {
  const { app, t } = visit
  const days = (await app.ledger.reconciliations.summaries(shop.account, shop.id)).slice(
    0,
    SHOWN_DAYS,
  )
  return html`<section class="card">
    <h2>${shop.id}</h2>
    ${shop.settings.reconcile === 'off' && html`<p class="hint">${t.reconciliationOff}</p>`}
    ${visit.may('operator') && runForm(visit, shop, lastDay(visit.now))}
    ${
      days.length === 0
        ? html`<p class="empty">${t.reconciliationNone}</p>`
        : html`<table class="list">
            ${tableHead(t.dayField, t.finding, t.checkedForm)}
            <tbody>
              ${days.map(
                (one) =>
                  html`<tr>
                    <th scope="row">
                      <a href="${to(['reconciliation', shop.id, one.day])}">${one.day}</a>
                    </th>
                    <td data-label="${t.finding}">${verdict(visit, one)}</td>
                    <td data-label="${t.checkedForm}">${checked(visit, one.form)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

const checked = ({ t }: Visit, form: DayResult['form']): string =>
  form === 'smartbill' ? t.checkedSmartBill : t.checkedLedger

const verdict = ({ t }: Visit, { open, found }: Pick<DayResult, 'open' | 'found'>): Html =>
  html`${open === 0 ? chip('good', `✓ ${t.dayClean}`) : chip('bad', t.dayOpen(open))}
  ${found > open && html`<span class="hint">${t.dayAccepted(found - open)}</span>`}`

const runForm = ({ t, guard }: Visit, shop: Shop, day: string): Html =>
  html`<form method="post" action="${to(['reconciliation', shop.id, 'run'])}" class="filters">
    ${guard}
    <label>${t.dayField}<input type="date" name="day" value="${day}" required /></label>
    <div class="go">
      <button name="form" value="ledger">${t.checkNow}</button>
      <button name="form" value="smartbill">${t.checkDeep}</button>
    </div>
  </form>`

async function dayPage(visit: Visit) {
  const { app, t, params } = visit
  const shop = await shopAt(visit)
  const day = params['day'] ?? ''
  if (shop === undefined) return missingPage(visit, t.dayNotChecked)
  const result = await app.ledger.reconciliations.result(shop.account, shop.id, day)
  if (result === undefined) return missingPage(visit, t.dayNotChecked)
  return page(
    'reconciliation',
    `${t.reconciliation} ${day}`,
    html`<h1>${shop.id} · ${day} ${verdict(visit, result)}</h1>
      <p class="lead">
        ${t.dayFacts(result.orders, result.documents)} · ${checked(visit, result.form)},
        ${visit.words.moment(result.at)}
      </p>
      ${result.totals.length > 0 && sums(visit, result)}
      <p>
        <a class="button" href="${to(['reconciliation', shop.id, day, 'csv'])}">${t.downloadCsv}</a>
      </p>
      ${
        result.findings.length === 0
          ? html`<p class="empty good">✓ ${t.dayClean}</p>`
          : result.findings.map((finding) => card(visit, shop, day, finding))
      }
      ${visit.may('operator') && runForm(visit, shop, day)}`,
  )
}

const sums = ({ t, words }: Visit, { totals }: DayResult): Html =>
  html`<table class="list">
    ${tableHead(t.currencyWord, t.sumOrders, t.sumRefunds, t.sumDocuments, t.sumCorrections, t.sumCaptured, t.sumPaid)}
    <tbody>
      ${totals.map(
        (one) =>
          html`<tr>
            <th scope="row">${one.currency}</th>
            <td data-label="${t.sumOrders}">${words.amount(one.orders)}</td>
            <td data-label="${t.sumRefunds}">${words.amount(one.refunds)}</td>
            <td data-label="${t.sumDocuments}">${words.amount(one.documents)}</td>
            <td data-label="${t.sumCorrections}">${words.amount(one.corrections)}</td>
            <td data-label="${t.sumCaptured}">${words.amount(one.captured)}</td>
            <td data-label="${t.sumPaid}">${words.amount(one.paid)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`

function card(visit: Visit, shop: Shop, day: string, finding: Finding): Html {
  const { t, lang } = visit
  const { accepted, order, orderNumber, document } = finding
  return html`<section class="card">
    <h2>
      ${
        order === ''
          ? document
          : html`<a href="${orderPath(orderRef(shop.id, order))}"
              >${t.order} ${orderNumber || order}</a
            >`
      }
      ${order !== '' && document !== '' && html`<span class="hint">${document}</span>`}
    </h2>
    <p>${finding[lang]}</p>
    ${
      accepted === undefined
        ? visit.may('operator') &&
          html`<form
            method="post"
            action="${to(['reconciliation', shop.id, 'accept'])}"
            class="filters"
          >
            ${visit.guard}
            <input type="hidden" name="finding" value="${finding.id}" />
            <input type="hidden" name="day" value="${day}" />
            <label>${t.acceptReason}<input name="reason" maxlength="500" required /></label>
            <div class="go"><button>${t.acceptFinding}</button></div>
          </form>`
        : html`<p class="hint">${t.acceptedBy(accepted.who, accepted.reason)}</p>`
    }
  </section>`
}

async function dayCsv(visit: Visit) {
  const { app, t, params } = visit
  const shop = await shopAt(visit)
  const day = params['day'] ?? ''
  const result =
    shop === undefined
      ? undefined
      : await app.ledger.reconciliations.result(shop.account, shop.id, day)
  if (shop === undefined || result === undefined) return missingPage(visit, t.dayNotChecked)
  const rows = result.findings.map((finding) => ({ day, shop: shop.id, finding }))
  return file(csvName(shop.id, day), 'text/csv; charset=utf-8', reconciliationCsv(rows))
}

async function run(visit: Visit) {
  const { app, t, form, now } = visit
  const shop = await shopAt(visit)
  const day = form.one('day')
  const back = '/reconciliation'
  if (shop === undefined || !isDay(day, now))
    return go(back, { notice: { tone: 'bad', text: t.checkBadDay } })
  const deep = form.one('form') === 'smartbill'
  const result = await reconcileNow(app, shop, day, deep ? 'smartbill' : 'ledger')
  const audit = [{ did: 'reconcile', about: `${shop.id} ${day}`, after: { smartbill: deep } }]
  return result === 'goes-on'
    ? go(back, { notice: { tone: 'good', text: t.checkGoesOn }, audit })
    : go(to(['reconciliation', shop.id, day]), {
        notice: { tone: result.open === 0 ? 'good' : 'bad', text: t.checkDone(result.open) },
        audit,
      })
}

async function accept(visit: Visit) {
  const { app, t, form, session, now } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return go('/reconciliation')
  const finding = form.one('finding')
  const by = { who: session?.user ?? '', at: now, reason: form.one('reason').slice(0, 500) }
  const done = await app.ledger.reconciliations.accept(shop.account, shop.id, finding, by)
  return go(to(['reconciliation', shop.id, form.one('day')]), {
    ...(done ? { notice: { tone: 'good', text: t.findingAccepted } } : {}),
    audit: done
      ? [
          {
            did: 'reconciliation-accept',
            about: `${shop.id} ${finding}`,
            after: { reason: by.reason },
          },
        ]
      : [],
  })
}
