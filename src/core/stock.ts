import { z } from 'zod'
import { type Exact, ZERO, exact, roundDown, sum } from './money.ts'
import { fold } from './text.ts'

/** How much of a product is in a warehouse, as SmartBill says it. Quantities are decimal text, never below zero. */
export const StockItem = z.object({
  warehouse: z.string(),
  /** '' where the account uses no product codes. */
  code: z.string(),
  name: z.string(),
  /** '' where it was not said. */
  unit: z.string(),
  quantity: z.string(),
})
export type StockItem = z.infer<typeof StockItem>

/** A quantity as decimal text that is not negative; null when it is no number. */
export function quantityOf(given: unknown): string | null {
  const text = typeof given === 'number' ? String(given) : typeof given === 'string' ? given : ''
  if (!/^-?\d{1,12}(\.\d{1,9})?$/.test(text.trim())) return null
  const value = exact(text.trim())
  return value.lt(ZERO) ? '0' : value.toFixed()
}

/** Names one product in one warehouse; SmartBill's own warehouse names differ in capitals from place to place. */
export const stockId = ({ warehouse, code, name }: StockItem): string =>
  JSON.stringify([fold(warehouse.trim()), code === '' ? `name ${fold(name)}` : code])

/** Whole pieces of each product code in these warehouses (all when none is named): what a shop may still sell. */
export function sellable(
  items: readonly StockItem[],
  warehouses: readonly string[],
): Map<string, number> {
  const wanted = new Set(warehouses.map((name) => fold(name.trim())))
  const byCode = new Map<string, Exact[]>()
  for (const { warehouse, code, quantity } of items) {
    if (code === '' || (wanted.size > 0 && !wanted.has(fold(warehouse.trim())))) continue
    byCode.set(code, [...(byCode.get(code) ?? []), exact(quantity)])
  }
  return new Map(
    [...byCode]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, quantities]) => [code, Number(roundDown(sum(quantities), 0).toFixed(0))]),
  )
}
