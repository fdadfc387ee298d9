import { countryCode, euCountries } from './countries.ts'
import type { DocumentClient } from './document.ts'
import { civilDate, type CivilDate } from './time.ts'
import { exact } from './money.ts'
import type { Address, Order } from './order.ts'
import type { Settings } from './settings.ts'
import { said } from './text.ts'

/** What a sale is for VAT, by where the goods go and who buys. */
export type Supply =
  | { kind: 'domestic'; buyerRegistered: boolean }
  /** Out of the Union's VAT territory. */
  | { kind: 'export'; country: string }
  /** To another member state, to a buyer with a VAT number of another member state. */
  | { kind: 'intra-community'; country: string }
  /** To another member state, to anybody else. */
  | { kind: 'distance'; country: string }
  | { kind: 'unknown'; country: string }

/** Parts of member states outside the Union's VAT territory, by post code (Codul fiscal art. 267). */
const outside: Readonly<Record<string, RegExp>> = {
  ES: /^(35|38|51|52)\d{3}$/, // Canary Islands, Ceuta, Melilla
  FI: /^22\d{3}$/, // Aland
  FR: /^97\d{3}$/, // overseas departments
  DE: /^(27498|78266)$/, // Heligoland, Busingen
  IT: /^(23041|22061)$/, // Livigno, Campione
  GR: /^63086$/, // Mount Athos
}

const EU_VAT = /^([A-Z]{2})[0-9A-Z]+$/

/** Where the goods go: the shipping address if there is one, else the billing address. */
function destinationOf({ billing, shipping }: Order): Address {
  const given =
    shipping !== undefined &&
    [shipping.line1, shipping.city, shipping.county].some((part) => said(part) !== '')
  return given ? shipping : billing
}

export function supplyOf(
  order: Order,
  client: Pick<DocumentClient, 'vatCode' | 'isTaxPayer'>,
): Supply {
  const to = destinationOf(order)
  const code = countryCode(to.country)
  const postcode = to.postcode.replaceAll(/\s/g, '').toUpperCase()
  // Goods in Northern Ireland are under the Union's VAT; Monaco is France.
  const country = code === 'GB' && /^BT\d/.test(postcode) ? 'XI' : code === 'MC' ? 'FR' : code
  if (country === '') return { kind: 'unknown', country: to.country }
  const prefix = client.isTaxPayer ? (EU_VAT.exec(client.vatCode)?.[1] ?? '') : ''
  if (country === 'RO') return { kind: 'domestic', buyerRegistered: prefix === 'RO' }
  const inUnion = country === 'XI' || euCountries.has(country)
  if (!inUnion || outside[country]?.test(postcode) === true) return { kind: 'export', country }
  const registered =
    prefix === 'EL' || prefix === 'XI' || (prefix !== 'RO' && euCountries.has(prefix))
  return { kind: registered ? 'intra-community' : 'distance', country }
}

/**
 * The day whose rates apply: delivery where the shop says it (Codul fiscal art. 281), else what the settings choose.
 * Money or the invoice before delivery make the tax due on their day (art. 282).
 */
export function taxPointOf(order: Order, settings: Settings, today: CivilDate): CivilDate {
  const day = (instant: string): CivilDate => civilDate(Date.parse(instant))
  if (order.deliveredAt !== undefined) return day(order.deliveredAt)
  if (settings.taxPoint === 'issue') return today
  const paid = order.payments
    .flatMap(({ at, amount }) =>
      at !== undefined && exact(amount).gt(exact('0')) ? [day(at)] : [],
    )
    .toSorted()
  return (settings.taxPoint === 'payment' ? paid[0] : undefined) ?? day(order.createdAt)
}
