import type { Reason } from './causes.ts'
import type { DecisionInput, DocumentDraft, DocumentLine } from './document.ts'
import { ZERO, exact } from './money.ts'
import type { Supply } from './supply.ts'

/** What a document says about VAT as a whole, beside the rates of its lines. */
export function specialVat(
  { settings, kind }: DecisionInput,
  supply: Supply,
  lines: readonly DocumentLine[],
): Pick<DocumentDraft, 'useIntraCif' | 'vatOnCollection'> {
  const taxed = lines.some(({ vat }) => vat !== null && exact(vat.percentage).gt(ZERO))
  const oss = supply.kind === 'distance' && Object.hasOwn(settings.oss, supply.country)
  return {
    useIntraCif: settings.useIntraCif && (oss || supply.kind === 'intra-community'),
    // Codul fiscal art. 282 (3): Romanian tax only; what is exempt or taxed elsewhere has nothing to collect.
    vatOnCollection: settings.vatOnCollection && kind === 'invoice' && taxed && !oss,
  }
}

/** Only a company that is registered for VAT can apply it on collection. */
export const vatOnCollectionReasons = ({ settings, vat }: DecisionInput): Reason[] =>
  !settings.vatOnCollection || vat.kind === 'payer'
    ? []
    : [
        {
          code: 'vat-on-collection-by-non-payer',
          field: 'settings.vatOnCollection',
          ro: 'Setarea „TVA la încasare” este pornită, dar firma este neplătitoare de TVA în SmartBill. Opriți setarea sau corectați profilul firmei în SmartBill.',
          en: 'The setting "VAT on collection" is on, but in SmartBill the company is not registered for VAT. Switch the setting off, or correct the company\'s profile in SmartBill.',
        },
      ]
