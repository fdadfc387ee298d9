import { type DocumentAddress, documentAddress } from './address.ts'
import type { Reason } from './causes.ts'
import type { DocumentClient } from './document.ts'
import { countryName, ROMANIA } from './countries.ts'
import { type FiscalCode, readFiscalCode, validCnp } from './fiscal-codes.ts'
import type { Address, Order } from './order.ts'
import type { Settings } from './settings.ts'
import { clean, firstSaid, fold, said } from './text.ts'

// What e-Factura takes for a person whose CNP is not known.
const NO_CNP = '0'.repeat(13)

type Identity = Pick<DocumentClient, 'name' | 'vatCode' | 'isTaxPayer' | 'regCom'>

/** The buyer as the document names them: a company or a person, judged by the data. */
export function buyerOf(
  order: Order,
  settings: Settings,
): { client: DocumentClient; reasons: Reason[] } {
  const { customer } = order
  const [place, field] = billingPlace(order)
  const { address, reasons: aboutAddress } = documentAddress(place, field)
  const { identity, reasons } = identityOf(order, settings, countryName(place.country) === ROMANIA)
  if (identity.name === '') reasons.push(nameMissing)
  return {
    client: clientOf(identity, address, customer, settings),
    reasons: [...reasons, ...aboutAddress],
  }
}

/** The billing address; where the shop left it empty, the one the goods went to. */
function billingPlace(order: Order): [Address, string] {
  const { billing, shipping } = order
  const empty = ![billing.line1, billing.city, billing.county].some((part) => said(part) !== '')
  return empty && shipping !== undefined ? [shipping, 'shipping'] : [billing, 'billing']
}

const clientOf = (
  identity: Identity,
  address: DocumentAddress,
  customer: Order['customer'],
  settings: Settings,
): DocumentClient => ({
  ...identity,
  ...address,
  email: /^\S+@\S+$/.test(customer.email.trim()) ? clean(customer.email) : '',
  phone: clean(customer.phone, 50),
  bank: clean(customer.bank, 100),
  iban: clean(customer.iban, 50),
  saveToDb: settings.saveClients,
})

function identityOf(
  order: Order,
  settings: Settings,
  inRomania: boolean,
): { identity: Identity; reasons: Reason[] } {
  const { customer, billing } = order
  const personName = firstSaid(customer.name, billing.name, order.shipping?.name ?? '')
  const code = readFiscalCode(customer.cif, inRomania)
  const companyName = firstSaid(
    ...[customer.company, billing.company].filter((name) => !isCodeItself(name, code, inRomania)),
  )

  if (code.kind === 'company') {
    const name = companyName || personName
    const regCom = said(customer.regCom, 50)
    return {
      identity: { name, vatCode: code.code, isTaxPayer: code.payer, regCom },
      reasons: [],
    }
  }
  const typed = customer.cnp.replaceAll(/\s/g, '')
  const cnp = validCnp(typed) ? typed : code.kind === 'cnp' ? code.code : NO_CNP
  const person: Identity = {
    name: personName || companyName,
    vatCode: cnp,
    isTaxPayer: false,
    regCom: '',
  }
  if (code.kind === 'invalid') return { identity: person, reasons: [cifInvalid(code.given)] }

  // Buyers often repeat their own name in the company field.
  const namesCompany = companyName !== '' && wordsOf(companyName) !== wordsOf(personName)
  const isCompany =
    customer.kind === 'company' || (customer.kind === 'unknown' && namesCompany && cnp === NO_CNP)
  const held = isCompany && settings.companyWithoutCif === 'hold'
  return {
    identity: person,
    reasons: held ? [cifMissing(companyName || personName, inRomania)] : [],
  }
}

/** Whether the fiscal code stands where the name of its company belongs. */
function isCodeItself(name: string, code: FiscalCode, inRomania: boolean): boolean {
  const read = readFiscalCode(name, inRomania)
  return code.kind === 'company' && read.kind === 'company' && bare(read.code) === bare(code.code)
}

const bare = (code: string): string => code.replace(/^RO/, '')

/** "Ion Pop" and "POP Ion" are one name. */
const wordsOf = (name: string): string =>
  (fold(name).match(/[\p{L}\p{N}]+/gu) ?? []).toSorted().join(' ')

const nameMissing: Reason = {
  code: 'buyer-name-missing',
  field: 'customer.name',
  ro: 'Comanda nu spune cine este cumpărătorul. Completați numele persoanei sau al firmei.',
  en: "The order does not say who the buyer is. Fill in the person's or company's name.",
}

const cifInvalid = (given: string): Reason => ({
  code: 'cif-invalid',
  field: 'customer.cif',
  ro: `Codul fiscal „${clean(given, 40)}” nu este valid. Corectați CIF-ul sau ștergeți-l dacă se facturează o persoană fizică.`,
  en: `The fiscal code "${clean(given, 40)}" is not valid. Correct the CIF, or remove it if the buyer is a private person.`,
})

const cifMissing = (company: string, inRomania: boolean): Reason => ({
  code: 'company-without-cif',
  field: 'customer.cif',
  ro: `Cumpărătorul este firma „${clean(company, 80)}”, dar nu are ${inRomania ? 'CIF. Completați CIF-ul' : 'cod fiscal. Completați codul de TVA sau de înregistrare al firmei străine'} sau alegeți în setări ca astfel de comenzi să fie facturate ca persoană fizică.`,
  en: `The buyer is the company "${clean(company, 80)}", but there is no ${inRomania ? 'CIF. Fill in the CIF' : 'fiscal code. Fill in the VAT or registration number of the foreign company'}, or choose in the settings that such orders are invoiced to a person.`,
})
