import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../app.ts'
import { allOf, countAll } from '../../dead-letters/counts.ts'
import { isStorageTrouble } from '../errors.ts'
import { accountRoutes } from './accounts.ts'
import { alertSettingRoutes } from './alert-settings.ts'
import { alertPages } from './alerts.ts'
import { serveAssets } from './assets.ts'
import { attentionRoutes } from './attention.ts'
import { auditRoutes } from './audit.ts'
import { cutOverPages } from './cut-over.ts'
import { correctionPages } from './corrections.ts'
import { deadLetterPages } from './dead-letters.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { askAgain, loginPage, loginRoutes, refusedPage, troublePage } from './login.ts'
import { orderPages } from './order.ts'
import { editRoutes } from './order-edit.ts'
import { orderListRoutes } from './orders.ts'
import { overviewRoutes } from './overview.ts'
import { apiKeyPages } from './api-keys.ts'
import { paymentPages } from './payments.ts'
import { mountQueues } from './queues.ts'
import { reconciliationPages } from './reconciliation.ts'
import {
  fieldsOf,
  type Act,
  type Go,
  type Notice,
  type Page,
  type Role,
  type Route,
  type Session,
  type Show,
  type Visit,
} from './route.ts'
import { passwordRoutes } from './password.ts'
import { isSandbox } from './sandbox.ts'
import { setupRoutes } from './setup.ts'
import { connectionRoutes } from './shop-connection.ts'
import { ruleRoutes } from './rules.ts'
import { shopRoutes } from './shops.ts'
import { mountStream } from './stream.ts'
import { textsIn } from './texts.ts'
import { userRoutes } from './users.ts'
import { langOf, wordsIn } from './words.ts'

const SESSION_COOKIE = 'relay_session'
const LANG_COOKIE = 'relay_lang'
const YEAR_S = 365 * 86_400
/** A press that is still at work is waited for this long, in ms. */
const ONCE_WAIT_MS = 15_000
/** A form, as it arrives. */
const FORM_BYTES = 2_000_000
/** A character of a form may arrive as so many bytes: %2C. */
const ENCODED = 3

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Every page and every action of the dashboard with the role it needs. */
export const dashboardRoutes = (): Route[] => [
  ...loginRoutes(),
  ...overviewRoutes(),
  ...orderListRoutes(),
  ...orderPages(),
  ...editRoutes(),
  ...deadLetterPages(),
  ...attentionRoutes(),
  ...paymentPages(),
  ...correctionPages(),
  ...apiKeyPages(),
  ...shopRoutes(),
  ...connectionRoutes(),
  ...ruleRoutes(),
  ...cutOverPages(),
  ...setupRoutes(),
  ...accountRoutes(),
  ...alertPages(),
  ...alertSettingRoutes(),
  ...reconciliationPages(),
  ...auditRoutes(),
  ...userRoutes(),
  ...passwordRoutes(),
]

