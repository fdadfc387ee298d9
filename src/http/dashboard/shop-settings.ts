import { Settings, type Shop } from '../../core/settings.ts'
import { areaField, choice, choiceField, switchField, textField, type Errors } from './form.ts'
import { html, type Html, type Piece } from './html.ts'
import { shopPath } from './reasons.ts'
import type { Fields, Visit } from './route.ts'
import type { SeriesOfKinds } from './series.ts'
import { settingFields, type Field, type SectionName } from './setting-fields.ts'
import {
  complaints,
  otherStatuses,
  partOf,
  SEEN,
  seenMark,
  SHOWN,
  shown,
} from './setting-values.ts'
import { sectionTexts, settingTexts, textOf } from './setting-texts.ts'

const languages = ['RO', 'EN', 'FR', 'DE', 'IT', 'ES', 'HU']
const usualStatuses = Object.keys(settingTexts['triggerStatuses']?.options ?? {})
const defaults: Record<string, unknown> = Settings.parse({})

/** Settings as the schema reads them, or what is wrong with each in the language of the page. */
export function checked(
  { lang, t }: Pick<Visit, 'lang' | 't'>,
  given: Record<string, unknown>,
): { settings: Settings } | { errors: Errors } {
  const result = Settings.safeParse(given)
  if (result.success) return { settings: result.data }
  const errors = [...complaints(result.error)].map(([name, { at, says }]) => {
    const field = settingFields.find((one) => one.name === name)
    const part =
      field?.editor.kind === 'parts'
        ? field.editor.parts.find((one) => at === partOf(one) || at.startsWith(`${partOf(one)} `))
        : undefined
    const about = part ?? field
    const place = part === undefined && at !== '' ? `${at}: ` : ''
    const sentence =
      textOf(lang, about?.name ?? name).error ??
      (about === undefined ? says : problem(t, about, says))
    return [about?.name ?? name, `${place}${sentence}`] as const
  })
  return { errors: Object.fromEntries(errors) }
}

