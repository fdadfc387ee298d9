import type { z } from 'zod'
import type { Reason } from '../core/causes.ts'
import { parseJson } from '../core/json.ts'
import { Order } from '../core/order.ts'
import type { Delivery, Parsed } from './platform.ts'
import { explain } from './reasons.ts'
import { isRow, textOf } from './wire.ts'

export const notJson: Reason = {
  code: 'not-json',
  field: '',
  ro: 'Mesajul nu este JSON. Trimiteți comanda ca text JSON în UTF-8.',
  en: 'The message is not JSON. Send the order as JSON text in UTF-8.',
}

export type Body = { ok: true; value: unknown } | { ok: false; reasons: Reason[] }

/** The body with its numbers exact. Nesting too deep for the parser counts as no JSON. */
export function bodyOf({ body }: Delivery): Body {
  try {
    return { ok: true, value: parseJson(body.toString('utf8').replace(/^\uFEFF/, '')) }
  } catch {
    return { ok: false, reasons: [notJson] }
  }
}

/** The order's id as far as anything can be read. */
export const idIn = (value: unknown): string => (isRow(value) ? textOf(value['id']) : '')

export const broken = (topic: string, orderId: string, reasons: Reason[]): Parsed => ({
  kind: 'broken',
  topic,
  orderId: orderId.slice(0, 128),
  reasons,
})

export const unreadable = (
  topic: string,
  source: unknown,
  error: z.ZodError,
  id = idIn(source),
): Parsed => broken(topic, id, explain(source, error))

/** The last door: what a platform's file made of a delivery is an order, or is broken with every reason. */
export function orderOrBroken(
  topic: string,
  candidate: { id: string },
  deliveryIds: string[],
): Parsed {
  const order = Order.safeParse(candidate)
  return order.success
    ? { kind: 'order', topic, order: order.data, deliveryIds }
    : broken(topic, candidate.id, explain(candidate, order.error))
}
