import { RejectedError, ThrottledError } from '../../core/errors.ts'
import type { Account } from '../../core/settings.ts'
import { copyable, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { accountPath } from './reasons.ts'
import type { Visit } from './route.ts'
import { seriesOf } from './series.ts'
import { chip } from './states.ts'
import { origin } from './users.ts'

export const accountFields = (
  { t, form }: Visit,
  values: { email: string; cif: string },
  errors: Errors,
  isNew: boolean,
): Html =>
  html`${textField({ name: 'email', label: t.accountEmail, hint: t.accountEmailHint, value: values.email, errors, required: true })}
  ${textField({ name: 'token', label: t.token, hint: isNew ? t.tokenHint : t.tokenKeep, value: form.one('token'), type: 'password', errors, required: isNew, max: 500 })}
  ${textField({ name: 'cif', label: t.cif, hint: t.cifHint, value: values.cif, errors, required: true, max: 12 })}`

export const pauseCard = ({ t, guard }: Visit, { id }: Account): Html =>
  html`<section class="card">
    <h2>${t.pauseTitle}</h2>
    <p>${t.pauseWhat}</p>
    <form method="post" action="${accountPath(id)}/pause" class="stack">
      ${guard}
      ${textField({ name: 'reason', label: t.pauseReason, hint: t.pauseReasonHint, value: '', max: 200 })}
      <button>${t.pauseButton}</button>
    </form>
  </section>`

/** SmartBill's stock webhook: where it goes, and what it proves itself with. */
export function stockCard(visit: Visit, account: Account, errors: Errors): Html {
  const { t, may, guard, request, form } = visit
  const address = `${origin(request)}/webhooks/smartbill/${account.id}`
  return html`<section class="card">
    <h2>
      ${t.stockFromSmartBill}
      ${account.stockToken === undefined ? chip('calm', t.accessNone) : chip('good', t.accessSet)}
    </h2>
    <p>${t.stockFromSmartBillWhat}</p>
    <p>${copyable(t, 'stock-address', address)}</p>
    ${
      may('admin') &&
      html`<form method="post" action="${accountPath(account.id)}/stock-token" class="stack">
        ${guard}
        ${textField({ name: 'stockToken', label: t.stockToken, hint: t.stockTokenHint, value: errors['stockToken'] === undefined ? '' : form.one('stockToken'), type: 'password', errors, max: 500 })}
        <button>${t.save}</button>
      </form>`
    }
  </section>`
}

/** What SmartBill answers for this account now: its series with their next numbers, and its VAT rates; or why not. */
export async function tested(visit: Visit, account: Account): Promise<Html> {
  const { app, t, lang } = visit
  try {
    const series = await seriesOf(app, account)
    const vat = await app.smartbill.documents.vat(account)
    return html`<p class="notice good" role="status">${t.testWorks}</p>
      <h3>${t.series}</h3>
      ${(['invoice', 'estimate'] as const).map(
        (kind) =>
          html`<p class="hint">${t.kindsTitle[kind]}</p>
            ${
              series[kind].length === 0
                ? html`<p>${t.noSeries}</p>`
                : html`<ul class="plain-list">
                    ${series[kind].map(
                      ({ name, nextNumber }) =>
                        html`<li><strong>${name}</strong> · ${t.nextNumber(nextNumber)}</li>`,
                    )}
                  </ul>`
            }`,
      )}
      <h3>${t.vatRates}</h3>
      ${
        vat.kind === 'not-payer'
          ? html`<p>${t.notVatPayer}</p>`
          : html`<p>
              ${vat.rates.map(({ name, percentage }) => html`${chip('calm', `${name} ${percentage} %`)} `)}
            </p>`
      }`
  } catch (error) {
    return html`<p class="notice bad" role="alert">${whyNot(visit, error)}</p>
      ${
        error instanceof RejectedError &&
        error.refusal.said !== '' &&
        html`<blockquote>${error.refusal.said}</blockquote>`
      }
      ${error instanceof RejectedError && html`<p>${error.refusal[lang]}</p>`}`
  }
}

/** Why SmartBill cannot be asked now, in words. */
const whyNot = ({ t }: Visit, error: unknown): string =>
  error instanceof RejectedError
    ? t.testRefused
    : error instanceof ThrottledError
      ? t.testParked
      : t.testUnreachable
