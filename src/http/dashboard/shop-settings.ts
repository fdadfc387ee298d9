import type { Settings, Shop } from '../../core/settings.ts'
import type { Series } from './accounts.ts'
import { choiceField, switchField, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { shopPath } from './reasons.ts'
import type { Fields, Visit } from './route.ts'

/** The settings of the form; all others are shown beside it. */
const edited = [
  'enabled',
  'document',
  'series',
  'language',
  'automatic',
  'onlyWithBillingDetails',
  'triggerStatuses',
  'saveClients',
  'saveProducts',
  'productCode',
  'allowLinesWithoutCode',
] as const satisfies (keyof Settings)[]

const usualStatuses = ['paid', 'completed', 'fulfilled', 'authorized', 'awaiting_payment'] as const
const languages = ['RO', 'EN', 'FR', 'DE', 'IT', 'ES', 'HU']
const codeOrders = ['sku,barcode', 'barcode,sku', 'sku', 'barcode'] as const

/** What the form says, over the settings that it does not show. Not yet checked. */
export function settingsFrom(form: Fields, before: Settings): Settings {
  const on = (name: string) => form.one(name) === 'on'
  const other = form
    .one('otherStatuses')
    .split(',')
    .map((status) => status.trim())
    .filter(Boolean)
  const filled = (name: 'document' | 'series') =>
    form.one(name).trim() === '' ? undefined : form.one(name).trim()
  const { document: _document, series: _series, ...rest } = before
  return {
    ...rest,
    enabled: on('enabled'),
    // The schema says whether these are right; until then they are what was typed.
    ...({ document: filled('document'), series: filled('series') } as Partial<Settings>),
    language: form.one('language').trim().toUpperCase(),
    automatic: form.one('automatic') !== 'manual',
    onlyWithBillingDetails: on('onlyWithBillingDetails'),
    triggerStatuses: [...new Set([...form.all('status'), ...other])],
    saveClients: on('saveClients'),
    saveProducts: on('saveProducts'),
    productCode: form.one('productCode').split(',') as Settings['productCode'],
    allowLinesWithoutCode: on('allowLinesWithoutCode'),
  }
}

/** Only what is different, for the record. */
export function changesOf(before: Settings, after: Settings) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Settings)[]
  const different = names.filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const pick = (settings: Settings) =>
    Object.fromEntries(different.map((name) => [name, settings[name] ?? '']))
  return { before: pick(before), after: pick(after) }
}

export function settingsForm(
  { t, guard }: Visit,
  how: {
    shop: Shop
    values: Settings
    series: { invoice: Series[]; estimate: Series[] } | undefined
    errors: Errors
  },
): Html {
  const { shop, values, series, errors } = how
  const others = values.triggerStatuses.filter(
    (status) => !(usualStatuses as readonly string[]).includes(status),
  )
  const known = series === undefined ? [] : [...series.invoice, ...series.estimate]
  const listed = (kind: 'invoice' | 'estimate') =>
    (series?.[kind] ?? []).map(({ name, nextNumber }) => `${name} (${t.nextNumber(nextNumber)})`)
  const seriesHint =
    series === undefined
      ? t.seriesNotListed
      : html`${t.kindsTitle.invoice}: ${listed('invoice').join(', ') || '–'}<br />${t.kindsTitle.estimate}:
          ${listed('estimate').join(', ') || '–'}`
  return html`<form method="post" action="${shopPath(shop)}/settings" class="stack">
    ${guard}
    ${switchField({ name: 'enabled', label: t.settingNames['enabled'] ?? '', hint: t.enabledHint, on: values.enabled, errors })}
    ${choiceField({
      name: 'document',
      label: t.settingNames['document'] ?? '',
      value: values.document ?? '',
      options: [
        ['', t.choose],
        ['invoice', t.kindsTitle.invoice],
        ['estimate', t.kindsTitle.estimate],
      ],
      errors,
    })}
    ${textField({
      name: 'series',
      label: t.settingNames['series'] ?? '',
      value: values.series ?? '',
      list: [...new Set(known.map(({ name }) => name))],
      hint: seriesHint,
      max: 50,
      errors,
    })}
    ${textField({ name: 'language', label: t.settingNames['language'] ?? '', value: values.language, list: languages, hint: t.languageHint, max: 2, errors })}
    ${choiceField({
      name: 'automatic',
      label: t.settingNames['automatic'] ?? '',
      value: values.automatic ? 'automatic' : 'manual',
      options: [
        ['automatic', t.issuingAutomaticLong],
        ['manual', t.issuingManualLong],
      ],
      errors,
    })}
    <fieldset>
      <legend>${t.settingNames['triggerStatuses']}</legend>
      <p class="hint">${t.triggerHint}</p>
      ${usualStatuses.map(
        (status) =>
          html`<label class="choice"
            ><input
              type="checkbox"
              name="status"
              value="${status}"
              ${values.triggerStatuses.includes(status) && html`checked`}
            /><span>${t.statuses[status]} <code>${status}</code></span></label
          >`,
      )}
      ${textField({ name: 'otherStatuses', label: t.otherStatuses, value: others.join(', '), hint: t.otherStatusesHint, max: 1000 })}
      ${errors['triggerStatuses'] !== undefined && html`<span class="error" role="alert">${errors['triggerStatuses']}</span>`}
    </fieldset>
    ${switchField({ name: 'onlyWithBillingDetails', label: t.settingNames['onlyWithBillingDetails'] ?? '', hint: t.billingHint, on: values.onlyWithBillingDetails, errors })}
    ${switchField({ name: 'saveClients', label: t.settingNames['saveClients'] ?? '', on: values.saveClients, errors })}
    ${switchField({ name: 'saveProducts', label: t.settingNames['saveProducts'] ?? '', on: values.saveProducts, errors })}
    ${choiceField({
      name: 'productCode',
      label: t.settingNames['productCode'] ?? '',
      value: values.productCode.join(','),
      options: codeOrders.map((order) => [order, t.codeOrders[order]] as const),
      errors,
    })}
    ${switchField({ name: 'allowLinesWithoutCode', label: t.settingNames['allowLinesWithoutCode'] ?? '', hint: t.codeHint, on: values.allowLinesWithoutCode, errors })}
    <button class="primary">${t.save}</button>
  </form>`
}

/** Settings as they are; `others` leaves out those of the form. */
export function settingsTable({ t }: Visit, settings: Settings, which: 'all' | 'others'): Html {
  const names = Object.keys(settings).filter(
    (name) => which === 'all' || !(edited as readonly string[]).includes(name),
  )
  const rows = names.map(
    (name) =>
      html`<div>
        <dt>${t.settingNames[name] ?? name} <code>${name}</code></dt>
        <dd>${valueOf(t, settings[name as keyof Settings])}</dd>
      </div>`,
  )
  return which === 'all'
    ? html`<dl class="facts wide">${rows}</dl>`
    : html`<details>
        <summary>${t.otherSettings}</summary>
        <p class="hint">${t.otherSettingsWhere}</p>
        <dl class="facts wide">${rows}</dl>
      </details>`
}

function valueOf(t: Visit['t'], value: unknown): string {
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (value === undefined || value === '') return '–'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.join(', ') || '–'
  const text = JSON.stringify(value)
  return text === '{}' || text === '[]' ? '–' : text
}
