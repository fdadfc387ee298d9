import type { Reason } from './causes.ts'
import type { VatTable } from './document.ts'
import { exact } from './money.ts'
import { inForce, ratesOn } from './romanian-rates.ts'
import type { Settings } from './settings.ts'
import type { Supply } from './supply.ts'
import { clean, fold } from './text.ts'
import type { CivilDate } from './time.ts'
import { type ZeroReason, zeroRate } from './zero-vat.ts'

export type Vat = { name: string; percentage: string }
export type VatAnswer = { kind: 'found'; vat: Vat | null } | { kind: 'reason'; reason: Reason }

/** What a rate is asked for. */
export type VatSubject = { name: string; field: string; isService: boolean }
/** What a rate depends on beside the line. */
export type VatContext = {
  table: VatTable
  settings: Settings
  supply: Supply
  taxPoint: CivilDate
}

/** Percentages are compared as numbers: "21" is "21.00". */
const sameRate = (one: string, other: string): boolean => exact(one).eq(exact(other))

/** One spelling per percentage, for grouping: "21.00" and "21" are one rate. */
export const rateKey = (rate: string): string => (rate === '' ? '' : exact(rate).toFixed())

export const isZero = (rate: string): boolean => rate !== '' && sameRate(rate, '0')

// GET /tax may carry labels such as 9999 that are not percentages of anything.
const usable = (rate: Vat): boolean =>
  /^\d{1,3}(\.\d+)?$/.test(rate.percentage) && exact(rate.percentage).lte(exact('100'))

const ossOf = (settings: Settings, country: string): Vat[] | undefined => {
  const found = Object.hasOwn(settings.oss, country) ? settings.oss[country] : undefined
  return found === undefined ? undefined : [found].flat()
}

const usesOss = ({ oss }: Settings): boolean => Object.keys(oss).length > 0

/** The account's own names for a percentage, the usual name of the rate first; other countries' rates left out. */
function namesFor(percentage: string, rates: readonly Vat[], settings: Settings): Vat[] {
  const foreign = new Set(
    Object.values(settings.oss).flatMap((own) => [own].flat().map(({ name }) => name)),
  )
  const usual = (name: string): number =>
    /^(normala|redusa)$/.test(fold(name)) ? 0 : /^(normala|redusa)/.test(fold(name)) ? 1 : 2
  return rates
    .filter(
      (rate) => usable(rate) && sameRate(rate.percentage, percentage) && !foreign.has(rate.name),
    )
    .toSorted((a, b) => usual(a.name) - usual(b.name))
}

const list = (rates: readonly Vat[]): string =>
  rates
    .filter(usable)
    .map((rate) => `${rate.name} ${rate.percentage}%`)
    .join(', ') || '-'

/** The account's rate for what the shop calls `rate` on `subject`, or why there is none. */
export function vatFor(rate: string, subject: VatSubject, context: VatContext): VatAnswer {
  const { table, settings, supply } = context
  if (table.kind === 'not-payer') return { kind: 'found', vat: null }
  if (rate === '') return because(unknownRate(subject, supply))
  if (supply.kind === 'distance') {
    const oss = ossOf(settings, supply.country)
    if (oss !== undefined) return ossRate(rate, subject, { ...context, table }, supply.country, oss)
  }
  return isZero(rate)
    ? zero(subject, { ...context, table })
    : romanian(rate, subject, { ...context, table })
}

type Payer = VatContext & { table: VatTable & { kind: 'payer' } }
const because = (reason: Reason): VatAnswer => ({ kind: 'reason', reason })
const found = ({ name, percentage }: Vat): VatAnswer => ({
  kind: 'found',
  vat: { name, percentage },
})

function romanian(rate: string, subject: VatSubject, context: Payer): VatAnswer {
  const { table, settings, supply, taxPoint } = context
  const force = inForce(rate, taxPoint, settings.housingRate)
  const [first] = namesFor(rate, table.rates, settings)
  // Who uses the one-stop shop uses it for every member state (Codul fiscal art. 278¹): Romanian VAT is over there too.
  const elsewhere = force.kind !== 'in-force' || (usesOss(settings) && !subject.isService)
  if (supply.kind === 'distance' && ossOf(settings, supply.country) === undefined && elsewhere)
    return because(ossMissing(rate, subject, supply.country))
  if (force.kind === 'ended' || force.kind === 'not-yet')
    return because(notInForce(rate, subject, context, force))
  if (first === undefined) return because(notInAccount(rate, subject, table.rates))
  if (force.kind === 'foreign') return because(notRomanian(rate, subject, context))
  return found(first)
}

