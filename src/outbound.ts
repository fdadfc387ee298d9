import { lookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, isIPv4 } from 'node:net'
import { Agent, request } from 'undici'

/** Why a call to an address that somebody typed in did not lead to an answer. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  /** `not-https`, `private-address`, `bad-url`, `timeout`, `too-large`, or the code of the network's failure. */
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export type OutboundAnswer = {
  status: number
  /** Lower-case names; of a repeated header the first value. */
  headers: Readonly<Record<string, string | undefined>>
  text: string
}

export type OutboundCall = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  url: string
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
}

const MAX_ANSWER_BYTES = 20_000_000
const CONNECT_MS = 10_000

const local = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  local.addSubnet(network, bits, 'ipv4')
// Tunnels and translations carry an IPv4 address inside, which may be anybody's.
const tunnels = new BlockList()
tunnels.addSubnet('2001::', 23, 'ipv6')
tunnels.addSubnet('2001:db8::', 32, 'ipv6')
tunnels.addSubnet('2002::', 16, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is reachable from anywhere, so that calling it tells nobody what only this machine can see. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !local.check(address, 'ipv4')
  return global.check(address, 'ipv6') && !tunnels.check(address, 'ipv6')
}

const refuse = (host: string) =>
  new OutboundError('private-address', `${host} is not a public address`)

/**
 * Calls to addresses that merchants and operators type in (shop APIs, webhooks). Only https and public addresses, judged
 * when the connection is made, so that a name cannot change its mind in between; redirects are answers, never followed.
 * `allowPrivate` is for development and tests.
 */
export function createOutbound(options: { allowPrivate: boolean }) {
  const guarded = {
    lookup(
      host: string,
      how: { all?: boolean },
      done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
    ): void {
      lookup(host, { all: true }, (error, found) => {
        const [first] = found ?? []
        if (error !== null || first === undefined) return done(error ?? refuse(host), '')
        if (found.some(({ address }) => !isPublic(address))) return done(refuse(host), '')
        return how.all === true ? done(null, found) : done(null, first.address, first.family)
      })
    },
  }
  const agent = new Agent({
    connect: { timeout: CONNECT_MS, ...(options.allowPrivate ? {} : guarded) },
    maxResponseSize: MAX_ANSWER_BYTES,
  })

  function check(text: string): URL {
    const url = URL.parse(text)
    if (url === null) throw new OutboundError('bad-url', 'not an address')
    if (options.allowPrivate) return url
    if (url.protocol !== 'https:') throw new OutboundError('not-https', `${url.host} is not https`)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // The name service is not asked about an address that is written out.
    if (isIP(host) !== 0 && !isPublic(host)) throw refuse(host)
    return url
  }

  return {
    /** Throws OutboundError when a call to this address would not be let out, by where its name leads now. */
    async judge(text: string): Promise<void> {
      const url = check(text)
      if (options.allowPrivate || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return
      await new Promise<void>((resolve, reject) => {
        guarded.lookup(url.hostname, { all: true }, (error) =>
          error === null ? resolve() : reject(failure(url, error)),
        )
      })
    },
    /** Sends once. Whatever status comes back is an answer; throws OutboundError when none does. */
    async call({ method, url, headers, body, timeoutMs }: OutboundCall): Promise<OutboundAnswer> {
      const target = check(url)
      try {
        const answer = await request(target, {
          dispatcher: agent,
          method,
          headers: headers ?? {},
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(timeoutMs),
        })
        return {
          status: answer.statusCode,
          headers: Object.fromEntries(
            Object.entries(answer.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value[0] : value,
            ]),
          ),
          text: await answer.body.text(),
        }
      } catch (cause) {
        throw failure(target, cause)
      }
    },
    close: (): Promise<void> => agent.close(),
  }
}

export type Outbound = ReturnType<typeof createOutbound>

function failure(url: URL, cause: unknown): OutboundError {
  if (cause instanceof OutboundError) return cause
  const known = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const name = cause instanceof Error ? cause.name : ''
  const code =
    name === 'TimeoutError' || known.endsWith('_TIMEOUT')
      ? 'timeout'
      : known === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
        ? 'too-large'
        : known || name || 'unknown'
  return new OutboundError(code, `no answer from ${url.host} (${code})`, { cause })
}
