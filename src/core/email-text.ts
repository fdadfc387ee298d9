import type { EmailSettings } from './email-settings.ts'
import type { DocumentKind } from './ids.ts'
import { fillIn, orderFields } from './mentions.ts'
import type { Order } from './order.ts'
import { clean } from './text.ts'
import type { CivilDate } from './time.ts'

export type EmailedDocument = {
  kind: DocumentKind
  series: string
  number: string
  total: string
  currency: string
  issuedOn: CivilDate
  link: string
}

const kinds = {
  invoice: { ro: 'Factura', en: 'Invoice' },
  estimate: { ro: 'Proforma', en: 'Proforma invoice' },
} as const

const usual = {
  ro: {
    subject: '{document.kind} {document.number} pentru comanda {order.number}',
    body: `Bună ziua,

Vă trimitem atașat: {document.kind} {document.number} din {document.date}, în valoare de {document.total} {document.currency}, pentru comanda {order.number}.

Vă mulțumim!`,
  },
  en: {
    subject: '{document.kind} {document.number} for order {order.number}',
    body: `Hello,

Attached you find: {document.kind} {document.number} of {document.date}, {document.total} {document.currency}, for order {order.number}.

Thank you!`,
  },
} as const

/** Subject and body with their `{…}` filled in. `usual`: texts of ours take the place of empty ones. */
export function emailText(
  { subject, body }: Pick<EmailSettings, 'subject' | 'body'>,
  order: Order,
  document: EmailedDocument,
  language: string,
  withUsual: boolean,
): { subject: string; body: string } {
  const lang = language === 'RO' ? 'ro' : 'en'
  const fields: Readonly<Record<string, string>> = {
    'document.kind': kinds[document.kind][lang],
    'document.series': document.series,
    'document.number': document.series + document.number,
    'document.date': document.issuedOn,
    'document.total': document.total,
    'document.currency': document.currency,
    'document.link': document.link,
  }
  const value = (name: string): string | undefined =>
    Object.hasOwn(fields, name) ? fields[name] : orderFields(order, name)
  const text = (own: string, ours: string): string => own || (withUsual ? ours : '')
  return {
    subject: clean(fillIn(text(subject, usual[lang].subject), value), 250),
    body: fillIn(text(body, usual[lang].body), (name) => {
      const filled = value(name)
      return filled === undefined ? undefined : clean(filled, 500)
    }),
  }
}
