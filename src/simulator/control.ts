import { z } from 'zod'
import { AnafPatch } from './anaf.ts'
import { json, type Answer } from './answers.ts'
import { BnrPatch } from './bnr.ts'
import { CompanyPatch, companyView } from './configure.ts'
import type { Engine, OutageMode } from './engine.ts'
import { Rule } from './faults.ts'
import { deleteLastAsOther, issueAsOther } from './others.ts'
import { companyOf } from './state.ts'
import { documentView, documentViews, findDocuments, nomenclature, paymentView } from './witness.ts'

/** The sockets, as far as the control routes move them. */
type Sockets = {
  outage: (mode: OutageMode, durationMs?: number) => Promise<void>
  endOutage: () => Promise<void>
  drop: () => void
}
type Parts = { engine: Engine; listener: Sockets }
type ControlRequest = { method: string; path: string; query: URLSearchParams; body: string }
/** `afterwards` runs once the answer has been sent. */
type ControlAnswer = { answer: Answer; afterwards?: () => unknown }

const Outage = z
  .strictObject({
    mode: z.enum(['refuse', 'silence', '503', '502-html', 'off']),
    durationMs: z.number().int().positive().optional(),
  })
  .refine(({ mode, durationMs }) => mode !== 'refuse' || durationMs !== undefined, {
    path: ['durationMs'],
    error: 'an outage that refuses connections cannot be ended over HTTP: say how long it lasts',
  })
const Latency = z.strictObject({
  minMs: z.number().min(0).default(0),
  maxMs: z.number().min(0),
  seed: z.number().int().optional(),
})
const FaultsBody = z.strictObject({
  rules: z.array(Rule).default([]),
  outage: Outage.optional(),
  latency: Latency.optional(),
})
const Limit = z.strictObject({
  limit: z.number().int().min(0).optional(),
  windowMs: z.number().int().positive().optional(),
  blockMs: z.number().int().min(0).optional(),
  /** Ends every block now. */
  unblock: z.boolean().optional(),
})
const External = z.strictObject({ token: z.string(), calls: z.number().int().positive() })
const Others = z.strictObject({
  cif: z.string(),
  series: z.string().optional(),
  act: z.enum(['issue', 'delete-last']),
  mentions: z.string().optional(),
})
const Logins = z.strictObject({ refused: z.array(z.string()) })

const ok = (body: unknown, afterwards?: () => unknown): ControlAnswer => ({
  answer: json(200, body),
  ...(afterwards === undefined ? {} : { afterwards }),
})

/** The routes under /__simulator: what happened, and what shall go wrong. */
export async function control(parts: Parts, request: ControlRequest): Promise<ControlAnswer> {
  const act = routes[`${request.method} ${request.path}`]
  if (act === undefined) {
    return { answer: json(404, { error: 'no such control route', routes: Object.keys(routes) }) }
  }
  try {
    const body: unknown = request.body === '' ? {} : JSON.parse(request.body)
    return await act(parts, body, request.query)
  } catch (error) {
    if (error instanceof z.ZodError) return { answer: json(400, { error: z.prettifyError(error) }) }
    if (error instanceof SyntaxError) return { answer: json(400, { error: error.message }) }
    throw error
  }
}

type Act = (
  parts: Parts,
  body: unknown,
  query: URLSearchParams,
) => ControlAnswer | Promise<ControlAnswer>

const filterOf = (query: URLSearchParams) => ({
  mention: query.get('mention') ?? undefined,
  series: query.get('series') ?? undefined,
  cif: query.get('cif') ?? undefined,
  status: query.get('status') ?? undefined,
  kind: query.get('kind') ?? undefined,
  brief: query.has('brief'),
})

/** In force when the answer is sent; only refusing connections has to wait until it is out. */
async function setOutage(
  listener: Sockets,
  { mode, durationMs }: z.infer<typeof Outage>,
  body: unknown,
): Promise<ControlAnswer> {
  if (mode === 'refuse') return ok(body, () => listener.outage(mode, durationMs))
  await (mode === 'off' ? listener.endOutage() : listener.outage(mode, durationMs))
  return ok(body)
}

