import type { z } from 'zod'
import type { Answer } from './answers.ts'
import { sendDocument } from './emails.ts'
import { issued } from './commit.ts'
import { issue } from './issue.ts'
import { cancel, deleteDocument, restore, reverse } from './lifecycle.ts'
import type { Company, State } from './model.ts'
import { collect, receiptText } from './payments.ts'
import { estimatePdf, invoicePdf } from './pdf.ts'
import { invoicesOf, paymentStatus, seriesList, stocks, taxes } from './reads.ts'
import { EstimateBody, InvoiceBody, misfit, PaymentBody, ReverseBody, SendBody } from './schema.ts'
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
export type Prepared = { cif: string | null | undefined; run: Run }
export type Route = {
  pdf?: boolean
  withDocument?: boolean
  prepare: (request: Request) => Prepared
}

const read = (run: Run): Route => ({
  prepare: ({ query }) => ({ cif: query.get('cif') ?? '', run }),
})

/** The body is not what this route reads. */
export class Misfit extends Error {
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

/** What SmartBill serves, by path below the base and method. */
export const routes: Record<string, Record<string, Route>> = {
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
