import { Refusal } from './answers.ts'
import type { Company, Line, Rate } from './model.ts'
import { amount, fromGross, fromNet, plainText, sumOf, type Triple } from './money.ts'
import type { ProductBody } from './schema.ts'

export type LineContext = {
  company: Company
  kind: 'invoice' | 'estimate'
  currency: string
  precision: number
  checkUnits: boolean
  rateOf: (currency: string) => number
}

/** Checks and computes all lines, in the order in which they are printed. */
export function computeLines(bodies: readonly ProductBody[], context: LineContext): Line[] {
  if (bodies.length === 0) {
    throw new Refusal(
      `${context.kind}Products trebuie specificat si trebuie sa contina cel putin un element`,
    )
  }
  if (bodies.length > 400) {
    throw new Refusal('Numarul maxim acceptat de 400 intrari pe document a fost depasit.', 410)
  }
  if (bodies.every((body) => body.isDiscount)) {
    throw new Refusal(
      'Nu poti sa emiti un document care contine doar un discount. Trebuie sa ai si produse / servicii adaugate.',
    )
  }
  const lines: Line[] = []
  for (const body of bodies) {
    const line = body.isDiscount ? discountLine(body, lines, context) : productLine(body, context)
    if (line !== null) lines.push(line)
  }
  return lines
}

function productLine(body: ProductBody, context: LineContext): Line {
  const { company, precision } = context
  const { name, unit } = nameAndUnit(body, context)
  if (typeof body.quantity !== 'number') throw missing('quantity')
  if (typeof body.price !== 'number') throw missing('price')
  if (company.usesProductCodes && !body.code) {
    throw new Refusal(`Produsul ${name} nu are codul specificat.`)
  }
  const rate = productRate(name, body, company)
  const isTaxIncluded = company.vat === 'payer' && Boolean(body.isTaxIncluded)
  const value = amount(body.quantity).times(body.price).times(priceFactor(body, context))
  const triple = (isTaxIncluded ? fromGross : fromNet)(value, rate.percentage, precision)
  const stored = company.usesProductCodes && company.products.find(({ code }) => code === body.code)
  return {
    ...triple,
    type: 'product',
    name: body.useSBProductName && stored ? stored.name : name,
    code: body.code ?? '',
    quantity: plainText(body.quantity),
    price: plainText(body.price),
    unit,
    taxName: rate.name,
    taxPercentage: rate.percentage,
    isTaxIncluded,
    isService: Boolean(body.isService),
    warehouse: body.warehouseName ?? '',
    description: body.productDescription ?? '',
    saved: Boolean(body.saveToDb),
  }
}

/** null: dropped without a word, as SmartBill does when `numberOfItems` is missing. */
function discountLine(body: ProductBody, before: Line[], context: LineContext): Line | null {
  const { name, unit } = nameAndUnit(body, context)
  const type = body.discountType ?? 2
  if (type === 2 && typeof body.discountPercentage !== 'number') {
    throw new Refusal('Trebuie sa introduceti valoarea procentului!')
  }
  if (type !== 2 && typeof body.discountValue !== 'number') {
    throw new Refusal('discountValue trebuie specificat pentru fiecare produs de tip discount')
  }
  const covered = before.slice(-Math.max(0, body.numberOfItems ?? 0))
  if (!body.numberOfItems || body.numberOfItems < 0 || covered.length === 0) return null
  const rate = discountRate(body, covered, context.company)
  const value = type === 2 ? (body.discountPercentage ?? 0) : (body.discountValue ?? 0)
  return {
    ...discountAmounts(type, value, body, covered, rate, context),
    type: 'discount',
    name,
    code: body.code ?? '',
    quantity: '1',
    price: plainText(value),
    unit,
    taxName: type === 1 || type === 2 ? rate.name : '',
    taxPercentage: type === 1 || type === 2 ? rate.percentage : 0,
    isTaxIncluded: Boolean(body.isTaxIncluded),
    isService: true,
    warehouse: '',
    description: '',
    saved: false,
  }
}

