import { countryCode } from '../core/countries.ts'
import { exact, round, sum, ZERO, type Exact } from '../core/money.ts'
import { toBani } from '../core/shares.ts'
import type { ShopifyLine, ShopifyOrder, ShopifyShipping } from './shopify-wire.ts'
import { agrees, derivedRate, rateText } from './vat-rates.ts'
import { amountText, quantityText } from './wire.ts'

const HUNDRED = exact('100')

const allocated = (row: Pick<ShopifyLine, 'discount_allocations'>): Exact =>
  sum(row.discount_allocations.map(({ amount }) => amount ?? ZERO))

const vatOf = (row: Pick<ShopifyLine, 'tax_lines'>): Exact =>
  sum(row.tax_lines.map(({ price }) => price ?? ZERO))

/**
 * What the buyer was to pay. `total_price` keeps its first value; when it differs from the current one and no money went
 * back, the shop's staff edited the order, and the current lines and total are the order.
 */
export function totalsOf(
  order: ShopifyOrder,
  refunded: Exact,
): { total: Exact | undefined; edited: boolean } {
  const { total_price: total, current_total_price: current } = order
  const alive = order.line_items.some(({ current_quantity }) => current_quantity?.gt(ZERO))
  const edited =
    total !== undefined &&
    current !== undefined &&
    !current.eq(total) &&
    refunded.eq(ZERO) &&
    order.cancelled_at === '' &&
    alive
  return { total: edited ? current : total, edited }
}

function isAbroad({ shipping_address: shipping, billing_address: billing }: ShopifyOrder): boolean {
  const to = shipping ?? billing
  const country = to?.country_code || to?.country || ''
  return country !== '' && countryCode(country) !== 'RO'
}

/** `amount` is in the order's terms, after discounts. */
function vatRateOf(
  row: Pick<ShopifyLine, 'tax_lines' | 'taxable'>,
  amount: Exact,
  vat: Exact,
  order: ShopifyOrder,
): string {
  if (row.tax_lines.length === 0) {
    if (order.tax_exempt) return '0'
    if ((order.total_tax ?? ZERO).gt(ZERO)) return row.taxable === false ? '0' : ''
    // A shop whose prices include VAT calculates it; abroad it had nothing to include.
    return order.taxes_included === true && isAbroad(order) ? '0' : ''
  }
  // A marketplace's own tax is not the seller's VAT.
  if (row.tax_lines.some(({ channel_liable }) => channel_liable)) return ''
  const base = order.taxes_included === true ? amount.minus(vat) : amount
  const rates = row.tax_lines.flatMap(({ rate }) => (rate === undefined ? [] : [rate]))
  if (rates.length < row.tax_lines.length) return derivedRate(base, vat)
  const percent = sum(rates).times(HUNDRED)
  return agrees(base, vat, percent) ? rateText(percent) : ''
}

const withVat = (amount: Exact, vat: Exact, order: ShopifyOrder): Exact =>
  order.taxes_included === true ? amount : amount.plus(vat)

export function linesOf(order: ShopifyOrder, edited: boolean) {
  return order.line_items.flatMap((line) => {
    const ordered = line.quantity ?? ZERO
    const quantity = edited ? (line.current_quantity ?? ordered) : ordered
    if (quantity.eq(ZERO) && !ordered.eq(ZERO)) return []
    const price = line.price ?? ZERO
    // Of a line that was cut down, discount and VAT shrink with it; the totals guard judges the result.
    const whole = quantity.eq(ordered) || ordered.eq(ZERO)
    const share = (value: Exact) => (whole ? value : round(value.times(quantity).div(ordered)))
    const discount = share(allocated(line))
    const vat = share(vatOf(line))
    const amount = price.times(quantity).minus(discount)
    return [
      {
        id: line.id,
        sku: line.sku,
        name:
          line.name || [line.title, line.variant_title].filter((part) => part !== '').join(' - '),
        quantity: quantityText(quantity),
        unitPrice: line.price === undefined ? undefined : amountText(price),
        vatRate: vatRateOf(line, amount, vat, order),
        discount: amountText(discount),
        total: amountText(withVat(amount, vat, order)),
        type: line.gift_card ? 'giftcard' : 'product',
      },
    ]
  })
}

