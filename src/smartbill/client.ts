import { Agent, request } from 'undici'
import pRetry from 'p-retry'
import type { Cause } from '../core/causes.ts'
import { RejectedError, ThrottledError, TransientError, UncertainError } from '../core/errors.ts'
import type { Account } from '../core/settings.ts'
import type { Budget, Grant, Outcome } from './budget.ts'
import { causeOf, isBusinessRefusal } from './refusals.ts'
import { decode, type Answer } from './wire.ts'

/** Failures before the first byte of a request could leave: nothing happened at SmartBill. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
/** The process ends, and its connections with it. */
const GIVEN_UP = 'UND_ERR_DESTROYED'
/** How long the read that finds out whether SmartBill works again may take, in ms. */
const PROBE_TIMEOUT_MS = 4000
/** A bound on what we read of an answer: the largest documents are far smaller. */
const MAX_ANSWER_BYTES = 20_000_000

export type Read = { path: string; query: Record<string, string>; accept?: string }
type Request = {
  path: string
  query?: Record<string, string>
  accept?: string
  body?: object
  timeoutMs?: number
}
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
/** `POST` with a body unless it says otherwise. */
export type Write = {
  path: string
  method?: 'POST' | 'PUT' | 'DELETE'
  body?: object
  query?: Record<string, string>
}

/** What is worth knowing about every call, for metrics; never its content. */
export type CallReport = { endpoint: string; outcome: string; ms: number }

/** The one place where a request leaves for SmartBill: login, budget, time-out, and what the answer means. */
export function createClient(
  budget: Budget,
  options: { baseUrl: string; timeoutMs: number; onCall?: (report: CallReport) => void },
) {
  const agent = new Agent({
    connections: 128,
    connect: { timeout: Math.min(10_000, options.timeoutMs) },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  })

  async function exchange(
    account: Account,
    method: Method,
    call: Request,
  ): Promise<{ answer: Answer; remaining: number | undefined }> {
    const { statusCode, headers, body } = await request(options.baseUrl + call.path, {
      dispatcher: agent,
      method,
      ...(call.query === undefined ? {} : { query: call.query }),
      headers: {
        authorization: `Basic ${Buffer.from(`${account.email}:${account.token}`).toString('base64')}`,
        accept: call.accept ?? 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs),
    })
    const bytes = Buffer.from(await body.arrayBuffer())
    const left = headers['x-ratelimit-remaining']
    const remaining = typeof left === 'string' && /^\d+$/.test(left) ? Number(left) : undefined
    return { answer: decode(statusCode, bytes), remaining }
  }

  /** Sends once, reports to the budget what became of it, and throws what the answer means when it is no success. */
  async function send(
    account: Account,
    grant: Grant,
    method: Method,
    call: Request,
  ): Promise<Answer> {
    if (!budget.isFresh(grant)) {
      await budget.cancel(account, grant)
      throw new ThrottledError('the permission to call has run out', 0)
    }
    const started = performance.now()
    const finish = (outcome: Outcome): Promise<void> => {
      options.onCall?.({
        endpoint: `${method} ${call.path}`,
        outcome: outcome.kind,
        ms: performance.now() - started,
      })
      return budget.release(account, grant, outcome)
    }
    let received: Awaited<ReturnType<typeof exchange>>
    try {
      received = await exchange(account, method, call)
    } catch (cause) {
      const code = codeOf(cause)
      if (NOT_SENT.has(code)) {
        await finish({ kind: 'not-sent' })
        throw new TransientError(`SmartBill cannot be reached (${code})`, { cause })
      }
      // Of a call that we gave up ourselves SmartBill may still be at work: its place falls free with its lease.
      if (code !== GIVEN_UP) await finish({ kind: 'unreachable' })
      if (method === 'GET')
        throw new TransientError(`SmartBill did not answer (${code})`, { cause })
      throw new UncertainError(`SmartBill did not answer ${call.path} (${code})`, code, { cause })
    }
    const { answer, remaining } = received
    const verdict = judge(answer, method, call.path)
    const finished = finish(verdict.outcome ?? { kind: 'ok', remaining })
    if (verdict.error !== undefined) {
      // What this says of the account must be known before the work that it sends away takes its next place.
      await finished
      throw verdict.error
    }
    // Of a success the caller hears at once, to write it down. A place that is not given back falls free with its lease.
    finished.catch(() => {})
    return answer
  }

  async function readOnce(account: Account, call: Read, priority: 'high' | 'low'): Promise<Answer> {
    const grant = await admit(account, priority)
    return send(account, grant, 'GET', call)
  }

  /** Permission for one call; where the account rests, one cheap read finds out first whether it works again. */
  async function admit(account: Account, priority: 'high' | 'low' = 'high'): Promise<Grant> {
    const grant = await budget.acquire(account, priority)
    if (grant !== 'probe') return grant
    const probe = await budget.acquireProbe(account)
    await send(account, probe, 'GET', {
      path: '/series',
      query: { cif: account.cif },
      timeoutMs: Math.min(PROBE_TIMEOUT_MS, options.timeoutMs),
    }).catch((cause: unknown) => {
      if (cause instanceof ThrottledError) throw cause
      // A refusal is an answer: it is up to the call that follows to meet it.
      if (cause instanceof RejectedError) return
      throw new ThrottledError('SmartBill does not answer yet', 0, { cause })
    })
    const second = await budget.acquire(account, priority)
    if (second === 'probe') throw new ThrottledError('the account rests again', 0)
    return second
  }

  return {
    admit,
    cancel: (account: Account, grant: Grant) => budget.cancel(account, grant),

    /** A read, repeated a little when nothing came back. Throws Transient, Throttled or RejectedError. */
    read: (account: Account, call: Read, priority: 'high' | 'low' = 'high'): Promise<Answer> =>
      pRetry(() => readOnce(account, call, priority), {
        retries: 2,
        minTimeout: 200,
        randomize: true,
        shouldRetry: ({ error }) => error instanceof TransientError,
      }),

    /** A write, sent once under a permission that the caller already holds. Throws one of the four failures. */
    write: (account: Account, grant: Grant, call: Write): Promise<Answer> =>
      send(account, grant, call.method ?? 'POST', call),

    close: () => agent.destroy(),
  }
}

