import { Agent, request } from 'undici'
import { TransientError } from '../core/errors.ts'

const MAX_ANSWER_BYTES = 5_000_000

/** Reads from outside registers. Whatever goes wrong is a TransientError: a look-up changes nothing over there. */
export function createFetch(timeoutMs: number) {
  const agent = new Agent({
    connect: { timeout: timeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  })
  return {
    async text(
      register: string,
      url: string,
      body?: object,
    ): Promise<{ status: number; text: string }> {
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            accept: body === undefined ? 'application/xml, text/xml' : 'application/json',
            'user-agent': 'SmartBill Relay',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(timeoutMs),
        })
        return { status: answer.statusCode, text: await answer.body.text() }
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer'
        throw new TransientError(`${register} did not answer (${code})`, { cause })
      }
    },
    close: () => agent.destroy(),
  }
}

export type Fetch = ReturnType<typeof createFetch>
