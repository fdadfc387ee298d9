import type { Reason } from './causes.ts'
import type { DecisionInput } from './document.ts'
import { type Exact, ZERO, exact, round } from './money.ts'
import type { Charge, Order, OrderLine } from './order.ts'
import type { Settings } from './settings.ts'
import { clean, firstSaid } from './text.ts'
import { civilDate } from './time.ts'
import { type Vat, endedRate, rateKey, vatFor } from './vat.ts'

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
  /** What the buyer pays for the line, VAT included, where the shop says it. */
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
  /** Whether the amounts are good enough to add up. */
  addUp: boolean
}

/** The order's lines and charges as items, its discounts as cuts, and everything that is missing to invoice them. */
export function itemsOf(input: DecisionInput): Items {
  const { order, settings } = input
  const reasons: Reason[] = []
  const items = order.lines.map((line, at) => productItem(line, at, input, reasons))
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
  const shared = sharedRate(order)
  for (const [list, group, code] of charges) {
    list.forEach((charge, at) => {
      const field = `${group}.${at}`
      const amount = exact(charge.total ?? charge.price)
      if (amount.lt(ZERO)) cuts.push(cutFrom(charge, field))
      if (amount.gt(ZERO))
        items.push(chargeItem(charge, { field, code, shared }, input, settings, reasons))
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
    items,
    cuts: cuts.filter((cut) => cut.amount.gt(ZERO) || cut.total?.gt(ZERO)),
    reasons,
  }
}

/** What the shop says is paid, or else the amount in the order's terms. */
const worthBeforeCuts = (item: Item): Exact =>
  item.total ?? item.quantity.times(item.price).minus(item.discount)

function productItem(line: OrderLine, at: number, input: DecisionInput, reasons: Reason[]): Item {
  const { order, settings } = input
  const field = `lines.${at}`
  const name = clean(line.name) || '-'
  const code = clean(firstSaid(...settings.productCode.map((source) => line[source])), 100)
  const quantity = exact(line.quantity)
  const discount = exact(line.discount)
  const total = line.total === undefined ? null : round(exact(line.total))
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

  const free = worth.eq(ZERO)
  const rate = line.vatRate === '' && free ? sharedRate(order) : line.vatRate
  return { ...item, ...vatOf(rate, { name, field: `${field}.vatRate` }, input, reasons) }
}

function chargeItem(
  charge: Charge,
  { field, code, shared }: { field: string; code: string; shared: string },
  input: DecisionInput,
  settings: Settings,
  reasons: Reason[],
): Item {
  const name = clean(charge.name) || '-'
  const rate = charge.vatRate || settings.chargesVatRate || shared
  const subject = { name, field: `${field}.vatRate` }
  const vat =
    rate === '' && input.vat.kind === 'payer'
      ? { vat: null, rate: '' }
      : vatOf(rate, subject, input, reasons)
  if (rate === '' && input.vat.kind === 'payer') reasons.push(chargeWithoutRate(subject))
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
    total: charge.total === undefined ? null : round(exact(charge.total)),
    ...vat,
  }
}

function vatOf(
  rate: string,
  subject: { name: string; field: string },
  { vat, order }: DecisionInput,
  reasons: Reason[],
): Pick<Item, 'vat' | 'rate'> {
  const answer = vatFor(rate, subject, vat)
  const day = civilDate(Date.parse(order.createdAt))
  const ended = vat.kind === 'payer' ? endedRate(rate, subject, day) : null
  const wrong = ended ?? (answer.kind === 'reason' ? answer.reason : null)
  if (wrong !== null) reasons.push(wrong)
  if (answer.kind === 'found') return { vat: answer.vat, rate: rateKey(rate) }
  // Held anyway; the percentage alone still lets the total be checked.
  return { vat: rate === '' ? null : { name: '', percentage: rate }, rate: rateKey(rate) }
}

/** The one rate that all lines of the order have, or ''. */
function sharedRate(order: Order): string {
  const rates = new Set(
    order.lines.map((line) => rateKey(line.vatRate)).filter((rate) => rate !== ''),
  )
  const [only] = rates
  return rates.size === 1 && only !== undefined ? only : ''
}

const cutFrom = (charge: Charge, field: string): Cut => ({
  field,
  name: clean(charge.name, 100),
  amount: exact(charge.price).abs(),
  total: charge.total === undefined ? null : exact(charge.total).abs(),
  rate: rateKey(charge.vatRate),
})

const giftCardSold = (name: string, field: string): Reason => ({
  code: 'gift-card-sold',
  field,
  ro: `„${name}” este un voucher (card cadou); TVA-ul lui depinde de felul voucherului. Emiteți documentul împreună cu contabilul, direct în SmartBill.`,
  en: `"${name}" is a gift card; its VAT depends on the kind of voucher. Issue the document with your accountant, directly in SmartBill.`,
})

const withoutCode = (name: string, field: string, settings: Settings): Reason => ({
  code: 'line-without-code',
  field: `${field}.sku`,
  ro: `Produsul „${name}” nu are cod (${settings.productCode.join(' sau ')}). Completați codul în magazin sau permiteți în setări linii fără cod.`,
  en: `The product "${name}" has no code (${settings.productCode.join(' or ')}). Fill in the code in the shop, or allow lines without code in the settings.`,
})

const badQuantity = (name: string, field: string, quantity: string): Reason => ({
  code: 'quantity-not-positive',
  field: `${field}.quantity`,
  ro: `Cantitatea produsului „${name}” este ${quantity}; trebuie să fie mai mare decât zero. Corectați cantitatea sau scoateți linia.`,
  en: `The quantity of "${name}" is ${quantity}; it must be above zero. Correct the quantity or remove the line.`,
})

const lineBelowZero = (name: string, field: string): Reason => ({
  code: 'discount-exceeds-line',
  field: `${field}.discount`,
  ro: `Reducerea produsului „${name}” este mai mare decât prețul lui. Corectați reducerea sau prețul.`,
  en: `The discount of "${name}" is larger than its price. Correct the discount or the price.`,
})

const chargeWithoutRate = (subject: { name: string; field: string }): Reason => ({
  code: 'charge-vat-unknown',
  field: subject.field,
  ro: `Magazinul nu spune cota de TVA pentru „${subject.name}”, iar produsele au cote diferite. Alegeți în setări cota pentru transport și taxe sau completați-o în comandă.`,
  en: `The shop does not say the VAT rate of "${subject.name}", and the products have different rates. Choose the rate for shipping and fees in the settings, or fill it in on the order.`,
})
