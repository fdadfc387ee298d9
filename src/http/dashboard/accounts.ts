import { AccountId } from '../../core/ids.ts'
import { Account } from '../../core/settings.ts'
import { accountStatus } from '../status.ts'
import { accountFields, pauseCard, stockCard, tested } from './account-cards.ts'
import { errorsOf, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { accountCard } from './overview.ts'
import { accountPath } from './reasons.ts'
import { go, page, to, type Page, type Route, type Visit } from './route.ts'

export const accountRoutes = (): Route[] => [
  { method: 'GET', path: '/accounts', access: 'viewer', show: (visit) => list(visit) },
  { method: 'GET', path: '/accounts/new', access: 'admin', show: async (visit) => newPage(visit) },
  {
    method: 'POST',
    path: '/accounts/new',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const account = Account.safeParse({
        id: form.one('id').trim(),
        email: form.one('email').trim(),
        token: form.one('token').trim(),
        cif: form.one('cif').trim(),
      })
      if (!account.success) return newPage(visit, errorsOf(account.error, t.fieldErrors))
      if ((await app.ledger.registry.account(account.data.id)) !== undefined)
        return newPage(visit, { id: t.idTaken(account.data.id) })
      await app.ledger.registry.saveAccount(account.data)
      const { token: _secret, ...shown } = account.data
      return go(accountPath(account.data.id), {
        notice: { tone: 'good', text: t.accountSaved },
        audit: [{ did: 'account-new', about: account.data.id, after: shown }],
      })
    },
  },
  { method: 'GET', path: '/accounts/:account', access: 'viewer', show: (visit) => one(visit) },
  {
    method: 'POST',
    path: '/accounts/:account',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const before = await accountAt(visit)
      if (before === undefined) return missingPage(visit, t.accountUnknown)
      const token = form.one('token').trim()
      const changed = Account.safeParse({
        ...before,
        email: form.one('email').trim(),
        cif: form.one('cif').trim(),
        token: token === '' ? before.token : token,
      })
      if (!changed.success) return one(visit, errorsOf(changed.error, t.fieldErrors))
      await app.ledger.registry.saveAccount(changed.data)
      return go(accountPath(before.id), {
        notice: { tone: 'good', text: t.accountSaved },
        audit: [
          {
            did: 'account-edit',
            about: before.id,
            before: { email: before.email, cif: before.cif },
            after: {
              email: changed.data.email,
              cif: changed.data.cif,
              token: token === '' ? 'kept' : 'replaced',
            },
          },
        ],
      })
    },
  },
  {
    method: 'POST',
    path: '/accounts/:account/stock-token',
    access: 'admin',
    async act(visit) {
      const { app, form, t } = visit
      const before = await accountAt(visit)
      if (before === undefined) return missingPage(visit, t.accountUnknown)
      const typed = form.one('stockToken').trim()
      const changed = Account.safeParse(typed === '' ? before : { ...before, stockToken: typed })
      if (!changed.success) return one(visit, { stockToken: t.stockTokenError })
      await app.ledger.registry.saveAccount(changed.data)
      return go(accountPath(before.id), {
        notice: { tone: 'good', text: t.accessSaved },
        audit: [
          {
            did: 'account-edit',
            about: before.id,
            after: { stockToken: typed === '' ? 'kept' : 'replaced' },
          },
        ],
      })
    },
  },
  {
    // Reads the series and the VAT rates: two calls of the account's budget, and nothing changes.
    method: 'POST',
    path: '/accounts/:account/test',
    access: 'operator',
    act: async (visit) => {
      const account = await accountAt(visit)
      return account === undefined
        ? missingPage(visit, visit.t.accountUnknown)
        : one(visit, {}, await tested(visit, account))
    },
  },
  ...(['pause', 'resume'] as const).map((action): Route => ({
    method: 'POST',
    path: `/accounts/:account/${action}`,
    access: 'operator',
    async act(visit) {
      const { app, session, t, form } = visit
      const account = await accountAt(visit)
      if (account === undefined) return missingPage(visit, t.accountUnknown)
      const reason = form.one('reason').trim().slice(0, 200)
      const before = await app.smartbill.budget.look(account)
      const by = `user ${session?.user}${reason === '' ? '' : `: ${reason}`}`
      if (action === 'pause') await app.smartbill.budget.pause(account, by)
      else await app.smartbill.budget.resume(account)
      const after = await app.smartbill.budget.look(account)
      return go(accountPath(account.id), {
        notice: { tone: 'good', text: action === 'pause' ? t.accountPaused : t.accountResumed },
        audit: [
          {
            did: `account-${action}`,
            about: account.id,
            before: { state: before.state },
            after: { state: after.state, ...(reason === '' ? {} : { reason }) },
          },
        ],
      })
    },
  })),
]

