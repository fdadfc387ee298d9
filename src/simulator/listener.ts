import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer } from './answer.ts'
import { envelope, html, json, Refusal, refusal, type Answer } from './answers.ts'
import { control } from './control.ts'
import type { Engine, OutageMode } from './engine.ts'
import { bodyOf, readLogin } from './incoming.ts'
import { UNLIMITED, type Admission } from './limit.ts'
import { outcomeOf, type Outcome } from './outcomes.ts'
import { pdfAnswer } from './pdf.ts'
import type { Login, Request } from './routes.ts'
import { conclude as concludeCall, sendAnswer } from './sending.ts'

const BASE = '/SBORO/api'

/** The socket side: reads requests, sends answers, and breaks connections when told to. */
export class Listener {
  readonly #engine: Engine
  readonly #host: string
  readonly #server: Server
  readonly #logins = new Map<string, Login>()
  readonly #held = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #port: number
  #outage: Exclude<OutageMode, 'refuse'> | null = null
  #refusing = false
  #ending: NodeJS.Timeout | undefined
  #closed = false

  constructor(engine: Engine, host: string, port: number) {
    this.#engine = engine
    this.#host = host
    this.#port = port
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error))
      })
    })
    // A kept-alive connection that the server closes just as a request arrives would be a fault nobody asked for.
    this.#server.keepAliveTimeout = 120_000
    this.#server.requestTimeout = 0
  }

  get port(): number {
    return this.#port
  }

  get origin(): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host
    return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${this.#port}`
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen(this.#port, this.#host, () => resolve())
    await promise
    this.#server.off('error', reject)
    this.#port = (this.#server.address() as AddressInfo).port
    this.#engine.state.origin = this.origin
  }

  /** `refuse` really closes the port: nobody can connect, the control routes included. */
  async outage(mode: OutageMode, durationMs?: number): Promise<void> {
    await this.endOutage()
    if (mode === 'refuse') {
      this.#refusing = true
      await this.#stopListening()
    } else {
      this.#outage = mode
    }
    if (durationMs !== undefined) this.#ending = this.later(durationMs, () => this.endOutage())
  }

  async endOutage(): Promise<void> {
    clearTimeout(this.#ending)
    this.#outage = null
    if (!this.#refusing || this.#closed) return
    this.#refusing = false
    await this.listen()
  }

  later(ms: number, act: () => unknown): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void act()
    }, ms)
    this.#timers.add(timer)
    return timer
  }

  /** Drops silent sockets and everything that was still to come. */
  drop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const socket of this.#held) socket.destroy()
    this.#held.clear()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.drop()
    if (!this.#refusing) await this.#stopListening()
  }

  async #stopListening(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = this.#engine.state.now()
    const startedAt = performance.now()
    const url = new URL(incoming.url ?? '/', 'http://simulator')
    const method = incoming.method ?? 'GET'
    if (url.pathname.startsWith('/__simulator')) {
      await this.#serveControl(method, url, incoming, response)
      return
    }
    if (url.pathname.startsWith('/anaf/')) {
      await this.#serveAnaf(method, url.pathname.slice('/anaf'.length), incoming, response)
      return
    }
    if (url.pathname.startsWith('/bnr/') || url.pathname === '/bnr') {
      const said = this.#engine.bnr.answer(arrivedAt)
      if (said === 'silence') this.#hold(incoming.socket)
      else sendAnswer(response, said)
      return
    }
    if (!url.pathname.startsWith(`${BASE}/`)) {
      sendAnswer(response, await this.#outside(url.pathname))
      return
    }
    const { state, limit, faults } = this.#engine
    const path = url.pathname.slice(BASE.length)
    const login = this.#login(incoming.headers.authorization)
    const token = login.kind === 'basic' ? login.token : '(none)'
    const admission = limit.arrive(
      token,
      `${method} ${path}`,
      arrivedAt,
      state.switches.blockProlongs,
    )
    const conclude = (outcome: Outcome, fault: string | null) => {
      const headers = this.#rateHeaders(admission)
      concludeCall(outcome, incoming.socket, response, headers, (socket) => this.#hold(socket))
      this.#engine.log({
        at: arrivedAt,
        token,
        method,
        path,
        result: outcome.kind === 'answer' ? outcome.answer.status : outcome.kind,
        fault,
        ms: Math.round(performance.now() - startedAt),
      })
    }
    if (this.#outage !== null) {
      conclude(outageOutcome(this.#outage), `outage-${this.#outage}`)
      return
    }
    if (!admission.allowed) {
      conclude({ kind: 'answer', answer: this.#blockAnswer(admission) }, null)
      return
    }
    const request: Request = {
      method,
      path,
      fullPath: url.pathname,
      query: url.searchParams,
      accept: incoming.headers.accept ?? '',
      contentType: incoming.headers['content-type'] ?? '',
      login,
      body: await bodyOf(incoming),
    }
    const latencyMs = this.#engine.nextLatencyMs()
    if (latencyMs > 0) await sleep(latencyMs / 2)
    const rule = faults.any ? faults.pick(method, path, request.body) : undefined
    const execute = () => answer(state, request)
    const outcome: Outcome =
      rule === undefined
        ? { kind: 'answer', answer: await execute() }
        : await outcomeOf(rule, request, {
            state,
            execute,
            later: (ms, act) => this.later(ms, act),
            block: (status, ms = limit.settings.blockMs) => {
              const until = state.now() + ms
              if (ms > 0) limit.block(token, until, status)
              return this.#blockAnswer({ ...admission, blockedUntil: until, blockStatus: status })
            },
          })
    if (latencyMs > 0) await sleep(latencyMs / 2)
    conclude(outcome, rule?.fault ?? null)
  }

  async #serveControl(
    method: string,
    url: URL,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const path = url.pathname.slice('/__simulator'.length) || '/'
    const { answer: said, afterwards } = await control(
      { engine: this.#engine, listener: this },
      { method, path, query: url.searchParams, body: await bodyOf(incoming) },
    )
    if (afterwards !== undefined) {
      // What may close this very connection happens only when the answer is out.
      response.once('finish', () => setImmediate(() => void afterwards()))
    }
    sendAnswer(response, said)
  }

  async #serveAnaf(
    method: string,
    path: string,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { anaf, state } = this.#engine
    const at = state.now()
    const said = anaf.answer(method, path, await bodyOf(incoming), at)
    if (anaf.delayMs > 0) await sleep(anaf.delayMs)
    if (said === 'silence') this.#hold(incoming.socket)
    else sendAnswer(response, said)
  }

  /** The public link of a document, where `localLinks` points it here. */
  async #outside(path: string): Promise<Answer> {
    const { state } = this.#engine
    const hash = /^\/documente\/extern\/pf\/(?:factura|proforma)\/([0-9a-f]{32})$/.exec(path)?.[1]
    const document = state.byHash.get(hash ?? '')
    if (document !== undefined) return pdfAnswer(state, document, 'application/pdf')
    return json(404, { error: `nothing here; the API is under ${this.origin}${BASE}` })
  }

  #hold(socket: Socket): void {
    this.#held.add(socket)
    socket.once('close', () => this.#held.delete(socket))
  }

  #login(header: string | undefined): Login {
    if (header === undefined) return { kind: 'none' }
    const known = this.#logins.get(header)
    if (known !== undefined) return known
    const login = readLogin(header)
    this.#logins.set(header, login)
    return login
  }

  #rateHeaders(admission: Admission): Record<string, string | number> {
    const { limit } = this.#engine.limit.settings
    const skewSeconds = Math.round(this.#engine.state.switches.resetSkewMs / 1000)
    return {
      'X-RateLimit-Limit': limit === 0 ? UNLIMITED : limit,
      'X-RateLimit-Remaining': admission.remaining,
      'X-RateLimit-Reset': admission.resetAt + skewSeconds,
    }
  }

  #blockAnswer(admission: Admission): Answer {
    const { switches, now } = this.#engine.state
    const status = admission.blockStatus ?? switches.blockStatus
    const headers = switches.blockRetryAfter
      ? { 'Retry-After': String(Math.ceil((admission.blockedUntil - now()) / 1000)) }
      : {}
    const text = 'Ati depasit numarul maxim de apeluri permis. Accesul este blocat temporar.'
    switch (switches.blockBody) {
      case 'text':
        return { ...refusal(new Refusal(text), status, {}), headers }
      case 'empty':
        return { ...envelope(), status, body: '', headers }
      case 'html':
        return { ...html(503), status, headers }
    }
  }
}

function outageOutcome(mode: Exclude<OutageMode, 'refuse'>): Outcome {
  switch (mode) {
    case 'silence':
      return { kind: 'silence' }
    case '503':
      return { kind: 'answer', answer: html(503) }
    case '502-html':
      return { kind: 'answer', answer: html(502) }
  }
}
