import { z } from 'zod'
import type { Reason } from './causes.ts'
import type { CorrectionWish } from './corrections-wanted.ts'
import * as why from './correction-reasons.ts'
import { type DocumentDraft, DocumentLine } from './document.ts'
import { DocumentKey } from './ids.ts'
import { type Exact, ZERO, exact, round, roundDown, sum, text } from './money.ts'
import type { Order } from './order.ts'
import { shareOutByGroup, toBani } from './shares.ts'
import { fold, lineName } from './text.ts'
import type { CivilDate } from './time.ts'
import { splitOf } from './totals.ts'

const [product, discount] = DocumentLine.options
/** What a correction takes from one line of the original: decimal text, VAT included. */
const Share = z.object({ at: z.number().int(), quantity: z.string(), amount: z.string() })
export type Share = z.infer<typeof Share>

/** A document as it was sent, as far as a correction needs it. */
export const SentDocument = z.looseObject({
  currency: z.string(),
  precision: z.union([z.literal(2), z.literal(3), z.literal(4)]),
  total: z.string(),
  lines: z.array(z.discriminatedUnion('type', [product.loose(), discount.loose()])),
  /** Of a correction: what it takes from each line of its original. */
  takes: z.array(Share).optional(),
  /** The proforma that it was made of. */
  fromEstimate: z.object({ key: DocumentKey, series: z.string(), number: z.string() }).optional(),
})

export type CorrectionInput = {
  order: Order
  original: {
    /** As it was sent. */
    draft: DocumentDraft
    series: string
    number: string
    /** The day it was issued. */
    day: CivilDate
  }
  /** What other corrections of the same document take or took. */
  earlier: readonly Share[]
  wish: CorrectionWish
  marker: string
  today: CivilDate
}

/** A line of the original with its own discount, and what is left of it. */
type Place = {
  at: number
  line: Extract<DocumentLine, { type: 'product' }>
  isCharge: boolean
  rate: string
  quantity: Exact
  amount: Exact
}
/** What is taken: goods by their quantity, or money only. */
type Taking = { place: Place; quantity: Exact; amount: Exact }

/**
 * The corrective document for a refund of a part: the original's own lines, VAT rates and prices, quantities negative,
 * in total exactly the refund; never more than what is left of the original after all other corrections.
 */
export function correctionOf(
  input: CorrectionInput,
): { kind: 'issue'; document: DocumentDraft } | { kind: 'hold'; reasons: Reason[] } {
  const { original, wish, order } = input
  const { draft } = original
  const amount = round(exact(wish.amount))
  const hold = (...reasons: Reason[]) => ({ kind: 'hold' as const, reasons })
  if (wish.currency !== draft.currency) return hold(why.otherCurrency(wish, draft.currency))
  if (amount.lte(ZERO)) return hold(why.nothingToCorrect)
  const places = placesOf(draft, order, input.earlier)
  const left = sum(places.map((place) => place.amount))
  if (amount.gt(left))
    return hold(why.exceeds(wish, text(left), `${original.series}${original.number}`))

  const named = namedTakings(wish.lines, places, order)
  if (named.kind === 'too-many') return hold(why.tooMany(named.name, named.wanted, named.left))
  const goods = fitted(named.takings, amount)
  const rest = amount.minus(sum(goods.map((taking) => taking.amount)))
  const money = takeRest(rest, places, goods)
  const shares = [...goods, ...money]
  const lines = [
    ...goods.flatMap((taking) => goodsLines(taking, draft)),
    ...moneyLines(money, draft),
  ]
  const total = sum(lines.map((one) => splitOf(one, draft.precision).gross))
  if (!total.eq(amount.times(exact('-1')))) return hold(why.doesNotAddUp(text(total), text(amount)))
  const { deliveryDate: _delivered, payment: _payment, fromEstimate: _estimate, ...kept } = draft
  return {
    kind: 'issue',
    document: {
      ...kept,
      issueDate: input.today,
      dueDate: null,
      isDraft: false,
      mentions: mentionsOf(input),
      observations: '',
      client: { ...draft.client, saveToDb: false },
      lines,
      payment: null,
      total: text(total),
      takes: shares.map(({ place, quantity, amount: value }) => ({
        at: place.at,
        quantity: quantity.toFixed(),
        amount: text(value),
      })),
    },
  }
}