function ossRate(
  rate: string,
  subject: VatSubject,
  context: Payer,
  country: string,
  oss: readonly Vat[],
): VatAnswer {
  const { table, settings, taxPoint } = context
  const own = oss.find(({ percentage }) => sameRate(percentage, rate))
  // A service that is not supplied electronically is taxed at home.
  if (
    own === undefined &&
    subject.isService &&
    inForce(rate, taxPoint, settings.housingRate).kind === 'in-force'
  )
    return romanian(rate, subject, context)
  if (own === undefined) return because(ossDiffers(rate, subject, country, oss))
  const exists = table.rates.some(
    ({ name, percentage }) =>
      name === own.name && usable({ name, percentage }) && sameRate(percentage, own.percentage),
  )
  return exists ? found(own) : because(ossNotInAccount(own, subject, country, table.rates))
}

function zero(subject: VatSubject, { table, settings, supply }: Payer): VatAnswer {
  const rates = table.rates.filter((rate) => usable(rate) && isZero(rate.percentage))
  const answer = zeroRate(supply, subject.isService, settings, rates)
  switch (answer.kind) {
    case 'found':
      return found(answer.rate)
    case 'missing':
      return because(zeroNameMissing(answer, subject, rates))
    case 'unclear':
      return because(zeroUnclear(answer.setting, subject, supply, rates))
  }
}

function unknownRate({ name, field }: VatSubject, supply: Supply): Reason {
  const abroad = supply.kind !== 'domestic'
  return {
    code: 'vat-rate-unknown',
    field,
    ro: `Magazinul nu spune cota de TVA pentru „${name}”. ${abroad ? 'Dacă livrarea în altă țară este scutită, puneți în magazin cota 0% pentru țara aceea; altfel completați cota pe linie.' : 'Completați cota pe linie sau porniți calculul TVA în magazin.'}`,
    en: `The shop does not say the VAT rate of "${name}". ${abroad ? 'If the delivery to another country is exempt, give that country a rate of 0% in the shop; else fill in the rate on the line.' : 'Fill in the rate on the line, or switch on the calculation of VAT in the shop.'}`,
  }
}

const notInAccount = (
  rate: string,
  { name, field }: VatSubject,
  rates: readonly Vat[],
): Reason => ({
  code: 'vat-rate-not-in-account',
  field,
  ro: `„${name}” are în magazin TVA ${rate}%, dar contul SmartBill nu are cota aceasta (are: ${list(rates)}). Corectați cota în magazin sau adăugați-o în SmartBill la Configurare → Cote TVA.`,
  en: `"${name}" has ${rate}% VAT in the shop, but the SmartBill account has no such rate (it has: ${list(rates)}). Correct the rate in the shop, or add it in SmartBill under Configurare → Cote TVA.`,
})

const now = ({ taxPoint, settings }: VatContext): string =>
  ratesOn(taxPoint, settings.housingRate)
    .map((own) => `${own}%`)
    .join(', ') || '-'

function notInForce(
  rate: string,
  { name, field }: VatSubject,
  context: VatContext,
  force: { kind: 'ended'; until: string } | { kind: 'not-yet'; from: string },
): Reason {
  const { taxPoint } = context
  const [ro, en] =
    force.kind === 'ended'
      ? [`s-a aplicat în România până la ${force.until}`, `applied in Romania until ${force.until}`]
      : [
          `se aplică în România abia din ${force.from}`,
          `applies in Romania only from ${force.from}`,
        ]
  return {
    code: force.kind === 'ended' ? 'vat-rate-ended' : 'vat-rate-not-yet',
    field,
    ro: `„${name}” are în magazin TVA ${rate}%, cotă care ${ro}, iar data faptului generator este ${taxPoint} (cote la acea dată: ${now(context)}). Corectați cota în magazin sau data din care se ia cota (setarea taxPoint).`,
    en: `"${name}" has ${rate}% VAT in the shop, a rate that ${en}, and the tax point is ${taxPoint} (rates on that day: ${now(context)}). Correct the rate in the shop, or the day that rates are taken from (the setting taxPoint).`,
  }
}

const notRomanian = (rate: string, { name, field }: VatSubject, context: VatContext): Reason => ({
  code: 'vat-rate-not-romanian',
  field,
  ro: `„${name}” are în magazin TVA ${rate}%, care nu este o cotă din România (la ${context.taxPoint}: ${now(context)}), iar bunurile nu pleacă la un consumator din altă țară UE. Corectați cota sau adresa de livrare.`,
  en: `"${name}" has ${rate}% VAT in the shop, which is no Romanian rate (on ${context.taxPoint}: ${now(context)}), and the goods do not go to a consumer in another EU country. Correct the rate, or the delivery address.`,
})

const ossMissing = (rate: string, { name, field }: VatSubject, country: string): Reason => ({
  code: 'vat-oss-country-missing',
  field,
  ro: `„${name}” are TVA ${rate}% și pleacă la un consumator din ${country}, dar setările nu au cota OSS pentru ${country}. Adăugați în setări oss.${country} cu numele cotei din contul SmartBill sau corectați cota în magazin.`,
  en: `"${name}" has ${rate}% VAT and goes to a consumer in ${country}, but the settings have no one-stop-shop rate for ${country}. Add oss.${country} to the settings with the name of the rate in the SmartBill account, or correct the rate in the shop.`,
})

