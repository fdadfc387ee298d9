import type { Reason } from './causes.ts'
import {
  BUCHAREST,
  countiesIn,
  namesSomething,
  sectorOfPostcode,
  sectorsIn,
  withoutSectors,
} from './counties.ts'
import { ROMANIA, countryName } from './countries.ts'
import type { Address } from './order.ts'
import { clean, said } from './text.ts'

export type DocumentAddress = { address: string; city: string; county: string; country: string }

/** An address as e-Factura accepts it, and what a person must say where it cannot be told. */
export function documentAddress(
  typed: Address,
  field: string,
): { address: DocumentAddress; reasons: Reason[] } {
  const given: Address = {
    ...typed,
    line1: said(typed.line1),
    line2: said(typed.line2),
    city: said(typed.city, 100),
    county: said(typed.county, 100),
    postcode: said(typed.postcode, 20),
  }
  const country = countryName(typed.country)
  const abroad = country !== ROMANIA
  const street = [given.line1, given.line2, abroad ? given.postcode : '']
  const address = clean(street.filter((part) => part !== '').join(', ')) || '-'
  const { city, county, reasons } = abroad
    ? { city: given.city || '-', county: given.county, reasons: [] }
    : romanianPlace(given, field)
  return { address: { address, city, county, country }, reasons }
}

type Place = { city: string; county: string; reasons: Reason[] }

function romanianPlace(given: Address, field: string): Place {
  const { city } = given
  const inCounty = countiesIn(withoutSectors(given.county))
  const inCity = countiesIn(withoutSectors(city))
  const cityIsBucharest =
    inCity.includes(BUCHAREST) ||
    (sectorsIn(city).length > 0 && !namesSomething(withoutSectors(city)))
  const countyIsSilent = !namesSomething(withoutSectors(given.county))
  const county = inCounty.length === 1 ? (inCounty[0] ?? '') : ''
  const saysBucharest = county === BUCHAREST && (cityIsBucharest || inCity.length === 0)

  if (saysBucharest || (countyIsSilent && (cityIsBucharest || sectorOnly(given.county))))
    return bucharest(given, city, cityIsBucharest, field)
  if (county === '' || county === BUCHAREST || cityIsBucharest)
    return {
      city,
      county: given.county,
      reasons: [countyUnclear(given, field), ...cityMissing(city, field)],
    }
  return { city, county, reasons: cityMissing(city, field) }
}

const sectorOnly = (county: string): boolean => sectorsIn(county).length > 0

function bucharest(given: Address, city: string, cityIsBucharest: boolean, field: string): Place {
  const inPlace = [...sectorsIn(city), ...sectorsIn(given.county)]
  const inStreet = [...sectorsIn(given.line1, true), ...sectorsIn(given.line2, true)]
  const byPostcode = city === '' || cityIsBucharest ? sectorOfPostcode(given.postcode) : []
  const named = [...new Set([...inPlace, ...inStreet])]
  const sectors = named.length > 0 ? named : byPostcode
  const [sector] = sectors
  if (sector !== undefined && sectors.length === 1)
    return { city: `Sector ${sector}`, county: BUCHAREST, reasons: [] }
  if (sectors.length === 0 && namesSomething(city) && !cityIsBucharest)
    return { city, county: BUCHAREST, reasons: [cityNotBucharest(city, field)] }
  return {
    city,
    county: BUCHAREST,
    reasons: [
      {
        code: 'sector-unknown',
        field: `${field}.city`,
        ro:
          sectors.length > 1
            ? `Adresa din București numește mai multe sectoare (${sectors.join(', ')}). Scrieți în câmpul oraș sectorul corect, de forma „Sector 3”.`
            : 'Adresa este în București, dar nu spune sectorul. Scrieți în câmpul oraș „Sector 1” … „Sector 6”, așa cum cere e-Factura.',
        en:
          sectors.length > 1
            ? `The Bucharest address names several sectors (${sectors.join(', ')}). Write the right one in the city field, like "Sector 3".`
            : 'The address is in Bucharest but does not say the sector. Write "Sector 1" … "Sector 6" in the city field, as e-Factura demands.',
      },
    ],
  }
}

/** A quarter of Bucharest, or a town of Ilfov that the shop's form put there. */
const cityNotBucharest = (city: string, field: string): Reason => ({
  code: 'sector-unknown',
  field: `${field}.city`,
  ro: `Județul este București, iar orașul este „${clean(city, 60)}”. Dacă adresa este în București, scrieți în câmpul oraș „Sector 1” … „Sector 6”, așa cum cere e-Factura; dacă localitatea este în Ilfov, corectați județul.`,
  en: `The county is Bucharest and the city is "${clean(city, 60)}". If the address is in Bucharest, write "Sector 1" … "Sector 6" in the city field, as e-Factura demands; if the place is in Ilfov, correct the county.`,
})

function countyUnclear(given: Address, field: string): Reason {
  const county = clean(given.county, 60)
  const city = clean(given.city, 60)
  const [ro, en] =
    county === ''
      ? [
          `Adresa${city && ` din „${city}”`} nu are județ. Completați județul.`,
          `The address${city && ` in "${city}"`} has no county. Fill in the county.`,
        ]
      : countiesIn(county).length === 1
        ? [
            `Județul „${county}” și orașul „${city}” nu se potrivesc. Scrieți județul și orașul în care este adresa.`,
            `The county "${county}" and the city "${city}" do not go together. Write the county and the city that the address is in.`,
          ]
        : [
            `Județul „${county}” nu este clar un județ din România. Scrieți un singur județ, de exemplu „Cluj” sau „Bucuresti”.`,
            `The county "${county}" is not clearly one Romanian county. Write a single county, like "Cluj" or "Bucuresti".`,
          ]
  return { code: 'county-unclear', field: `${field}.county`, ro, en }
}

const cityMissing = (city: string, field: string): Reason[] =>
  city !== ''
    ? []
    : [
        {
          code: 'city-missing',
          field: `${field}.city`,
          ro: 'Adresa nu are localitate. Completați orașul sau comuna.',
          en: 'The address has no city. Fill in the town or village.',
        },
      ]
