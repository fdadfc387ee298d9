import { validCif } from '../../src/core/fiscal-codes.ts'
import { exact, round, sum, ZERO, type Exact } from '../../src/core/money.ts'
import { seededRandom } from '../../src/simulator/random.ts'
import { food, goods, type Goods } from './goods.ts'
import { companies, firstNames, lastNames, places, type Place } from './people.ts'

export const shopNames = ['lana', 'woo', 'munte', 'camara'] as const
export type ShopName = (typeof shopNames)[number]

export type Line = Omit<Goods, 'price'> & {
  quantity: number
  price: Exact
  /** For one piece, after the coupon. */
  reduced: Exact
}
export type Buyer = {
  first: string
  last: string
  email: string
  phone: string
  place: Place
  houseNumber: number
  company: string
  cif: string
  regCom: string
}
/** What is wrong with an order, or special about it, so that it must not become a document by itself. */
export type Trouble =
  | 'no-sku'
  | 'wrong-total'
  | 'unknown-unit'
  | 'free'
  | 'abandoned'
  | 'euro'
  | 'bad-cif'
  | 'cancelled'
  | 'invoiced-elsewhere'
  | 'company-without-cif'
  | 'test'
  | 'two-rates'
  | 'unclear-amounts'
export type Stage = 'placed' | 'paid' | 'shipped'
export type Outcome = 'document' | 'held' | 'refused' | 'by-rule' | 'unreadable'

/** An order as the shop knows it, before any platform has put it in its own words. */
export type DemoOrder = {
  shop: ShopName
  id: string
  number: string
  createdAt: number
  buyer: Buyer
  lines: Line[]
  coupon: string
  shipping: Exact
  /** What cash on delivery costs. */
  fee: Exact
  total: Exact
  method: 'card' | 'cod' | 'transfer'
  trouble: Trouble | undefined
  /** Each stage is news with a later time of change. */
  stages: Stage[]
  expected: { outcome: Outcome; paid: Exact }
}

const troubles: readonly (readonly [ShopName, Trouble, Outcome])[] = [
  ['lana', 'no-sku', 'held'],
  ['munte', 'company-without-cif', 'held'],
  ['lana', 'unknown-unit', 'refused'],
  ['camara', 'unclear-amounts', 'unreadable'],
  ['woo', 'invoiced-elsewhere', 'by-rule'],
  ['lana', 'wrong-total', 'held'],
  ['woo', 'bad-cif', 'held'],
  ['lana', 'abandoned', 'by-rule'],
  ['camara', 'two-rates', 'held'],
  ['munte', 'test', 'by-rule'],
  ['woo', 'euro', 'held'],
  ['lana', 'free', 'by-rule'],
  ['woo', 'cancelled', 'by-rule'],
]
/** Of so many orders at most one is troubled. */
const ORDERS_PER_TROUBLE = 8

/** A trade of `count` orders; the same seed makes the same trade. */
export function makeOrders(count: number, seed: number, now: number): DemoOrder[] {
  const random = seededRandom(seed)
  const some = troubles.slice(0, Math.floor(count / ORDERS_PER_TROUBLE))
  const troubled = new Map(
    some.map((trouble, at) => [Math.floor(((at + 0.5) * count) / some.length), trouble]),
  )
  return Array.from({ length: count }, (_, at) => {
    const [shop, trouble, outcome] = troubled.get(at) ?? [pick(random, shopNames)]
    return makeOrder(random, { shop, trouble, outcome: outcome ?? 'document' }, at, now)
  })
}

