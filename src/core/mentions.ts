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

/** A template with its `{…}` filled in; a name that does not exist stays as written, to be seen in the preview. */
export const fill = (template: string, order: Order, max = 900): string =>
  clean(
    template.replaceAll(/\{([a-zA-Z.]+)\}/g, (written, name: string) =>
      Object.hasOwn(templateFields, name) ? (templateFields[name]?.(order) ?? '') : written,
    ),
    max,
  )

/** The mentions printed on the document. The marker comes last and whole, however long the template grows. */
export const mentionsOf = (template: string, order: Order, marker: string): string =>
  `${fill(template, order)} Ref ${marker}`.trim()
