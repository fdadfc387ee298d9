import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { scopeOf, type ApiScope } from '../core/api-scopes.ts'
import { errors, fail } from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of the dashboard that was used; none with RELAY_API_KEY. */
    caller?: string
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Equality in constant time, whatever the lengths. */
export const same = (given: string, wanted: string): boolean =>
  timingSafeEqual(digest(given), digest(wanted))

export function bearer(request: FastifyRequest): string {
  const header = request.headers.authorization ?? ''
  return header.toLowerCase().startsWith('bearer ') ? header.slice(7).trim() : ''
}

/** Failed proofs allowed per address and minute before it hears 429. */
const FAILURES_PER_MINUTE = 120

/**
 * Answers a failed proof: 401, and 429 once an address fails too often. Proofs that succeed are never counted, so a
 * guesser behind the same address cannot lock a shop out.
 */
export function createRefusal(server: FastifyInstance) {
  const check = server.createRateLimit({ max: FAILURES_PER_MINUTE, timeWindow: '1 minute' })
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const limit = await check(request)
    if (!limit.isAllowed && limit.isExceeded) {
      return fail(reply.header('retry-after', '60'), 429, errors.tooMany)
    }
    return fail(reply, 401, errors.unauthorized)
  }
}

/**
 * A hook for the operator routes: `Authorization: Bearer` with RELAY_API_KEY, which may do everything, or with a key
 * made on the dashboard, which may do what its scopes say.
 */
export function requireApiKey(
  apiKey: string | undefined,
  find: (text: string) => Promise<{ name: string; scopes: readonly ApiScope[] } | undefined>,
  refuse: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const given = bearer(request)
    if (apiKey !== undefined && same(given, apiKey)) return undefined
    const known = await find(given)
    if (known === undefined) return refuse(request, reply)
    request.caller = `key ${known.name}`
    // The route's own path: the caller's may be written in other ways that lead to the same route.
    const needed = scopeOf(request.method, request.routeOptions.url ?? '')
    return known.scopes.includes(needed) ? undefined : fail(reply, 403, missingScope(needed))
  }
}

/**
 * Who asked, for the record: the key, and for whom it says to speak. With RELAY_API_KEY a name may stand alone, but no
 * caller signs as a user of the dashboard, as a key, or as a part of the relay.
 */
export function signedBy({ caller = 'operator' }: FastifyRequest, who = ''): string {
  if (who === '' || who === caller) return caller
  return caller === 'operator' && !OURS.test(who) ? who : `${caller}: ${who}`
}
const OURS = /^\s*(user |key |(shop|rules|relay|smartbill|series watch)\s*$)/i

const missingScope = (scope: ApiScope) => ({
  code: 'missing-scope',
  ro: `Cheia nu are dreptul „${scope}”. Folosiți o cheie care îl are sau cereți una unui administrator.`,
  en: `The key lacks the scope "${scope}". Use one that has it, or ask an administrator for one.`,
})
