import { parseJson } from '../core/json.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { shopApiError } from '../core/shop-api-errors.ts'
import type { Delivery } from './platform.ts'
import { textOf } from './wire.ts'

/** One read at a shop's API; redirects are not followed. Throws when no answer came. */
export type Ask = (
  url: string,
  headers: Record<string, string>,
) => Promise<{
  status: number
  headers: Readonly<Record<string, string | undefined>>
  text: string
}>

/**
 * Where a list begins, in ms since 1970, or where it goes on, as the platform's file noted it. `resumed`: after a pause in
 * which the list may have shifted.
 */
export type From = { since: number; position: string; resumed: boolean }

export type ListedOrder = {
  id: string
  /** When it changed last by the shop's clock, in ms; 0 when the list does not say. */
  changedAt: number
  /** The shop's own word for its state, where the list says it. */
  platformStatus?: string
  /** The delivery that `parse` reads. */
  read: () => Promise<Delivery>
}

/** One page of the orders that changed. */
export type Page = {
  orders: ListedOrder[]
  /** Where to go on; '' at the end. */
  next: string
  /** All changes up to here (ms) have been listed once this page is taken in; absent where only the end can tell. */
  reached?: number
  /** How long the shop wants to be left alone before the next read, in ms. */
  restMs: number
}

/** No shop is left alone for longer than this between two reads, whatever its headers say, in ms. */
export const LONGEST_REST_MS = 600_000
const DEFAULT_WAIT_MS = 10_000

export const wasRefused = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  ['not-https', 'private-address', 'bad-url'].includes(String(cause.code))

/** The answer as data, its numbers exact; anything else is thrown as what it means. */
export async function askJson(
  ask: Ask,
  url: string,
  headers: Record<string, string>,
): Promise<{ value: unknown; headers: Readonly<Record<string, string | undefined>> }> {
  const answer = await ask(url, headers).catch((cause: unknown) => {
    throw shopApiError(wasRefused(cause) ? 'forbidden-address' : 'unreachable', undefined, {
      cause,
    })
  })
  const { status } = answer
  if (status === 429)
    throw shopApiError('throttled', retryAfterMs(answer.headers) ?? DEFAULT_WAIT_MS)
  if (status === 401 || status === 403) throw shopApiError('login')
  if (status === 402) throw shopApiError('plan')
  if (status === 404 || (status >= 300 && status < 400)) throw shopApiError('wrong-address')
  if (status >= 500) throw shopApiError('server')
  if (status !== 200 && status !== 201) throw shopApiError('refused')
  try {
    return { value: parseJson(answer.text.replace(/^\uFEFF/, '')), headers: answer.headers }
  } catch {
    throw shopApiError('not-json')
  }
}

/** An order taken out of a list, as a delivery of its own. */
export const deliveryOf = (order: unknown): Delivery => ({
  headers: {},
  body: Buffer.from(JSON.stringify(order)),
})

/** An order that the list shows in full. */
export const listedOrder = (order: { id?: unknown }, changedAt: number): ListedOrder => ({
  id: textOf(order.id),
  changedAt,
  read: async () => deliveryOf(order),
})

/** `https://shop.ro/` and a path → an address. */
export function addressOf(base: string, path: string, query: Record<string, string>): string {
  const url = new URL(base.replace(/\/+$/, '') + path)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '')
