import { z } from 'zod'
import { type DocumentAddress, documentAddress } from './address.ts'
import { buyerOf } from './buyer.ts'
import type { Reason } from './causes.ts'
import { ROMANIA } from './countries.ts'
import type { DocumentClient } from './document.ts'
import { validCif } from './fiscal-codes.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'

/** What the company register says of a Romanian company; a text is '' and an address null where it says nothing usable. */
export const CompanyFacts = z.object({
  /** Digits only, without RO. */
  cif: z.string(),
  name: z.string(),
  regCom: z.string(),
  address: z
    .object({ address: z.string(), city: z.string(), county: z.string(), country: z.string() })
    .nullable(),
  /** Registered for VAT: the code carries RO. */
  vatPayer: z.boolean(),
  /** Neither declared inactive nor struck off. */
  active: z.boolean(),
})
export type CompanyFacts = z.infer<typeof CompanyFacts>

/** The register's answer for one buyer; absent: nobody asked. `old`: it answered long ago and cannot be asked now. */
export type CompanyAnswer = (CompanyFacts & { old?: boolean }) | 'unknown' | 'unavailable'

/** The digits of the CIF that the register can be asked about; null for persons and foreign buyers. */
export function cifToLookUp(order: Order, settings: Settings): string | null {
  if (settings.companyLookup === 'off') return null
  const { vatCode, country } = buyerOf(order, settings).client
  const digits = /^(?:RO)?(\d{2,10})$/.exec(vatCode)?.[1] ?? ''
  return country === ROMANIA && validCif(digits) ? digits : null
}

type Buyer = { client: DocumentClient; reasons: Reason[] }

/** The buyer with what the register says of the company; `notes` is what the journal should tell of it. */
export function withCompany(
  buyer: Buyer,
  company: CompanyAnswer | undefined,
  settings: Settings,
): Buyer & { notes: string[] } {
  if (company === undefined) return { ...buyer, notes: [] }
  const { client, reasons } = buyer
  if (company === 'unknown')
    return { client, reasons: [...reasons, unknownAtAnaf(client)], notes: [] }
  if (company === 'unavailable')
    return settings.companyLookup === 'hold'
      ? { client, reasons: [...reasons, unavailable(client)], notes: [] }
      : { client, reasons, notes: ['anaf-unavailable'] }
  const held = !company.active && settings.inactiveCompany === 'hold'
  return {
    client: {
      ...client,
      ...company.address,
      name: company.name || client.name,
      regCom: company.regCom || client.regCom,
      vatCode: company.vatPayer ? `RO${company.cif}` : company.cif,
      isTaxPayer: company.vatPayer,
    },
    reasons: [
      ...reasons.filter(({ code, field }) => !answered(company, code, field)),
      ...(held ? [inactive(company)] : []),
    ],
    notes: [
      ...(company.old === true ? ['company-data-old'] : []),
      ...(company.active ? [] : ['company-inactive']),
    ],
  }
}

/** Whether the register fills in what the order lacks. */
const answered = (company: CompanyFacts, code: string, field: string): boolean =>
  (company.address !== null && /^(billing|shipping)\./.test(field)) ||
  (company.name !== '' && code === 'buyer-name-missing')

/** A registered office as the register writes it, in the form that e-Factura takes; null where that cannot be told. */
export function registeredOffice(office: {
  street: string
  number: string
  details: string
  city: string
  county: string
}): DocumentAddress | null {
  const { address, reasons } = documentAddress(
    {
      name: '',
      company: '',
      line1: [office.street, office.number && `nr. ${office.number}`]
        .filter((part) => part !== '')
        .join(' '),
      line2: office.details,
      city: office.city
        .replace(/^(municipiul|mun\.|ora[sşș]ul|ora[sşș]|or[sşș]\.)\s*/i, '')
        .replace(/\s+(mun|ora[sşș]|or[sşș])\..*$/i, ''),
      county: office.county,
      postcode: '',
      country: 'RO',
    },
    'company',
  )
  return reasons.length === 0 ? address : null
}

const unknownAtAnaf = ({ vatCode }: DocumentClient): Reason => ({
  code: 'cif-unknown-at-anaf',
  field: 'customer.cif',
  ro: `ANAF nu cunoaște nicio firmă cu CIF-ul ${vatCode}. Corectați CIF-ul din comandă sau ștergeți-l dacă se facturează o persoană fizică.`,
  en: `ANAF knows no company with the CIF ${vatCode}. Correct the CIF on the order, or remove it if the buyer is a private person.`,
})

const unavailable = ({ vatCode }: DocumentClient): Reason => ({
  code: 'anaf-unavailable',
  field: 'customer.cif',
  ro: `Firma cu CIF-ul ${vatCode} nu a putut fi verificată, pentru că ANAF nu răspunde. Comanda pornește singură când ANAF răspunde; ca să nu mai aștepte, alegeți în setări „companyLookup: issue-anyway”.`,
  en: `The company with the CIF ${vatCode} could not be verified because ANAF does not answer. The order goes on by itself when ANAF answers; to stop waiting for it, choose "companyLookup: issue-anyway" in the settings.`,
})

const inactive = ({ cif, name }: CompanyFacts): Reason => ({
  code: 'company-inactive',
  field: 'customer.cif',
  ro: `Firma „${name}” (CIF ${cif}) este inactivă sau radiată la ANAF. Cereți cumpărătorului alt CIF sau alegeți în setări „inactiveCompany: flag”.`,
  en: `The company "${name}" (CIF ${cif}) is inactive or struck off at ANAF. Ask the buyer for another CIF, or choose "inactiveCompany: flag" in the settings.`,
})