/** A list of rules, one rule, or rules with an outage and a latency. */
function armFaults(
  { engine, listener }: Parts,
  body: unknown,
): ControlAnswer | Promise<ControlAnswer> {
  const single = typeof body === 'object' && body !== null && 'fault' in body
  const list = Array.isArray(body) ? body : [body]
  const parsed = FaultsBody.parse(Array.isArray(body) || single ? { rules: list } : body)
  const ids = engine.faults.arm(parsed.rules)
  if (parsed.latency !== undefined) engine.latency(parsed.latency)
  const { outage } = parsed
  const said = { armed: ids }
  return outage === undefined ? ok(said) : setOutage(listener, outage, said)
}

const routes: Record<string, Act> = {
  'GET /': ({ engine }) =>
    ok({
      documents: engine.state.documents.length,
      companies: [...engine.state.companies.keys()],
      limit: engine.limit.settings,
      switches: engine.state.switches,
      routes: Object.keys(routes),
    }),
  'GET /documents': ({ engine }, _body, query) =>
    ok(
      query.has('count')
        ? { count: findDocuments(engine.state, filterOf(query)).length }
        : documentViews(engine.state, filterOf(query)),
    ),
  'GET /payments': ({ engine }) => ok(engine.state.payments.map(paymentView)),
  'GET /nomenclature': ({ engine }) => ok(nomenclature(engine.state)),
  'GET /emails': ({ engine }) => ok(engine.state.emails),
  'GET /calls': ({ engine }, _body, query) => {
    const token = query.get('token')
    return ok({
      ...engine.calls(),
      ...(token === null ? {} : { arrivals: engine.limit.arrivals(token) }),
    })
  },
  'POST /calls': ({ engine }, body) => {
    const { token, calls } = External.parse(body)
    engine.limit.useExternally(token, calls, engine.state.now())
    return ok(engine.limit.look(token, engine.state.now()))
  },
  'GET /companies': ({ engine }) => ok([...engine.state.companies.values()].map(companyView)),
  'POST /companies': ({ engine }, body) => {
    const { cif, ...patch } = CompanyPatch.extend({ cif: z.string().min(1) }).parse(body)
    return ok(companyView(engine.company(cif, patch)))
  },
  'POST /logins': ({ engine }, body) => {
    engine.state.refusedLogins = new Set(Logins.parse(body).refused)
    return ok({ refused: [...engine.state.refusedLogins] })
  },
  'POST /switches': ({ engine }, body) =>
    ok(engine.switches(z.record(z.string(), z.unknown()).parse(body))),
  'POST /limit': ({ engine }, body) => {
    const { unblock, ...patch } = Limit.parse(body)
    const given = Object.entries(patch).filter(([, value]) => value !== undefined)
    Object.assign(engine.limit.settings, Object.fromEntries(given))
    if (unblock) engine.limit.unblock()
    return ok(engine.limit.settings)
  },
  'POST /others': ({ engine }, body) => {
    const { cif, series, act, mentions } = Others.parse(body)
    const company = companyOf(engine.state, cif)
    if (company === undefined) return { answer: json(404, { error: 'no such company' }) }
    const document =
      act === 'issue'
        ? issueAsOther(engine.state, company, series, mentions)
        : deleteLastAsOther(engine.state, company, series)
    return ok(document === null ? null : documentView(document))
  },
  'GET /faults': ({ engine }) => ok(engine.armed()),
  'POST /faults': (parts, body) => armFaults(parts, body),
  'DELETE /faults': async ({ engine, listener }, _body, query) => {
    const id = query.get('id')
    if (id !== null) {
      engine.faults.disarm(Number(id))
      return ok({})
    }
    engine.faults.disarm()
    engine.latency(null)
    await listener.endOutage()
    return ok({})
  },
  'POST /outage': ({ listener }, body) => {
    const outage = Outage.parse(body)
    return setOutage(listener, outage, outage)
  },
  'POST /latency': ({ engine }, body) => {
    const latency = Latency.parse(body)
    engine.latency(latency)
    return ok(latency)
  },
  'GET /anaf': ({ engine }) => ok({ calls: engine.anaf.calls() }),
  'POST /anaf': ({ engine }, body) => {
    engine.anaf.configure(AnafPatch.parse(body))
    return ok({})
  },
  'POST /bnr': ({ engine }, body) => {
    engine.bnr.configure(BnrPatch.parse(body))
    return ok({ calls: engine.bnr.calls() })
  },
  'POST /reset': async ({ engine, listener }) => {
    engine.reset()
    listener.drop()
    await listener.endOutage()
    return ok({})
  },
}
