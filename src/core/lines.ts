import type { Reason } from './causes.ts'
import type { DecisionInput, DocumentClient } from './document.ts'
import {
  badQuantity,
  chargeWithoutRate,
  chargedByNonPayer,
  giftCardSold,
  giftCardTakenOff,
  lineBelowZero,
  namesGiftCard,
  withoutCode,
} from './line-reasons.ts'
import { isRounding, rateOfCharge, rateOfLine } from './line-rates.ts'
import { type Exact, ZERO, exact, round } from './money.ts'
import type { Charge, Order, OrderLine } from './order.ts'
import { type Supply, supplyOf, taxPointOf } from './supply.ts'
import { clean, firstSaid, lineName } from './text.ts'
import type { CivilDate } from './time.ts'
import { type Vat, type VatContext, type VatSubject, isZero, rateKey, vatFor } from './vat.ts'

/** Something sold, before it is known how the document will show its price. */
export type Item = {
  field: string
  /** Goods carry the discounts of the order; shipping and fees only what is left over. */
  isCharge: boolean
  name: string
  code: string
  unit: string
  isService: boolean
  saveToDb: boolean
  quantity: Exact
  /** One unit, before discounts, in the order's terms (with or without VAT). */
  price: Exact
  /** Off the whole line, in the order's terms. */
  discount: Exact
  /** What the buyer pays for the line, VAT included, where the shop says it; not rounded by shops that round once. */
  total: Exact | null
  vat: Vat | null
  /** The shop's rate in one spelling; '' while unknown. */
  rate: string
}

/** Money off the whole order: a discount, a coupon, a negative fee. */
export type Cut = {
  field: string
  name: string
  /** In the order's terms. */
  amount: Exact
  /** VAT included, where the shop says it. */
  total: Exact | null
  /** Only off items of this rate; '' for all of them. */
  rate: string
}

export type Items = {
  items: Item[]
  cuts: Cut[]
  reasons: Reason[]
  supply: Supply
  taxPoint: CivilDate
  /** Whether the amounts are good enough to add up. */
  addUp: boolean
}

/** The order's lines and charges as items, its discounts as cuts, and everything that is missing to invoice them. */
export function itemsOf(input: DecisionInput, client: DocumentClient): Items {
  const { order, settings } = input
  const context: VatContext = {
    table: input.vat,
    settings,
    supply: supplyOf(order, client),
    taxPoint: taxPointOf(order, settings, input.today),
  }
  const reasons = nonPayerReasons(input)
  const items = order.lines.map((line, at) => productItem(line, at, order, context, reasons))
  const cuts: Cut[] = order.discounts.map(({ amount, code, name }, at) => ({
    field: `discounts.${at}`,
    name: clean(firstSaid(name, code), 100),
    amount: exact(amount),
    total: null,
    rate: '',
  }))
  const charges: [Charge[], string, string][] = [
    [order.shippingLines, 'shippingLines', 'TRANSPORT'],
    [order.fees, 'fees', 'TAXA'],
  ]
  for (const [list, group, code] of charges) {
    list.forEach((charge, at) => {
      const field = `${group}.${at}`
      const amount = exact(charge.total ?? charge.price)
      if (amount.lt(ZERO)) cuts.push(cutFrom(charge, field))
      if (amount.lt(ZERO) && namesGiftCard(charge.name))
        reasons.push(giftCardTakenOff(lineName(charge.name), field))
      if (amount.gt(ZERO)) items.push(chargeItem(charge, { field, code }, order, context, reasons))
    })
  }
  const ratesKnown = order.pricesIncludeVat || input.vat.kind === 'not-payer'
  const addUp = items.every(
    (item) =>
      item.quantity.gt(ZERO) &&
      round(worthBeforeCuts(item)).gte(ZERO) &&
      (ratesKnown || item.rate !== ''),
  )
  return {
    addUp,
    supply: context.supply,
    taxPoint: context.taxPoint,
    items,
    cuts: cuts.filter((cut) => cut.amount.gt(ZERO) || cut.total?.gt(ZERO)),
    reasons,
  }
}

/** What the shop says is paid, or else the amount in the order's terms. */
const worthBeforeCuts = (item: Item): Exact =>
  item.total ?? item.quantity.times(item.price).minus(item.discount)