const shippingPrice = (row: ShopifyShipping): Exact => {
  const price = row.price ?? ZERO
  const discount = allocated(row)
  return discount.eq(ZERO) ? (row.discounted_price ?? price) : price.minus(discount)
}

/**
 * Shipping whose VAT follows the goods has a tax line for each of their rates, and each tells its own part of the price.
 * None where the parts do not make up the price: taxes beside each other on the whole of it are no parts.
 */
function partsByRate({ tax_lines }: ShopifyShipping, total: Exact, order: ShopifyOrder) {
  const taxes = tax_lines.flatMap(({ rate, price: vat }) =>
    rate?.gt(ZERO) && vat?.gt(ZERO) ? [{ rate, vat, net: vat.div(rate) }] : [],
  )
  if (taxes.length < 2 || taxes.length < tax_lines.length) return []
  const net = sum(taxes.map((tax) => tax.net))
  // A ban of VAT at 5 % is 20 bani of price.
  const vagueness = sum(taxes.map(({ rate }) => exact('0.01').div(rate)))
  const untaxed = total.minus(sum(taxes.map(({ vat }) => vat)))
  if (net.minus(untaxed).abs().gt(vagueness)) return []
  const grosses = toBani(
    taxes.map((tax) => tax.net.plus(tax.vat).times(total).div(net.plus(total).minus(untaxed))),
    total,
  )
  return taxes.map(({ rate, vat }, at) => {
    const gross = grosses[at] ?? ZERO
    return {
      price: order.taxes_included === true ? gross : gross.minus(vat),
      vatRate: rateText(rate.times(HUNDRED)),
      total: gross,
    }
  })
}

/** Shipping after its discounts, and what the total holds beside lines and shipping. Free shipping is no charge. */
export function chargesOf(
  order: ShopifyOrder,
  lines: readonly { total: string }[],
  orderTotal: Exact | undefined,
) {
  const shippingLines = order.shipping_lines
    .filter(({ is_removed }) => !is_removed)
    .flatMap((row) => {
      const price = shippingPrice(row)
      if (price.eq(ZERO)) return []
      const vat = vatOf(row)
      const whole = {
        price,
        vatRate: vatRateOf({ ...row, taxable: null }, price, vat, order),
        total: withVat(price, vat, order),
      }
      const parts = whole.vatRate === '' ? partsByRate(row, whole.total, order) : []
      return (parts.length > 0 ? parts : [whole]).map((part) => ({
        name: row.title || 'Transport',
        price: amountText(part.price),
        vatRate: part.vatRate,
        total: amountText(part.total),
      }))
    })
  const fees: { name: string; price: string; vatRate: string; total: string }[] = []
  const fee = (name: string, amount: Exact | undefined, vatRate = ''): void => {
    if (amount === undefined || amount.eq(ZERO)) return
    const price = amountText(amount)
    fees.push({ name, price, vatRate, total: price })
  }
  if (!order.duties_included) fee('Taxe vamale', order.original_total_duties_set.shop_money.amount)
  fee('Taxe suplimentare', order.original_total_additional_fees_set.shop_money.amount)
  const soFar = sum([...lines, ...shippingLines, ...fees].map(({ total }) => exact(total)))
  // Some API versions give the tip a line of its own; then it is in the sum already. A tip bears no VAT.
  if (orderTotal === undefined || !soFar.eq(orderTotal))
    fee('Bacșiș', order.total_tip_received, '0')
  return { shippingLines, fees }
}

/** A discount that no line and no shipping row carries: bodies of old API versions know no allocations. */
export function looseDiscountOf(order: ShopifyOrder): Exact {
  const rows = [...order.line_items, ...order.shipping_lines]
  if (rows.some((row) => row.discount_allocations.length > 0)) return ZERO
  const onShipping = sum(
    order.shipping_lines.map((row) => (row.price ?? ZERO).minus(shippingPrice(row))),
  )
  const loose = (order.total_discounts ?? ZERO).minus(onShipping)
  return loose.gt(ZERO) ? loose : ZERO
}