function discountAmounts(
  type: number,
  value: number,
  body: ProductBody,
  covered: Line[],
  rate: Rate,
  context: LineContext,
): Triple {
  const { precision } = context
  const factor = priceFactor(body, context)
  if (type === 2) {
    // A percentage of what is covered, in the terms of the covered prices.
    const base = sumOf(covered)
    const inGross = covered.every((line) => line.type === 'discount' || line.isTaxIncluded)
    const part = (inGross ? base.gross : base.net).times(value).div(-100)
    return (inGross ? fromGross : fromNet)(part, rate.percentage, precision)
  }
  const cut = amount(value).times(factor)
  if (type !== 1) return fromNet(cut, 0, precision)
  return (body.isTaxIncluded ? fromGross : fromNet)(cut, rate.percentage, precision)
}

function nameAndUnit(body: ProductBody, { company, checkUnits }: LineContext) {
  if (!body.name) throw missing('name')
  if (!body.measuringUnitName) throw missing('measuringUnitName')
  const unit = body.measuringUnitName
  if (checkUnits && !company.units.includes(unit)) throw unknownUnit(unit, body.name)
  return { name: body.name, unit }
}

export const unknownUnit = (unit: string, product: string): Refusal =>
  new Refusal(
    `Unitatea de masura ${unit} a produsului ${product} nu are factor de conversie setat.<div id="moreErrorDetails" style="display:none;">Seteaza factorul de conversie din nomenclatorul de produse.</div>`,
  )

const missing = (field: string): Refusal =>
  new Refusal(`${field} trebuie specificat pentru fiecare produs`)

/** The pair of name and percentage must be one of the account's own rates. */
function productRate(name: string, body: ProductBody, company: Company): Rate {
  const notFound = () => new Refusal(`Cota tva a produsului ${name} nu a fost gasita pe server!`)
  const { taxPercentage: percentage, taxName } = body
  if (company.vat === 'not-payer') {
    if (percentage) throw notFound()
    return { name: '', percentage: 0 }
  }
  if (typeof percentage !== 'number') {
    throw new Refusal(`Trebuie sa setezi o cota tva pentru produsul ${name}.`)
  }
  const rate = findRate(company, percentage, taxName)
  if (rate === undefined) throw notFound()
  return rate
}

function findRate(company: Company, percentage: number, taxName: string | null | undefined) {
  const candidates = company.rates.filter((rate) => rate.percentage === percentage)
  if (taxName) return candidates.find((rate) => rate.name === taxName)
  // Without a name SmartBill picks; at 0 % it picks reverse charge.
  return candidates.find((rate) => rate.name === 'Taxare inversa') ?? candidates[0]
}

function discountRate(body: ProductBody, covered: Line[], company: Company): Rate {
  const [first] = covered
  const same = covered.every(
    (line) =>
      line.taxPercentage === first?.taxPercentage &&
      (line.taxName === first.taxName || line.type === 'discount'),
  )
  if (same && first !== undefined) {
    return { name: first.taxName, percentage: first.taxPercentage }
  }
  if (typeof body.taxPercentage !== 'number') {
    throw new Refusal(
      'La aplicarea unui discount pentru produse cu cote tva diferite, trebuie sa specifici si cota tva a discountului.',
    )
  }
  const rate = findRate(company, body.taxPercentage, body.taxName)
  if (rate === undefined) {
    throw new Refusal(`Cota ${body.taxPercentage} nu a fost gasita pe server!`)
  }
  return rate
}

/** 1, or the exchange rate of a reference price on a document in RON. */
function priceFactor(body: ProductBody, context: LineContext): number {
  const currency = body.currency ?? 'RON'
  if (currency === context.currency) return 1
  // A discount without a currency follows the document.
  if (body.isDiscount && !body.currency) return 1
  if (context.currency !== 'RON') {
    throw new Refusal(
      `Nu puteti emite documente in ${context.currency} cu moneda de referinta a produselor in ${currency} !`,
    )
  }
  if (!context.company.referenceCurrency) {
    const what = context.kind === 'invoice' ? 'facturii' : 'proformei'
    throw new Refusal(`Aveti produse care au pretul in alta moneda decat cea a ${what}.`)
  }
  return body.exchangeRate ?? context.rateOf(currency)
}
