import { exact, ZERO } from '../core/money.ts'
import { isRow, textOf, type Row } from './wire.ts'

// 12990 may be 129.90 lei in minor units or 12,990 lei. Taking one for the other issues an invoice a hundred times
// wrong that still adds up, so nothing here guesses.

export type Scale = 'minor' | 'plain'

/** Amounts a shop states, as against amounts it computes, which may have decimals in either scale. */
const stated = new Set([
  'price',
  'total',
  'subtotal',
  'order_total',
  'order_subtotal',
  'price_total',
  'price_subtotal',
  'price_products_subtotal',
  'amount',
  'value',
  'order_amount',
  'provider_amount',
])

const rowsOf = (parts: Row): Row[] =>
  ['head', 'lines', 'shipping', 'totals', 'payments'].flatMap((name) => parts[name]).filter(isRow)

const statedIn = (parts: Row): string[] =>
  rowsOf(parts).flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) =>
      stated.has(name) && (typeof value === 'string' || typeof value === 'number')
        ? [String(value)]
        : [],
    ),
  )

/** `590` beside its twin `"5.90 lei"`: which scale the pair shows. */
function shownBy(value: string, formatted: string): Scale | undefined {
  const digits = formatted
    .slice(0, 64)
    .replaceAll(/[^\d.,]/g, '')
    .replace(/[.,]+$/, '')
  const [, whole = '', bani = ''] = /^(\d[\d.,]*?)(?:[.,](\d{2}))?$/.exec(digits) ?? []
  const shown = `${whole.replaceAll(/[.,]/g, '')}${bani === '' ? '' : `.${bani}`}`
  if (!/^\d+(\.\d+)?$/.test(shown) || !/^\d{1,18}(\.\d{1,18})?$/.test(value)) return undefined
  const [left, right] = [exact(value), exact(shown)]
  if (left.eq(ZERO)) return undefined
  if (left.eq(right)) return 'plain'
  return left.eq(right.times(exact('100'))) ? 'minor' : undefined
}

const twins = (parts: Row): Scale[] =>
  rowsOf(parts).flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) => {
      const formatted = row[`${name}_formatted`] ?? row[`${name}_input`]
      if (typeof formatted !== 'string') return []
      return shownBy(textOf(value), formatted) ?? []
    }),
  )

/**
 * The scale of an order's amounts; undefined when the body does not show it. `configured` is what the shop's owner says
 * in a fixed header of the webhook.
 */
export function scaleOf(
  shape: 'webhook' | 'rest',
  parts: Row,
  configured: string | undefined,
): Scale | undefined {
  const amounts = statedIn(parts)
  const pointed = amounts.some((amount) => /^-?\d+\.(?!0$)\d+$/.test(amount))
  const shown = new Set<Scale>(twins(parts))
  // Minor units are whole: a stated amount with a point is in lei. (PHP may write a whole float as 9990.0.)
  if (pointed) shown.add('plain')
  if (configured === 'minor' || configured === 'plain') shown.add(configured)
  else if (shape === 'rest') shown.add('minor')
  if (shown.size === 0 && amounts.every((amount) => /^0*$/.test(amount))) return 'plain'
  return shown.size === 1 ? [...shown][0] : undefined
}
