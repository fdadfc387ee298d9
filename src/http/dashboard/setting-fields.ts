import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Settings } from '../../core/settings.ts'
import type { Fields } from './route.ts'

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

/** What stands in the field for a value; for `parts` and `statuses` the form asks for each by itself. */
export function shown(editor: Editor, value: unknown): string {
  if (value === undefined || value === null) return ''
  switch (editor.kind) {
    case 'lines': {
      const lines = linesOf(editor, value)
      const back = readLines(editor, lines)
      return JSON.stringify(back) === JSON.stringify(value) ? lines : pretty(value)
    }
    case 'words':
      return (value as string[]).join('\n')
    case 'choice':
      return Array.isArray(value) ? value.join(',') : plain(value)
    case 'json':
    case 'parts':
    case 'statuses':
      return isEmpty(value) ? '' : pretty(value)
    case 'switch':
    case 'text':
    case 'whole':
      return plain(value)
  }
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : pretty(value))

const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

type Lines = Extract<Editor, { kind: 'lines' }>

function linesOf({ shape, parts }: Lines, value: unknown): string {
  const rows: string[][] =
    shape === 'rows'
      ? (value as Record<string, string>[]).map((row) => parts.map((part) => row[part] ?? ''))
      : Object.entries(value as Record<string, unknown>).flatMap(([key, one]) =>
          shape === 'record'
            ? [[key, String(one)]]
            : [one].flat().map((rate) => {
                const { name, percentage } = rate as { name: string; percentage: string }
                return [key, name, percentage]
              }),
        )
  return rows.map((row) => row.filter((part, i) => part !== '' || i < 2).join(' = ')).join('\n')
}

/** A line that lacks a part keeps what it has: the schema says what is missing. */
function readLines({ shape, parts }: Lines, text: string): unknown {
  const rows = linesIn(text).map((line) =>
    split(line, shape === 'rates' ? 'outer' : 'first', parts.length),
  )
  if (shape === 'rows')
    return rows.map((row) =>
      Object.fromEntries(
        parts.flatMap((part, i) => (row[i] === undefined ? [] : [[part, row[i]]])),
      ),
    )
  const found = new Map<string, unknown>()
  for (const [key = '', ...rest] of rows) {
    if (shape === 'record') {
      found.set(key, rest[0])
      continue
    }
    const rate = { name: rest[0], percentage: rest[1] }
    const before = found.get(key)
    found.set(key, before === undefined ? rate : [before, rate].flat())
  }
  return Object.fromEntries(found)
}

/** `first`: the last part may hold `=` itself; `outer`: the middle one may. */
function split(line: string, way: 'first' | 'outer', most: number): string[] {
  const pieces = line.split('=').map((piece) => piece.trim())
  if (pieces.length <= most) return pieces
  if (way === 'outer')
    return [pieces[0] ?? '', pieces.slice(1, -1).join(' = '), pieces.at(-1) ?? '']
  const cut = line.split('=')
  return [
    ...pieces.slice(0, most - 1),
    cut
      .slice(most - 1)
      .join('=')
      .trim(),
  ]
}

const OTHER = '.other'
/** The name of the field for statuses that are not in the list. */
export const otherStatuses = `triggerStatuses${OTHER}`

/** The part of a setting that a field is about: `export` of `zeroVat.export`. */
export const partOf = ({ name }: Field): string => name.slice(name.indexOf('.') + 1)

/** What was typed for a setting, not yet checked. */
function typedValue(form: Fields, { name, editor, schema }: Field): unknown {
  const text = form.one(name).trim()
  switch (editor.kind) {
    case 'switch':
      return text === 'on'
    case 'statuses':
      return [...new Set([...form.all(name), ...wordsIn(form.one(otherStatuses))])]
    case 'choice':
      return text === ''
        ? undefined
        : ([text, text.split(','), text === 'true', Number(text)].find((one) =>
            fits(schema, one),
          ) ?? text)
    case 'whole':
      return text === '' ? undefined : Number(text.replace(',', '.'))
    case 'text':
      return text === '' ? emptyText(schema) : name === 'language' ? text.toUpperCase() : text
    case 'words':
      return linesIn(form.one(name))
    case 'parts':
      return Object.fromEntries(
        editor.parts.flatMap((part) => {
          const one = typedValue(form, part)
          return one === undefined ? [] : [[partOf(part), one]]
        }),
      )
    case 'lines':
      return /^[[{]/.test(text) ? asData(text) : readLines(editor, form.one(name))
    case 'json':
      return text === '' ? undefined : asData(text)
  }
}

const wordsIn = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)

const linesIn = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)

/** What is no data stays text, which the schema refuses and the form shows again. */
function asData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const fits = (schema: z.core.$ZodType, value: unknown): boolean =>
  z.safeParse(schema, value).success

/** An emptied text is "none" where there may be none, else an empty one where it may be empty, else the default. */
const emptyText = (schema: z.core.$ZodType): '' | undefined => {
  const without = z.safeParse(schema, undefined)
  return (without.success && without.data === undefined) || !fits(schema, '') ? undefined : ''
}

/** The hidden field that names what a form shows; what it does not show stays as it is. */
export const SHOWN = 'shown'

/** The hidden field by which a setting is recognised as it was when the form was made: `name hash`. */
export const SEEN = 'seen'

export const seenMark = (name: string, value: unknown): string => `${name} ${hashOf(value)}`

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url')
    .slice(0, 8)

/**
 * What the form says over the settings as they are; not yet checked. A setting that was left as the form showed it stays
 * as it is now; `conflicts` are those that somebody else has changed meanwhile and this form too.
 */
export function settingsFrom(
  form: Fields,
  before: Settings,
): { given: Record<string, unknown>; conflicts: SettingName[] } {
  const shownNames = new Set(form.all(SHOWN))
  const seen = new Set(form.all(SEEN))
  const seenNames = new Set([...seen].map((mark) => mark.split(' ')[0]))
  const given: Record<string, unknown> = { ...before }
  const conflicts: SettingName[] = []
  for (const field of settingFields) {
    const { name, schema } = field
    if (!shownNames.has(name)) continue
    const value = typedValue(form, field)
    const read = z.safeParse(schema, value)
    const mine = read.success ? read.data : value
    if (seen.has(seenMark(name, mine))) continue
    const now = before[name]
    const isStale = seenNames.has(name) && !seen.has(seenMark(name, now))
    if (isStale && hashOf(now) !== hashOf(mine)) conflicts.push(name)
    // What is emptied is left out, so that the schema's default holds again.
    if (value === undefined) delete given[name]
    else given[name] = value
  }
  return { given, conflicts }
}

/** The first complaint about each setting: where in it, and the schema's own words. */
export function complaints(error: z.ZodError): Map<string, { at: string; says: string }> {
  const found = new Map<string, { at: string; says: string }>()
  for (const { path, message } of error.issues) {
    const [name = '', ...rest] = path.map(String)
    if (!found.has(name)) found.set(name, { at: rest.join(' → '), says: message })
  }
  return found
}
