import { csvLine } from './csv.ts'
import { exact, sum, text } from './money.ts'
import type { Finding } from './reconciliation.ts'

const head = [
  'Zi',
  'Magazin',
  'Cod',
  'Stare',
  'Comanda',
  'Numar comanda',
  'Document',
  'Asteptat',
  'Gasit',
  'Diferenta',
  'Moneda',
  'Acceptat de',
  'Explicatie',
]

type Row = { day: string; shop: string; finding: Finding }

/**
 * Findings as Romanian spreadsheets open them: UTF-8 with its mark, `;` between cells, a comma in decimals, one line of
 * totals for each currency at the end. The columns never change their places.
 */
export function reconciliationCsv(rows: readonly Row[]): string {
  const lines = rows.map(({ day, shop, finding }) => [
    day,
    shop,
    finding.code,
    finding.state,
    finding.order,
    finding.orderNumber,
    finding.document,
    decimal(finding.expected),
    decimal(finding.found),
    differenceOf([finding]),
    finding.currency,
    finding.accepted?.who ?? '',
    finding.ro,
  ])
  const all = rows.map(({ finding }) => finding)
  const currencies = Map.groupBy(all, ({ currency }) => currency)
  const totals = [...currencies]
    .filter(([currency]) => currency !== '')
    .map(([currency, some]) => [
      'TOTAL',
      '',
      '',
      '',
      '',
      '',
      String(some.length),
      total(some.map(({ expected }) => expected)),
      total(some.map(({ found }) => found)),
      differenceOf(some),
      currency,
      '',
      '',
    ])
  const last =
    totals.length > 0 ? totals : [['TOTAL', '', '', '', '', '', '0', '', '', '', '', '', '']]
  return `\uFEFF${[head, ...lines, ...last].map((cells) => csvLine(cells, ';')).join('')}`
}

const decimal = (amount: string): string => amount.replace('.', ',')
const total = (amounts: readonly string[]): string =>
  decimal(text(sum(amounts.map((amount) => exact(amount || '0')))))

/** What was found less what was expected, where there is an amount at all. */
function differenceOf(some: readonly Finding[]): string {
  const compared = some.filter(({ expected, found }) => expected !== '' || found !== '')
  if (compared.length === 0) return ''
  return decimal(
    text(
      sum(compared.map(({ expected, found }) => exact(found || '0').minus(exact(expected || '0')))),
    ),
  )
}
