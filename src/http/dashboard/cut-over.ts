import { orderRef } from '../../core/ids.ts'
import { importColumns } from '../../core/import-rows.ts'
import { importedName, orderName } from '../../core/imported.ts'
import type { Shop } from '../../core/settings.ts'
import { startOf } from '../../core/due-time.ts'
import { civilDate } from '../../core/time.ts'
import { importDocuments, revokeImport, type ImportReport } from '../../cut-over.ts'
import { shadowReport, type ShadowReport } from '../../shop-reports.ts'
import { areaField, switchField, textField } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderPath, type Summary } from './order-list.ts'
import { shopPath } from './reasons.ts'
import { go, page, type Go, type Page, type Route, type Visit } from './route.ts'
import { shopAt, shopHead } from './shop-form.ts'
import { chip } from './states.ts'
import { numbers, tableHead } from './table.ts'

const WEEK_MS = 7 * 86_400_000
const MOST_LISTED = 200
const LARGEST = 1_900_000
/** Bad rows that are told after the others were recorded; "check" names all of them. */
const FEW_PROBLEMS = 3

export const cutOverPages = (): Route[] => [
  {
    method: 'GET',
    path: '/shops/:shop/cut-over',
    access: 'viewer',
    show: (visit) => importPage(visit),
  },
  {
    method: 'POST',
    path: '/shops/:shop/cut-over',
    access: 'admin',
    act: takeList,
    longest: LARGEST,
  },
  { method: 'POST', path: '/orders/:shop/:order/revoke-import', access: 'admin', act: revoke },
  { method: 'GET', path: '/shops/:shop/shadow', access: 'viewer', show: (visit) => shadow(visit) },
]

async function takeList(visit: Visit): Promise<Page | Go> {
  const { app, form, t, session } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const dryRun = form.one('act') !== 'record'
  const done = await importDocuments(app, shop, form.one('csv'), {
    columns: Object.fromEntries(importColumns.map((name) => [name, form.one(`column-${name}`)])),
    dryRun,
    skipBad: form.one('skipBad') === 'on',
    by: session?.user ?? '',
  })
  if (done.kind === 'unreadable') return importPage(visit, { problem: done[visit.lang] })
  const { report } = done
  if (report.status !== 'recorded') return importPage(visit, { report })
  const { added, rows, bad } = report
  const problems = bad
    .slice(0, FEW_PROBLEMS)
    .map((row) => `${t.importLine} ${row.line}: ${row[visit.lang]}`)
  return go(`${shopPath(shop)}/cut-over`, {
    notice: {
      tone: bad.length > 0 ? 'bad' : 'good',
      text: [
        `${t.importStatus.recorded} ${t.importCounts.added}: ${added}. ${t.importCounts.badRows}: ${report.badRows}.`,
        ...problems,
      ].join(' '),
    },
    audit: [{ did: 'import', about: shop.id, after: { rows, added, badRows: report.badRows } }],
  })
}

async function importPage(
  visit: Visit,
  { problem, report }: { problem?: string; report?: ImportReport } = {},
): Promise<Page> {
  const { app, t, may, form, guard } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const count = await app.ledger.imports.count(shop.account, shop.id)
  const bad = problem !== undefined || report?.status === 'refused'
  return page(
    'shops',
    `${t.cutOver} ${shop.id}`,
    html`${shopHead(visit, shop, 'cut-over', t.cutOver)}
      <p class="lead">${t.cutOverLead} ${t.cutOverFrom}</p>
      <p>${t.importedSoFar(count)}</p>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      ${report !== undefined && importResult(visit, report)}
      ${
        may('admin') &&
        html`<section class="card">
          <form method="post" action="${shopPath(shop)}/cut-over" class="stack">
            ${guard}
            <div class="field">
              <label for="import-file">${t.importFile}</label>
              <input
                id="import-file"
                type="file"
                accept=".csv,text/csv,text/plain"
                data-fills="csv"
              />
            </div>
            ${areaField({ name: 'csv', label: t.importList, hint: t.importHint, value: form.one('csv'), max: LARGEST, rows: 10 })}
            <details>
              <summary>${t.importColumns}</summary>
              ${importColumns.map((name) =>
                textField({
                  name: `column-${name}`,
                  label: t.importColumn[name],
                  value: form.one(`column-${name}`),
                }),
              )}
            </details>
            ${switchField({ name: 'skipBad', label: t.importSkipBad, on: form.one('skipBad') === 'on' })}
            <div class="actions">
              <button name="act" value="check">${t.importCheck}</button>
              <button class="primary" name="act" value="record">${t.importRecord}</button>
            </div>
          </form>
        </section>`
      }`,
    bad ? { status: 400 } : {},
  )
}

