import { createHash, createHmac } from 'node:crypto'

const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
/** Percent-encoding as the signature wants it: all but unreserved characters. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** The headers of a request to S3, signed after AWS Signature Version 4. */
export function signed(
  login: { accessKey: string; secret: string; region: string },
  call: {
    method: string
    url: URL
    headers: Record<string, string>
    body?: Buffer | undefined
    at: Date
  },
): Record<string, string> {
  const { url } = call
  const time = call.at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/${login.region}/s3/aws4_request`
  const bodyHash = hash(call.body ?? '')
  const headers: Record<string, string> = {
    ...call.headers,
    host: url.host,
    'x-amz-content-sha256': bodyHash,
    'x-amz-date': time,
  }
  const names = Object.keys(headers).toSorted()
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&')
  const canonical = [
    call.method,
    url.pathname.split('/').map(decodeURIComponent).map(encoded).join('/'),
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${login.secret}`)
  const signature = hmac(
    key,
    ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n'),
  ).toString('hex')
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${login.accessKey}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`,
  }
}