function problem(t: Visit['t'], { editor }: Field, says: string): string {
  switch (editor.kind) {
    case 'whole':
      return t.wholeNumber(editor.min, editor.max)
    case 'text':
      return t.atMost(editor.max)
    case 'choice':
      return t.oneOfThese
    case 'words':
    case 'lines':
      return t.wrongLine
    case 'json':
    case 'parts':
    case 'statuses':
    case 'switch':
      return t.wrongShape(says)
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

/** What a form shows: stored values, or what was typed into it before. */
export type Filled = {
  settings: Settings
  typed: Fields | undefined
  errors: Errors
  series: SeriesOfKinds | undefined
}

/** Every setting of a shop in one form, in sections. */
export function settingsForm(visit: Visit, shop: Shop, filled: Filled): Html {
  const { t, lang, guard } = visit
  const names = [...new Set(settingFields.map(({ section }) => section))]
  const wrong = Object.keys(filled.errors)
  return html`<nav class="jump" aria-label="${t.settings}">
      ${names.map((name) => html`<a href="#${name}">${sectionTexts[name].title[lang]}</a> `)}
    </nav>
    ${
      wrong.length > 0 &&
      html`<div class="notice bad" role="alert">
        <p>
          <strong>${t.notSaved}</strong>
          ${wrong.map((name, i) => html`${i > 0 && ', '}<a href="#${name}">${textOf(lang, name).name}</a>`)}
        </p>
      </div>`
    }
    <form method="post" action="${shopPath(shop)}/settings" novalidate>
      ${guard} ${names.map((name) => sectionOf(visit, name, filled))}
      <div class="save-bar"><button class="primary">${t.save}</button></div>
    </form>`
}

const sectionOf = (visit: Visit, section: SectionName, filled: Filled): Html =>
  html`<section class="card" id="${section}">
    <h2>${sectionTexts[section].title[visit.lang]}</h2>
    <p class="hint">${sectionTexts[section].lead[visit.lang]}</p>
    <div class="fields">
      ${settingFields
        .filter((field) => field.section === section)
        .map((field) => settingField(visit, field, filled))}
    </div>
  </section>`

/** One setting with its explanation, its default and what is wrong with it. */
export function settingField(visit: Visit, field: Field, filled: Filled): Html {
  const value = (filled.settings as Record<string, unknown>)[field.name]
  return html`<input type="hidden" name="${SHOWN}" value="${field.name}" /><input
      type="hidden"
      name="${SEEN}"
      value="${seenMark(field.name, value)}"
    />${inputOf(visit, field, value, defaults[field.name], filled)}`
}

function inputOf(visit: Visit, field: Field, value: unknown, usual: unknown, filled: Filled): Html {
  const { t, lang } = visit
  const { name, editor } = field
  const { typed, errors } = filled
  const text = textOf(lang, name)
  const usualText =
    editor.kind === 'statuses' ? (usual as string[]).join(', ') : shown(editor, usual)
  const isLong = editor.kind === 'json' || usualText.length > 60
  const withDefault =
    usualText === '' || isLong || editor.kind === 'choice' || name === 'enabled'
      ? undefined
      : editor.kind === 'switch'
        ? t.usually(usual === true ? t.on : t.off)
        : t.usually(usualText)
  const hint: Piece =
    name === 'series'
      ? seriesHint(visit, filled.series)
      : [text.hint, withDefault].filter(Boolean).join(' ') || undefined
  const common = { name, label: text.name, errors, ...(hint === undefined ? {} : { hint }) }
  const now = typed === undefined ? shown(editor, value) : typed.one(name)
  switch (editor.kind) {
    case 'switch':
      return switchField({ ...common, on: typed === undefined ? value === true : now === 'on' })
    case 'choice':
      return choiceField({
        ...common,
        value: now,
        options: editor.options.map((option) => [
          option,
          option !== '' && option === usualText
            ? `${text.option(option)} (${t.default})`
            : text.option(option),
        ]),
      })
    case 'statuses':
      return statusField(visit, (value as string[] | undefined) ?? [], common, typed)
    case 'parts':
      return html`<fieldset id="${name}">
        <legend>${text.name}</legend>
        ${hint !== undefined && html`<p class="hint">${hint}</p>`}
        ${errors[name] !== undefined && html`<p class="error" role="alert">${errors[name]}</p>`}
        <div class="stack">
          ${editor.parts.map((part) =>
            inputOf(visit, part, inside(value, part), inside(usual, part), filled),
          )}
        </div>
      </fieldset>`
    case 'text':
      return editor.long
        ? areaField({ ...common, value: now, max: editor.max, rows: 3 })
        : textField({ ...common, value: now, max: editor.max, ...listOf(name, filled.series) })
    case 'whole':
      return textField({ ...common, value: now, max: 12, numeric: true })
    case 'words':
    case 'lines':
    case 'json':
      return areaField({ ...common, value: now })
  }
}

const inside = (value: unknown, part: Field): unknown =>
  (value as Record<string, unknown> | undefined)?.[partOf(part)]

function listOf(name: string, series: SeriesOfKinds | undefined): { list?: string[] } {
  if (name === 'language') return { list: languages }
  if (name !== 'series' || series === undefined) return {}
  return { list: [...new Set([...series.invoice, ...series.estimate].map((one) => one.name))] }
}

/** The series that the account has now, each with the number it goes on with. */
function seriesHint({ t }: Visit, series: SeriesOfKinds | undefined): Piece {
  if (series === undefined) return t.seriesNotListed
  const listed = (kind: 'invoice' | 'estimate') =>
    series[kind].map(({ name, nextNumber }) => `${name} (${t.nextNumber(nextNumber)})`).join(', ')
  return html`${t.kindsTitle.invoice}: ${listed('invoice') || '–'}<br />${t.kindsTitle.estimate}:
    ${listed('estimate') || '–'}`
}

function statusField(
  { t, lang }: Visit,
  value: readonly string[],
  { name, label, hint, errors }: { name: string; label: string; hint?: Piece; errors: Errors },
  typed: Fields | undefined,
): Html {
  const text = textOf(lang, name)
  const chosen = typed === undefined ? value : typed.all(name)
  const others =
    typed === undefined
      ? value.filter((status) => !usualStatuses.includes(status)).join(', ')
      : typed.one(otherStatuses)
  return html`<fieldset id="${name}">
    <legend>${label}</legend>
    <p class="hint">${hint}</p>
    ${usualStatuses.map((status) =>
      choice(
        { type: 'checkbox', name, value: status, on: chosen.includes(status) },
        html`${text.option(status)} <code>${status}</code>`,
      ),
    )}
    ${textField({ name: otherStatuses, label: t.otherStatuses, value: others, hint: t.otherStatusesHint, max: 1000 })}
    ${errors[name] !== undefined && html`<span class="error" role="alert">${errors[name]}</span>`}
  </fieldset>`
}

/** All settings as they are, for those who may not change them. */
export const settingsTable = ({ t, lang }: Visit, settings: Settings): Html =>
  html`<dl class="facts wide">
    ${settingFields.map(({ name, editor }) => {
      const text = textOf(lang, name)
      const value = (settings as Record<string, unknown>)[name]
      const said =
        editor.kind === 'switch'
          ? value === true
            ? t.yes
            : t.no
          : editor.kind === 'choice'
            ? text.option(shown(editor, value))
            : editor.kind === 'statuses'
              ? settings.triggerStatuses.join(', ')
              : shown(editor, value)
      return html`<div>
        <dt>${text.name} <code>${name}</code></dt>
        <dd class="lines">${said === '' ? '–' : said}</dd>
      </div>`
    })}
  </dl>`
