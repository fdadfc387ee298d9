import type { z } from 'zod'
import {
  html,
  internalError,
  loginRefused,
  malformed,
  noDocument,
  refusal,
  Refusal,
  unauthorized,
  type Answer,
} from './answers.ts'
import { sendDocument } from './emails.ts'
import { issue, issued } from './issue.ts'
import { cancel, deleteDocument, restore, reverse } from './lifecycle.ts'
import type { Company, State } from './model.ts'
import { collect, receiptText } from './payments.ts'
import { estimatePdf, invoicePdf } from './pdf.ts'
import { invoicesOf, paymentStatus, seriesList, stocks, taxes } from './reads.ts'
import { EstimateBody, InvoiceBody, misfit, PaymentBody, ReverseBody, SendBody } from './schema.ts'
import { companyOf } from './state.ts'
import { deletePayment, deleteReceipt } from './undo-payments.ts'

export type Login =
  | { kind: 'basic'; email: string; token: string }
  | { kind: 'none' }
  | { kind: 'malformed' }

export type Request = {
  method: string
  /** Below /SBORO/api. */
  path: string
  fullPath: string
  query: URLSearchParams
  accept: string
  contentType: string
  login: Login
  body: string
}

type Call = { state: State; company: Company; query: URLSearchParams; accept: string }
type Run = (call: Call) => Answer | Promise<Answer>
/** Step 1 reads the request without looking at the account; step 2 acts. */
type Prepared = { cif: string | null | undefined; run: Run }
type Route = {
  pdf?: boolean
  withDocument?: boolean
  prepare: (request: Request) => Prepared
}

const read = (run: Run): Route => ({
  prepare: ({ query }) => ({ cif: query.get('cif') ?? '', run }),
})

class Misfit extends Error {
  readonly kind: 'unrecognized' | 'unmapped' | 'unparsed' | 'no-json'
  readonly param: string
  constructor(kind: Misfit['kind'], param: string) {
    super(kind)
    this.kind = kind
    this.param = param
  }
}

function write<Body extends { companyVatCode?: string | null | undefined }>(
  schema: z.ZodType<Body>,
  run: (call: Call, body: Body) => Answer,
  withDocument = false,
): Route {
  return {
    withDocument,
    prepare: (request) => {
      let raw: unknown
      try {
        raw = JSON.parse(request.body)
      } catch {
        throw new Misfit('no-json', '')
      }
      const parsed = schema.safeParse(raw)
      if (!parsed.success) {
        const { kind, param } = misfit(parsed.error)
        throw new Misfit(param === '' ? 'no-json' : kind, param)
      }
      return {
        cif: parsed.data.companyVatCode,
        run: (call) => run(call, parsed.data),
      }
    },
  }
}

const routes: Record<string, Record<string, Route>> = {
  '/invoice/v2': {
    POST: write(
      InvoiceBody,
      ({ state, company }, body) => issued(state, issue(state, company, 'invoice', body), true),
      true,
    ),
  },
  '/estimate/v2': {
    POST: write(
      EstimateBody,
      ({ state, company }, body) => issued(state, issue(state, company, 'estimate', body), true),
      true,
    ),
  },
  '/invoice': {
    POST: write(InvoiceBody, ({ state, company }, body) =>
      issued(state, issue(state, company, 'invoice', body), false),
    ),
    DELETE: read(({ state, company, query }) => deleteDocument(state, company, 'invoice', query)),
  },
  '/estimate': {
    POST: write(EstimateBody, ({ state, company }, body) =>
      issued(state, issue(state, company, 'estimate', body), false),
    ),
    DELETE: read(({ state, company, query }) => deleteDocument(state, company, 'estimate', query)),
  },
  '/invoice/reverse': {
    POST: write(ReverseBody, ({ state, company }, body) => reverse(state, company, body)),
  },
  '/invoice/cancel': {
    PUT: read(({ state, company, query }) => cancel(state, company, 'invoice', query)),
  },
  '/invoice/restore': {
    PUT: read(({ state, company, query }) => restore(state, company, 'invoice', query)),
  },
  '/estimate/cancel': {
    PUT: read(({ state, company, query }) => cancel(state, company, 'estimate', query)),
  },
  '/estimate/restore': {
    PUT: read(({ state, company, query }) => restore(state, company, 'estimate', query)),
  },
  '/invoice/pdf': {
    GET: {
      ...read(({ state, company, query, accept }) => invoicePdf(state, company, query, accept)),
      pdf: true,
    },
  },
  '/estimate/pdf': {
    GET: {
      ...read(({ state, company, query, accept }) => estimatePdf(state, company, query, accept)),
      pdf: true,
    },
  },
  '/invoice/paymentstatus': { GET: read(({ company, query }) => paymentStatus(company, query)) },
  '/estimate/invoices': { GET: read(({ company, query }) => invoicesOf(company, query)) },
  '/payment': {
    POST: write(PaymentBody, ({ state, company }, body) => collect(state, company, body)),
  },
  '/payment/v2': {
    DELETE: read(({ state, company, query }) => deletePayment(state, company, query)),
  },
  '/payment/chitanta': {
    DELETE: read(({ state, company, query }) => deleteReceipt(state, company, query)),
  },
  '/payment/text': {
    GET: read(({ state, company, query }) => receiptText(state, company, query.get('id') ?? '')),
  },
  '/document/send': {
    POST: write(SendBody, ({ state, company }, body) => sendDocument(state, company, body)),
  },
  '/tax': { GET: read(({ company }) => taxes(company)) },
  '/series': { GET: read(({ state, company, query }) => seriesList(state, company, query)) },
  '/stocks': { GET: read(({ company, query }) => stocks(company, query)) },
}

