import { z } from 'zod'
import { Settings } from '../../core/settings.ts'

export type SettingName = keyof Settings

/** How a setting is edited. */
export type Editor =
  | { kind: 'switch' }
  | { kind: 'statuses' }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'text'; max: number; long: boolean }
  | { kind: 'whole'; min: number; max: number }
  /** One word or name a line. */
  | { kind: 'words' }
  /** One entry a line, its parts separated by `=`. */
  | { kind: 'lines'; parts: readonly string[]; shape: 'record' | 'rows' | 'rates' }
  /** A field of its own for each part. */
  | { kind: 'parts'; parts: readonly Field[] }
  /** Whatever has no better editor. */
  | { kind: 'json' }

/** One input: under which name, of which kind, and the schema that judges it. */
export type Field = { name: string; editor: Editor; schema: z.core.$ZodType }

/** The sections of the form in their order; a setting that is named nowhere stands under `more`. */
export const sections = {
  basics: [
    'enabled',
    'document',
    'series',
    'language',
    'automatic',
    'triggerStatuses',
    'onlyWithBillingDetails',
    'delayMinutes',
    'monthEnd',
    'issueOrdersFrom',
    'skipZeroTotal',
    'draft',
    'shadow',
  ],
  rules: ['rules'],
  products: [
    'saveClients',
    'saveProducts',
    'productCode',
    'allowLinesWithoutCode',
    'unit',
    'units',
    'precision',
  ],
  buyer: ['companyWithoutCif', 'companyLookup', 'inactiveCompany', 'extraction'],
  vat: [
    'chargesVatRate',
    'taxPoint',
    'zeroVat',
    'oss',
    'useIntraCif',
    'vatOnCollection',
    'housingRate',
  ],
  money: [
    'issueDate',
    'dueDays',
    'currency',
    'exchangeRateSource',
    'exchangeRate',
    'recordPayment',
    'paymentTypes',
    'receiptSeries',
  ],
  corrections: [
    'onRefund',
    'onCancel',
    'onEdit',
    'reverseBy',
    'invoiceFromEstimate',
    'invoiceSeries',
    'cancelEstimatesAfterDays',
  ],
  stock: ['useStock', 'warehouse', 'warehouses', 'pushStock', 'stockWarehouses'],
  texts: ['mentions', 'observations', 'languageByCountry', 'languages'],
  after: ['email', 'documentLink', 'writeBack'],
  reconciliation: ['reconcile', 'foreignNumbers'],
} as const satisfies Record<string, readonly string[]>

export type SectionName = keyof typeof sections | 'more'

/** Where the schema alone does not say how a person best types it. */
const editors: Partial<Record<string, Editor>> = {
  triggerStatuses: { kind: 'statuses' },
  automatic: { kind: 'choice', options: ['true', 'false'] },
  productCode: { kind: 'choice', options: ['sku,barcode', 'barcode,sku', 'sku', 'barcode'] },
  units: { kind: 'lines', parts: ['code', 'unit'], shape: 'record' },
  languages: { kind: 'lines', parts: ['country', 'language'], shape: 'record' },
  paymentTypes: { kind: 'lines', parts: ['method', 'type'], shape: 'record' },
  warehouses: { kind: 'lines', parts: ['codes', 'warehouse'], shape: 'rows' },
  extraction: { kind: 'lines', parts: ['field', 'source', 'pattern'], shape: 'rows' },
  oss: { kind: 'lines', parts: ['country', 'name', 'percentage'], shape: 'rates' },
  mentions: { kind: 'text', max: 500, long: true },
  observations: { kind: 'text', max: 500, long: true },
}

const inner = (schema: z.core.$ZodType): { schema: z.core.$ZodType; optional: boolean } => {
  if (schema instanceof z.ZodDefault) return inner(schema.unwrap())
  if (schema instanceof z.ZodOptional) return { ...inner(schema.unwrap()), optional: true }
  return { schema, optional: false }
}

const isText = (schema: z.core.$ZodType): schema is z.ZodString => schema._zod.def.type === 'string'

const literals = (schema: z.core.$ZodType): string[] | undefined => {
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String)
  if (!(schema instanceof z.ZodUnion)) return undefined
  const all = schema.options.map((option) => literals(option))
  return all.includes(undefined) ? undefined : all.flatMap((some) => some ?? [])
}

/** The editor of a setting: the one named for it, or else what its schema leads to. */
export function editorOf(name: string, given: z.core.$ZodType): Editor {
  const named = editors[name]
  if (named !== undefined) return named
  const { schema, optional } = inner(given)
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' }
  const options = literals(schema)
  if (options !== undefined)
    return { kind: 'choice', options: optional ? ['', ...options] : options }
  if (schema instanceof z.ZodNumber)
    return { kind: 'whole', min: schema.minValue ?? 0, max: schema.maxValue ?? 1_000_000 }
  if (isText(schema))
    return { kind: 'text', max: schema.maxLength ?? 200, long: (schema.maxLength ?? 0) > 200 }
  if (schema instanceof z.ZodUnion) {
    const some = schema.options.every((option) => literals(option) !== undefined || isText(option))
    if (some) return { kind: 'text', max: 100, long: false }
  }
  if (schema instanceof z.ZodArray && (isText(schema.element) || literals(schema.element)))
    return { kind: 'words' }
  if (schema instanceof z.ZodObject) {
    const parts = Object.entries(schema.shape as Record<string, z.core.$ZodType>).map(
      ([part, own]) => fieldOf(`${name}.${part}`, own),
    )
    if (parts.every(({ editor }) => !['json', 'parts'].includes(editor.kind)))
      return { kind: 'parts', parts }
  }
  return { kind: 'json' }
}

const fieldOf = (name: string, schema: z.core.$ZodType): Field => ({
  name,
  schema,
  editor: editorOf(name, schema),
})

/** Every setting of the schema with its section, in the order of the form. */
export const settingFields: readonly (Field & { name: SettingName; section: SectionName })[] =
  (() => {
    const schemas: Record<string, z.core.$ZodType> = Settings.shape
    const placed = Object.entries<readonly string[]>(sections).flatMap(([section, names]) =>
      names.map((name) => ({ name: name as SettingName, section: section as SectionName })),
    )
    const known = new Set<string>(placed.map(({ name }) => name))
    const others = Object.keys(schemas)
      .filter((name) => !known.has(name))
      .map((name) => ({ name: name as SettingName, section: 'more' as const }))
    return [...placed, ...others].flatMap(({ name, section }) => {
      const schema = schemas[name]
      return schema === undefined ? [] : [{ ...fieldOf(name, schema), name, section }]
    })
  })()