function mentionsOf({ original, order, marker, wish }: CorrectionInput): string {
  const name = `${original.series} ${original.number}`
  const day = original.day.split('-').toReversed().join('.')
  const number = order.number || order.id
  const said =
    original.draft.language === 'RO'
      ? `Corecteaza factura ${name} din ${day}, comanda ${number}: restituire ${wish.amount} ${wish.currency}.`
      : `Corrects invoice ${name} of ${day}, order ${number}: refund ${wish.amount} ${wish.currency}.`
  return `${said} Ref ${marker}`
}

/** The original's lines, each with what is left of it in whole bani; together exactly what is left of the document. */
function placesOf(draft: DocumentDraft, order: Order, earlier: readonly Share[]): Place[] {
  const products = draft.lines.flatMap((one, at) => {
    if (one.type !== 'product') return []
    const next = draft.lines[at + 1]
    const own = next?.type === 'discount' ? [one, next] : [one]
    return [{ at, line: one, gross: sum(own.map((row) => splitOf(row, draft.precision).gross)) }]
  })
  const worths = toBani(
    products.map(({ gross }) => gross),
    round(sum(products.map(({ gross }) => gross))),
  )
  return products.map(({ at, line }, place) => {
    const taken = earlier.filter((share) => share.at === at)
    return {
      at,
      line,
      isCharge: place >= order.lines.length,
      rate: line.vat === null ? '' : `${line.vat.name} ${line.vat.percentage}`,
      quantity: exact(line.quantity).minus(sum(taken.map((share) => exact(share.quantity)))),
      amount: (worths[place] ?? ZERO).minus(sum(taken.map((share) => exact(share.amount)))),
    }
  })
}

/** What the refund itself says it is for, by the order's lines. A line that cannot be told is left to the rest. */
function namedTakings(
  wanted: CorrectionWish['lines'],
  places: readonly Place[],
  order: Order,
):
  | { kind: 'takings'; takings: Taking[] }
  | { kind: 'too-many'; name: string; wanted: string; left: string } {
  const takings = new Map<number, Taking>()
  for (const { id, quantity, amount } of wanted) {
    const place = placeOf(id, places, order)
    if (place === undefined) continue
    const before = takings.get(place.at) ?? { place, quantity: ZERO, amount: ZERO }
    const many = exact(quantity ?? '0')
    const left = place.quantity.minus(before.quantity)
    if (many.gt(left))
      return {
        kind: 'too-many',
        name: place.line.name,
        wanted: many.toFixed(),
        left: left.toFixed(),
      }
    const open = place.amount.minus(before.amount)
    // So many of what is left are worth their part of what is left: the last ones take the last ban.
    const worth = many.eq(left) ? open : round(left.eq(ZERO) ? ZERO : open.times(many).div(left))
    const wanted = amount === undefined ? worth : round(exact(amount))
    takings.set(place.at, {
      place,
      quantity: before.quantity.plus(many),
      amount: before.amount.plus(wanted.gt(open) ? open : wanted),
    })
  }
  return { kind: 'takings', takings: [...takings.values()].filter(({ amount }) => amount.gt(ZERO)) }
}

function placeOf(id: string, places: readonly Place[], order: Order): Place | undefined {
  const at = order.lines.findIndex((one) => one.id === id)
  const wanted = order.lines[at]
  if (wanted === undefined) return undefined
  const isIt = ({ line }: Place): boolean =>
    fold(line.name) === fold(lineName(wanted.name)) ||
    (line.code !== '' && [wanted.sku, wanted.barcode].includes(line.code))
  const usual = places[at]
  if (usual !== undefined && isIt(usual)) return usual
  const alike = places.filter(isIt)
  return alike.length === 1 ? alike[0] : undefined
}

