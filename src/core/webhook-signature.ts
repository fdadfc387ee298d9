import { createHmac } from 'node:crypto'

/**
 * The headers of an outgoing webhook after Standard Webhooks 1.0.0: `v1,` and the base64 of an HMAC-SHA256 over id,
 * time and body. A secret that begins with `whsec_` is base64; any other is taken as it is.
 */
export function signedHeaders(
  secret: string,
  id: string,
  sentAtMs: number,
  body: string,
): Record<string, string> {
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret)
  const timestamp = String(Math.floor(sentAtMs / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}
