import { z } from 'zod'
import type { Order } from './order.ts'

const short = z.string().max(100)

/** A document that an order has from another program, as a person told us. */
export const Imported = z.object({
  series: short,
  number: short.min(1),
  /** `yyyy-MM-dd`, or '' when not told; so are total (decimal text) and currency. */
  date: short,
  total: short,
  currency: short,
  /** Who told, and when (ISO 8601). */
  by: short,
  at: short,
})
export type Imported = z.infer<typeof Imported>

export const importedName = ({ series, number }: Pick<Imported, 'series' | 'number'>): string =>
  `${series} ${number}`.trim()

/** An order's id or number as lists of documents are matched by: `#1001` and `1001` are one. */
export const orderName = (typed: string): string =>
  typed
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^#\s*(?=.)/, '')

/** Every name under which an order may stand in such a list. */
export const namesOf = ({ id, number }: Pick<Order, 'id' | 'number'>): string[] => [
  ...new Set([orderName(id), orderName(number)].filter((name) => name !== '')),
]
