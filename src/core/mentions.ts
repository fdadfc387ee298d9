import type { Order } from './order.ts'
import { clean } from './text.ts'
import { civilDate } from './time.ts'

/** What `{…}` in a template may name. */
const templateFields: Readonly<Record<string, (order: Order) => string>> = {
  'order.number': (order) => order.number || order.id,
  'order.id': (order) => order.id,
  'order.date': (order) => civilDate(Date.parse(order.createdAt)),
  'order.total': (order) => order.total,
  'order.currency': (order) => order.currency,
  'order.paymentMethod': (order) => order.paymentMethod,
  'customer.name': (order) => order.customer.name,
  'customer.email': (order) => order.customer.email,
  'customer.phone': (order) => order.customer.phone,
}

/** A field of the order that a template names; undefined when there is no such field. */
export const orderFields = (order: Order, name: string): string | undefined =>
  Object.hasOwn(templateFields, name) ? templateFields[name]?.(order) : undefined

/** A template with its `{…}` filled in; a name that has no value stays as written, to be seen in the preview. */
export const fillIn = (template: string, value: (name: string) => string | undefined): string =>
  template.replaceAll(/\{([a-zA-Z.]+)\}/g, (written, name: string) => value(name) ?? written)

/** The same with the fields of an order, as a document can carry it. */
export const fill = (template: string, order: Order, max = 900): string =>
  clean(
    fillIn(template, (name) => orderFields(order, name)),
    max,
  )

/** The mentions printed on the document. The marker comes last and whole, however long the template grows. */
export const mentionsOf = (template: string, order: Order, marker: string): string =>
  `${fill(template, order)} Ref ${marker}`.trim()
