import type { Supply } from './supply.ts'
import type { Settings } from './settings.ts'
import { fold } from './text.ts'

type Rate = { name: string; percentage: string }
export type ZeroReason = keyof Settings['zeroVat']

/** Which kind of 0 % a name of the account stands for; SmartBill's own names are SDD, SFDD and Taxare inversa. */
function meaningOf(name: string): 'with-deduction' | 'without-deduction' | 'reverse-charge' | '' {
  const plain = fold(name)
    .replaceAll(/[^a-z]+/g, ' ')
    .trim()
  if (/^sdd\b|\bcu drept\b/.test(plain)) return 'with-deduction'
  if (/^sfdd\b|\bfara drept\b/.test(plain)) return 'without-deduction'
  return /^taxare inversa\b/.test(plain) ? 'reverse-charge' : ''
}

export type ZeroAnswer =
  | { kind: 'found'; rate: Rate }
  /** The setting names a rate that the account does not have. */
  | { kind: 'missing'; setting: ZeroReason; name: string }
  /** A person says which: by this setting, or none would be right. */
  | { kind: 'unclear'; setting: ZeroReason | null }

/**
 * The account's name for 0 %. Found by itself only where the law leaves one reason: goods that leave Romania are exempt
 * with the right of deduction (Codul fiscal art. 294). At home the seller's own activity decides, so a setting must.
 */
export function zeroRate(
  supply: Supply,
  isService: boolean,
  { zeroVat }: Settings,
  rates: readonly Rate[],
): ZeroAnswer {
  const reason = reasonOf(supply, isService, zeroVat)
  const chosen = reason === null ? undefined : zeroVat[reason]
  if (reason !== null && chosen !== undefined) {
    const rate = rates.find(({ name }) => name === chosen)
    return rate === undefined
      ? { kind: 'missing', setting: reason, name: chosen }
      : { kind: 'found', rate }
  }
  const possible = rates.filter(({ name }) => canMean(meaningOf(name), supply, isService))
  const [only] = possible
  // Abroad the name must say what the law says; at home it is enough that it can, when it is the account's only one.
  const sure =
    supply.kind === 'export' ||
    supply.kind === 'intra-community' ||
    rates.length === possible.length
  if (only !== undefined && possible.length === 1 && sure) return { kind: 'found', rate: only }
  return { kind: 'unclear', setting: reason }
}

function reasonOf(
  supply: Supply,
  isService: boolean,
  zeroVat: Settings['zeroVat'],
): ZeroReason | null {
  switch (supply.kind) {
    case 'export':
      return isService ? null : 'export'
    case 'intra-community':
      return isService ? 'reverseCharge' : 'intraCommunity'
    case 'domestic':
      return supply.buyerRegistered && zeroVat.reverseCharge !== undefined
        ? 'reverseCharge'
        : 'exempt'
    case 'distance':
    case 'unknown':
      return null
  }
}

function canMean(
  meaning: ReturnType<typeof meaningOf>,
  supply: Supply,
  isService: boolean,
): boolean {
  switch (supply.kind) {
    case 'export':
    case 'intra-community':
      return !isService && meaning === 'with-deduction'
    case 'domestic':
      // Only some goods are under reverse charge (Codul fiscal art. 331), so a setting must say that these are.
      return meaning !== 'with-deduction' && meaning !== 'reverse-charge'
    case 'distance':
    case 'unknown':
      return false
  }
}