const ossDiffers = (
  rate: string,
  { name, field }: VatSubject,
  country: string,
  oss: readonly Vat[],
): Reason => ({
  code: 'vat-oss-rate-differs',
  field,
  ro: `„${name}” are în magazin TVA ${rate}%, dar pentru consumatorii din ${country} setările spun ${list(oss)}. Corectați cota în magazin sau setarea oss.${country}.`,
  en: `"${name}" has ${rate}% VAT in the shop, but for consumers in ${country} the settings say ${list(oss)}. Correct the rate in the shop, or the setting oss.${country}.`,
})

const ossNotInAccount = (
  own: Vat,
  { field }: VatSubject,
  country: string,
  rates: readonly Vat[],
): Reason => ({
  code: 'vat-oss-not-in-account',
  field,
  ro: `Setarea oss.${country} numește cota „${clean(own.name)}” ${own.percentage}%, care nu există în contul SmartBill (are: ${list(rates)}). Adăugați-o în SmartBill la Configurare → Cote TVA sau corectați setarea.`,
  en: `The setting oss.${country} names the rate "${clean(own.name)}" ${own.percentage}%, which the SmartBill account does not have (it has: ${list(rates)}). Add it in SmartBill under Configurare → Cote TVA, or correct the setting.`,
})

const zeroNameMissing = (
  { setting, name }: { setting: ZeroReason; name: string },
  { field }: VatSubject,
  rates: readonly Vat[],
): Reason => ({
  code: 'vat-zero-name-missing',
  field,
  ro: `Setarea zeroVat.${setting} numește „${clean(name)}”, dar contul SmartBill nu are o cotă de 0% cu acest nume (are: ${list(rates)}). Corectați setarea.`,
  en: `The setting zeroVat.${setting} names "${clean(name)}", but the SmartBill account has no 0% rate of that name (it has: ${list(rates)}). Correct the setting.`,
})

/** What is not clear about a 0 %, and what would make it clear. */
function zeroUnclear(
  setting: ZeroReason | null,
  { name, field, isService }: VatSubject,
  supply: Supply,
  rates: readonly Vat[],
): Reason {
  const [ro, en] = zeroAdvice(setting, isService, supply)
  return {
    code: 'vat-zero-reason',
    field,
    ro: `„${name}” are TVA 0%, iar contul SmartBill are pentru 0%: ${list(rates)}. ${ro}`,
    en: `"${name}" has 0% VAT, and for 0% the SmartBill account has: ${list(rates)}. ${en}`,
  }
}

function zeroAdvice(
  setting: ZeroReason | null,
  isService: boolean,
  supply: Supply,
): [ro: string, en: string] {
  if (setting !== null) {
    const perhapsReversed = supply.kind === 'domestic' && supply.buyerRegistered
    const [alsoRo, alsoEn] = perhapsReversed
      ? [
          ' (zeroVat.reverseCharge pentru bunuri cu taxare inversă)',
          ' (zeroVat.reverseCharge for goods under reverse charge)',
        ]
      : ['', '']
    return [
      `Alegeți împreună cu contabilul numele potrivit și scrieți-l în setarea zeroVat.${setting}${alsoRo} sau corectați cota în magazin.`,
      `Choose the right name with your accountant and write it in the setting zeroVat.${setting}${alsoEn}, or correct the rate in the shop.`,
    ]
  }
  switch (supply.kind) {
    case 'distance':
      return [
        `Cumpărătorul din ${supply.country} nu are cod de TVA din UE, deci vânzarea are TVA. Completați codul de TVA al firmei (cu literele țării) sau corectați cota în magazin.`,
        `The buyer in ${supply.country} has no EU VAT number, so the sale bears VAT. Fill in the company's VAT number (with the country's letters), or correct the rate in the shop.`,
      ]
    case 'unknown':
      return [
        `Țara de livrare „${clean(supply.country, 40)}” nu este recunoscută. Scrieți codul ei de două litere.`,
        `The country of delivery "${clean(supply.country, 40)}" is not recognised. Write its two-letter code.`,
      ]
    case 'export':
    case 'intra-community':
    case 'domestic':
      return isService
        ? [
            'Este un serviciu prestat în afara țării; regimul lui îl stabilește contabilul. Emiteți documentul în SmartBill.',
            'It is a service supplied abroad, and your accountant decides how it is taxed. Issue the document in SmartBill.',
          ]
        : [
            'Corectați cota în magazin sau emiteți documentul în SmartBill.',
            'Correct the rate in the shop, or issue the document in SmartBill.',
          ]
  }
}
