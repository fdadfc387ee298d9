import { fold } from './text.ts'

// Code, name as Romania prints it without diacritics, seat. The seat stands for its county where a county is asked for.
const table: readonly (readonly [code: string, name: string, ...seats: string[]])[] = [
  ['AB', 'Alba', 'Alba Iulia'],
  ['AR', 'Arad'],
  ['AG', 'Arges', 'Pitesti'],
  ['BC', 'Bacau'],
  ['BH', 'Bihor', 'Oradea'],
  ['BN', 'Bistrita-Nasaud', 'Bistrita'],
  ['BT', 'Botosani'],
  ['BR', 'Braila'],
  ['BV', 'Brasov'],
  ['B', 'Bucuresti', 'Bucharest', 'Bucuresti Capitala'],
  ['BZ', 'Buzau'],
  ['CL', 'Calarasi'],
  ['CS', 'Caras-Severin', 'Resita'],
  ['CJ', 'Cluj', 'Cluj-Napoca'],
  ['CT', 'Constanta'],
  ['CV', 'Covasna', 'Sfantu Gheorghe'],
  ['DB', 'Dambovita', 'Targoviste', 'Dimbovita', 'Tirgoviste'],
  ['DJ', 'Dolj', 'Craiova'],
  ['GL', 'Galati'],
  ['GR', 'Giurgiu'],
  ['GJ', 'Gorj', 'Targu Jiu', 'Tirgu Jiu'],
  ['HR', 'Harghita', 'Miercurea Ciuc'],
  ['HD', 'Hunedoara', 'Deva'],
  ['IL', 'Ialomita', 'Slobozia'],
  ['IS', 'Iasi'],
  ['IF', 'Ilfov'],
  ['MM', 'Maramures', 'Baia Mare'],
  ['MH', 'Mehedinti', 'Drobeta-Turnu Severin'],
  ['MS', 'Mures', 'Targu Mures', 'Tirgu Mures'],
  ['NT', 'Neamt', 'Piatra Neamt'],
  ['OT', 'Olt', 'Slatina'],
  ['PH', 'Prahova', 'Ploiesti'],
  ['SJ', 'Salaj', 'Zalau'],
  ['SM', 'Satu Mare'],
  ['SB', 'Sibiu'],
  ['SV', 'Suceava'],
  ['TR', 'Teleorman', 'Alexandria'],
  ['TM', 'Timis', 'Timisoara'],
  ['TL', 'Tulcea'],
  ['VL', 'Valcea', 'Ramnicu Valcea', 'Vilcea', 'Rimnicu Vilcea'],
  ['VS', 'Vaslui'],
  ['VN', 'Vrancea', 'Focsani'],
]

export const BUCHAREST = 'Bucuresti'

const letters = (text: string): string => fold(text).replaceAll(/[^a-z]/g, '')

const byWord = new Map(
  table.flatMap(([code, ...names]) => [code, ...names].map((word) => [letters(word), names[0]])),
)

const noise =
  /\b(judetul|judet|jud|county|municipiul|municipiu|mun|orasul|oras|capitala|romania)\b\.?/g

const lookUp = (text: string): string | undefined => {
  const plain = fold(text).replaceAll(noise, ' ').trim()
  return byWord.get(letters(plain.replace(/^ro[-_ ](?=[a-z]{1,2}$)/, '')))
}

/** The counties that a text names, by name, code or seat: none, one, or several when it is unclear. */
export function countiesIn(text: string): string[] {
  const whole = lookUp(text)
  if (whole !== undefined) return [whole]
  const parts = text.split(/[/,;|()+]+|\s-\s|\s(?:si|și|sau)\s/i)
  return [...new Set(parts.flatMap((part) => lookUp(part) ?? []))]
}

/** Whether a text says anything beside "county of", "municipality of" or the country. */
export const namesSomething = (text: string): boolean =>
  letters(fold(text).replaceAll(noise, ' ')) !== ''

const word = /\b(?:sectorul|sector|sect|sec)[\s.:-]*(?:nr[\s.]*)?([1-6])(?!\d)/g
const roman = /\bsector(?:ul)?\s+(iii|ii|iv|vi|v|i)\b/g
const short = /\bs[\s.-]?([1-6])\b/g
const romans = ['i', 'ii', 'iii', 'iv', 'v', 'vi']

/** The Bucharest sectors that a text names. `S3` counts only where no staircase is likely: not in a street line. */
export function sectorsIn(text: string, inStreet = false): number[] {
  const plain = fold(text)
  const found = [
    ...Array.from(plain.matchAll(word), (match) => Number(match[1])),
    ...Array.from(plain.matchAll(roman), (match) => romans.indexOf(match[1] ?? '') + 1),
    ...(inStreet ? [] : Array.from(plain.matchAll(short), (match) => Number(match[1]))),
  ]
  return [...new Set(found)]
}

/** The text without the sectors it names. */
export const withoutSectors = (text: string): string =>
  fold(text).replaceAll(word, ' ').replaceAll(roman, ' ').replaceAll(short, ' ')

/** Bucharest's post codes carry the sector in their second digit. */
export const sectorOfPostcode = (postcode: string): number[] => {
  const match = /^0([1-6])\d{4}$/.exec(postcode.trim())
  return match === null ? [] : [Number(match[1])]
}
