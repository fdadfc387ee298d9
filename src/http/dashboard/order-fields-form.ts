import { isRemovable, newFields, REMOVE, type OrderField } from '../../core/order-fields.ts'
import type { Order } from '../../core/order.ts'
import { fieldNames } from './desk-texts.ts'
import { choice, choiceField, textField, type Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import type { Visit } from './route.ts'

/** What the names of an order's fields begin with in a form. */
export const FIELD = 'order.'

/** More fields than this are too many for a page. */
const MOST = 400
const LONGEST = 1000

type Given = {
  typed?: Readonly<Record<string, string>>
  errors?: Errors
  compare?: boolean
}

/** One field with its present value, or what was typed into it. `inFull` says where in the order it stands. */
export function fieldOf(
  visit: Visit,
  field: OrderField,
  { typed, errors, compare = false }: Given,
  how: { inFull?: boolean; said?: readonly string[]; scope?: string } = {},
): Html {
  const { t } = visit
  const { path, kind, options, value: now } = field
  const value = typed?.[path] ?? now
  const name = `${FIELD}${path}`
  const hints = [...(how.said ?? []), ...(compare && value !== now ? [t.nowIs(now)] : [])]
  const common = {
    name,
    // The same field may stand on several cards of one page.
    ...(how.scope === undefined ? {} : { id: `${how.scope} ${path}`.replaceAll(/[^\w.-]/g, '_') }),
    label: labelOf(visit, path, how.inFull === true),
    ...(hints.length === 0
      ? {}
      : { hint: hints.map((hint) => html`<span class="said">${hint}</span>`) }),
    ...(errors === undefined ? {} : { errors }),
  }
  switch (kind) {
    case 'choice':
      return choiceField({
        ...common,
        value,
        options: withValue(options, value).map((one) => [
          one,
          (t.optionNames as Record<string, string>)[one] ?? one,
        ]),
      })
    case 'yes-no':
    case 'maybe':
      return choiceField({
        ...common,
        value,
        options: [
          ...(kind === 'maybe' ? [['', t.notKnown] as const] : []),
          ['true', t.yes],
          ['false', t.no],
        ],
      })
    case 'text':
      return textField({ ...common, value, max: LONGEST })
  }
}

/** What was typed stays selectable even where it is refused. */
const withValue = (options: readonly string[], value: string): string[] =>
  options.includes(value) ? [...options] : [value, ...options]

function labelOf({ t, lang }: Visit, path: string, inFull: boolean): string {
  const parts = path.split('.')
  const leaf = parts.at(-1) ?? ''
  const name = fieldNames[leaf]?.[lang] ?? leaf
  if (!inFull || parts.length === 1) return name
  return `${groupTitle(t, groupOf(path))}: ${name}`
}

/** `lines.3`, `billing`, or `order` for what stands at its top. */
function groupOf(path: string): string {
  const [first = '', second = '', ...more] = path.split('.')
  if (second === '') return 'order'
  return more.length > 0 ? `${first}.${second}` : first
}

function groupTitle(t: Visit['t'], group: string): string {
  const [name = '', at] = group.split('.')
  const title = (t.fieldGroups as Record<string, string>)[name] ?? name
  return at === undefined ? title : `${title} ${Number(at) + 1}`
}

/** All fields in groups that open, and one more item for each list; a group with an error is open. */
export function allFields(
  visit: Visit,
  order: Order,
  fields: readonly OrderField[],
  given: Given,
): Html {
  const { t } = visit
  const more = newFields(order)
  const added = new Set(more.map(({ path }) => groupOf(path)))
  const shown = [...fields.slice(0, MOST), ...more]
  const ranks = [
    'customer',
    'billing',
    'shipping',
    'lines',
    'shippingLines',
    'fees',
    'discounts',
    'order',
  ]
  const rank = (group: string) => {
    const at = ranks.indexOf(group.split('.')[0] ?? '')
    return at < 0 ? ranks.length : at
  }
  const groups = [...Map.groupBy(shown, ({ path }) => groupOf(path))].toSorted(
    ([a], [b]) => rank(a) - rank(b),
  )
  return html`${groups.map(([group, members]) => {
    const wrong = members.some(
      ({ path, value }) =>
        given.errors?.[`${FIELD}${path}`] !== undefined ||
        (given.compare === true && (given.typed?.[path] ?? value) !== value),
    )
    const isNew = added.has(group)
    const title = groupTitle(t, group)
    const name = `${FIELD}${group}`
    const on = given.typed?.[group] === REMOVE
    return html`<details class="card group" ${(wrong || on) && html`open`}>
      <summary>
        ${isNew ? t.oneMore(title) : title} <span class="hint">${!isNew && gist(members)}</span>
      </summary>
      <div class="form-grid">${members.map((field) => fieldOf(visit, field, given))}</div>
      ${isRemovable(order, group) && choice({ type: 'checkbox', name, value: REMOVE, on }, t.takeAway(title))}
    </details>`
  })}
  ${fields.length > MOST ? html`<p class="hint">${t.linesCut(fields.length - MOST)}</p>` : nothing}`
}

/** A glance at what a closed group holds. */
const gist = (members: readonly OrderField[]): string =>
  members
    .filter(({ kind, value }) => kind === 'text' && value !== '')
    .slice(0, 3)
    .map(({ value }) => value)
    .join(', ')
    .slice(0, 60)
