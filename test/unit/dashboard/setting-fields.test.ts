import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Account, Settings, Shop } from '../../../src/core/settings.ts'
import { fieldsOf } from '../../../src/http/dashboard/route.ts'
import { editorOf, settingFields, type Field } from '../../../src/http/dashboard/setting-fields.ts'
import { settingsFrom, shown } from '../../../src/http/dashboard/setting-values.ts'
import { settingTexts, textOf } from '../../../src/http/dashboard/setting-texts.ts'
import { accessNames } from '../../../src/http/dashboard/shop-access.ts'

const allFields = (fields: readonly Field[]): Field[] =>
  fields.flatMap((field) => [
    field,
    ...(field.editor.kind === 'parts' ? allFields(field.editor.parts) : []),
  ])

describe('the form of settings', () => {
  test('every setting of the schema has a field, a name and its choices in both languages', () => {
    expect(settingFields.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(Settings.shape).toSorted(),
    )
    const missing = allFields(settingFields).flatMap(({ name, editor }) => {
      const text = settingTexts[name]
      if (text === undefined) return [`add the texts of "${name}" to setting-texts.ts`]
      // Codes of currencies and of kinds need no translation.
      const options = editor.kind === 'choice' && editor.options.length <= 6 ? editor.options : []
      return options
        .filter((option) => text.options?.[option] === undefined)
        .map((option) => `"${name}" has no text for "${option}"`)
    })
    expect(missing).toEqual([])
  })

  test('every other thing of a shop and an account has its place', () => {
    const elsewhere = ['id', 'account', 'platform', 'secret', 'previousSecret', 'settings']
    expect([...elsewhere, ...accessNames, 'webhooks'].toSorted()).toEqual(
      Object.keys(Shop.shape).toSorted(),
    )
    expect(Object.keys(Account.shape).toSorted()).toEqual(
      ['id', 'email', 'token', 'cif', 'stockToken'].toSorted(),
    )
  })

  test('a setting that nobody has described is edited as its schema says, data as JSON', () => {
    const kind = (schema: z.ZodType) => editorOf('unheardOf', schema).kind
    expect(kind(z.boolean().default(false))).toBe('switch')
    expect(kind(z.enum(['a', 'b']).optional())).toBe('choice')
    expect(kind(z.union([z.literal('x'), z.enum(['a'])]))).toBe('choice')
    expect(kind(z.number().int().min(0).max(9).default(1))).toBe('whole')
    expect(kind(z.string().max(20))).toBe('text')
    expect(kind(z.array(z.string()).default([]))).toBe('words')
    expect(kind(z.strictObject({ a: z.string(), b: z.boolean() }))).toBe('parts')
    expect(kind(z.array(z.strictObject({ a: z.string() })))).toBe('json')
    expect(kind(z.record(z.string(), z.object({})))).toBe('json')
    expect(textOf('ro', 'unheardOf').name).toBe('unheardOf')
  })
})

/** What a browser would send for these settings when nothing is touched. */
function formOf(settings: Settings) {
  const values: Record<string, string | string[]> = { shown: settingFields.map(({ name }) => name) }
  const fill = ({ name, editor }: Field, value: unknown): void => {
    if (editor.kind === 'switch') {
      if (value === true) values[name] = 'on'
    } else if (editor.kind === 'statuses') values[name] = value as string[]
    else if (editor.kind === 'parts') {
      for (const part of editor.parts)
        fill(part, (value as Record<string, unknown> | undefined)?.[part.name.split('.')[1] ?? ''])
    } else values[name] = shown(editor, value)
  }
  for (const field of settingFields) fill(field, settings[field.name])
  return fieldsOf(values)
}

const unusual: z.input<typeof Settings> = {
  enabled: true,
  document: 'estimate',
  series: 'PRF',
  languageByCountry: true,
  languages: { CH: 'FR', AT: 'DE' },
  automatic: false,
  triggerStatuses: ['paid', 'wc-picked'],
  productCode: ['barcode'],
  issueDate: 'order',
  dueDays: 15,
  currency: 'EUR',
  exchangeRate: '4.97',
  exchangeRateSource: 'bnr',
  precision: 4,
  units: { 'CAFEA-1KG': 'kg', 'odd = code': 'buc' },
  warehouses: [
    { codes: 'CAFE-*', warehouse: 'Depozit Cluj' },
    { codes: '*', warehouse: 'Depozit, etaj 1' },
  ],
  stockWarehouses: ['Depozit, etaj 1', 'Magazin'],
  paymentTypes: { paypal: 'Card online', ramburs: 'Ramburs' },
  chargesVatRate: 'highest',
  zeroVat: { export: 'Scutit export', reverseCharge: 'Taxare inversa' },
  oss: {
    DE: { name: 'Germania 19', percentage: '19' },
    GR: [
      { name: 'Grecia = 24', percentage: '24' },
      { name: 'Grecia 13', percentage: '13' },
    ],
  },
  extraction: [
    { field: 'cif', source: 'meta_data._billing_cui' },
    { field: 'regCom', source: 'note_attributes.Reg. Com', pattern: '(?<value>J\\d+=?/.+)' },
  ],
  mentions: '',
  delayMinutes: 5,
}

test.each([
  ['the defaults', {}],
  ['unusual ones', unusual],
])('a form that is sent back untouched changes nothing: %s', (_name, given) => {
  const settings = Settings.parse(given)
  // Without marks of what was seen, so that everything is read back from the text.
  const { given: read, conflicts } = settingsFrom(formOf(settings), settings)
  expect(Settings.parse(read)).toEqual(settings)
  expect(conflicts).toEqual([])
})

test('a setting that the form does not show stays, an emptied one is its default again', () => {
  const settings = Settings.parse({ ...unusual, mentions: 'x' })
  const form = fieldsOf({ shown: ['dueDays', 'unit', 'precision'], precision: '3', unit: ' ' })
  const read = Settings.parse(settingsFrom(form, settings).given)
  expect(read).toEqual({
    ...settings,
    dueDays: undefined,
    unit: 'buc',
    precision: 3,
  })
})

test('what cannot be read as data is refused by the schema, not lost', () => {
  const form = fieldsOf({ shown: ['oss', 'dueDays'], oss: '{"DE": ', dueDays: 'soon' })
  const { given } = settingsFrom(form, Settings.parse({}))
  const { error } = Settings.safeParse(given)
  expect(error?.issues.map(({ path }) => path[0])).toEqual(['dueDays', 'oss'])
})
