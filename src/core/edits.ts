import { hash } from 'node:crypto'
import { z } from 'zod'
import type { DocumentLine } from './document.ts'
import { exact, round, sum, text, ZERO } from './money.ts'
import type { Order, OrderLine } from './order.ts'
import { fold, lineName } from './text.ts'
import { splitOf } from './totals.ts'

/** What is different of one line: '' where it is not there. Amounts are decimal text, VAT included. */
export const EditChange = z.object({
  name: z.string(),
  was: z.object({ quantity: z.string(), amount: z.string() }),
  is: z.object({ quantity: z.string(), amount: z.string() }),
})
export type EditChange = z.infer<typeof EditChange>

const nameOf = ({ sku, name }: Pick<OrderLine, 'sku' | 'name'>): string => fold(sku || name).trim()

/**
 * A fingerprint of what an order's invoice depends on: its total and how many of what. It stays the same for whatever
 * else a shop may change or write in another way.
 */
export function moneyPrint(order: Order): string {
  const lines = order.lines.map((line) => `${nameOf(line)} ${exact(line.quantity).toFixed()}`)
  const all = [order.currency, text(round(exact(order.total))), ...lines.toSorted()]
  return hash('sha256', all.join('\n'), 'hex').slice(0, 16)
}

type Row = { name: string; quantity: string; amount: string }

/** What was invoiced, line by line, beside what the order says now; what is the same is left out. */
export function changesOf(sent: readonly DocumentLine[], order: Order): EditChange[] {
  const before = new Map<string, Row>()
  sent.forEach((line, at) => {
    if (line.type !== 'product') return
    const next = sent[at + 1]
    const own = next?.type === 'discount' ? [line, next] : [line]
    const amount = text(round(sum(own.map((one) => splitOf(one, 2).gross))))
    add(before, fold(line.name).trim(), { name: line.name, quantity: line.quantity, amount })
  })
  if (before.size === 0) return []
  const after = new Map<string, Row>()
  for (const line of order.lines) {
    const name = lineName(line.name)
    const amount = text(worthOf(line, order))
    add(after, fold(name).trim(), { name, quantity: line.quantity, amount })
  }
  for (const charge of [...order.shippingLines, ...order.fees]) {
    const name = lineName(charge.name)
    const net = exact(charge.total ?? charge.price)
    if (net.lte(ZERO)) continue
    const amount = charge.total === undefined ? withVat(net, charge.vatRate, order) : net
    add(after, fold(name).trim(), { name, quantity: '1', amount: text(round(amount)) })
  }
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const was = before.get(key)
    const is = after.get(key)
    if (was?.quantity === is?.quantity && was?.amount === is?.amount) return []
    const rest = { quantity: '', amount: '' }
    return [{ name: (is ?? was)?.name ?? '', was: partOf(was) ?? rest, is: partOf(is) ?? rest }]
  })
}

const partOf = (row: Row | undefined) =>
  row === undefined ? undefined : { quantity: row.quantity, amount: row.amount }

function add(rows: Map<string, Row>, key: string, row: Row): void {
  const known = rows.get(key)
  const quantity = exact(row.quantity)
    .plus(exact(known?.quantity ?? '0'))
    .toFixed()
  const amount = text(exact(row.amount).plus(exact(known?.amount ?? '0')))
  rows.set(key, { name: row.name, quantity, amount })
}

const withVat = (amount: ReturnType<typeof exact>, rate: string, order: Order) =>
  order.pricesIncludeVat || rate === ''
    ? amount
    : amount.times(exact(rate).div(exact('100')).plus(exact('1')))

function worthOf(line: OrderLine, order: Order) {
  if (line.total !== undefined) return round(exact(line.total))
  const net = exact(line.quantity).times(exact(line.unitPrice)).minus(exact(line.discount))
  return round(withVat(net, line.vatRate, order))
}
