import { z } from 'zod'
import type { App } from '../app.ts'
import type { Cause } from '../core/causes.ts'
import { partsOf } from '../core/ids.ts'
import { endpointId, messageId, NoticeEvent, notices, type Notice } from '../core/notices.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { signedHeaders } from '../core/webhook-signature.ts'
import type { Act } from '../ledger/acts.ts'
import { Setback } from './setback.ts'
import { linkOf, type Subject } from './subject.ts'
import { reversalOf } from './write-back.ts'

type Needs = Pick<App, 'ledger' | 'outbound' | 'config' | 'links' | 'now'>

const Wish = z.object({ event: NoticeEvent, endpoint: z.string(), at: z.number() })

const TIMEOUT_MS = 15_000
const REFUSED_ADDRESSES = ['not-https', 'private-address', 'bad-url']

/** What became of a notice: it was taken, or there is nobody to tell or nothing to tell any more. */
export type Noticed = { status: 'taken'; http: number } | { status: 'moot'; why: string }

/** Where a notice goes; undefined when the shop has no such receiver any more. */
export function endpointOf({ shop }: Pick<Subject, 'shop'>, act: Act) {
  const { endpoint } = Wish.parse(act.wish)
  return shop.webhooks?.find((one) => endpointId(one) === endpoint)
}

/** Tells one receiver of one event, with the same id at every attempt. Throws Setback when it was not taken. */
export async function sendNotice(app: Needs, subject: Subject, act: Act): Promise<Noticed> {
  const wish = Wish.parse(act.wish)
  const endpoint = endpointOf(subject, act)
  if (endpoint === undefined) return { status: 'moot', why: 'the receiver is no longer set up' }
  const notice = await noticeOf(app, subject, wish)
  if (notice === undefined) return { status: 'moot', why: 'it is no longer so' }
  const body = JSON.stringify(notices[wish.event].parse(notice))
  let answer: Awaited<ReturnType<App['outbound']['call']>>
  try {
    answer = await app.outbound.call({
      method: 'POST',
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'smartbill-relay',
        ...signedHeaders(endpoint.secret, messageId(act.key), app.now(), body),
      },
      body,
      timeoutMs: TIMEOUT_MS,
    })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const forbidden = REFUSED_ADDRESSES.includes(code)
    throw new Setback(causes[forbidden ? 'address' : 'silent'](code), !forbidden, 0, { cause })
  }
  const { status, headers } = answer
  if (status >= 200 && status < 300) return { status: 'taken', http: status }
  const said = `HTTP ${status}`
  if (status >= 300 && status < 400) throw new Setback(causes.redirect(said), false)
  const passing = status >= 500 || status === 429 || status === 408
  throw new Setback(causes.refused(said), passing, retryAfterMs(headers))
}

async function noticeOf(
  app: Needs,
  { account, shop, key, document, order }: Subject,
  { event, at }: z.infer<typeof Wish>,
): Promise<Notice | undefined> {
  const { kind, orderId } = partsOf(key)
  const timestamp = new Date(at).toISOString()
  const about = {
    shop: shop.id,
    order: { id: orderId, number: order?.number || orderId },
  }
  const issued = {
    key,
    kind,
    series: document.series,
    number: document.number,
    total: document.total,
    paid: document.paid || '0.00',
    currency: document.currency,
    issuedAt: new Date(document.issuedAt).toISOString(),
    url: linkOf(app, shop, key, document),
    corrects: document.corrects ?? null,
  }
  switch (event) {
    case 'document.issued':
    case 'document.paid':
      return { type: event, timestamp, data: { ...about, document: issued } }
    case 'document.reversed': {
      const reversal = await reversalOf(app, account.id, key)
      return { type: event, timestamp, data: { ...about, document: issued, reversal } }
    }
    case 'order.held':
      return document.state === 'held'
        ? {
            type: event,
            timestamp,
            data: { ...about, document: { key, kind }, reasons: document.reasons ?? [] },
          }
        : undefined
    case 'order.dead':
      return document.state === 'dead' && document.cause !== undefined
        ? {
            type: event,
            timestamp,
            data: { ...about, document: { key, kind }, cause: document.cause },
          }
        : undefined
  }
}

const causes = {
  address: (said: string): Cause => ({
    code: 'notice-address',
    said,
    ro: 'Adresa webhook-ului nu este permisă: trebuie să înceapă cu https și să fie accesibilă public. Corectați-o în setările magazinului.',
    en: "The webhook's address is not allowed: it must begin with https and be reachable in public. Correct it in the shop's settings.",
  }),
  silent: (said: string): Cause => ({
    code: 'notice-unreachable',
    said,
    ro: 'Receptorul webhook-ului nu a răspuns. Verificați că funcționează și răspunde în 15 secunde, apoi reluați.',
    en: "The webhook's receiver did not answer. Check that it works and answers within 15 seconds, then replay.",
  }),
  redirect: (said: string): Cause => ({
    code: 'notice-redirect',
    said,
    ro: 'Adresa webhook-ului redirecționează, iar redirecționările nu se urmează. Scrieți adresa finală în setările magazinului, apoi reluați.',
    en: "The webhook's address redirects, and redirects are not followed. Enter the final address in the shop's settings, then replay.",
  }),
  refused: (said: string): Cause => ({
    code: 'notice-refused',
    said,
    ro: 'Receptorul webhook-ului a refuzat mesajul. Corectați receptorul (trebuie să răspundă 2xx), apoi reluați.',
    en: "The webhook's receiver refused the message. Correct the receiver (it must answer 2xx), then replay.",
  }),
} as const
