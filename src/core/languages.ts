import { countryCode } from './countries.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'

// SmartBill has these without configuration: RO EN DE FR IT ES. The rest of the world reads English.
const byCountry: Readonly<Record<string, string>> = {
  RO: 'RO',
  MD: 'RO',
  DE: 'DE',
  AT: 'DE',
  CH: 'DE',
  LI: 'DE',
  FR: 'FR',
  MC: 'FR',
  LU: 'FR',
  IT: 'IT',
  ES: 'ES',
}

/** The document's language: the shop's, or by the buyer's country where the settings say so. */
export function languageOf(order: Order, settings: Settings): string {
  const country = countryCode(order.billing.country)
  if (!settings.languageByCountry || country === 'RO' || country === '') return settings.language
  const own = Object.hasOwn(settings.languages, country) ? settings.languages[country] : undefined
  return own ?? byCountry[country] ?? 'EN'
}
