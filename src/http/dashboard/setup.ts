import { RejectedError, ThrottledError } from '../../core/errors.ts'
import { AccountId, DocumentKind, ShopId } from '../../core/ids.ts'
import { Account, PlatformName, Shop } from '../../core/settings.ts'
import { accountFields, tested } from './accounts.ts'
import { errorsOf, textField, type Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { placeholder, secretIsOurs } from './platform-guide.ts'
import { go, page, type Page, type Route, type Visit } from './route.ts'
import { isSandbox } from './sandbox.ts'
import { liveSeries, seriesOf, type SeriesOfKinds } from './series.ts'
import { settingFields, settingsFrom, type SettingName } from './setting-fields.ts'
import { firstOrderRoutes } from './setup-first.ts'
import { setupConnect } from './setup-connect.ts'
import { accountStep, frame, shopStep, type Step } from './setup-frame.ts'
import { newSecret, shopAt } from './shop-form.ts'
import { changesOf, checked, settingField } from './shop-settings.ts'

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

function accountPage(visit: Visit, wrong: { errors?: Errors; problem?: Html } = {}): Page {
  const { t, form, guard } = visit
  const { errors = {}, problem } = wrong
  return frame(
    visit,
    'account',
    html`<p>${t.whereToken}</p>
      <p class="hint">${t.setupAccountLead}</p>
      ${problem}
      <form method="post" action="/setup/account" class="stack" data-keeps>
        ${guard}
        ${accountFields(visit, { email: form.one('email'), cif: form.one('cif') }, errors, true)}
        ${next(t.setupTestNext, '/setup', t)}
      </form>`,
    { wrong: problem !== undefined || Object.keys(errors).length > 0 },
  )
}

/** Asks SmartBill before anything is stored. */
async function takeAccount(visit: Visit) {
  const { app, form, t, lang } = visit
  const { registry } = app.ledger
  const typed = {
    email: form.one('email').trim(),
    token: form.one('token').trim(),
    cif: form.one('cif').trim().toUpperCase(),
  }
  const accounts = await registry.accounts()
  const same = accounts.find(({ cif, email }) => cif === typed.cif && email === typed.email)
  const taken = new Set<string>(accounts.map(({ id }) => id))
  const base = `cif-${typed.cif.replace(/\D/g, '')}`
  const free = [base, ...accounts.map((_, i) => `${base}-${i + 2}`)].find((id) => !taken.has(id))
  const read = Account.safeParse({ ...same, ...typed, id: same?.id ?? free })
  if (!read.success) return accountPage(visit, { errors: errorsOf(read.error, t.fieldErrors) })
  const account = read.data
  try {
    // A login that was refused before is asked about again: this person wants to know.
    const { state } = await app.smartbill.budget.look(account)
    if (state === 'login-refused') await app.smartbill.budget.resume(account)
    await seriesOf(app, account)
  } catch (error) {
    const refused = error instanceof RejectedError ? error.refusal : undefined
    const health = await app.smartbill.budget.look(account)
    const login = error instanceof ThrottledError && health.state === 'login-refused'
    const said = login ? health.reason : (refused?.said ?? '')
    const why = login
      ? t.setupLoginRefused
      : (refused?.[lang] ??
        (error instanceof ThrottledError ? t.accountWhy[health.state] : t.testUnreachable))
    return accountPage(visit, {
      problem: html`<div class="notice bad" role="alert"><p>${why}</p></div>
        ${said !== '' && html`<blockquote>${t.setupSmartBillSays} ${said}</blockquote>`}`,
    })
  }
  await registry.saveAccount(account)
  return go(accountStep(account.id), {
    audit: [
      {
        did: same === undefined ? 'account-new' : 'account-edit',
        about: account.id,
        after: { email: account.email, cif: account.cif },
      },
    ],
  })
}

async function accountAt({ app, params }: Visit): Promise<Account | undefined> {
  const id = AccountId.safeParse(params['account'])
  return id.success ? app.ledger.registry.account(id.data) : undefined
}

async function shopPage(visit: Visit, errors: Errors = {}): Promise<Page> {
  const { app, t, form, guard } = visit
  const account = await accountAt(visit)
  if (account === undefined) return missingPage(visit, t.accountUnknown)
  const begun = (await app.ledger.registry.shops()).find(
    (shop) => shop.account === account.id && !shop.settings.enabled,
  )
  const again = form.entries.length > 0
  const platform = again ? form.one('platform') : (begun?.platform ?? 'generic')
  return frame(
    visit,
    'shop',
    html`${await tested(visit, account)}
      <h2>${t.setupSteps.shop}</h2>
      <form method="post" action="${accountStep(account.id)}" class="stack" data-keeps>
        ${guard}
        <fieldset>
          <legend>${t.platform}</legend>
          ${PlatformName.options.map(
            (name) =>
              html`<label class="choice"
                ><input
                  type="radio"
                  name="platform"
                  value="${name}"
                  ${name === platform && html`checked`}
                /><span>${t.platforms[name]}</span></label
              >`,
          )}
        </fieldset>
        ${textField({ name: 'id', label: t.setupShopName, hint: t.idHint, value: again ? form.one('id') : (begun?.id ?? ''), errors, required: true, max: 63 })}
        ${next(t.setupNext, '/setup/account', t)}
      </form>`,
    { account: account.id, wrong: Object.keys(errors).length > 0 },
  )
}

async function takeShop(visit: Visit) {
  const { app, form, t, session } = visit
  const account = await accountAt(visit)
  if (account === undefined) return missingPage(visit, t.accountUnknown)
  const { registry, people } = app.ledger
  const id = ShopId.safeParse(form.one('id').trim())
  const platform = PlatformName.safeParse(form.one('platform'))
  const known = id.success ? await registry.shop(id.data) : undefined
  if (!id.success || !platform.success)
    return shopPage(visit, {
      ...(id.success ? {} : { id: t.fieldErrors.id }),
      ...(platform.success ? {} : { platform: t.fieldErrors.platform }),
    })
  if (known !== undefined && (known.settings.enabled || known.account !== account.id))
    return shopPage(visit, { id: t.setupShopTaken(id.data) })
  const ours = secretIsOurs(platform.data)
  const keeps = known !== undefined && secretIsOurs(known.platform) === ours
  const secret = keeps ? known.secret : ours ? newSecret() : placeholder(newSecret())
  const shop = Shop.parse({
    ...known,
    id: id.data,
    account: account.id,
    platform: platform.data,
    secret,
  })
  const { api: _other, ...withoutApi } = shop
  // The login to another platform's API would not fit.
  await registry.saveShop(known?.platform === shop.platform ? shop : withoutApi)
  if (ours && !keeps && session !== undefined) await people.keepSecret(session, shop.id, secret)
  return go(shopStep(shop.id, 'document'), {
    audit: [
      {
        did: 'shop-new',
        about: shop.id,
        after: { account: shop.account, platform: shop.platform },
      },
    ],
  })
}

const asked = {
  document: ['language'],
  when: ['automatic', 'triggerStatuses', 'onlyWithBillingDetails'],
  lists: ['saveClients', 'saveProducts', 'productCode', 'allowLinesWithoutCode'],
} as const satisfies Record<string, SettingName[]>
const around = {
  document: { before: 'shop', after: 'when' },
  when: { before: 'document', after: 'lists' },
  lists: { before: 'when', after: 'connect' },
} as const satisfies Record<string, { before: Step; after: Step }>

/** A step that asks for settings of the shop, in the same fields as the page of all settings. */
function settingsStep(step: keyof typeof asked): Route[] {
  const show = async (visit: Visit, errors: Errors = {}): Promise<Page> => {
    const { t, guard, form } = visit
    const shop = await shopAt(visit)
    if (shop === undefined) return missingPage(visit, t.shopUnknown)
    const wrong = Object.keys(errors).length > 0
    const filled = {
      settings: shop.settings,
      typed: wrong ? form : undefined,
      errors,
      series: step === 'document' ? await liveSeries(visit, shop) : undefined,
    }
    const fields = settingFields.filter(({ name }) =>
      (asked[step] as readonly string[]).includes(name),
    )
    const back =
      step === 'document' ? accountStep(shop.account) : shopStep(shop.id, around[step].before)
    return frame(
      visit,
      step,
      html`<form
        method="post"
        action="${shopStep(shop.id, step)}"
        class="stack"
        novalidate
        data-keeps
      >
        ${guard} ${step === 'document' && seriesChoice(visit, shop, filled.series, errors)}
        ${fields.map((field) => settingField(visit, field, filled))} ${next(t.setupNext, back, t)}
      </form>`,
      { account: shop.account, shop: shop.id, wrong },
    )
  }
  return [
    {
      method: 'GET',
      path: `/setup/shop/:shop/${step}`,
      access: 'admin',
      show: (visit) => show(visit),
    },
    {
      method: 'POST',
      path: `/setup/shop/:shop/${step}`,
      access: 'admin',
      async act(visit) {
        const { app, t, form } = visit
        const shop = await shopAt(visit)
        if (shop === undefined) return missingPage(visit, t.shopUnknown)
        const { given } = settingsFrom(form, shop.settings)
        const chosen = step === 'document' ? seriesFrom(visit) : {}
        const read = checked(visit, { ...given, ...chosen })
        const errors = {
          ...('errors' in read ? read.errors : {}),
          ...(chosen === undefined ? { choice: t.setupSeriesMissing } : {}),
        }
        if ('errors' in read || chosen === undefined) return show(visit, errors)
        await app.ledger.registry.saveShop({ ...shop, settings: read.settings })
        const { before, after } = changesOf(shop.settings, read.settings)
        return go(shopStep(shop.id, around[step].after), {
          audit:
            Object.keys(after).length === 0
              ? []
              : [{ did: 'shop-settings', about: shop.id, before, after }],
        })
      },
    },
  ]
}

/** `invoice FCT`, or kind and series apart where SmartBill did not list them. */
function seriesFrom({ form }: Visit): { document: DocumentKind; series: string } | undefined {
  const choice = form.one('choice')
  const cut = choice.indexOf(' ')
  const kind = DocumentKind.safeParse(cut < 0 ? form.one('document') : choice.slice(0, cut))
  const series = cut < 0 ? form.one('series').trim() : choice.slice(cut + 1)
  return kind.success && series !== '' ? { document: kind.data, series } : undefined
}

function seriesChoice(
  visit: Visit,
  { settings }: Shop,
  series: SeriesOfKinds | undefined,
  errors: Errors,
): Html {
  const { t, form } = visit
  const chosen = form.one('choice') || `${settings.document ?? ''} ${settings.series ?? ''}`
  const all = series === undefined ? [] : [...series.invoice, ...series.estimate]
  const error =
    errors['choice'] !== undefined &&
    html`<span class="error" id="choice-error" role="alert">${errors['choice']}</span>`
  if (all.length === 0)
    return html`<p class="notice warn">
        <span>${series === undefined ? t.seriesNotListed : t.setupNoSeries}</span>
      </p>
      <fieldset>
        <legend>${t.setupSeries}</legend>
        ${error}
        ${DocumentKind.options.map((kind) => radio('document', kind, t.kindsTitle[kind], (form.one('document') || settings.document || 'invoice') === kind))}
        ${textField({ name: 'series', label: t.seriesName, value: form.one('series') || (settings.series ?? ''), errors, max: 50 })}
      </fieldset>`
  return html`<fieldset>
    <legend>${t.setupSeries}</legend>
    <p class="hint">${t.setupSeriesLead}</p>
    ${error}
    ${DocumentKind.options.flatMap((kind) =>
      (series?.[kind] ?? []).map(({ name, nextNumber }) =>
        radio(
          'choice',
          `${kind} ${name}`,
          html`${t.kindsTitle[kind]} <strong>${name}</strong>
            <span class="hint">${t.nextNumber(nextNumber)}</span>`,
          chosen === `${kind} ${name}`,
        ),
      ),
    )}
  </fieldset>`
}

const radio = (name: string, value: string, label: Html | string, on: boolean): Html =>
  html`<label class="choice"
    ><input type="radio" name="${name}" value="${value}" ${on ? html`checked` : nothing} /><span
      >${label}</span
    ></label
  >`

const next = (label: string, back: string, t: Visit['t']): Html =>
  html`<div class="actions">
    <button class="primary">${label}</button>
    <a class="button" href="${back}">${t.setupBack}</a>
  </div>`
