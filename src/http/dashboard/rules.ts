import type { Outcome } from '../../core/rehearsal.ts'
import type { Settings, Shop } from '../../core/settings.ts'
import { orderRef } from '../../core/ids.ts'
import { rehearseRules, type RehearsalReport } from '../../shop-reports.ts'
import type { Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderPath } from './order-list.ts'
import { shopPath } from './reasons.ts'
import { go, page, type Go, type Page, type Route, type Visit } from './route.ts'
import { changedRules, printOf, ruleForm, ruleInWords } from './rule-form.ts'
import { shopAt, shopHead } from './shop-form.ts'
import { numbers, tableHead } from './table.ts'

const WEEK_MS = 7 * 86_400_000
const MOST_LISTED = 100

export const ruleRoutes = (): Route[] => [
  { method: 'GET', path: '/shops/:shop/rules', access: 'viewer', show: (visit) => shown(visit) },
  { method: 'POST', path: '/shops/:shop/rules', access: 'admin', act: change },
]

const pathOf = (shop: Shop): string => `${shopPath(shop)}/rules`

async function change(visit: Visit): Promise<Page | Go> {
  const { app, form, t } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const before = shop.settings.rules
  if (form.one('was') !== printOf(before))
    return go(pathOf(shop), { notice: { tone: 'bad', text: t.rulesChanged } })
  const changed = changedRules(form, before)
  if ('errors' in changed) return shown(visit, { wrong: changed })
  if (form.one('act').startsWith('rehearse')) {
    const report = await rehearseRules(app, shop, changed.rules, visit.now - WEEK_MS)
    return shown(visit, { report, typed: form.one('act') === 'rehearse' })
  }
  await app.ledger.registry.saveShop({
    ...shop,
    settings: { ...shop.settings, rules: changed.rules },
  })
  return go(pathOf(shop), {
    notice: { tone: 'good', text: t.rulesSaved },
    audit: [
      {
        did: 'shop-settings',
        about: shop.id,
        before: { rules: before },
        after: { rules: changed.rules },
      },
    ],
  })
}

type More = {
  wrong?: { errors: Errors; at: number }
  report?: RehearsalReport
  /** The form keeps what was typed: it was only tried. */
  typed?: boolean
}

async function shown(visit: Visit, { wrong, report, typed = false }: More = {}): Promise<Page> {
  const { t, may, form } = visit
  const shop = await shopAt(visit)
  if (shop === undefined) return missingPage(visit, t.shopUnknown)
  const { rules } = shop.settings
  const open = typed ? form.one('at') : wrong === undefined ? '' : form.one('at')
  const errors = wrong?.errors ?? (typed ? {} : undefined)
  const formFor = (at: number | 'new', rule?: Settings['rules'][number]) =>
    ruleForm(visit, {
      action: pathOf(shop),
      at,
      rules,
      ...(rule === undefined ? {} : { rule }),
      ...(open === String(at) && errors !== undefined ? { errors } : {}),
    })
  return page(
    'shops',
    `${t.shopRules} ${shop.id}`,
    html`${shopHead(visit, shop, 'rules', t.shopRules)}
      <p class="lead">${t.shopRulesLead}</p>
      ${report !== undefined && rehearsal(visit, shop, report)}
      ${rules.length === 0 && html`<p class="empty">${t.noRules}</p>`}
      ${rules.map((rule, at) => {
        const words = ruleInWords(visit, rule)
        return html`<section class="card">
          <h2>${at + 1}. ${rule.name}</h2>
          <dl class="facts">
            <div>
              <dt>${t.ruleWhen}</dt>
              <dd>${words.when}</dd>
            </div>
            <div>
              <dt>${t.ruleSet}</dt>
              <dd>${words.set}</dd>
            </div>
          </dl>
          ${
            may('admin') &&
            html`${moves(visit, shop, rules, at)}
              <details ${open === String(at) && html`open`}>
                <summary>${t.editRule}</summary>
                ${formFor(at, rule)}
              </details>`
          }
        </section>`
      })}
      ${
        may('admin') &&
        html`<details class="card" ${open === 'new' && html`open`}>
            <summary>${t.addRule}</summary>
            ${formFor('new')}
          </details>
          <form method="post" action="${pathOf(shop)}" class="row">
            ${visit.guard}<input type="hidden" name="was" value="${printOf(rules)}" />
            <button name="act" value="rehearse-all">${t.rulesRehearse}</button>
          </form>`
      }`,
    wrong === undefined ? {} : { status: 400 },
  )
}

const moves = (visit: Visit, shop: Shop, rules: Settings['rules'], at: number): Html =>
  html`<form method="post" action="${pathOf(shop)}" class="row">
    ${visit.guard}<input type="hidden" name="was" value="${printOf(rules)}" />
    <input type="hidden" name="at" value="${at}" />
    ${at > 0 && html`<button class="small" name="act" value="up">${visit.t.ruleUp}</button>`}
    ${
      at < rules.length - 1 &&
      html`<button class="small" name="act" value="down">${visit.t.ruleDown}</button>`
    }
    <button class="small" name="act" value="delete">${visit.t.ruleDelete}</button>
  </form>`

function rehearsal(visit: Visit, shop: Shop, report: RehearsalReport): Html {
  const { t, words } = visit
  return html`<section class="card" id="rehearsal">
    <h2>${t.ruleRehearse}</h2>
    <p><strong>${t.rehearsed(report.orders, report.changed)}</strong> ${t.rehearsedHint}</p>
    <table class="list">
      ${tableHead(t.shopRules, numbers(t.fitsNow), numbers(t.wouldFit), numbers(t.wouldChange))}
      <tbody>
        ${report.rules.map(
          ({ name, before, after, changed }) =>
            html`<tr>
              <th scope="row">${name || t.ruleNone}</th>
              <td data-label="${t.fitsNow}" class="number">${words.number(before)}</td>
              <td data-label="${t.wouldFit}" class="number">${words.number(after)}</td>
              <td data-label="${t.wouldChange}" class="number">${words.number(changed)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      report.list.length === 0
        ? nothing
        : html`<table class="list">
            ${tableHead(t.order, numbers(t.total), t.fitsNow, t.wouldFit)}
            <tbody>
              ${report.list.slice(0, MOST_LISTED).map(
                (one) =>
                  html`<tr>
                    <th scope="row">
                      <a href="${orderPath(orderRef(shop.id, one.order))}"
                        >${one.number || one.order}</a
                      >
                    </th>
                    <td data-label="${t.total}" class="number">
                      ${words.amount(one.total)} ${one.currency}
                    </td>
                    <td data-label="${t.fitsNow}">${outcomeInWords(visit, one.before)}</td>
                    <td data-label="${t.wouldFit}">${outcomeInWords(visit, one.after)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function outcomeInWords({ t }: Visit, outcome: Outcome): string {
  if (!outcome.due) return t.noDocumentBy(outcome.by || outcome.rule)
  const { document, series, language, warehouse, email, draft, delayMinutes } = outcome
  return [
    t.kinds[document === 'estimate' ? 'estimate' : 'invoice'],
    series,
    language,
    warehouse,
    draft ? t.ruleFields.draft : '',
    email === 'never' ? '' : `${t.ruleFields.email}: ${t.ruleChoices[email as 'issued' | 'paid']}`,
    delayMinutes === 0 ? '' : `${t.ruleFields.delayMinutes}: ${delayMinutes}`,
    outcome.by === '' ? '' : `(${outcome.by})`,
  ]
    .filter((word) => word !== '')
    .join(', ')
}