type Random = () => number
const below = (random: Random, limit: number): number => Math.floor(random() * limit)
function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[below(random, from.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

/** Order ids as the platforms count them: Shopify's are long, and shown under another number. */
const firstIds: Readonly<Record<ShopName, number>> = {
  lana: 20_001,
  woo: 41_001,
  munte: 5_900_000_060_001,
  camara: 80_001,
}

function makeOrder(
  random: Random,
  { shop, trouble, outcome }: { shop: ShopName; trouble: Trouble | undefined; outcome: Outcome },
  at: number,
  now: number,
): DemoOrder {
  const id = String(firstIds[shop] + at)
  const percent = random() < 0.25 ? pick(random, ['5', '10', '15']) : '0'
  const lines = basket(random, shop, trouble).map((article) => ({
    ...article,
    quantity: 1 + below(random, 4),
    price: exact(article.price),
    reduced: round(
      exact(article.price)
        .times(exact('100').minus(exact(percent)))
        .div(exact('100')),
    ),
  }))
  const method = methodOf(random, trouble)
  const shipping =
    trouble === 'free' || random() < 0.2 ? ZERO : exact(pick(random, ['15.00', '19.99', '24.50']))
  const fee = method === 'cod' && shop !== 'camara' && random() < 0.5 ? exact('5.00') : ZERO
  const total = trouble === 'free' ? ZERO : sum([...lines.map(paidFor), shipping, fee])
  const paid = method !== 'cod' && outcome === 'document' ? total : ZERO
  return {
    shop,
    id,
    number: shop === 'munte' ? `#${60_001 + at}` : id,
    createdAt: now - 3_600_000 + at * 1000,
    buyer: makeBuyer(random, trouble),
    lines,
    coupon: percent === '0' ? '' : `TOAMNA${percent}`,
    shipping,
    fee,
    total,
    method,
    trouble,
    stages: stagesOf(random, shop, method, trouble),
    expected: { outcome, paid },
  }
}

export const paidFor = ({ reduced, quantity }: Line): Exact =>
  reduced.times(exact(String(quantity)))
export const listedFor = ({ price, quantity }: Line): Exact => price.times(exact(String(quantity)))

function basket(random: Random, shop: ShopName, trouble: Trouble | undefined): Goods[] {
  const some = (from: readonly Goods[], most: number) => [
    ...new Set(Array.from({ length: 1 + below(random, most) }, () => pick(random, from))),
  ]
  if (trouble === 'unknown-unit') {
    return [
      { sku: 'LUM-24', name: 'Lumânări, cutie de 24', unit: 'bax', price: '96.00', rate: '21' },
    ]
  }
  if (trouble === 'two-rates') return [...some(goods, 1), ...some(food, 1)]
  // CloudCart does not say which line has which rate, so this shop sells one kind at a time.
  if (shop === 'camara') return some(random() < 0.7 ? food : goods, 3)
  return [...some(goods, 3), ...(random() < 0.4 ? some(food, 2) : [])]
}

const cardOnly = new Set<Trouble>(['unknown-unit', 'test', 'invoiced-elsewhere', 'wrong-total'])
function methodOf(random: Random, trouble: Trouble | undefined): DemoOrder['method'] {
  if (trouble === 'abandoned') return 'transfer'
  if (trouble !== undefined && cardOnly.has(trouble)) return 'card'
  const chance = random()
  return chance < 0.6 ? 'card' : chance < 0.85 ? 'cod' : 'transfer'
}

function stagesOf(
  random: Random,
  shop: ShopName,
  method: DemoOrder['method'],
  trouble: Trouble | undefined,
): Stage[] {
  if (trouble === 'abandoned') return ['placed', 'placed']
  if (trouble === 'unclear-amounts') return ['paid']
  switch (method) {
    case 'card':
      return pick<Stage[]>(random, [
        ['paid'],
        ['paid'],
        ['placed', 'paid'],
        ['paid', 'paid'],
        ['paid', 'shipped'],
      ])
    case 'transfer':
      return ['placed', 'paid']
    case 'cod':
      // WooCommerce counts an order that has been delivered as paid; it is invoiced when it is placed.
      if (shop === 'woo') return pick<Stage[]>(random, [['placed'], ['placed', 'placed']])
      return pick<Stage[]>(random, [['shipped'], ['placed', 'shipped']])
  }
}

function makeBuyer(random: Random, trouble: Trouble | undefined): Buyer {
  const first = pick(random, firstNames)
  const last = pick(random, lastNames)
  const isCompany =
    trouble === 'bad-cif' ||
    trouble === 'company-without-cif' ||
    (trouble === undefined && random() < 0.25)
  const company = isCompany ? pick(random, companies) : ''
  const { cif, regCom } = isCompany ? numbersOf(company) : { cif: '', regCom: '' }
  return {
    first,
    last,
    email: `${plain(first)}.${plain(last)}@exemplu.test`,
    phone: `07${String(20_000_000 + below(random, 79_999_999))}`,
    place: pick(random, places),
    houseNumber: 1 + below(random, 140),
    company,
    cif: trouble === 'company-without-cif' ? '' : trouble === 'bad-cif' ? wrong(cif) : cif,
    regCom,
  }
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase()

/** A company's own numbers, the same at every order; half of the companies are registered for VAT. */
function numbersOf(company: string): { cif: string; regCom: string } {
  const random = seededRandom(companies.indexOf(company))
  const body = String(1_200_000 + below(random, 4_600_000))
  const digits = Array.from('0123456789', (last) => body + last).find(validCif) ?? ''
  return {
    cif: random() < 0.5 ? `RO${digits}` : digits,
    regCom: `J${1 + below(random, 40)}/${100 + below(random, 3000)}/${2004 + below(random, 20)}`,
  }
}

const wrong = (cif: string): string => cif.slice(0, -1) + String((Number(cif.slice(-1)) + 1) % 10)