/** The dashboard: pages for people, behind a login. */
export function dashboard(app: App) {
  const { people } = app.ledger

  return async (server: FastifyInstance): Promise<void> => {
    await people.seedAdmin(app.config.adminPassword)
    await server.register(cookie)
    await server.register(formbody)
    serveAssets(server)
    server.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', POLICY)
    })
    server.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
      const visit = await visitOf(request, undefined)
      const storage = isStorageTrouble(error)
      const status = storage ? 503 : (error.statusCode ?? 500)
      if (status >= 500) {
        const route = request.routeOptions.url
        if (storage) request.log.warn({ problem: error.message, route }, 'storage is not available')
        else request.log.error({ err: error, route }, 'page failed')
      }
      return send(reply, visit, troublePage(visit, status, storage), undefined)
    })

    for (const route of dashboardRoutes()) {
      server.route({
        method: route.method,
        url: route.path,
        schema: { hide: true },
        bodyLimit: Math.max(FORM_BYTES, 'longest' in route ? route.longest * ENCODED : 0),
        handler: (request, reply) =>
          route.method === 'GET' ? look(route, request, reply) : act(route, request, reply),
      })
    }
    mountStream(app, server, { sessionOf, visitOf })
    await mountQueues(app, server, sessionOf, { allows, isOwnForm })
  }

  async function sessionOf(request: FastifyRequest): Promise<Session | undefined> {
    const id = request.cookies[SESSION_COOKIE]
    // A page that refreshes itself does not keep an abandoned session alive: only who goes to a page is there.
    const quiet =
      request.method === 'GET' &&
      (request.headers['hx-trigger'] !== undefined ||
        request.headers.accept?.includes('text/html') !== true)
    return id === undefined ? undefined : people.session(id, quiet)
  }

  async function visitOf(request: FastifyRequest, session: Session | undefined): Promise<Visit> {
    const lang = langOf(request.cookies[LANG_COOKIE], request.headers['accept-language'])
    const may = (role: Role) => session !== undefined && allows(session, role)
    return {
      app,
      request,
      lang,
      t: textsIn(lang),
      words: wordsIn(lang),
      session,
      may,
      params: request.params as Record<string, string>,
      query: fieldsOf(request.query),
      form: fieldsOf(request.body),
      guard: html`<input type="hidden" name="csrf" value="${session?.csrf}" /><input
          type="hidden"
          name="once"
          value="${crypto.randomUUID()}"
        />`,
      now: app.now(),
    }
  }

  async function look(route: Show, request: FastifyRequest, reply: FastifyReply) {
    const session = await sessionOf(request)
    const visit = await visitOf(request, session)
    if (route.access !== 'anyone') {
      if (session === undefined) {
        const login = `/login?back=${encodeURIComponent(request.url)}`
        return request.headers['hx-request'] === undefined
          ? reply.redirect(login, 303)
          : reply.status(401).header('hx-redirect', '/login').send()
      }
      if (!allows(session, route.access)) return send(reply, visit, refusedPage(visit), session)
    }
    return answer(reply, visit, await route.show(visit), session)
  }

  async function act(route: Act, request: FastifyRequest, reply: FastifyReply) {
    const session = await sessionOf(request)
    const visit = await visitOf(request, session)
    // A form of another site: whatever it asks, nobody here has pressed it.
    if (!isOwnForm(request)) return send(reply, visit, refusedPage(visit), session)
    if (route.access === 'anyone') return answer(reply, visit, await route.act(visit), session)
    if (session === undefined)
      return send(reply, visit, loginPage(visit, { kept: visit.form, status: 401 }), session)
    if (visit.form.one('csrf') !== session.csrf)
      return send(reply, visit, askAgain(visit, request.url, visit.form, 403), session)
    if (!allows(session, route.access)) return send(reply, visit, refusedPage(visit), session)

    const token = visit.form.one('once')
    // Every form of a page has the page's token: a press is the same only if it sends the same to the same place.
    const once = JSON.stringify([session.id, request.url, visit.form.entries])
    const done = token === '' ? undefined : await outcomeOf(once)
    if (done !== undefined) return reply.redirect(done, 303)
    let shown: Page | Go
    try {
      shown = await route.act(visit)
    } catch (error) {
      await people.forgetOnce(once)
      throw error
    }
    if (shown.kind === 'go') {
      for (const did of shown.audit ?? [])
        await people.record({ who: session.user, from: request.ip, ...did })
      if (token !== '') await people.finishOnce(once, shown.to)
    } else await people.forgetOnce(once)
    return answer(reply, visit, shown, session)
  }

  /** Where an equal press has led; undefined when there was none, or when it led nowhere and did nothing. */
  async function outcomeOf(once: string): Promise<string | undefined> {
    const deadline = app.now() + ONCE_WAIT_MS
    for (;;) {
      const known = await people.once(once)
      if (known.first) return undefined
      if (known.outcome !== undefined) return known.outcome
      if (app.now() >= deadline) return '/'
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async function answer(
    reply: FastifyReply,
    visit: Visit,
    shown: Awaited<ReturnType<Show['show']>>,
    session: Session | undefined,
  ) {
    switch (shown.kind) {
      case 'part':
        return plain(reply).send(shown.body.toString())
      case 'file':
        return reply
          .type(shown.type)
          .header('cache-control', 'no-store')
          .header('content-disposition', `attachment; filename="${shown.name}"`)
          .send(shown.body)
      case 'page':
        return send(reply, visit, shown, session)
      case 'go': {
        const owner =
          shown.cookie?.session === undefined || shown.cookie.session === 'none'
            ? session
            : shown.cookie.session
        if (shown.notice !== undefined && owner !== undefined)
          await people.leaveNotice(owner, shown.notice)
        if (shown.cookie !== undefined) setCookies(reply, visit.request, shown.cookie)
        return reply.redirect(shown.to, 303)
      }
    }
  }

  async function send(
    reply: FastifyReply,
    visit: Visit,
    shown: Page,
    session: Session | undefined,
  ) {
    const [counts, alerts, notice] =
      session === undefined || shown.status === 503
        ? [undefined, undefined, undefined]
        : await Promise.all([
            countAll(app),
            app.ledger.alerts.countOpen(),
            people.takeNotice(session),
          ])
    return plain(reply.status(shown.status ?? 200)).send(
      layout(visit, shown, {
        counts:
          counts === undefined
            ? undefined
            : {
                ...counts.documents,
                dead: allOf(counts.dead),
                proposed: counts.acts.proposed,
                alerts,
              },
        notice: notice as Notice | undefined,
        sandbox: isSandbox(app),
      }).toString(),
    )
  }

  function setCookies(
    reply: FastifyReply,
    request: FastifyRequest,
    { session, lang }: NonNullable<Go['cookie']>,
  ): void {
    const common = { path: '/', sameSite: 'lax', httpOnly: true, secure: isHttps(request) } as const
    if (session === 'none') reply.clearCookie(SESSION_COOKIE, common)
    else if (session !== undefined) reply.setCookie(SESSION_COOKIE, session.id, common)
    if (lang !== undefined) reply.setCookie(LANG_COOKIE, lang, { ...common, maxAge: YEAR_S })
  }
}

const plain = (reply: FastifyReply) =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }
const allows = (session: Session, role: Role): boolean => ranks[session.role] >= ranks[role]

/** Whether the browser says that the request comes from one of our own pages. Old browsers say nothing. */
function isOwnForm(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = request.headers
  if (origin === undefined) return true
  return URL.parse(origin)?.host === request.headers.host
}

/** Claiming https without having it only makes the cookie stricter, so the proxy's word is enough. */
const isHttps = (request: FastifyRequest): boolean =>
  request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https'
