import type { z } from 'zod'
import type { Reason } from '../core/causes.ts'
import { UNREADABLE_AMOUNT } from './wire.ts'

/** At most this many reasons for one order: a person reads them. */
const MOST = 50

type Wording = { code: string; ro: string; en: string }
type Issue = z.core.$ZodIssue

const amountNames = new Set(['quantity', 'unitPrice', 'discount', 'total', 'price', 'amount'])

const anAmount = {
  ro: 'Scrieți un număr zecimal între ghilimele, cu punct, fără separator de mii și fără exponent, de exemplu "136.00".',
  en: 'Write a decimal number in quotes, with a point, no thousands separator and no exponent, like "136.00".',
}

/** What is wrong with a value that should be an amount, and what to write instead. */
function amountWording(value: unknown, issue: Issue): Wording {
  const bad = (ro: string, en: string): Wording => ({
    code: 'bad-amount',
    ro: `${ro} ${anAmount.ro}`,
    en: `${en} ${anAmount.en}`,
  })
  if (typeof value === 'number')
    return bad('este un număr fără ghilimele.', 'is a number without quotes.')
  if (typeof value !== 'string') return bad('nu este un text.', 'is not text.')
  if (issue.code === 'custom' && issue.message !== UNREADABLE_AMOUNT)
    return {
      code: 'negative-amount',
      ro: 'este negativ. Scrieți o sumă de la zero în sus.',
      en: 'is negative. Write an amount from zero up.',
    }
  if (value.includes(',')) return bad('are virgulă.', 'has a comma.')
  if (/^-?\d+(\.\d+)?$/.test(value))
    return {
      code: 'bad-amount',
      ro: 'are prea multe cifre. Sunt permise cel mult 12 cifre înainte de punct și 6 după el.',
      en: 'has too many digits. At most 12 digits before the point and 6 after it are allowed.',
    }
  return bad('nu este o sumă.', 'is not an amount.')
}

const named: Readonly<Record<string, Wording>> = {
  currency: {
    code: 'bad-currency',
    ro: 'nu este o monedă în care SmartBill poate factura. Scrieți codul ISO de trei litere mari, de exemplu "RON" sau "EUR".',
    en: 'is not a currency that SmartBill can invoice in. Write the three-letter ISO code in capitals, like "RON" or "EUR".',
  },
  vatRate: {
    code: 'bad-vat-rate',
    ro: 'nu este o cotă de TVA. Scrieți procentul ca text, de exemplu "21", sau "" dacă nu se știe.',
    en: 'is not a VAT rate. Write the percentage as text, like "21", or "" when it is not known.',
  },
  createdAt: badInstant(),
  updatedAt: badInstant(),
  at: badInstant(),
}

function badInstant(): Wording {
  return {
    code: 'bad-time',
    ro: 'nu este un moment de timp. Scrieți data și ora cu fus orar, de exemplu "2026-11-24T08:00:00Z".',
    en: 'is not an instant. Write date and time with an offset, like "2026-11-24T08:00:00Z".',
  }
}

const types: Readonly<Record<string, readonly [ro: string, en: string]>> = {
  string: ['un text între ghilimele', 'text in quotes'],
  boolean: ['true sau false, fără ghilimele', 'true or false, without quotes'],
  array: ['o listă […]', 'a list […]'],
  object: ['un obiect {…}', 'an object {…}'],
}

function generalWording(issue: Issue): Wording {
  const bad = (ro: string, en: string): Wording => ({ code: 'bad-field', ro, en })
  switch (issue.code) {
    case 'invalid_type': {
      const [ro, en] = types[issue.expected] ?? [issue.expected, issue.expected]
      return bad(
        `nu are forma potrivită. Scrieți aici ${ro}.`,
        `has the wrong form. Write ${en} here.`,
      )
    }
    case 'too_small':
      return issue.origin === 'array'
        ? bad(
            `are prea puține rânduri. Adăugați cel puțin ${issue.minimum}.`,
            `has too few rows. Add at least ${issue.minimum}.`,
          )
        : bad('este gol. Completați-l.', 'is empty. Fill it in.')
    case 'too_big':
      return issue.origin === 'array'
        ? bad(
            `are prea multe rânduri. Păstrați cel mult ${issue.maximum}.`,
            `has too many rows. Keep at most ${issue.maximum}.`,
          )
        : bad(
            `este prea lung. Scurtați-l la cel mult ${issue.maximum} de caractere.`,
            `is too long. Shorten it to at most ${issue.maximum} characters.`,
          )
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ')
      return bad(
        `are o valoare necunoscută. Alegeți una dintre: ${values}.`,
        `has an unknown value. Choose one of: ${values}.`,
      )
    }
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return bad(
        'nu are forma potrivită. Comparați cu exemplul din documentația API.',
        'has the wrong form. Compare it with the example in the API documentation.',
      )
  }
}

function valueAt(source: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = source
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function missing(name: string, amount: boolean): Wording {
  const how = named[name]
  if (amount)
    return {
      code: 'missing-field',
      ro: `lipsește. ${anAmount.ro}`,
      en: `is missing. ${anAmount.en}`,
    }
  const advice = (sentence: string): string => sentence.slice(sentence.indexOf('. ') + 2)
  return how === undefined
    ? { code: 'missing-field', ro: 'lipsește. Completați-l.', en: 'is missing. Fill it in.' }
    : {
        code: 'missing-field',
        ro: `lipsește. ${advice(how.ro)}`,
        en: `is missing. ${advice(how.en)}`,
      }
}

function reasonOf(source: unknown, issue: Issue): Reason {
  const field = issue.path.map(String).join('.')
  const name = String(issue.path.at(-1) ?? '')
  const value = valueAt(source, issue.path)
  const amount = amountNames.has(name) || issue.message === UNREADABLE_AMOUNT
  const wording =
    value === undefined || value === null
      ? missing(name, amount)
      : amount
        ? amountWording(value, issue)
        : (named[name] ?? generalWording(issue))
  const [roSubject, enSubject] =
    field === '' ? ['Mesajul', 'The message'] : [`Câmpul „${field}”`, `The field "${field}"`]
  return {
    code: wording.code,
    field,
    ro: `${roSubject} ${wording.ro}`,
    en: `${enSubject} ${wording.en}`,
  }
}

/** Every problem as a sentence that names the field and the fix, without repeating what the shop sent. */
export const explain = (source: unknown, error: z.ZodError): Reason[] =>
  error.issues.slice(0, MOST).map((issue) => reasonOf(source, issue))
