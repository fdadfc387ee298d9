import { html } from './html.ts'
import { page, type Page, type Route, type Visit } from './route.ts'
import { isSandbox } from './sandbox.ts'
import { accountPage, shopPage, takeAccount, takeShop } from './setup-account.ts'
import { setupConnect } from './setup-connect.ts'
import { firstOrderRoutes } from './setup-first.ts'
import { accountStep, shopStep } from './setup-frame.ts'
import { settingsStep } from './setup-settings.ts'

/** From the SmartBill account to the first invoice. Each step stores what it asked; nothing is issued before the last. */
export const setupRoutes = (): Route[] => [
  { method: 'GET', path: '/setup', access: 'admin', show: (visit) => start(visit) },
  {
    method: 'GET',
    path: '/setup/account',
    access: 'admin',
    show: async (visit) => accountPage(visit),
  },
  { method: 'POST', path: '/setup/account', access: 'admin', act: (visit) => takeAccount(visit) },
  {
    method: 'GET',
    path: '/setup/account/:account',
    access: 'admin',
    show: (visit) => shopPage(visit),
  },
  {
    method: 'POST',
    path: '/setup/account/:account',
    access: 'admin',
    act: (visit) => takeShop(visit),
  },
  ...settingsStep('document'),
  ...settingsStep('when'),
  ...settingsStep('lists'),
  ...setupConnect(),
  ...firstOrderRoutes(),
]

async function start(visit: Visit): Promise<Page> {
  const { app, t } = visit
  const [accounts, shops] = await Promise.all([
    app.ledger.registry.accounts(),
    app.ledger.registry.shops(),
  ])
  const unfinished = shops.filter(({ settings }) => !settings.enabled)
  return page(
    'shops',
    t.setup,
    html`<h1>${t.setup}</h1>
      <p class="lead">${t.setupLead}</p>
      <section class="card">
        <h2>${t.setupNeeds}</h2>
        <ul>
          ${t.setupNeedList.map((item) => html`<li>${item}</li>`)}
        </ul>
        ${
          isSandbox(app) &&
          html`<div class="notice warn">
            <p>${t.setupSandbox} ${t.sandboxReal}</p>
          </div>`
        }
        <p><a class="button primary" href="/setup/account">${t.setupNewAccount}</a></p>
      </section>
      ${
        accounts.length > 0 &&
        html`<section class="card">
          <h2>${t.setupKnownAccount}</h2>
          <ul class="plain-list choices">
            ${accounts.map(
              ({ id, cif }) =>
                html`<li><a class="button" href="${accountStep(id)}">${id} (${cif})</a></li>`,
            )}
          </ul>
        </section>`
      }
      ${
        unfinished.length > 0 &&
        html`<section class="card">
          <h2>${t.setupUnfinished}</h2>
          <ul class="plain-list choices">
            ${unfinished.map(
              ({ id, settings }) =>
                html`<li>
                  <a
                    class="button"
                    href="${shopStep(id, settings.series === undefined ? 'document' : 'when')}"
                    >${t.setupContinue}: ${id}</a
                  >
                </li>`,
            )}
          </ul>
        </section>`
      }`,
  )
}
