import { z } from 'zod'
import type { Reason } from './causes.ts'
import { withValue } from './merge-patch.ts'
import { Order } from './order.ts'

/** A value of an order that a person can correct. */
export type OrderField = {
  /** `customer.name`, `lines.0.sku` */
  path: string
  /** `maybe` is yes, no, or unknown. */
  kind: 'text' | 'yes-no' | 'maybe' | 'choice'
  options: readonly string[]
  value: string
}

/** Names by which the order is known elsewhere, or that only the shop can say. */
const FIXED = new Set(['id', 'updatedAt'])

const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap()) : schema

/** Lists that a person may lengthen and shorten; payments and refunds only the shop can say. */
const LISTS = ['lines', 'shippingLines', 'fees', 'discounts'] as const
/** Typed for an item of such a list, it takes the item away. */
export const REMOVE = 'remove'

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : ''

/** Every field of an order that can be corrected, in the order of the schema. Parts that it lacks have none. */
export const orderFields = (order: Order): OrderField[] => fieldsIn(Order, order, '')

/** The fields of one more item of each list that can have more, as they are before anything is typed. */
export const newFields = (order: Order): OrderField[] =>
  LISTS.flatMap((list) => {
    const { element } = bare(Order.shape[list]) as z.ZodArray<z.ZodObject>
    const values = Object.entries(element.shape).map(([name, schema]) => [
      name,
      bare(schema) instanceof z.ZodEnum ? schema.parse(undefined) : '',
    ])
    return fieldsIn(element, Object.fromEntries(values), `${list}.${order[list].length}`)
  })

/** Whether the path is that of an item that a person may take away. */
export const isRemovable = (order: Order, path: string): boolean =>
  LISTS.some((list) => order[list].some((_item, i) => path === `${list}.${i}`))

function fieldsIn(schema: unknown, value: unknown, path: string): OrderField[] {
  const inner = bare(schema)
  const at = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`)
  if (inner instanceof z.ZodObject)
    return value === undefined
      ? []
      : Object.entries(inner.shape)
          .filter(([name]) => !FIXED.has(name))
          .flatMap(([name, of]) => fieldsIn(of, (value as Record<string, unknown>)[name], at(name)))
  // A list of plain words is none of the fields of a form.
  if (inner instanceof z.ZodArray && !(bare(inner.element) instanceof z.ZodObject)) return []
  if (inner instanceof z.ZodArray)
    return ((value ?? []) as unknown[]).flatMap((item, i) => fieldsIn(inner.element, item, at(i)))
  const field = { path, options: [] as string[], value: textOf(value) }
  if (inner instanceof z.ZodBoolean)
    return [{ ...field, kind: schema instanceof z.ZodOptional ? 'maybe' : 'yes-no' }]
  if (inner instanceof z.ZodEnum)
    return [{ ...field, kind: 'choice', options: inner.options.map(String) }]
  return [{ ...field, kind: 'text' }]
}

/**
 * The order with some fields as a person typed them, items taken away and one more item for each list of which something
 * was typed; what is not allowed is for the schema to say.
 */
export function withFields(order: Order, typed: Readonly<Record<string, string>>): unknown {
  const known = new Map(orderFields(order).map((field) => [field.path, field]))
  let edited: unknown = order
  for (const [path, text] of Object.entries(typed)) {
    const field = known.get(path)
    if (field === undefined || field.value === text) continue
    edited = withValue(edited, path, valueOf(path, field.kind, text))
  }
  return withAdded(without(edited, order, typed), order, typed)
}

/** From the last item to the first, so that the places of the others stay what they were. */
const without = (edited: unknown, order: Order, typed: Readonly<Record<string, string>>): unknown =>
  LISTS.flatMap((list) => order[list].map((_item, i) => `${list}.${i}`))
    .toReversed()
    .filter((path) => typed[path] === REMOVE)
    .reduce((tree, path) => withValue(tree, path, undefined), edited)

function withAdded(
  edited: unknown,
  order: Order,
  typed: Readonly<Record<string, string>>,
): unknown {
  const added: Record<string, Record<string, string>> = {}
  for (const { path, value } of newFields(order)) {
    const text = typed[path] ?? value
    if (text === value || text === '') continue
    const [list = '', , name = ''] = path.split('.')
    ;(added[list] ??= {})[name] = text
  }
  const lists = edited as Record<string, unknown[]>
  return Object.entries(added).reduce(
    (whole, [list, item]) => ({ ...whole, [list]: [...(lists[list] ?? []), item] }),
    edited as object,
  )
}

function valueOf(path: string, kind: OrderField['kind'], text: string): unknown {
  if (kind === 'yes-no' || kind === 'maybe')
    return text === 'true' ? true : text === 'false' ? false : text === '' ? undefined : text
  return text === '' && isOptional(path) ? undefined : text
}

/** Whether a field may be absent, where an empty text would be wrong. */
function isOptional(path: string): boolean {
  let schema: unknown = Order
  for (const name of path.split('.')) {
    const inner = bare(schema)
    schema =
      inner instanceof z.ZodObject
        ? (inner.shape as Record<string, unknown>)[name]
        : inner instanceof z.ZodArray
          ? inner.element
          : undefined
  }
  return schema instanceof z.ZodOptional
}

/** What a refusal of SmartBill is usually about. */
const aboutCause: Readonly<Record<string, RegExp>> = {
  'unknown-vat-rate': /\.vatRate$/,
  'missing-product-code': /^lines\.\d+\.(sku|barcode)$/,
  'client-data':
    /^(customer\.(kind|name|company|cif)|billing\.(name|company|city|county|country))$/,
  'client-exists': /^customer\.(name|company|cif|regCom)$/,
  'unknown-unit': /^lines\.\d+\.unit$/,
  currency: /^(currency|exchangeRate)$/,
  discount: /^(lines\.\d+\.discount|discounts\.)/,
  email: /^customer\.email$/,
}

/** The fields that must be put right, as far as reasons or a cause name them, each with what is said about it. */
export function fieldsToFix(
  fields: readonly OrderField[],
  { reasons, cause }: { reasons: readonly Reason[]; cause?: string | undefined },
): { field: OrderField; reasons: Reason[] }[] {
  const pattern = cause === undefined ? undefined : aboutCause[cause]
  return fields.flatMap((field) => {
    const said = reasons.filter(
      (reason) =>
        reason.field !== '' &&
        (field.path === reason.field || field.path.startsWith(`${reason.field}.`)),
    )
    return said.length > 0 || pattern?.test(field.path) === true ? [{ field, reasons: said }] : []
  })
}
