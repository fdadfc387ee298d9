import { z } from 'zod'
import { parseJson } from '../core/json.ts'

// The five shapes an answer can have (official API documentation, chapter on errors and responses).

const words = z
  .union([z.string(), z.number(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
  .default('')
/** An amount as exact text, whether it came as a JSON number or a string. */
const amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d+(\.\d+)?$/))

/** The normal envelope: an empty errorText is success. */
export const Envelope = z.looseObject({
  errorText: words,
  message: words,
  number: words,
  series: words,
  url: words,
  documentId: words,
  documentUrl: words,
  documentViewUrl: words,
})
/** Refused before any business rule was looked at: nothing was executed. */
const Invalid = z.looseObject({
  errors: z.array(z.looseObject({ code: words, message: words, param: words })).min(1),
})
/** Login or company refused (HTTP 401). */
const Refused = z.looseObject({ operationExecuted: z.boolean(), errorText: words })
/** POST /document/send. */
const Sent = z.looseObject({ status: z.looseObject({ code: z.coerce.number(), message: words }) })

export type Answer =
  | { shape: 'envelope'; status: number; errorText: string; body: z.infer<typeof Envelope> }
  | { shape: 'invalid'; status: number; message: string }
  | { shape: 'login'; status: number; errorText: string }
  | { shape: 'sent'; status: number; code: number; message: string }
  | { shape: 'pdf'; status: number; bytes: Buffer }
  | { shape: 'unreadable'; status: number; start: string }

/** Recognises an answer by its form, never by its content type, which SmartBill does not keep. */
export function decode(status: number, bytes: Buffer): Answer {
  if (bytes.subarray(0, 4).toString('latin1') === '%PDF') return { shape: 'pdf', status, bytes }
  let body: unknown
  try {
    body = parseJson(bytes.toString('utf8'))
  } catch {
    return { shape: 'unreadable', status, start: firstWords(bytes.toString('utf8', 0, 2000)) }
  }
  const invalid = Invalid.safeParse(body)
  if (invalid.success) {
    const message = invalid.data.errors.map((error) => error.message || error.code).join(' ')
    return { shape: 'invalid', status, message }
  }
  const sent = Sent.safeParse(body)
  if (sent.success) return { shape: 'sent', status, ...sent.data.status }
  const refused = Refused.safeParse(body)
  if (refused.success && status === 401)
    return { shape: 'login', status, errorText: refused.data.errorText }
  const envelope = Envelope.safeParse(body)
  if (!envelope.success)
    return { shape: 'unreadable', status, start: firstWords(bytes.toString('utf8', 0, 500)) }
  return {
    shape: 'envelope',
    status,
    errorText: firstWords(envelope.data.errorText),
    body: envelope.data,
  }
}

/** The readable part of a text that may hold HTML: SmartBill hides help text behind the first tag. */
function firstWords(text: string): string {
  const visible = text.trimStart().startsWith('<')
    ? text.replaceAll(/<[^>]*>/g, ' ')
    : (text.split('<')[0] ?? '')
  return visible.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}

/** GET /series */
export const SeriesList = z.looseObject({
  list: z.array(
    z.looseObject({
      name: z.string(),
      nextNumber: z
        .union([z.string(), z.number()])
        .transform((value) => Number.parseInt(String(value), 10)),
      type: z.string(),
    }),
  ),
})
/** GET /tax */
export const TaxList = z.looseObject({
  taxes: z.array(z.looseObject({ name: z.string(), percentage: amount })),
})
/** GET /invoice/paymentstatus */
export const PaymentStatus = z.looseObject({
  invoiceTotalAmount: amount,
  paidAmount: amount,
  unpaidAmount: amount,
})
/** GET /estimate/invoices */
export const EstimateInvoices = z.looseObject({
  invoices: z
    .array(z.looseObject({ series: words, number: words }))
    .nullish()
    .transform((list) => list ?? []),
})
