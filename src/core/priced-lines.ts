import type { Reason } from './causes.ts'
import type { DecisionInput, DocumentLine } from './document.ts'
import { languageOf } from './languages.ts'
import { type Layout, layOut } from './layout.ts'
import type { Cut, Items } from './lines.ts'
import { type Exact, ZERO, exact, round, sum, text } from './money.ts'
import type { Order } from './order.ts'
import { readingsOf } from './reading.ts'
import { clean } from './text.ts'

// SmartBill refuses a longer document, discount lines counted.
const MOST_LINES = 400

/** What the buyer owes, to the ban. */
export const totalOf = (order: Order): Exact => round(exact(order.total))

/** The document's lines; their total is the order's total, or there is a reason. */
export function pricedLines(
  found: Items,
  input: DecisionInput,
): { lines: DocumentLine[]; reasons: Reason[] } {
  const { order, settings, vat, kind } = input
  const refuse = (reason: Reason) => ({ lines: [], reasons: [reason] })
  if (totalOf(order).lt(ZERO)) return refuse(totalNegative(order))
  if (found.items.length > MOST_LINES) return refuse(tooManyLines(found.items.length))
  if (!found.addUp) return { lines: [], reasons: [] }

  const own = languageOf(order, settings) === 'RO' ? 'Reducere' : 'Discount'
  const whole = [...new Set(found.cuts.map((cut) => cut.name).filter((name) => name !== ''))]
  const lay = (discountsInPrice: boolean): Layout =>
    layOut(
      found,
      { total: totalOf(order), readings: readingsOf(order.pricesIncludeVat, vat.kind === 'payer') },
      {
        precision: settings.precision,
        warehouse: settings.useStock && kind === 'invoice' ? (settings.warehouse ?? '') : '',
        discountNames: { own, whole: clean(whole.join(' + '), 200) || own },
        discountsInPrice,
      },
    )
  const usual = lay(false)
  const tooLong = usual.kind === 'lines' && usual.lines.length > MOST_LINES
  const layout = tooLong ? lay(true) : usual
  if (layout.kind === 'cut-too-large') return refuse(cutTooLarge(layout.cut, order))
  if (layout.kind === 'differs') return refuse(totalDiffers(layout, order, found))
  if (layout.lines.length > MOST_LINES) return refuse(tooManyLines(layout.lines.length))
  const unsendable = layout.lines.find((line) => !numbersOf(line).every(survives))
  if (unsendable !== undefined) return refuse(tooManyDigits(unsendable))
  return { lines: layout.lines, reasons: [] }
}

const numbersOf = (line: DocumentLine): string[] =>
  line.type === 'product' ? [line.quantity, line.price] : [line.value]

/** SmartBill takes JSON numbers, which hold some 15 digits: what would arrive changed is not sent. */
const survives = (decimal: string): boolean => exact(String(Number(decimal))).eq(exact(decimal))

const tooManyDigits = (line: DocumentLine): Reason => ({
  code: 'too-many-digits',
  field: 'lines',
  ro: `Cantitatea sau prețul liniei „${line.name}” are prea multe cifre ca să ajungă neschimbat la SmartBill. Corectați suma în magazin.`,
  en: `The quantity or price of the line "${line.name}" has too many digits to reach SmartBill unchanged. Correct the amount in the shop.`,
})

const totalNegative = (order: Order): Reason => ({
  code: 'total-negative',
  field: 'total',
  ro: `Totalul comenzii este ${order.total} ${order.currency}, sub zero. Corectați comanda în magazin; o restituire se face prin stornarea facturii.`,
  en: `The order total is ${order.total} ${order.currency}, below zero. Correct the order in the shop; money is given back by reversing the invoice.`,
})

const tooManyLines = (count: number): Reason => ({
  code: 'too-many-lines',
  field: 'lines',
  ro: `Documentul ar avea ${count} linii cu tot cu reduceri, iar SmartBill acceptă cel mult ${MOST_LINES}. Împărțiți comanda în magazin.`,
  en: `The document would have ${count} lines with discounts, and SmartBill takes at most ${MOST_LINES}. Split the order in the shop.`,
})

const cutTooLarge = (cut: Cut, order: Order): Reason => ({
  code: 'discount-exceeds-order',
  field: cut.field,
  ro: `Reducerea „${cut.name || '-'}” de ${text(cut.total ?? cut.amount)} ${order.currency} este mai mare decât liniile din care se scade. Corectați reducerea sau cota ei de TVA în comandă.`,
  en: `The discount "${cut.name || '-'}" of ${text(cut.total ?? cut.amount)} ${order.currency} is larger than the lines it is taken off. Correct the discount, or its VAT rate, on the order.`,
})

function totalDiffers(
  layout: Extract<Layout, { kind: 'differs' }>,
  order: Order,
  found: Items,
): Reason {
  const total = totalOf(order)
  const difference = layout.total.minus(total)
  const [ro, en] = likelyCause(difference, found, order)
  const amounts = [layout.total, total, difference.abs()].map((amount) => text(round(amount)))
  const [document, shop, between] = amounts
  const unit = order.currency
  return {
    code: 'total-differs',
    field: 'total',
    ro: `Liniile comenzii dau ${document} ${unit}, dar totalul din magazin este ${shop} ${unit}: diferență ${between} ${unit}. ${ro} Corectați comanda; documentul se emite numai când totalurile sunt egale.`,
    en: `The order's lines come to ${document} ${unit}, but the shop's total is ${shop} ${unit}: a difference of ${between} ${unit}. ${en} Correct the order; the document is issued only when the totals are equal.`,
  }
}

/** The most common sources of a difference, recognised by its size. */
function likelyCause(
  difference: Exact,
  { items, cuts }: Items,
  order: Order,
): [ro: string, en: string] {
  const size = round(difference.abs())
  const cut = sum(cuts.map(({ amount, total }) => total ?? amount))
  const charges = sum(items.filter((item) => item.isCharge).map((item) => item.total ?? item.price))
  const vouchers = sum(
    order.payments
      .filter(({ method }) => /gift_card|store_credit|card cadou|voucher|credit/i.test(method))
      .map(({ amount }) => exact(amount)),
  )
  if (vouchers.gt(ZERO) && difference.gt(ZERO) && size.eq(round(vouchers)))
    return [
      'Este exact suma plătită cu card cadou sau credit: magazinul o scade din total, dar ea este o plată. Trimiteți totalul înainte de ea.',
      'It is exactly what was paid by gift card or store credit: the shop takes it off the total, but it is a payment. Send the total before it.',
    ]
  if (size.lte(exact('0.05')))
    return [
      'Este o diferență de rotunjire: trimiteți totalul fiecărei linii (câmpul total).',
      "It is a rounding difference: send each line's total (the field total).",
    ]
  if (cut.gt(ZERO) && size.eq(round(cut)))
    return [
      'Este exact reducerea comenzii: probabil este scăzută de două ori sau deloc.',
      "It is exactly the order's discount: most likely it is taken off twice or not at all.",
    ]
  if (charges.gt(ZERO) && size.eq(round(charges)))
    return [
      'Este exact transportul și taxele: probabil nu sunt cuprinse în total.',
      'It is exactly the shipping and fees: most likely the total leaves them out.',
    ]
  return [
    'Verificați prețurile, reducerile, transportul și dacă prețurile includ TVA.',
    'Check the prices, the discounts, the shipping, and whether the prices include VAT.',
  ]
}
