import type { z } from 'zod'
import { html, type Html, type Piece } from './html.ts'

/** What is wrong with each field, in the language of the page. */
export type Errors = Readonly<Record<string, string>>

type Common = {
  name: string
  /** Where several fields of a page have the same name. */
  id?: string
  label: string
  hint?: Piece
  errors?: Errors
}

const described = ({ name, id = name, hint, errors }: Common): Html =>
  html`${
    errors?.[name] !== undefined &&
    html`<span class="error" id="${id}-error" role="alert">${errors[name]}</span>`
  }${hint !== undefined && html`<span class="hint" id="${id}-hint">${hint}</span>`}`

const marks = ({ name, id = name, hint, errors }: Common): Html =>
  html`${errors?.[name] !== undefined && html`aria-invalid="true"`}
  aria-describedby="${[errors?.[name] !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean).join(' ')}"`

export const textField = (
  field: Common & {
    value: string
    type?: 'text' | 'password' | 'email'
    required?: boolean
    max?: number
    list?: readonly string[]
    placeholder?: string
    numeric?: boolean
  },
): Html =>
  html`<div class="field">
    <label for="${field.id ?? field.name}">${field.label}</label>
    <input
      id="${field.id ?? field.name}"
      name="${field.name}"
      type="${field.type ?? 'text'}"
      value="${field.value}"
      maxlength="${field.max ?? 200}"
      autocomplete="off"
      ${field.placeholder !== undefined && html`placeholder="${field.placeholder}"`}
      ${field.required === true && html`required`}
      ${field.numeric === true && html`inputmode="numeric"`}
      ${field.list !== undefined && html`list="${field.name}-list"`}
      ${marks(field)}
    />
    ${
      field.list !== undefined &&
      html`<datalist id="${field.name}-list">
        ${field.list.map((item) => html`<option value="${item}"></option>`)}
      </datalist>`
    }
    ${described(field)}
  </div>`

export const choiceField = (
  field: Common & { value: string; options: readonly (readonly [string, string])[] },
): Html =>
  html`<div class="field">
    <label for="${field.id ?? field.name}">${field.label}</label>
    <select id="${field.id ?? field.name}" name="${field.name}" ${marks(field)}>
      ${field.options.map(
        ([value, label]) =>
          html`<option value="${value}" ${value === field.value && html`selected`}>
            ${label}
          </option>`,
      )}
    </select>
    ${described(field)}
  </div>`

export const switchField = (field: Common & { on: boolean }): Html =>
  html`<div class="field switch">
    <label
      ><input
        type="checkbox"
        name="${field.name}"
        value="on"
        ${field.on && html`checked`}
        ${marks(field)}
      />
      <span>${field.label}</span></label
    >
    ${described(field)}
  </div>`

/** One of several to pick, or to tick. */
export const choice = (
  {
    type,
    name,
    value,
    on,
  }: { type: 'radio' | 'checkbox'; name: string; value: string; on: boolean },
  label: Piece,
): Html =>
  html`<label class="choice"
    ><input type="${type}" name="${name}" value="${value}" ${on && html`checked`} /><span
      >${label}</span
    ></label
  >`

export const areaField = (field: Common & { value: string; max?: number; rows?: number }): Html =>
  html`<div class="field">
    <label for="${field.id ?? field.name}">${field.label}</label>
    <textarea
      id="${field.id ?? field.name}"
      name="${field.name}"
      rows="${field.rows ?? rowsFor(field.value)}"
      maxlength="${field.max ?? 20_000}"
      autocomplete="off"
      spellcheck="false"
      ${marks(field)}
    >
${field.value}</textarea>
    ${described(field)}
  </div>`

const rowsFor = (text: string): number => Math.min(16, Math.max(3, text.split('\n').length + 1))

/** Something to be copied, with a button that does it. */
export const copyable = (t: { copy: string; copied: string }, id: string, value: string): Html =>
  html`<code class="break" id="${id}">${value}</code>
    <button type="button" class="small" data-copies="${id}" data-done="${t.copied}">
      ${t.copy}
    </button>`

/** Each field that a schema refuses, with its sentence; without one, what the schema says. */
export function errorsOf(
  error: z.ZodError,
  sentences: Readonly<Record<string, string>>,
  under = '',
): Errors {
  const found: Record<string, string> = {}
  for (const issue of error.issues) {
    const path = issue.path.map(String)
    const name = (path[0] === under ? path.slice(1) : path)[0] ?? ''
    found[name] ??= sentences[name] ?? issue.message
  }
  return found
}
