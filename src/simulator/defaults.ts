import { amount } from './money.ts'
import { newSeries, type Company, type SavedProduct } from './model.ts'

const goods: readonly [code: string, name: string, unit: string, price: string][] = [
  ['TS-1', 'Tricou', 'buc', '60.50'],
  ['TS-2', 'Tricou maneca lunga', 'buc', '79.90'],
  ['CN-1', 'Cana ceramica', 'buc', '35.00'],
  ['LB-01', 'Lampa birou', 'buc', '242.00'],
  ['BL-9', 'Bec LED', 'buc', '12.10'],
  ['CF-1', 'Cafea boabe', 'kg', '89.00'],
  ['ML-1', 'Miere de salcam', 'buc', '42.00'],
  ['CB-1', 'Cablu electric', 'm', '6.50'],
  ['UL-1', 'Ulei de masline', 'l', '54.00'],
  ['CD-1', 'Set cadou', 'set', '199.00'],
]

const saved = (code: string, name: string, unit: string, price: string): SavedProduct => ({
  code,
  name,
  unit,
  price,
  currency: 'RON',
  isTaxIncluded: true,
  isService: false,
  taxName: 'Normala',
  taxPercentage: 21,
})

/** What a company has before anybody configures it. */
export const defaultCompany = (cif: string): Company => ({
  cif,
  vat: 'payer',
  rates: [
    { name: 'Normala', percentage: 21 },
    { name: 'Redusa', percentage: 11 },
    { name: 'Taxare inversa', percentage: 0 },
    { name: 'SDD', percentage: 0 },
    { name: 'SFDD', percentage: 0 },
  ],
  series: [newSeries('FCT', 'f'), newSeries('PRF', 'p'), newSeries('CHT', 'c')],
  units: ['buc', 'kg', 'g', 'ora', 'set', 'm', 'mp', 'l', 'pachet', 'pereche', 'cutie', 'luna'],
  languages: ['RO', 'EN', 'DE', 'FR', 'IT', 'ES', 'HU', 'SP'],
  warehouses: [{ name: 'Depozit', type: 'en gros' }],
  stock: goods.map(([code, name, unit]) => ({
    warehouse: 'Depozit',
    name,
    code,
    unit,
    quantity: amount(1000),
  })),
  clients: [],
  products: goods.map((entry) => saved(...entry)),
  usesProductCodes: false,
  stockModule: true,
  referenceCurrency: false,
  mailServer: true,
  till: true,
  planLeft: null,
  closedUntil: null,
  users: null,
  gone: false,
  mayAddInvoices: true,
  mayChange: true,
  mayAddPayments: true,
  forbiddenSeries: [],
})

/** RON for one unit, where a document does not name its own rate. */
export const exchangeRates: Readonly<Record<string, number>> = {
  EUR: 5.0912,
  USD: 4.3871,
  GBP: 5.8024,
  CHF: 5.4403,
  HUF: 0.0131,
}

export const currencies: ReadonlySet<string> = new Set(
  'RON EUR USD GBP CAD AUD CHF TRY CZK DKK HUF MDL SEK NOK JPY EGP PLN RUB AED BRL CNY HRK INR KRW MXN NZD RSD THB UAH XDR ZAR'.split(
    ' ',
  ),
)
