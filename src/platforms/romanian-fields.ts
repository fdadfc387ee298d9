import { validCif, validCnp } from '../core/fiscal-codes.ts'
import { fold, says } from '../core/text.ts'

/** What a buyer said about who is to be invoiced. */
export type Fiscal = {
  kind: 'person' | 'company' | 'unknown'
  company: string
  cif: string
  regCom: string
  cnp: string
  bank: string
  iban: string
  /** The buyer chose a kind of invoice or gave company details. */
  asked: boolean
}

/** `known`: the label is a known plugin's own, so what stands there is meant to be that field, typing errors included. */
export type Labelled = { label: string; value: string; known?: boolean }

type Field = 'cif' | 'regCom' | 'cnp' | 'iban' | 'bank' | 'company' | 'kind'

// Checkout plugins agree on no name, only on how the names end. The first pattern that fits decides.
const labels: readonly (readonly [Field, RegExp])[] = [
  ['kind', /(^|_)(tip_facturare|tip_persoana|tip_client|billing_type|pf_pj(_\w+)?)$|^(tip|type)$/],
  ['iban', /iban$|cont_banca(r)?$/],
  ['bank', /(^|_)(bank|bank_name|bank_details|banca|nume_banca)$/],
  ['cnp', /(^|_)cnp$/],
  [
    'regCom',
    /reg_?com$|(^|_)rc$|nr_reg$|reg_com(ert)?(ului)?$|registrul(ui)?_comertului$|numar_registru$/,
  ],
  [
    'cif',
    /cif$|cui$|nif$|cod(ul)?_fiscal$|cod_unic(_de)?_inregistrare$|(^|_)vat(_number|_id|_code|_no)?$|company_details$|tax_id$/,
  ],
  ['company', /(^|_)(company(_name)?|firma|nume_firma|denumire(_firma)?|companie|societate)$/],
]

/** `Nr. Reg. Com.` → `nr_reg_com`, `_billing_CUI` → `billing_cui`. */
const plain = (label: string): string =>
  fold(label)
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')

function fieldOf(label: string): Field | undefined {
  const name = plain(label)
  if (name.startsWith('shipping')) return undefined
  return labels.find(([, pattern]) => pattern.test(name))?.[0]
}

/** `ro 123 456` → `RO123456`, `CUI: 123` → `123`; `''` for what cannot be a CIF or a foreign VAT number. */
export function cifOf(value: string): string {
  const code = value
    .toUpperCase()
    .replace(/^\s*(C\.?\s?U\.?\s?I\.?|C\.?\s?I\.?\s?F\.?|COD FISCAL)\s*[:.]?\s*/, '')
    .replaceAll(/[\s.-]/g, '')
  return /^(RO)?\d{2,10}$/.test(code) || /^(?!RO)[A-Z]{2}(?=[A-Z0-9]*\d)[A-Z0-9]{4,13}$/.test(code)
    ? code
    : ''
}

/** Whether a text is nothing but a Romanian CUI with the right control digit. */
export const isCui = (value: string): boolean =>
  validCif(/^(?:RO)?(\d{2,10})$/.exec(value.toUpperCase().replaceAll(/\s/g, ''))?.[1] ?? '')

/** Trade register numbers, old (J12/345/2010) and new (J2010000345121). */
const isRegCom = (value: string): boolean =>
  /^[JFC]\s*\d{1,2}\s*[/.-]\s*\d{1,7}\s*[/.-]\s*(\d{2,4}|\d{2}\.\d{2}\.\d{4})$|^[JFC]\d{13}$/i.test(
    value.trim(),
  )

/** The two numbers of a company in their places, also where the form was filled in the other way round. */
function companyNumbers(cif: string, regCom: string): { cif: string; regCom: string } {
  const swapped = isRegCom(cif) || (cif === '' && isCui(regCom))
  return swapped ? { cif: cifOf(regCom), regCom: cif } : { cif, regCom }
}

/** Thirteen zeros stand for "not given". */
const cnpOf = (value: string): string => (/^0*$/.test(value.trim()) ? '' : value.trim())

/** What stands in a field for the CIF: checked later if its label is sure, and here if it is only likely. */
function codeOf({ value, known }: Labelled): string {
  if (isRegCom(value)) return value
  return cifOf(value) || (known === true && /\d{2}/.test(value) ? value.trim() : '')
}

function kindOf(value: string): 'person' | 'company' | '' {
  const name = plain(value)
  if (/^(pj|pers(oana)?_jur(idica)?|firma|company|companie|business)$/.test(name)) return 'company'
  return /^(pf|pers(oana)?_fiz(ica)?|person|individual)$/.test(name) ? 'person' : ''
}

/** The first useful value of every field, earlier entries before later ones. */
function collect(entries: readonly Labelled[]): Record<Field, string> {
  const found: Record<Field, string> = {
    cif: '',
    regCom: '',
    cnp: '',
    iban: '',
    bank: '',
    company: '',
    kind: '',
  }
  for (const entry of entries) {
    const value = entry.value.trim()
    const field = fieldOf(entry.label)
    if (field === undefined || found[field] !== '' || !says(value)) continue
    if (field === 'kind') found.kind = kindOf(value)
    else if (field === 'cnp') found.cnp = cnpOf(value)
    // Persons type their CNP where the form asks for a fiscal code.
    else if (field === 'cif' && validCnp(value)) found.cnp ||= value
    else if (field === 'cif') found.cif = codeOf(entry)
    else found[field] = value
  }
  return found
}

/** Who is to be invoiced, from the labelled values of an order and the company name of its billing address. */
export function fiscalOf(entries: readonly Labelled[], companyName: string): Fiscal {
  const { kind, cnp, bank, iban, ...found } = collect(entries)
  const company = says(companyName) ? companyName : found.company
  const numbers = companyNumbers(found.cif, found.regCom)
  const given = numbers.cif !== '' || numbers.regCom !== '' || cnp !== '' || company !== ''
  const asked = kind !== '' || given
  // A buyer who chose "person" is one, whatever an earlier order left in the company fields.
  if (kind === 'person')
    return { kind, company: '', cif: '', regCom: '', cnp, bank: '', iban: '', asked }
  const who =
    kind === 'company' || numbers.cif !== '' ? 'company' : company === '' ? 'person' : 'unknown'
  return { kind: who, company, ...numbers, cnp, bank, iban, asked }
}
