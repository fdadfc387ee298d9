import { fold, says } from './text.ts'

const digitsOf = (text: string): number[] => Array.from(text, Number)

/** Whether the control digit of a Romanian CIF (without `RO`) is right. */
export function validCif(digits: string): boolean {
  if (!/^[1-9]\d{1,9}$/.test(digits)) return false
  const key = digitsOf('753217532')
  const padded = digitsOf(digits.padStart(10, '0'))
  const weighted = key.reduce((total, weight, at) => total + weight * (padded[at] ?? 0), 0)
  return ((weighted * 10) % 11) % 10 === padded[9]
}

/** Whether a Romanian personal number (CNP) has a possible date and the right control digit. */
export function validCnp(cnp: string): boolean {
  if (!/^[1-9]\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{6}$/.test(cnp)) return false
  const key = digitsOf('279146358279')
  const digits = digitsOf(cnp)
  const rest = key.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0) % 11
  return (rest === 10 ? 1 : rest) === digits[12]
}

export type FiscalCode =
  | { kind: 'none' }
  /** `payer`: written as a VAT number, with the country's letters before it. */
  | { kind: 'company'; code: string; payer: boolean }
  | { kind: 'cnp'; code: string }
  | { kind: 'invalid'; given: string }

const vatPrefix =
  /^(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|SE|SI|SK|XI|GB|CHE|NO)(?=[0-9A-Z]{5,14}$)(?=(?:[A-Z]*\d){5})/

/** What a buyer typed into the field for the company's code. */
export function readFiscalCode(typed: string, inRomania: boolean): FiscalCode {
  if (!says(typed)) return { kind: 'none' }
  const code = fold(typed)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replace(/^(CODFISCAL|CIF|CUI|VAT|TVA)(?=[A-Z]{0,3}\d)/, '')
    // Greek VAT numbers begin with EL, but many write the country's code.
    .replace(/^GR(?=\d{9}$)/, 'EL')
  const romanian = /^(RO?)?0*(\d{2,10})$/.exec(code)
  if (romanian !== null && (inRomania || romanian[1] === 'RO')) {
    const digits = romanian[2] ?? ''
    const payer = romanian[1] !== undefined
    return validCif(digits)
      ? { kind: 'company', code: payer ? `RO${digits}` : digits, payer }
      : { kind: 'invalid', given: typed }
  }
  if (inRomania && validCnp(code)) return { kind: 'cnp', code }
  if (vatPrefix.test(code)) return { kind: 'company', code, payer: true }
  if (!inRomania && /^(?=(?:[A-Z]*\d){3})[A-Z0-9]{4,20}$/.test(code))
    return { kind: 'company', code, payer: false }
  return { kind: 'invalid', given: typed }
}
