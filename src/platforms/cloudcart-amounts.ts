import { exact, sum, ZERO, type Exact } from '../core/money.ts'
import type { Scale } from './cloudcart-scale.ts'
import type { CloudCharge, CloudLine, CloudOrder } from './cloudcart-shapes.ts'
import { rateText } from './vat-rates.ts'
import { amountText, quantityText } from './wire.ts'

const HUNDRED = exact('100')
const CENT = exact('0.01')
const near = (one: Exact, other: Exact): boolean => one.minus(other).abs().lte(CENT)

export const totalOf = (order: CloudOrder): Exact | undefined =>
  order.head.total ??
  order.totals.find(({ code }) => code === 'grand_total' || code === 'total')?.amount

const paidFor = ({ price, orderPrice, quantity }: CloudLine): Exact =>
  (orderPrice ?? price ?? ZERO).times(quantity ?? exact('1'))
const listedFor = ({ price, orderPrice, quantity }: CloudLine): Exact =>
  (price ?? orderPrice ?? ZERO).times(quantity ?? exact('1'))

/** Whether one part of the order is in lei and another in bani. */
export function scalesDiffer(order: CloudOrder): boolean {
  const total = totalOf(order) ?? ZERO
  const lines = sum(order.lines.map(paidFor))
  const paid = order.payments[0]?.amount ?? ZERO
  const far = (one: Exact, other: Exact): boolean =>
    one.gt(ZERO) && other.gt(ZERO) && one.times(exact('25')).lt(other)
  return [lines, paid].some((amount) => far(amount, total) || far(total, amount))
}

const known = /^(subtotal|discount.*|shipping|tax.*|vat.*|grand_total|total|modification.*)$/

function chargesOf(order: CloudOrder): { shipping: CloudCharge[]; fees: CloudCharge[] } {
  const charged = ({ amount }: CloudCharge): boolean => amount !== undefined && !amount.eq(ZERO)
  const rows = order.totals.filter(({ code }) => code === 'shipping')
  return {
    shipping: (rows.length > 0 ? rows : order.shipping).filter(charged),
    fees: [
      ...order.fees,
      ...order.modifications,
      ...order.totals.filter(({ code }) => !known.test(code)),
    ].filter(charged),
  }
}

/** A discount on the whole order that the lines' own prices do not show. */
function looseDiscountOf(order: CloudOrder): Exact {
  const amounts = (rows: CloudCharge[]) => sum(rows.map(({ amount }) => (amount ?? ZERO).abs()))
  const fromTotals = order.totals.filter(({ code }) => code.startsWith('discount'))
  const stated = amounts(fromTotals.length > 0 ? fromTotals : order.discounts)
  const shown = sum(order.lines.map((line) => listedFor(line).minus(paidFor(line))))
  const loose = stated.minus(shown)
  return loose.gt(CENT) ? loose : ZERO
}

/** Said by the order, or by its VAT rows, or shown by which way the order adds up; else undefined. */
function includesVat(order: CloudOrder, parts: Exact): boolean | undefined {
  if (/^(yes|1|true)$/i.test(order.head.vatIncluded)) return true
  if (/^(no|0|false)$/i.test(order.head.vatIncluded)) return false
  const types = new Set(order.taxes.map(({ type }) => type).filter((type) => type !== ''))
  if (types.size === 1 && types.has('included')) return true
  if (types.size === 1 && types.has('additional')) return false
  const total = totalOf(order) ?? ZERO
  const vat = sum(order.taxes.map(({ amount }) => amount ?? ZERO))
  if (near(parts, total)) return true
  return near(parts.plus(vat), total) ? false : undefined
}

/** The rate of everything where the order has one bracket; of several, no line says which is its own. */
function vatRateOf(order: CloudOrder): string {
  const rates = new Set(order.taxes.map(({ rate }) => rateText(rate)))
  return rates.size === 1 ? ([...rates][0] ?? '') : ''
}

/** The same order with all its amounts in lei. */
export function inLei(order: CloudOrder, scale: Scale): CloudOrder {
  if (scale === 'plain') return order
  const lei = (amount: Exact | undefined) => amount?.div(HUNDRED)
  const each = <T extends { amount?: Exact | undefined }>(rows: T[]): T[] =>
    rows.map((row) => ({ ...row, amount: lei(row.amount) }))
  return {
    ...order,
    head: { ...order.head, total: lei(order.head.total) },
    lines: order.lines.map((line) => ({
      ...line,
      price: lei(line.price),
      orderPrice: lei(line.orderPrice),
    })),
    shipping: each(order.shipping),
    fees: each(order.fees),
    discounts: each(order.discounts),
    modifications: each(order.modifications),
    totals: each(order.totals),
    taxes: each(order.taxes),
    payments: each(order.payments),
  }
}

function lineOf(line: CloudLine, vatIncluded: boolean, vatRate: string) {
  const quantity = line.quantity ?? exact('1')
  const paid = paidFor(line)
  const listed = listedFor(line)
  const variant = [line.v1, line.v2, line.v3].filter((value) => value !== '').join(', ')
  // Staff can raise a price above the list; then there is no discount, only a higher price.
  const raised = listed.lt(paid)
  const unitPrice = raised ? line.orderPrice : (line.price ?? line.orderPrice)
  return {
    id: line.id,
    sku: line.sku,
    barcode: line.barcode,
    name: variant === '' ? line.name : `${line.name} (${variant})`,
    quantity: quantityText(quantity),
    unitPrice: unitPrice === undefined ? undefined : amountText(unitPrice),
    vatRate,
    discount: amountText(raised ? ZERO : listed.minus(paid)),
    total: vatIncluded ? amountText(paid) : undefined,
  }
}

/** Lines, charges and discounts in the order's terms; undefined when it does not show whether those include VAT. */
export function amountsOf(order: CloudOrder) {
  const { shipping, fees } = chargesOf(order)
  const loose = looseDiscountOf(order)
  const charged = sum([...shipping, ...fees].map(({ amount }) => amount ?? ZERO))
  const pricesIncludeVat = includesVat(
    order,
    sum(order.lines.map(paidFor)).plus(charged).minus(loose),
  )
  if (pricesIncludeVat === undefined) return undefined
  const vatRate = vatRateOf(order)
  const charge = (fallback: string) => (row: CloudCharge) => {
    const price = amountText(row.amount ?? ZERO)
    return {
      name: row.name || fallback,
      price,
      vatRate,
      total: pricesIncludeVat ? price : undefined,
    }
  }
  return {
    pricesIncludeVat,
    lines: order.lines.map((line) => lineOf(line, pricesIncludeVat, vatRate)),
    shippingLines: shipping.map(charge('Transport')),
    fees: fees.map(charge('Taxă')),
    discounts: loose.eq(ZERO)
      ? []
      : [
          {
            code: order.discounts[0]?.code ?? '',
            name: order.discounts[0]?.name ?? '',
            amount: amountText(loose),
          },
        ],
  }
}
