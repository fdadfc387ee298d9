import { askJson, type Ask } from './listing.ts'

/** One call to a shop; redirects are not followed. Throws when no answer came. */
export type Send = (call: {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  url: string
  headers: Record<string, string>
  body?: string
}) => ReturnType<Ask>

/** JSON sent with POST, its answer as data. Throws ShopApiError when there is none. */
export const postJson = (send: Send, url: string, headers: Record<string, string>, body: object) =>
  askJson(
    (url, headers) =>
      send({
        method: 'POST',
        url,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    url,
    headers,
  )

export type Pushed = {
  /** Codes whose quantity at the shop is right now. */
  right: string[]
  /** How many of them were not before. */
  corrected: number
  /** Codes that the shop does not have, or has in a way that cannot be set. */
  unknown: string[]
}
