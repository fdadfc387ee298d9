import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from './platform.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

// Digests have one length, so the time taken tells nothing about either text, nor about its length.
const same = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected))

/** Whether `given` equals what one of the secrets makes. Tries them all; an empty secret proves nothing. */
function matches(given: string | undefined, secrets: Secrets, make: (secret: string) => string) {
  if (given === undefined || given === '') return false
  let proved = false
  for (const secret of secrets) {
    if (secret !== '' && same(given, make(secret))) proved = true
  }
  return proved
}

/** A header that holds the secret itself. */
export const provedByKey = (header: string | undefined, secrets: Secrets): boolean =>
  matches(header?.trim(), secrets, (secret) => secret)

/** `Authorization: Bearer <secret>`. */
export const provedByBearer = (header: string | undefined, secrets: Secrets): boolean =>
  matches(/^Bearer +(\S.*)$/i.exec(header ?? '')?.[1]?.trim(), secrets, (secret) => secret)

/** A header with the base64 HMAC-SHA256 of the exact bytes of the body. */
export const provedByHmac = (header: string | undefined, body: Buffer, secrets: Secrets): boolean =>
  matches(header?.trim(), secrets, (secret) =>
    createHmac('sha256', secret).update(body).digest('base64'),
  )
