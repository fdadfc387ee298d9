import { RejectedError, ThrottledError } from '../../core/errors.ts'
import { AccountId, ShopId } from '../../core/ids.ts'
import { Account, PlatformName, Shop } from '../../core/settings.ts'
import { accountFields, tested } from './account-cards.ts'
import { choice, errorsOf, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { placeholder, secretIsOurs } from './platform-guide.ts'
import { go, type Page, type Visit } from './route.ts'
import { seriesOf } from './series.ts'
import { accountStep, frame, next, shopStep } from './setup-frame.ts'
import { newSecret } from './shop-form.ts'

export function accountPage(visit: Visit, wrong: { errors?: Errors; problem?: Html } = {}): Page {
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
export async function takeAccount(visit: Visit) {
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

export async function shopPage(visit: Visit, errors: Errors = {}): Promise<Page> {
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
    html`<h2>${t.connection}</h2>
      ${await tested(visit, account)}
      <h2>${t.setupSteps.shop}</h2>
      <form method="post" action="${accountStep(account.id)}" class="stack" data-keeps>
        ${guard}
        <fieldset>
          <legend>${t.platform}</legend>
          ${PlatformName.options.map((name) =>
            choice(
              { type: 'radio', name: 'platform', value: name, on: name === platform },
              t.platforms[name],
            ),
          )}
        </fieldset>
        ${textField({ name: 'id', label: t.setupShopName, hint: t.idHint, value: again ? form.one('id') : (begun?.id ?? ''), errors, required: true, max: 63 })}
        ${next(t.setupNext, '/setup/account', t)}
      </form>`,
    { account: account.id, wrong: Object.keys(errors).length > 0 },
  )
}

export async function takeShop(visit: Visit) {
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