export type Client = ReturnType<typeof createClient>

type Verdict = { outcome?: Outcome; error?: Error }

/** What an answer means, decided by status and shape, and by text only where SmartBill leaves no other way. */
function judge(answer: Answer, method: Method, path: string): Verdict {
  const { status } = answer
  const rejected = (cause: Cause): Verdict => ({ error: new RejectedError(cause, { status }) })
  const blocked = (reason: string): Verdict => ({
    outcome: { kind: 'blocked', reason },
    error: new ThrottledError(`SmartBill blocks the token (${status})`, 0),
  })
  const said =
    answer.shape === 'envelope' || answer.shape === 'login'
      ? answer.errorText
      : answer.shape === 'invalid' || answer.shape === 'sent'
        ? answer.message
        : ''
  if (status === 429) return blocked('HTTP 429')
  if (status === 403 && !isBusinessRefusal(said)) return blocked(said || 'HTTP 403')
  switch (answer.shape) {
    case 'pdf':
      return {}
    case 'invalid':
      return rejected({
        code: 'invalid-request',
        said,
        ro: 'SmartBill nu a înțeles cererea. Este o eroare a aplicației: trimiteți-ne acest mesaj.',
        en: 'SmartBill did not understand the request. This is a fault of this application: please report it.',
      })
    case 'login': {
      const company = /firma/i.test(said)
      return {
        outcome: { kind: company ? 'company-refused' : 'login-refused', reason: said },
        error: new ThrottledError(`SmartBill refuses the ${company ? 'company' : 'login'}`, 0),
      }
    }
    case 'sent':
      // 1 is a refusal; anything above is a failure of SmartBill's own, after which nobody knows.
      if (answer.code === 0 && status < 300) return {}
      if (answer.code === 1 && status < 500) return rejected(causeOf(said))
      return unclear(status, said, method, path)
    case 'unreadable':
      // A missing invoice PDF is answered with the HTML of a 502: that says nothing about SmartBill's health. A missing
      // proforma is told in JSON.
      if (path === '/invoice/pdf' && status === 502) return {}
      if (status === 401) {
        return {
          outcome: { kind: 'login-refused', reason: 'HTTP 401' },
          error: new ThrottledError('SmartBill refuses the login', 0),
        }
      }
      return unclear(status, answer.start, method, path)
    case 'envelope':
      break
  }
  if (status >= 500 || status === 408) return unclear(status, said, method, path)
  if (status >= 400 || said !== '') {
    const cause = causeOf(said || `HTTP ${status}`)
    if (cause.code !== 'plan-limit') return rejected(cause)
    return {
      outcome: { kind: 'plan-limit', reason: said },
      error: new ThrottledError('the SmartBill plan is used up', 0),
    }
  }
  return status < 300 ? {} : unclear(status, said, method, path)
}

function unclear(status: number, said: string, method: Method, path: string): Verdict {
  const message = `SmartBill answered ${path} with ${status}`
  const outcome: Outcome =
    status >= 500 || status === 408 ? { kind: 'unreachable' } : { kind: 'ok', remaining: undefined }
  return {
    outcome,
    error:
      method === 'GET'
        ? new TransientError(message)
        : new UncertainError(message, `HTTP ${status} ${said}`.trim()),
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return 'timeout'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