const servedMethods = (state: State, path: string): Record<string, Route> | undefined => {
  const methods = routes[path]
  if (methods === undefined || state.switches.olderEndpoints) return methods
  if (path !== '/invoice' && path !== '/estimate') return methods
  return Object.fromEntries(Object.entries(methods).filter(([method]) => method !== 'POST'))
}

/** Answers one request in the order in which SmartBill looks at it: shape, login, company, then the matter itself. */
export async function answer(state: State, request: Request): Promise<Answer> {
  const methods = servedMethods(state, request.path)
  if (methods === undefined) {
    return malformed(
      404,
      request.fullPath,
      'resource_not_found',
      'The requested resource was not found.',
    )
  }
  const route = methods[request.method]
  if (route === undefined) {
    return malformed(
      405,
      request.fullPath,
      'method_not_allowed',
      'The HTTP method is not allowed for the requested resource.',
      undefined,
      { Allow: Object.keys(methods).join(', ') },
    )
  }
  const problem = headerProblem(request, route)
  if (problem !== null) return problem
  let prepared: Prepared
  try {
    prepared = route.prepare(request)
  } catch (error) {
    if (error instanceof Misfit) return misfitAnswer(state, request.fullPath, error)
    throw error
  }
  const more = route.withDocument ? noDocument : {}
  const company = reach(state, request.login, prepared.cif)
  if (company === 'internal-error') {
    return internalError(route.withDocument ? { ...noDocument, documentId: null } : {})
  }
  if ('status' in company) return company
  try {
    return await prepared.run({ state, company, query: request.query, accept: request.accept })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refusal(error, state.switches.refusalsAs200 ? 200 : error.status, more)
  }
}

function headerProblem({ accept, contentType, method, fullPath }: Request, route: Route) {
  const kinds = accept.split(',').map((kind) => kind.split(';')[0]?.trim().toLowerCase() ?? '')
  const good = ['', '*/*', 'application/*', 'application/json']
  if (route.pdf) good.push('application/octet-stream')
  if (!kinds.some((kind) => good.includes(kind))) {
    return malformed(
      406,
      fullPath,
      'invalid_accept_header',
      'The requested resource is not available in the requested format.',
    )
  }
  if (method === 'POST' && !/^application\/json\s*(;|$)/i.test(contentType)) {
    return malformed(
      415,
      fullPath,
      'invalid_content_type',
      'The content type of the request is not supported.',
    )
  }
  return null
}

function misfitAnswer(state: State, path: string, { kind, param }: Misfit): Answer {
  switch (kind) {
    case 'no-json':
      return malformed(400, path, 'json_parse_error', 'Error parsing JSON request input.')
    case 'unrecognized':
      if (state.switches.unknownProperty === 'html-500') return html(500)
      return malformed(400, path, 'json_mapping_error', `Unrecognized property: ${param}.`, param)
    case 'unmapped':
      return malformed(400, path, 'json_mapping_error', `Could not map property: ${param}.`, param)
    case 'unparsed':
      return malformed(
        400,
        path,
        'json_mapping_error',
        `Could not parse property: ${param}.`,
        param,
      )
  }
}

/** The company that this login may use, or the refusal. */
function reach(
  state: State,
  login: Login,
  cif: string | null | undefined,
): Company | Answer | 'internal-error' {
  if (login.kind === 'malformed') return html(500)
  if (login.kind === 'none') return loginRefused()
  const { email, token } = login
  const refused = state.refusedLogins.has(email) || state.refusedLogins.has(token)
  if (email === '' || token === '' || refused) return loginRefused()
  if (cif === null) return 'internal-error'
  const company = cif === undefined || cif === '' ? undefined : companyOf(state, cif)
  if (company === undefined || company.gone) {
    return unauthorized('Firma la care incercati sa va conectati nu mai este disponibila in Cloud.')
  }
  if (company.users !== null && !company.users.includes(email)) {
    return unauthorized(
      'Firma la care incercati sa va conectati nu este disponibila pentru acest utilizator.',
    )
  }
  return company
}