async function accountAt({ app, params }: Visit): Promise<Account | undefined> {
  const id = AccountId.safeParse(params['account'])
  return id.success ? app.ledger.registry.account(id.data) : undefined
}

async function list(visit: Visit): Promise<Page> {
  const { app, t, may } = visit
  await app.ledger.registry.mustBeThere()
  const known = await app.ledger.registry.accounts()
  const accounts = await Promise.all(known.map((account) => accountStatus(app, account)))
  return page(
    'accounts',
    t.accounts,
    html`<div class="heading">
        <h1>${t.accounts}</h1>
        ${may('admin') && html`<a class="button primary" href="/accounts/new">${t.addAccount}</a>`}
      </div>
      <p class="lead">${t.accountsLead}</p>
      ${
        accounts.length === 0
          ? html`<p class="empty">${t.noAccounts}</p>`
          : html`<ul class="accounts">
              ${accounts.map((account) => accountCard(visit, account))}
            </ul>`
      }`,
  )
}

function newPage(visit: Visit, errors: Errors = {}): Page {
  const { t, form, guard } = visit
  return page(
    'accounts',
    t.addAccount,
    html`<p class="crumbs"><a href="/accounts">${t.accounts}</a></p>
      <h1>${t.addAccount}</h1>
      <section class="card">
        <p>${t.whereToken}</p>
        <form method="post" action="/accounts/new" class="stack">
          ${guard}
          ${textField({ name: 'id', label: t.accountId, hint: t.idHint, value: form.one('id'), errors, required: true, max: 63 })}
          ${accountFields(visit, { email: form.one('email'), cif: form.one('cif') }, errors, true)}
          <button class="primary">${t.save}</button>
        </form>
      </section>`,
    Object.keys(errors).length > 0 ? { status: 400 } : {},
  )
}

async function one(visit: Visit, errors: Errors = {}, test?: Html): Promise<Page> {
  const { app, t, may, guard, form } = visit
  const account = await accountAt(visit)
  if (account === undefined) return missingPage(visit, t.accountUnknown)
  const health = await accountStatus(app, account)
  const shops = (await app.ledger.registry.shops()).filter((shop) => shop.account === account.id)
  const wrong = Object.keys(errors).length > 0
  const values = wrong ? { email: form.one('email'), cif: form.one('cif') } : account
  return page(
    'accounts',
    account.id,
    html`<p class="crumbs"><a href="/accounts">${t.accounts}</a></p>
      <h1>${t.account} ${account.id}</h1>
      <div class="columns">
        <div>
          <ul class="accounts one">
            ${accountCard(visit, health)}
          </ul>
          <section class="card">
            <h2>${t.connection}</h2>
            ${test ?? html`<p>${t.testWhat}</p>`}
            ${
              may('operator') &&
              html`<form method="post" action="${accountPath(account.id)}/test">
                ${guard}<button>${t.testConnection}</button>
              </form>`
            }
          </section>
          ${health.state === 'ok' && may('operator') && pauseCard(visit, account)}
          <section class="card">
            <h2>${t.shops}</h2>
            ${
              shops.length === 0
                ? html`<p class="hint">${t.noShops}</p>`
                : html`<ul class="plain-list">
                    ${shops.map(({ id }) => html`<li><a href="${to(['shops', id])}">${id}</a></li>`)}
                  </ul>`
            }
          </section>
        </div>
        <div>
          <section class="card">
            <h2>${t.access}</h2>
            ${
              may('admin')
                ? html`<form method="post" action="${accountPath(account.id)}" class="stack">
                    ${guard}${accountFields(visit, values, errors, false)}
                    <button class="primary">${t.save}</button>
                  </form>`
                : html`<dl class="facts">
                    <div>
                      <dt>${t.accountEmail}</dt>
                      <dd>${account.email}</dd>
                    </div>
                    <div>
                      <dt>${t.cif}</dt>
                      <dd>${account.cif}</dd>
                    </div>
                    <div>
                      <dt>${t.token}</dt>
                      <dd>${t.notShown}</dd>
                    </div>
                  </dl>`
            }
          </section>
          ${stockCard(visit, account, errors)}
        </div>
      </div>`,
    wrong ? { status: 400 } : {},
  )
}
