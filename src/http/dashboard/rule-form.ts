import { createHash } from 'node:crypto'
import type { Settings } from '../../core/settings.ts'
import { ShopRules } from '../../core/shop-rules.ts'
import { choiceField, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import type { Fields, Visit } from './route.ts'

export type Rule = Settings['rules'][number]
type Rules = Settings['rules']

const lists = ['statuses', 'methods', 'countries', 'channels', 'tags', 'currencies'] as const
const capitals: readonly string[] = ['countries', 'currencies']
const codes: readonly string[] = ['countries', 'currencies', 'language']

/** The list as the form saw it: another one means that somebody changed it meanwhile. */
export const printOf = (rules: Rules): string =>
  createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, 16)

/** What was typed, as a rule that the schema has yet to judge. */
function typed(form: Fields): unknown {
  const filled = (name: string) => {
    const text = form.one(name).trim()
    if (text === '') return {}
    return { [name]: codes.includes(name) ? text.toUpperCase() : text }
  }
  const listed = (name: (typeof lists)[number]) => {
    const items = form
      .one(name)
      .split(',')
      .map((item) => (capitals.includes(name) ? item.trim().toUpperCase() : item.trim()))
      .filter((item) => item !== '')
    return items.length === 0 ? {} : { [name]: items }
  }
  const delay = form.one('delayMinutes').trim()
  const draft = form.one('draft')
  return {
    name: form.one('name'),
    when: Object.assign(
      {},
      ...lists.map(listed),
      filled('buyer'),
      filled('totalFrom'),
      filled('totalTo'),
    ) as object,
    set: Object.assign(
      {},
      ...['document', 'series', 'language', 'warehouse', 'email'].map(filled),
      draft === '' ? {} : { draft: draft === 'yes' },
      delay === '' ? {} : { delayMinutes: /^\d+$/.test(delay) ? Number(delay) : delay },
    ) as object,
  }
}

/** The list as a press of one of the form's buttons leaves it, or what is wrong with what was typed. */
export function changedRules(
  form: Fields,
  rules: Rules,
): { rules: Rules } | { errors: Errors; at: number } {
  const at = form.one('at') === 'new' ? rules.length : Number(form.one('at'))
  const next: unknown[] = [...rules]
  const swap = (other: number) => {
    if (other < 0 || other >= next.length || at >= next.length) return
    ;[next[at], next[other]] = [next[other], next[at]]
  }
  switch (form.one('act')) {
    case 'up':
      swap(at - 1)
      break
    case 'down':
      swap(at + 1)
      break
    case 'delete':
      next.splice(at, 1)
      break
    case 'rehearse-all':
      break
    default:
      next[at] = typed(form)
  }
  const read = ShopRules.safeParse(next)
  if (read.success) return { rules: read.data }
  const errors: Record<string, string> = {}
  for (const { path, message } of read.error.issues) {
    const name = path.map(String).findLast((part) => !/^\d+$/.test(part)) ?? 'name'
    errors[name] ??= message
  }
  return { errors, at }
}

export function ruleForm(
  visit: Visit,
  how: { action: string; at: number | 'new'; rule?: Rule; rules: Rules; errors?: Errors },
): Html {
  const { t, guard, form } = visit
  const { rule, at } = how
  const again = how.errors !== undefined
  const errors = how.errors ?? {}
  const stored = { ...rule?.when, ...rule?.set, name: rule?.name } as Record<string, unknown>
  const value = (name: string): string => {
    if (again) return form.one(name)
    const known = stored[name]
    if (typeof known === 'boolean') return known ? 'yes' : 'no'
    if (Array.isArray(known)) return known.join(', ')
    return typeof known === 'string' || typeof known === 'number' ? String(known) : ''
  }
  const label = (name: string) => t.ruleFields[name as keyof typeof t.ruleFields]
  const text = (name: string, more: { hint?: string; placeholder?: string; max?: number } = {}) =>
    textField({
      name,
      id: `${name}-${at}`,
      label: label(name),
      value: value(name),
      errors,
      max: 1000,
      ...more,
    })
  const choice = (name: string, options: readonly (keyof typeof t.ruleChoices)[]) =>
    choiceField({
      name,
      id: `${name}-${at}`,
      label: label(name),
      value: value(name),
      errors,
      options: [['', '–'], ...options.map((one) => [one, t.ruleChoices[one]] as const)],
    })
  return html`<form method="post" action="${how.action}" class="stack">
    ${guard}<input type="hidden" name="was" value="${printOf(how.rules)}" />
    <input type="hidden" name="at" value="${at}" />
    ${again && html`<p class="error" role="alert">${t.ruleWrong}</p>`} ${text('name', { max: 80 })}
    <fieldset>
      <legend>${t.ruleWhen}</legend>
      <p class="hint">${t.commaHint}</p>
      ${text('statuses', { placeholder: 'paid, fulfilled' })}
      ${text('methods', { placeholder: 'cod, card, bank_transfer' })}
      ${text('countries', { placeholder: 'RO, DE' })} ${text('channels', { placeholder: 'pos' })}
      ${text('tags')} ${choice('buyer', ['company', 'person'])}
      ${text('currencies', { placeholder: 'RON, EUR' })}
      ${text('totalFrom', { placeholder: '0.00', max: 20 })} ${text('totalTo', { max: 20 })}
    </fieldset>
    <fieldset>
      <legend>${t.ruleSet}</legend>
      ${choice('document', ['invoice', 'estimate', 'none'])} ${text('series', { max: 50 })}
      ${text('language', { placeholder: 'RO', max: 2 })} ${text('warehouse', { max: 100 })}
      ${choice('email', ['never', 'issued', 'paid'])} ${choice('draft', ['yes', 'no'])}
      ${text('delayMinutes', { max: 5 })}
    </fieldset>
    <div class="actions">
      <button class="primary" name="act" value="save">${t.save}</button>
      <button name="act" value="rehearse">${t.ruleRehearse}</button>
    </div>
  </form>`
}

/** A rule as a person reads it. */
export function ruleInWords({ t }: Visit, { when, set }: Rule): { when: string; set: string } {
  const say = (given: object) =>
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const words = (Array.isArray(value) ? value : [value]).map((one: unknown) => {
          const word = typeof one === 'boolean' ? (one ? 'yes' : 'no') : String(one)
          const isChoice = ['buyer', 'document', 'email', 'draft'].includes(name)
          return isChoice ? t.ruleChoices[word as keyof typeof t.ruleChoices] : word
        })
        return `${t.ruleFields[name as keyof typeof t.ruleFields]}: ${words.join(', ')}`
      })
      .join(' · ')
  return { when: say(when) || t.everyOrder, set: say(set) || t.nothingElse }
}
