import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Settings } from '../../core/settings.ts'
import type { Fields } from './route.ts'
import { settingFields, type Editor, type Field, type SettingName } from './setting-fields.ts'

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
