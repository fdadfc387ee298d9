import { z } from 'zod'
import { defaultCompany } from './defaults.ts'
import { newSeries, type Company, type State } from './model.ts'
import { amount } from './money.ts'

const date = z.iso.date()

/** What may be set on a company; what is left out stays as it is. */
export const CompanyPatch = z.strictObject({
  vat: z.enum(['payer', 'not-payer']).optional(),
  rates: z.array(z.strictObject({ name: z.string(), percentage: z.number() })).optional(),
  series: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        type: z.enum(['f', 'p', 'c']),
        next: z.number().int().positive().optional(),
        width: z.number().int().min(1).max(12).optional(),
      }),
    )
    .optional(),
  units: z.array(z.string()).optional(),
  languages: z.array(z.string()).optional(),
  warehouses: z
    .array(z.strictObject({ name: z.string(), type: z.enum(['en gros', 'en detail']) }))
    .optional(),
  stock: z
    .array(
      z.strictObject({
        warehouse: z.string().default('Depozit'),
        name: z.string(),
        code: z.string().default(''),
        unit: z.string().default('buc'),
        quantity: z.number(),
      }),
    )
    .optional(),
  usesProductCodes: z.boolean().optional(),
  stockModule: z.boolean().optional(),
  referenceCurrency: z.boolean().optional(),
  mailServer: z.boolean().optional(),
  till: z.boolean().optional(),
  planLeft: z.number().int().min(0).nullable().optional(),
  closedUntil: date.nullable().optional(),
  users: z.array(z.string()).nullable().optional(),
  gone: z.boolean().optional(),
  mayAddInvoices: z.boolean().optional(),
  mayChange: z.boolean().optional(),
  mayAddPayments: z.boolean().optional(),
  forbiddenSeries: z.array(z.string()).optional(),
})
export type CompanyPatch = z.input<typeof CompanyPatch>

export function configureCompany(state: State, cif: string, patch: z.infer<typeof CompanyPatch>) {
  const company = state.companies.get(cif) ?? defaultCompany(cif)
  state.companies.set(cif, company)
  const { series, stock, ...plain } = patch
  const given = Object.entries(plain).filter(([, value]) => value !== undefined)
  Object.assign(company, Object.fromEntries(given))
  if (stock !== undefined) {
    company.stock = stock.map((item) => ({ ...item, quantity: amount(item.quantity) }))
  }
  if (series !== undefined) setSeries(company, series)
  return company
}

/** A series that stays keeps its documents and, unless told otherwise, its counter. */
function setSeries(
  company: Company,
  wanted: NonNullable<z.infer<typeof CompanyPatch>['series']>,
): void {
  company.series = wanted.map(({ name, type, next, width }) => {
    const known = company.series.find((other) => other.name === name && other.type === type)
    const series = known ?? newSeries(name, type)
    series.next = next ?? series.next
    series.width = width ?? series.width
    return series
  })
}

export const companyView = ({ series, stock, ...company }: Company) => ({
  ...company,
  series: series.map(({ name, type, next, width }) => ({ name, type, next, width })),
  stock: stock.map((item) => ({ ...item, quantity: item.quantity.toFixed() })),
})
