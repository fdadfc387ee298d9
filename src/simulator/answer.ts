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
import type { Company, State } from './model.ts'
import { Misfit, routes, type Login, type Prepared, type Request, type Route } from './routes.ts'
import { companyOf } from './state.ts'

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
