import { UncertainError } from '../core/errors.ts'
import type { DocumentKind } from '../core/ids.ts'
import type { Account } from '../core/settings.ts'
import type { Grant } from './budget.ts'
import type { Client } from './client.ts'

/** A document to be sent by SmartBill's own mail. An empty subject or body leaves SmartBill's template. */
export type DocumentEmail = {
  kind: DocumentKind
  series: string
  number: string
  to: string
  cc: readonly string[]
  bcc: readonly string[]
  subject: string
  body: string
}

const TYPE = { invoice: 'factura', estimate: 'proforma' } as const satisfies Record<
  DocumentKind,
  string
>
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** Documents by e-mail, through the mail server that the account has set up in SmartBill. */
export function createEmailCalls(client: Client) {
  return {
    /** POST /document/send, once: every call sends. Without the documented success it is an UncertainError. */
    async send(account: Account, grant: Grant, email: DocumentEmail): Promise<void> {
      const { kind, series, number, to, cc, bcc, subject, body } = email
      const answer = await client.write(account, grant, {
        path: '/document/send',
        body: {
          companyVatCode: account.cif,
          seriesName: series,
          number,
          type: TYPE[kind],
          to,
          ...(cc.length === 0 ? {} : { cc: cc.join(',') }),
          ...(bcc.length === 0 ? {} : { bcc: bcc.join(',') }),
          ...(subject === '' ? {} : { subject: base64(subject) }),
          ...(body === '' ? {} : { bodyText: base64(body) }),
        },
      })
      if (answer.shape !== 'sent') {
        const what = `HTTP ${answer.status} in another form`
        throw new UncertainError('SmartBill accepted /document/send but not in its form', what)
      }
    },
  }
}