/** What so much of the original's lines is worth, before any other correction. */
export function worthOfLines(
  draft: DocumentDraft,
  order: Order,
  lines: CorrectionWish['lines'],
): Exact {
  const named = namedTakings(lines, placesOf(draft, order, []), order)
  return named.kind === 'too-many' ? ZERO : sum(named.takings.map(({ amount }) => amount))
}

/** Where less was given back than the named goods were worth, each of them in its part. */
function fitted(takings: readonly Taking[], amount: Exact): Taking[] {
  const worths = takings.map((taking) => taking.amount)
  if (sum(worths).lte(amount)) return [...takings]
  const fits = shareOutByGroup(
    amount,
    worths,
    takings.map(({ place }) => place.rate),
  )
  return takings.map((taking, at) => ({ ...taking, amount: fits[at] ?? ZERO }))
}

/**
 * Money that no line is named for: shipping and fees first where goods are named beside it, then every line in
 * proportion to what is left of it, each VAT rate its fair part to the ban.
 */
function takeRest(rest: Exact, places: readonly Place[], goods: readonly Taking[]): Taking[] {
  const takings = new Map<number, Taking>()
  const open = (place: Place): Exact =>
    place.amount
      .minus(goods.find((taking) => taking.place === place)?.amount ?? ZERO)
      .minus(takings.get(place.at)?.amount ?? ZERO)
  const take = (wanted: Exact, from: readonly Place[]): Exact => {
    const most = sum(from.map(open))
    const amount = wanted.gt(most) ? most : wanted
    if (amount.lte(ZERO)) return wanted
    const shares = shareOutByGroup(
      amount,
      from.map(open),
      from.map(({ rate }) => rate),
    )
    from.forEach((place, at) => {
      const share = (shares[at] ?? ZERO).plus(takings.get(place.at)?.amount ?? ZERO)
      if (share.gt(ZERO)) takings.set(place.at, { place, quantity: ZERO, amount: share })
    })
    return wanted.minus(amount)
  }
  const charges = goods.length === 0 ? [] : places.filter(({ isCharge }) => isCharge)
  take(take(rest, charges), places)
  return [...takings.values()]
}

/** Goods that come back, at the price that multiplies to exactly their amount. */
function goodsLines({ place, quantity, amount }: Taking, draft: DocumentDraft): DocumentLine[] {
  if (quantity.lte(ZERO)) return moneyLines([{ place, quantity, amount }], draft)
  const { line } = place
  const multiplies = (price: Exact): boolean =>
    round(price.times(quantity), draft.precision).eq(amount)
  const price = [2, 3, 4].map((decimals) => round(amount.div(quantity), decimals)).find(multiplies)
  const fitting = price ?? roundDown(amount.div(quantity), 4)
  const rest = amount.minus(round(fitting.times(quantity), draft.precision))
  const product: DocumentLine = {
    ...line,
    quantity: quantity.times(exact('-1')).toFixed(),
    price: text(fitting),
    isTaxIncluded: true,
    saveToDb: false,
  }
  return rest.eq(ZERO)
    ? [product]
    : [product, ...moneyLines([{ place, quantity: ZERO, amount: rest }], draft)]
}

/** Money off, one line for each VAT rate: nothing comes back into stock. */
function moneyLines(takings: readonly Taking[], draft: DocumentDraft): DocumentLine[] {
  const rates = [...new Set(takings.map(({ place }) => place.rate))]
  return rates.flatMap((rate): DocumentLine[] => {
    const own = takings.filter(({ place }) => place.rate === rate)
    const amount = sum(own.map((taking) => taking.amount))
    const [first] = own
    if (first === undefined || amount.lte(ZERO)) return []
    const { line } = first.place
    const single = own.length === 1
    const word = draft.language === 'RO' ? 'Reducere de pret' : 'Price reduction'
    return [
      {
        type: 'product',
        name: single ? `${word}: ${line.name}`.slice(0, 250) : word,
        code: single ? line.code : 'RESTITUIRE',
        quantity: '-1',
        price: text(amount),
        unit: line.unit,
        isTaxIncluded: true,
        vat: line.vat,
        isService: true,
        saveToDb: false,
        warehouse: '',
      },
    ]
  })
}