function productItem(
  line: OrderLine,
  at: number,
  order: Order,
  context: VatContext,
  reasons: Reason[],
): Item {
  const { settings } = context
  const field = `lines.${at}`
  const name = lineName(line.name)
  const code = clean(firstSaid(...settings.productCode.map((source) => line[source])), 100)
  const quantity = exact(line.quantity)
  const discount = exact(line.discount)
  const total = line.total === undefined ? null : exact(line.total)
  const item: Item = {
    field,
    isCharge: false,
    name,
    code,
    unit: clean(line.unit, 50) || settings.unit,
    isService: line.type === 'service',
    saveToDb: settings.saveProducts,
    quantity,
    price: exact(line.unitPrice),
    discount,
    total,
    vat: null,
    rate: '',
  }
  if (line.type === 'giftcard') {
    reasons.push(giftCardSold(name, field))
    return item
  }
  if (code === '' && !settings.allowLinesWithoutCode)
    reasons.push(withoutCode(name, field, settings))
  const worth = worthBeforeCuts(item)
  if (quantity.lte(ZERO)) reasons.push(badQuantity(name, field, line.quantity))
  else if (round(worth).lt(ZERO)) reasons.push(lineBelowZero(name, field))

  const subject = { name, field: `${field}.vatRate`, isService: item.isService }
  return { ...item, ...vatOf(rateOfLine(order, at), subject, context, reasons) }
}

function chargeItem(
  charge: Charge,
  { field, code }: { field: string; code: string },
  order: Order,
  context: VatContext,
  reasons: Reason[],
): Item {
  const { settings, table } = context
  const name = lineName(charge.name)
  const rate = rateOfCharge(charge, order, settings)
  // Shipping and fees share the fate of the goods they belong to.
  const isService = order.lines.every(({ type }) => type === 'service')
  const subject = { name, field: `${field}.vatRate`, isService }
  const unknown = rate === '' && table.kind === 'payer'
  const vat = unknown ? { vat: null, rate: '' } : vatOf(rate, subject, context, reasons)
  if (unknown) {
    const productsHaveRates = order.lines.some(({ vatRate }) => vatRate !== '')
    reasons.push(chargeWithoutRate(subject, productsHaveRates))
  }
  return {
    field,
    isCharge: true,
    name,
    code,
    unit: settings.unit,
    isService: true,
    saveToDb: false,
    quantity: exact('1'),
    price: exact(charge.price).lt(ZERO) ? ZERO : exact(charge.price),
    discount: ZERO,
    total: charge.total === undefined ? null : exact(charge.total),
    ...vat,
  }
}

function vatOf(
  rate: string,
  subject: VatSubject,
  context: VatContext,
  reasons: Reason[],
): Pick<Item, 'vat' | 'rate'> {
  const answer = vatFor(rate, subject, context)
  if (answer.kind === 'found') return { vat: answer.vat, rate: rateKey(rate) }
  reasons.push(answer.reason)
  // Held anyway; the percentage alone still lets the total be checked.
  return { vat: rate === '' ? null : { name: '', percentage: rate }, rate: rateKey(rate) }
}

/** A company that is not registered may not charge VAT: the shop, or what we know of the account, is wrong. */
function nonPayerReasons({ order, vat }: DecisionInput): Reason[] {
  if (vat.kind === 'payer') return []
  const rows = [
    ...order.lines.map((line, at) => ({ ...line, field: `lines.${at}.vatRate` })),
    ...order.shippingLines.map((row, at) => ({ ...row, field: `shippingLines.${at}.vatRate` })),
    ...order.fees.map((row, at) => ({ ...row, field: `fees.${at}.vatRate` })),
  ]
  const row = rows.find(({ vatRate }) => vatRate !== '' && !isZero(vatRate))
  return row === undefined ? [] : [chargedByNonPayer(lineName(row.name), row.field, row.vatRate)]
}

const cutFrom = (charge: Charge, field: string): Cut => ({
  field,
  name: clean(charge.name, 100),
  amount: exact(charge.price).abs(),
  total: charge.total === undefined ? null : exact(charge.total).abs(),
  // A shop's rounding belongs to the goods, whatever rate it carries.
  rate: isRounding(charge) ? '' : rateKey(charge.vatRate),
})
