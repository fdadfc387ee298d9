import { DocumentKind } from '../../core/ids.ts'
import type { Shop } from '../../core/settings.ts'
import { choice, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { go, type Page, type Route, type Visit } from './route.ts'
import { liveSeries, type SeriesOfKinds } from './series.ts'
import { settingFields, type SettingName } from './setting-fields.ts'
import { settingsFrom } from './setting-values.ts'
import { accountStep, frame, next, shopStep, type Step } from './setup-frame.ts'
import { shopAt } from './shop-form.ts'
import { changesOf, checked, settingField } from './shop-settings.ts'

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
export function settingsStep(step: keyof typeof asked): Route[] {
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
  const given = form.one('choice')
  const cut = given.indexOf(' ')
  const kind = DocumentKind.safeParse(cut < 0 ? form.one('document') : given.slice(0, cut))
  const series = cut < 0 ? form.one('series').trim() : given.slice(cut + 1)
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
  choice({ type: 'radio', name, value, on }, label)
