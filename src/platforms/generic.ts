import type { Reason } from '../core/causes.ts'
import { Order } from '../core/order.ts'
import { broken, idIn, notJson } from './parsed.ts'
import type { Delivery, Parsed, Platform } from './platform.ts'
import { explain } from './reasons.ts'
import { provedByBearer } from './signature.ts'
import { isRow, textOf } from './wire.ts'

export type GenericOrder = { ok: true; order: Order } | { ok: false; reasons: Reason[] }

type Envelope = { topic: string; order: unknown; deliveryIds: string[] }

/** JSON knows no NaN and no Infinity; some serialisers write them all the same. */
function withoutNaN(source: string): Reason | undefined {
  const field = /"([\w.-]{1,64})"\s*:\s*-?(?:NaN|Infinity)\b/.exec(source)?.[1]
  if (field === undefined) return undefined
  return {
    code: 'bad-amount',
    field,
    ro: `Câmpul „${field}” nu este un număr. Scrieți un număr zecimal între ghilimele, cu punct, de exemplu "136.00".`,
    en: `The field "${field}" is not a number. Write a decimal number in quotes, with a point, like "136.00".`,
  }
}

// Plain JSON.parse: here a number in place of text must stay a number, so that it is refused.
function read(body: Buffer): { ok: true; value: unknown } | { ok: false; reasons: Reason[] } {
  const source = body.toString('utf8').replace(/^\uFEFF/, '')
  try {
    return { ok: true, value: JSON.parse(source) }
  } catch {
    return { ok: false, reasons: [withoutNaN(source) ?? notJson] }
  }
}

/** The order itself, or the one inside a CloudEvents envelope, whose source and id name the delivery. */
function unwrap(value: unknown): Envelope {
  if (!isRow(value) || typeof value['specversion'] !== 'string' || !('data' in value))
    return { topic: 'order', order: value, deliveryIds: [] }
  const id = textOf(value['id'])
  return {
    topic: textOf(value['type']) || 'order',
    order: value['data'],
    deliveryIds: id === '' ? [] : [`${textOf(value['source'])}~${id}`],
  }
}

function check(candidate: unknown): GenericOrder {
  const order = Order.safeParse(candidate)
  return order.success
    ? { ok: true, order: order.data }
    : { ok: false, reasons: explain(candidate, order.error) }
}

/** A body of the orders API as an order, or every sentence the sender needs to mend it. */
export function parseGenericOrder(body: Buffer): GenericOrder {
  const json = read(body)
  return json.ok ? check(unwrap(json.value).order) : json
}

function parse({ body }: Delivery): Parsed {
  const json = read(body)
  if (!json.ok) return broken('order', '', json.reasons)
  const { topic, order: candidate, deliveryIds } = unwrap(json.value)
  const checked = check(candidate)
  return checked.ok
    ? { kind: 'order', topic, order: checked.order, deliveryIds }
    : broken(topic, idIn(candidate), checked.reasons)
}

/** A shop of one's own that speaks our order format. */
export const generic: Platform = {
  verify: ({ headers }, secrets) => provedByBearer(headers['authorization'], secrets),
  isPing: () => false,
  parse,
}
