import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Cause, Reason } from './causes.ts'
import { DocumentKey, DocumentKind } from './ids.ts'

/** What a shop's own software can hear of. */
export const noticeEvents = [
  'document.issued',
  'document.paid',
  'document.reversed',
  'order.held',
  'order.dead',
] as const
export const NoticeEvent = z.enum(noticeEvents)
export type NoticeEvent = z.infer<typeof NoticeEvent>

/** A receiver of notices. No events named: all of them. */
export const NoticeEndpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an address like "https://shop.ro/hooks"' }).max(500),
  /** At least 8 characters; `whsec_` and base64 for keys made after Standard Webhooks. */
  secret: z.string().min(8).max(500),
  events: z.array(NoticeEvent).default([]),
})
export type NoticeEndpoint = z.infer<typeof NoticeEndpoint>

/** Names an endpoint without telling its address: part of the key under which a notice is sent once. */
export const endpointId = ({ url }: Pick<NoticeEndpoint, 'url'>): string =>
  createHash('sha256').update(url).digest('hex').slice(0, 12)

/** The id of a message, the same at every attempt: a receiver that knows it has had this one. */
export const messageId = (act: string): string =>
  `msg_${createHash('sha256').update(act).digest('hex').slice(0, 32)}`

const about = {
  shop: z.string(),
  order: z.object({ id: z.string(), number: z.string() }),
}
const NoticeDocument = z.object({
  key: DocumentKey,
  kind: DocumentKind,
  series: z.string(),
  number: z.string(),
  /** Amounts are decimal text. */
  total: z.string(),
  paid: z.string(),
  currency: z.string(),
  issuedAt: z.string(),
  /** Opens the PDF without a login; '' when there is no such link. */
  url: z.string(),
  /** The document that this one corrects. */
  corrects: DocumentKey.nullable(),
})
const timestamp = z.iso.datetime()

/** The body of a notice, by its type. Fields may be added; none is taken away. */
export const notices = {
  'document.issued': z.object({
    type: z.literal('document.issued'),
    timestamp,
    data: z.object({ ...about, document: NoticeDocument }),
  }),
  'document.paid': z.object({
    type: z.literal('document.paid'),
    timestamp,
    data: z.object({ ...about, document: NoticeDocument }),
  }),
  'document.reversed': z.object({
    type: z.literal('document.reversed'),
    timestamp,
    data: z.object({
      ...about,
      document: NoticeDocument,
      /** The reversing document, series and number as printed; '' where the document itself was cancelled. */
      reversal: z.string(),
    }),
  }),
  'order.held': z.object({
    type: z.literal('order.held'),
    timestamp,
    data: z.object({
      ...about,
      document: z.object({ key: DocumentKey, kind: DocumentKind }),
      /** What a person must supply or correct. */
      reasons: z.array(Reason),
    }),
  }),
  'order.dead': z.object({
    type: z.literal('order.dead'),
    timestamp,
    data: z.object({
      ...about,
      document: z.object({ key: DocumentKey, kind: DocumentKind }),
      /** Why it was refused, and the fix. */
      cause: Cause,
    }),
  }),
} as const satisfies Record<NoticeEvent, z.ZodType>

export type Notice = { [Event in NoticeEvent]: z.infer<(typeof notices)[Event]> }[NoticeEvent]
