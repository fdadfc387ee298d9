import { fiscalOf, type Fiscal, type Labelled } from './romanian-fields.ts'
import { isRow, nameOf, textOf, type Row } from './wire.ts'

export type Meta = readonly { key: string; value?: unknown }[]

const labelled = (source: Row): Labelled[] =>
  Object.entries(source).flatMap(([label, value]) => {
    const said = nameOf(value)
    return said === '' ? [] : [{ label, value: said }]
  })

/**
 * Who is to be invoiced: the fields of known plugins first, then any meta key that ends like a fiscal field, then extra
 * keys that checkout editors add to the billing address.
 */
export function fiscalIn(meta: Meta, billing: Row & { company: string }): Fiscal {
  const nested = (name: string): Labelled[] =>
    meta
      .flatMap(({ key, value }) => (key === name && isRow(value) ? labelled(value) : []))
      .map((entry) => ({ ...entry, known: true }))
  const flat = meta.flatMap(({ key, value }) => labelled({ [key]: value }))
  const own = (entry: Labelled): boolean => entry.label.startsWith('smartbill_')
  const { company, ...rest } = billing
  return fiscalOf(
    [
      ...nested('av_facturare'),
      ...flat.filter(own).map((entry) => ({ ...entry, known: true })),
      ...nested('curiero_pf_pj_option'),
      ...flat.filter((entry) => !own(entry)),
      ...labelled(rest),
    ],
    company,
  )
}

/**
 * The invoice another program has issued for this order, as `series number`. What we wrote ourselves is among them: whoever
 * takes an order in knows its own invoices, and a ledger that was lost must not issue them again.
 */
export function externalInvoiceIn(meta: Meta): string {
  const value = (name: string): string =>
    textOf(meta.find(({ key }) => key.replace(/^_/, '') === name)?.value)
  for (const [series, number] of [
    ['smartbill_series_name', 'smartbill_document_number'],
    ['oblio_invoice_series_name', 'oblio_invoice_number'],
  ] as const) {
    if (value(number) !== '') return `${value(series)} ${value(number)}`.trim()
  }
  return value('smartbill_relay_invoice_reversed_by') === '' ? value('smartbill_relay_invoice') : ''
}
