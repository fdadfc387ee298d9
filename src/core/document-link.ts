import { createHmac, timingSafeEqual } from 'node:crypto'
import { DocumentKey, LONGEST_DOCUMENT_KEY } from './ids.ts'

/** Long enough that nobody finds one by trying. */
const PROOF_BYTES = 18

const inBase64 = (bytes: number): number => Math.ceil((bytes * 4) / 3)
/** No token of a link has more characters. */
export const LONGEST_TOKEN = inBase64(LONGEST_DOCUMENT_KEY) + 1 + inBase64(PROOF_BYTES)

/**
 * Names for a document that only we can make: `tokenOf` for its public link, `fileOf` for its file in the archive. The same
 * document always has the same ones; without `secret` nobody can make one, nor tell whether another document exists.
 */
export function createLinks(secret: Buffer) {
  const proof = (purpose: string, text: string, bytes = PROOF_BYTES): Buffer =>
    createHmac('sha256', secret).update(`${purpose} ${text}`).digest().subarray(0, bytes)
  return {
    tokenOf: (key: DocumentKey): string =>
      `${Buffer.from(key).toString('base64url')}.${proof('link', key).toString('base64url')}`,

    /** The document of a link; undefined for anything that we did not make. */
    keyOf(token: string): DocumentKey | undefined {
      const [body = '', given = '', ...more] = token.split('.')
      const key = DocumentKey.safeParse(Buffer.from(body, 'base64url').toString('utf8'))
      const wanted = proof('link', key.data ?? '')
      const bytes = Buffer.from(given, 'base64url')
      const same = bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
      return same && more.length === 0 ? key.data : undefined
    },

    fileOf: (key: DocumentKey): string => {
      const [shop = ''] = key.split('~')
      return `${shop}/${proof('file', key, 24).toString('hex')}.pdf`
    },
  }
}
