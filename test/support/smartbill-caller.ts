import { request } from 'undici'
import type { Simulator } from '../../src/simulator/simulator.ts'

export type Said = {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  bytes: Uint8Array
  /** The body where it is JSON, else {}. */
  json: Record<string, unknown>
}

const login = (email: string, token: string): string =>
  `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`

/** Calls a simulator as a SmartBill user would; a body that is text goes out as it is. */
export function callerOf(simulator: Simulator, email = 'a@acme.example', token = '003|abc') {
  return async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Said> => {
    const answer = await request(simulator.url + path, {
      method,
      headers: {
        authorization: login(email, token),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const bytes = new Uint8Array(await answer.body.arrayBuffer())
    const text = Buffer.from(bytes).toString('utf8')
    return { status: answer.statusCode, headers: answer.headers, text, bytes, json: parsed(text) }
  }
}

export type Caller = ReturnType<typeof callerOf>

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

export const CIF = 'RO12345674'
export const query = (series: string, number: string): string =>
  `?cif=${CIF}&seriesname=${series}&number=${number}`

export const aLine = (more: Record<string, unknown> = {}) => ({
  name: 'Tricou',
  code: 'TS-1',
  quantity: 1,
  price: 100,
  measuringUnitName: 'buc',
  taxName: 'Normala',
  taxPercentage: 21,
  ...more,
})

export const anInvoice = (more: Record<string, unknown> = {}) => ({
  companyVatCode: CIF,
  seriesName: 'FCT',
  client: { name: 'Ion Popescu', country: 'Romania', vatCode: '-', saveToDb: false },
  products: [aLine()],
  ...more,
})

export const anEstimate = (more: Record<string, unknown> = {}) =>
  anInvoice({ seriesName: 'PRF', ...more })

/** A person collects money on an invoice in SmartBill, without us. */
export const collect = (
  simulator: Simulator,
  { series, number }: { series: string; number: string },
  value: number,
): Promise<Said> =>
  callerOf(simulator)('POST', '/payment', {
    companyVatCode: CIF,
    type: 'Card online',
    isCash: false,
    useInvoiceDetails: true,
    value,
    invoicesList: [{ seriesName: series, number }],
  })
