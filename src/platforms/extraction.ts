import type { ExtractedField, ExtractionRule } from '../core/extraction.ts'
import { parseJson } from '../core/json.ts'
import type { Customer, Order } from '../core/order.ts'
import { fold, says } from '../core/text.ts'
import type { Delivery, Parsed } from './platform.ts'
import { cifOf } from './romanian-fields.ts'
import { isRow, nameOf, type Row } from './wire.ts'

/** Long enough for any code or name, short enough for any pattern. */
const LONGEST = 120

/**
 * The order with the buyer's fields from where this shop keeps them. A rule that finds something decides; what no rule
 * finds stays as the platform's own reader had it.
 */
export function extract(
  parsed: Parsed,
  { body }: Delivery,
  rules: readonly ExtractionRule[],
): Parsed {
  if (rules.length === 0 || parsed.kind !== 'order') return parsed
  const source = sourceOf(body)
  const found = new Map<ExtractedField, string>()
  for (const rule of rules) {
    if (found.has(rule.field)) continue
    const value = valuesAt(source, rule.source.split('.'))
      .map((text) => matched(text.slice(0, LONGEST), rule.pattern))
      .find((text) => says(text))
    if (value !== undefined) found.set(rule.field, value.trim())
  }
  return found.size === 0 ? parsed : { ...parsed, order: withFound(parsed.order, found) }
}

/** The platform's own order: some wrap it. */
function sourceOf(body: Buffer): unknown {
  const value = parseJson(body.toString('utf8').replace(/^\uFEFF/, ''))
  if (!isRow(value)) return value
  const inner = [value['order'], value['data']].find(isRow)
  return inner ?? value
}

/** `Cod fiscal:`, `_cod_fiscal` and `cod fiscal` are one name. */
const plain = (name: string): string => fold(name).replaceAll(/[^a-z0-9]+/g, '')

/** Every text at a path. In a list, a part of the path is the name of an entry, its place, or is looked for in all. */
function valuesAt(value: unknown, path: readonly string[]): string[] {
  const [part, ...rest] = path
  if (part === undefined) {
    const text = nameOf(value)
    return text === '' ? [] : [text]
  }
  if (Array.isArray(value)) {
    const entries: unknown[] = value
    const named = entries.filter(isRow).filter((entry) => nameIn(entry) === plain(part))
    if (named.length > 0) return named.flatMap((entry) => valuesAt(entry['value'], rest))
    return /^\d{1,3}$/.test(part)
      ? valuesAt(entries[Number(part)], rest)
      : entries.filter(isRow).flatMap((entry) => valuesAt(entry, path))
  }
  if (!isRow(value)) return []
  const key = Object.hasOwn(value, part)
    ? part
    : Object.keys(value).find((name) => plain(name) === plain(part))
  return key === undefined ? [] : valuesAt(value[key], rest)
}

function nameIn(entry: Row): string {
  const name = [entry['name'], entry['key'], entry['label']].find((one) => typeof one === 'string')
  return typeof name === 'string' ? plain(name) : ''
}

/** What of a text the rule wants; '' where the pattern does not fit. */
function matched(text: string, pattern: string | undefined): string {
  if (pattern === undefined) return text
  const match = new RegExp(pattern, 'iu').exec(text)
  return match === null ? '' : (match.groups?.['value'] ?? match[0])
}

function withFound(order: Order, found: ReadonlyMap<ExtractedField, string>): Order {
  const customer: Customer = { ...order.customer, ...Object.fromEntries(found) }
  const cif = found.get('cif')
  if (cif === undefined) return { ...order, customer }
  const code = cifOf(cif) || cif
  // The code is no name and no part of an address, wherever it was typed.
  const other = (text: string): string =>
    (cifOf(text) || text.trim()) === code || text.trim() === cif ? '' : text
  return {
    ...order,
    invoiceRequested: true,
    customer: { ...customer, kind: 'company', cif: code, company: other(customer.company) },
    billing: {
      ...order.billing,
      company: other(order.billing.company),
      line2: other(order.billing.line2),
    },
  }
}