function importResult({ t, lang, words }: Visit, report: ImportReport): Html {
  const counts = Object.entries(t.importCounts).map(
    ([name, label]) =>
      html`<div>
        <dt>${label}</dt>
        <dd>${words.number(report[name as keyof typeof t.importCounts])}</dd>
      </div>`,
  )
  return html`<section class="card" id="import-result">
    <h2>${t.importStatus[report.status]}</h2>
    <dl class="facts">${counts}</dl>
    ${
      report.bad.length > 0 &&
      html`<table class="list">
        ${tableHead(numbers(t.importLine), t.importProblem)}
        <tbody>
          ${report.bad.map(
            (row) =>
              html`<tr>
                <th scope="row" class="number">${row.line}</th>
                <td data-label="${t.importProblem}">${row[lang]}</td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }
  </section>`
}

async function revoke(visit: Visit): Promise<Page | Go> {
  const { app, form, t, session, params } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const order = params['order'] ?? ''
  const reason = form.one('reason').trim().slice(0, 500)
  const revoked = await revokeImport(app, shop, order, session?.user ?? '', reason)
  const ref = orderRef(shop.id, order)
  if (revoked === undefined)
    return go(orderPath(ref), { notice: { tone: 'bad', text: t.importNotThere } })
  const known = await app.ledger.imports.known(shop.account, shop.id, order)
  return go(known === undefined ? `${shopPath(shop)}/cut-over` : orderPath(ref), {
    notice: { tone: 'good', text: t.importRevoked },
    audit: [
      {
        did: 'import-revoked',
        about: ref,
        before: { document: importedName(revoked) },
        after: { reason },
      },
    ],
  })
}

/** What the order has from another program, with the button that takes it back. */
export async function importCard(
  visit: Visit,
  { shop, ref, known }: Pick<Summary, 'shop' | 'ref' | 'known'>,
): Promise<Html> {
  const { app, t, words, may, guard } = visit
  const order = known?.order ?? {
    id: decodeURIComponent(ref.slice(ref.indexOf('~') + 1)),
    number: '',
  }
  const found = await app.ledger.imports.of(shop.account, shop.id, order)
  if (found === undefined) return nothing
  const { imported } = found
  return html`<section class="card verdict" id="imported">
    <h2>${chip('calm', t.importedTitle)} ${importedName(imported)}</h2>
    <p>
      ${t.alreadyHas(importedName(imported), imported.by, words.moment(Date.parse(imported.at)))}
      ${imported.total !== '' && html`${t.total}: ${words.amount(imported.total)} ${imported.currency}.`}
      ${known === undefined && t.notReceivedYet}
    </p>
    ${
      may('admin') &&
      html`<details>
        <summary>${t.revokeImport}</summary>
        <p>${t.revokeImportWhat}</p>
        <form method="post" action="${orderPath(ref)}/revoke-import" class="stack">
          ${guard}
          ${textField({ name: 'reason', label: t.revokeReason, value: '', required: true, max: 500 })}
          <button>${t.revokeImport}</button>
        </form>
      </details>`
    }
  </section>`
}

async function shadow(visit: Visit): Promise<Page> {
  const { app, t, query, now } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const asked = startOf(query.one('since').slice(0, 10))
  const since = Number.isNaN(asked) ? now - WEEK_MS : asked
  const report = await shadowReport(app, shop, since)
  return page(
    'shops',
    `${t.shadowTitle} ${shop.id}`,
    html`${shopHead(visit, shop, 'shadow', t.shadowTitle)}
      <p class="lead">${report.on ? t.shadowOn : t.shadowOff} ${t.shadowBackfill}</p>
      <form method="get" action="${shopPath(shop)}/shadow" class="filters">
        <label
          >${t.shadowSince}<input type="date" name="since" value="${civilDate(since)}"
        /></label>
        <button>${t.show}</button>
      </form>
      ${report.rows.length === 0 ? html`<p class="empty">${t.shadowNothing}</p>` : shadowTables(visit, shop, report)}`,
  )
}

function shadowTables({ t, words }: Visit, shop: Shop, report: ShadowReport): Html {
  const { compared } = report
  const verdict = (name: keyof typeof compared, tone: 'good' | 'warn') =>
    chip(compared[name] === 0 ? 'calm' : tone, `${t.shadowVerdicts[name]}: ${compared[name]}`)
  return html`<section class="card">
      <table class="list">
        ${tableHead(t.shadowDay, numbers(t.shadowBuilt), numbers(t.total), numbers(t.shadowHeld))}
        <tbody>
          ${report.days.map(
            ({ day, currency, built, total, held }) =>
              html`<tr>
                <th scope="row">${day}</th>
                <td data-label="${t.shadowBuilt}" class="number">${words.number(built)}</td>
                <td data-label="${t.total}" class="number">${words.amount(total)} ${currency}</td>
                <td data-label="${t.shadowHeld}" class="number">${words.number(held)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        report.reasons.length > 0 &&
        html`<h2>${t.shadowReasons}</h2>
          <ul class="plain-list">
            ${report.reasons.map(({ code, count }) => html`<li><code>${code}</code> ${count}</li>`)}
          </ul>`
      }
      <h2>${t.shadowCompared}</h2>
      <p>
        ${verdict('same', 'good')} ${verdict('different', 'warn')} ${verdict('missing', 'warn')}
        ${verdict('extra', 'warn')}
      </p>
    </section>
    <section class="card">
      <table class="list">
        ${tableHead(t.order, t.state, numbers(t.total), t.shadowTheirs, t.shadowCompared)}
        <tbody>
          ${report.rows.slice(0, MOST_LISTED).map(
            (row) =>
              html`<tr>
                <th scope="row">
                  <a href="${orderPath(orderRef(shop.id, row.order))}"
                    >${row.number || orderName(row.order)}</a
                  >
                </th>
                <td data-label="${t.state}">
                  ${row.state === 'built' ? t.shadowBuilt : row.state === 'held' ? t.shadowHeld : row.state}
                  ${row.reasons.length > 0 && html`<span class="hint">${row.reasons.join(', ')}</span>`}
                </td>
                <td data-label="${t.total}" class="number">
                  ${words.amount(row.total)} ${row.currency}
                </td>
                <td data-label="${t.shadowTheirs}">
                  ${row.other || '–'} ${row.otherTotal !== '' && words.amount(row.otherTotal)}
                </td>
                <td data-label="${t.shadowCompared}">${t.shadowVerdicts[row.compared]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`
}
