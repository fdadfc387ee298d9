import { clean, fold } from './text.ts'

// ISO 3166-1 alpha-2 and the Romanian name without diacritics, then other spellings that shops send.
const table: readonly (readonly [code: string, name: string, ...others: string[]])[] = [
  ['RO', 'Romania', 'ROU', 'Roumanie', 'Rumanien'],
  ['AL', 'Albania'],
  ['AT', 'Austria', 'Osterreich'],
  ['AU', 'Australia'],
  ['BA', 'Bosnia si Hertegovina', 'Bosnia and Herzegovina'],
  ['BE', 'Belgia', 'Belgium'],
  ['BG', 'Bulgaria'],
  ['BR', 'Brazilia', 'Brazil'],
  ['CA', 'Canada'],
  ['CH', 'Elvetia', 'Switzerland', 'Schweiz', 'Suisse'],
  ['CN', 'China'],
  ['CY', 'Cipru', 'Cyprus'],
  ['CZ', 'Cehia', 'Republica Ceha', 'Czechia', 'Czech Republic'],
  ['DE', 'Germania', 'Germany', 'Deutschland', 'DEU'],
  ['DK', 'Danemarca', 'Denmark'],
  ['EE', 'Estonia'],
  ['ES', 'Spania', 'Spain', 'Espana'],
  ['FI', 'Finlanda', 'Finland'],
  ['FR', 'Franta', 'France'],
  ['GB', 'Marea Britanie', 'UK', 'United Kingdom', 'Great Britain', 'Regatul Unit'],
  ['GR', 'Grecia', 'EL', 'Greece'],
  ['HR', 'Croatia'],
  ['HU', 'Ungaria', 'Hungary', 'Magyarorszag'],
  ['IE', 'Irlanda', 'Ireland'],
  ['IL', 'Israel'],
  ['IS', 'Islanda', 'Iceland'],
  ['IT', 'Italia', 'Italy'],
  ['JP', 'Japonia', 'Japan'],
  ['LI', 'Liechtenstein'],
  ['LT', 'Lituania', 'Lithuania'],
  ['LU', 'Luxemburg', 'Luxembourg'],
  ['LV', 'Letonia', 'Latvia'],
  ['MD', 'Republica Moldova', 'Moldova'],
  ['MC', 'Monaco'],
  ['ME', 'Muntenegru', 'Montenegro'],
  ['MK', 'Macedonia de Nord', 'North Macedonia'],
  ['MT', 'Malta'],
  ['NL', 'Olanda', 'Tarile de Jos', 'Netherlands', 'The Netherlands'],
  ['NO', 'Norvegia', 'Norway'],
  ['NZ', 'Noua Zeelanda', 'New Zealand'],
  ['PL', 'Polonia', 'Poland', 'Polska'],
  ['PT', 'Portugalia', 'Portugal'],
  ['RS', 'Serbia'],
  ['SE', 'Suedia', 'Sweden', 'Sverige'],
  ['SI', 'Slovenia'],
  ['SK', 'Slovacia', 'Slovakia'],
  ['TR', 'Turcia', 'Turkey', 'Turkiye'],
  ['UA', 'Ucraina', 'Ukraine'],
  ['US', 'Statele Unite ale Americii', 'USA', 'United States', 'SUA', 'Statele Unite'],
  ['XK', 'Kosovo'],
]

const plain = (text: string): string => fold(text).replaceAll(/[^a-z]/g, '')

const byWord = new Map(
  table.flatMap(([code, ...names]) => [code, ...names].map((word) => [plain(word), names[0]])),
)

export const ROMANIA = 'Romania'

/** The members of the European Union by their ISO codes. */
export const euCountries: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
)

const codes = new Map(
  table.flatMap(([code, ...names]) => [code, ...names].map((word) => [plain(word), code])),
)
// Only to tell whether two letters are a country at all.
const isoNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/** ISO code of a country given by code or name; no country at all is Romania, and '' is one nobody knows. */
export function countryCode(given: string): string {
  const text = clean(given, 60)
  if (text === '') return 'RO'
  const known = codes.get(plain(text))
  if (known !== undefined) return known
  const code = text.toUpperCase()
  return /^[A-Z]{2}$/.test(code) && isoNames.of(code) !== undefined ? code : ''
}

/** The country's Romanian name; an unknown code or name passes through, and no country at all is Romania. */
export const countryName = (given: string): string =>
  clean(given, 60) === '' ? ROMANIA : (byWord.get(plain(given)) ?? clean(given, 60))
