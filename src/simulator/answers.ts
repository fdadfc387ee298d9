/** What goes back over the socket. */
export type Answer = {
  status: number
  type: string
  body: string | Uint8Array
  headers?: Record<string, string>
}

const jsonType = 'application/json'

export const json = (status: number, body: unknown, headers?: Record<string, string>): Answer => ({
  status,
  type: jsonType,
  body: JSON.stringify(body),
  ...(headers === undefined ? {} : { headers }),
})

const empty = { errorText: '', message: '', number: '', series: '', url: '' }

/** Shape A: the envelope of nearly every answer. */
export const envelope = (fields: Record<string, unknown> = {}): Answer =>
  json(200, { ...empty, ...fields })

/** A refusal after the request was understood: shape A with `errorText`. */
export class Refusal extends Error {
  readonly status: number
  readonly fields: Record<string, unknown>
  constructor(errorText: string, status = 400, fields: Record<string, unknown> = {}) {
    super(errorText)
    this.status = status
    this.fields = fields
  }
}

export const refusal = (error: Refusal, status: number, more: Record<string, unknown>): Answer =>
  json(status, { ...empty, errorText: error.message, ...more, ...error.fields })

export const noDocument = { documentUrl: '', documentId: -1, documentViewUrl: '' }

/** Shape A with the one text that SmartBill's own failures have. */
export const internalError = (more: Record<string, unknown> = {}): Answer =>
  json(500, { ...empty, errorText: 'Internal Server Error!', ...more })

/** Shape B: refused before anything of the account was looked at. */
export function malformed(
  status: number,
  path: string,
  code: string,
  message: string,
  param?: string,
  headers?: Record<string, string>,
): Answer {
  const error = {
    code,
    message,
    docUrl: 'https://api.smartbill.ro/#v3-error-invalid_request_error',
    ...(param === undefined ? {} : { param }),
  }
  return json(
    status,
    { status, type: 'invalid_request_error', instance: path, errors: [error] },
    headers,
  )
}

/** Shape C: the login, or the company it asks for. */
export const unauthorized = (errorText: string): Answer =>
  json(401, {
    key: '!.oresp@&',
    successfully: false,
    errorText,
    errorCode: '0',
    message: '',
    operationExecuted: false,
    cooldown: 0,
    needsConsent: false,
  })

export const loginRefused = (): Answer =>
  unauthorized('Autentificare esuata. Va rugam verificati datele si incercati din nou.')

/** Shape D: only POST /document/send speaks it. */
export const sent = (status: number, code: number, message: string): Answer =>
  json(status, { status: { code, message } })

const page = (title: string, from: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${from}</center>\r\n</body>\r\n</html>\r\n`

/** Shape E: a page of the server in front (nginx) or of the one behind it (Tomcat). */
export const html = (status: 500 | 502 | 503): Answer => ({
  status,
  type: 'text/html',
  body: {
    500: `<!doctype html><html lang="en"><head><title>HTTP Status 500 – Internal Server Error</title></head><body><h1>HTTP Status 500 – Internal Server Error</h1></body></html>`,
    502: page('502 Bad Gateway', 'nginx'),
    503: page('503 Service Temporarily Unavailable', 'nginx'),
  }[status],
})
