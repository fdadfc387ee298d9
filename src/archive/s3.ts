import { Agent, request } from 'undici'
import { RejectedError, TransientError } from '../core/errors.ts'
import type { Store } from './archive.ts'
import { signed } from './signature-v4.ts'

export type S3Place = {
  endpoint: string
  region: string
  bucket: string
  accessKey: string
  secret: string
}

const TIMEOUT_MS = 30_000
const MAX_FILE_BYTES = 20_000_000

/** Files in a bucket of S3 or of a storage that speaks it (MinIO, R2, Ceph …), addressed by path. */
export function createS3Store(place: S3Place): Store {
  const agent = new Agent({ connect: { timeout: 10_000 }, maxResponseSize: MAX_FILE_BYTES })

  async function call(
    method: 'GET' | 'PUT',
    name: string,
    bytes?: Buffer,
    more: Record<string, string> = {},
  ) {
    const url = new URL(`${place.endpoint.replace(/\/+$/, '')}/${place.bucket}/${name}`)
    const headers = signed(place, { method, url, headers: more, body: bytes, at: new Date() })
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        method,
        headers,
        ...(bytes === undefined ? {} : { body: bytes }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return { status: statusCode, body: Buffer.from(await body.arrayBuffer()) }
    } catch (cause) {
      throw new TransientError('the archive does not answer', { cause })
    }
  }
  const put = (name: string, bytes: Buffer, more: Record<string, string> = {}) =>
    call('PUT', name, bytes, { 'content-type': 'application/pdf', ...more })

  return {
    async read(name) {
      const { status, body } = await call('GET', name)
      if (status === 200) return body
      if (status === 404) return undefined
      throw trouble(status, body)
    },
    async write(name, bytes) {
      let { status, body } = await put(name, bytes, { 'if-none-match': '*' })
      // A storage that does not know the condition writes the same document again at worst.
      if (status === 501) ({ status, body } = await put(name, bytes))
      if (status === 412) return 'kept'
      if (status !== 200) throw trouble(status, body)
      return 'written'
    },
    async replace(name, bytes) {
      const { status, body } = await put(name, bytes)
      if (status !== 200) throw trouble(status, body)
    },
    close: () => agent.close(),
  }
}

function trouble(status: number, body: Buffer): Error {
  if (status >= 500 || status === 429 || status === 409)
    return new TransientError(`the archive answered ${status}`)
  const said = /<Code>([^<]{1,60})/.exec(body.toString('utf8', 0, 2000))?.[1] ?? `HTTP ${status}`
  return new RejectedError({
    code: 'archive-refused',
    said,
    ro: 'Arhiva de PDF-uri refuză cererea. Verificați RELAY_ARCHIVE_S3_* (adresă, bucket, cheie, drepturi), apoi reluați.',
    en: 'The PDF archive refuses the request. Check RELAY_ARCHIVE_S3_* (address, bucket, key, rights), then replay.',
  })
}
