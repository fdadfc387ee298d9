import type { Reason } from './causes.ts'
import type { VatTable } from './document.ts'
import { exact } from './money.ts'
import { fold } from './text.ts'
import type { CivilDate } from './time.ts'

export type Vat = { name: string; percentage: string }
export type VatAnswer = { kind: 'found'; vat: Vat | null } | { kind: 'reason'; reason: Reason }

/** Percentages are compared as numbers: "21" is "21.00". */
const sameRate = (one: string, other: string): boolean => exact(one).eq(exact(other))

/** One spelling per percentage, for grouping: "21.00" and "21" are one rate. */
export const rateKey = (rate: string): string => (rate === '' ? '' : exact(rate).toFixed())

// GET /tax may carry labels such as 9999 that are not percentages of anything.
const usable = (rate: Vat): boolean =>
  /^\d{1,3}(\.\d+)?$/.test(rate.percentage) && exact(rate.percentage).lte(exact('100'))

/** The account's own names for a percentage, the usual name of the rate first. */
function namesFor(percentage: string, table: VatTable & { kind: 'payer' }): Vat[] {
  const usual = (name: string): number =>
    /^(normala|redusa)$/.test(fold(name)) ? 0 : /^(normala|redusa)/.test(fold(name)) ? 1 : 2
  return table.rates
    .filter((rate) => usable(rate) && sameRate(rate.percentage, percentage))
    .toSorted((a, b) => usual(a.name) - usual(b.name))
}

const list = (rates: readonly Vat[]): string =>
  rates
    .filter(usable)
    .map((rate) => `${rate.name} ${rate.percentage}%`)
    .join(', ') || '-'

/** The account's rate for what the shop calls `rate` on `subject`, or why there is none. */
export function vatFor(
  rate: string,
  subject: { name: string; field: string },
  table: VatTable,
): VatAnswer {
  if (table.kind === 'not-payer') return { kind: 'found', vat: null }
  const { name, field } = subject
  const reason = (code: string, ro: string, en: string): VatAnswer => ({
    kind: 'reason',
    reason: { code, field, ro, en },
  })
  if (rate === '') {
    return reason(
      'vat-rate-unknown',
      `Magazinul nu spune cota de TVA pentru „${name}”. Completați cota pe linie.`,
      `The shop does not say the VAT rate of "${name}". Fill in the rate on the line.`,
    )
  }
  const found = namesFor(rate, table)
  const [first] = found
  if (first === undefined) {
    return reason(
      'vat-rate-not-in-account',
      `„${name}” are în magazin TVA ${rate}%, dar contul SmartBill nu are cota aceasta (are: ${list(table.rates)}). Corectați cota în magazin sau adăugați-o în SmartBill la Configurare → Cote TVA.`,
      `"${name}" has ${rate}% VAT in the shop, but the SmartBill account has no such rate (it has: ${list(table.rates)}). Correct the rate in the shop, or add it in SmartBill under Configurare → Cote TVA.`,
    )
  }
  if (found.length > 1 && exact(rate).eq(exact('0'))) {
    return reason(
      'vat-zero-reason',
      `„${name}” are TVA 0%, iar contul SmartBill are mai multe motive pentru 0% (${found.map((vat) => vat.name).join(', ')}). Alegeți motivul împreună cu contabilul și emiteți documentul în SmartBill sau corectați cota în magazin.`,
      `"${name}" has 0% VAT, and the SmartBill account has several reasons for 0% (${found.map((vat) => vat.name).join(', ')}). Choose the reason with your accountant and issue the document in SmartBill, or correct the rate in the shop.`,
    )
  }
  return { kind: 'found', vat: { name: first.name, percentage: first.percentage } }
}

const ENDED = '2025-08-01'
const endedRates = ['19', '9', '5']

/** A Romanian rate that no longer exists, on an order placed since: most likely a shop that was never updated. */
export function endedRate(
  rate: string,
  subject: { name: string; field: string },
  orderDay: CivilDate,
): Reason | null {
  if (rate === '' || orderDay < ENDED || !endedRates.some((ended) => sameRate(ended, rate)))
    return null
  return {
    code: 'vat-rate-ended',
    field: subject.field,
    ro: `„${subject.name}” are în magazin TVA ${rate}%, cotă care nu mai există în România din 1 august 2025. Corectați cota în magazin (21% sau 11%).`,
    en: `"${subject.name}" has ${rate}% VAT in the shop, a rate that Romania ended on 1 August 2025. Correct the rate in the shop (21% or 11%).`,
  }
}
