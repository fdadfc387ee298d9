import { describe, expect, test } from 'vitest'
import { cifToLookUp, registeredOffice, type CompanyFacts } from '../../../src/core/company.ts'
import { decide } from '../../../src/core/document.ts'
import { anOrder, someInput, someSettings } from '../../support/builders.ts'

const facts: CompanyFacts = {
  cif: '12345674',
  name: 'EXEMPLU S.R.L.',
  regCom: 'J08/100/2020',
  address: { address: 'Str. Lunga nr. 1', city: 'Brasov', county: 'Brasov', country: 'Romania' },
  vatPayer: false,
  active: true,
}
const company = (cif: string) =>
  anOrder({ customer: { ...anOrder().customer, kind: 'company', company: 'Firma', cif } })

const place = (county: string, city: string) =>
  registeredOffice({ street: 'Str. Lungă', number: '1', details: 'ap. 2', city, county })

describe('the registered office as ANAF writes it', () => {
  test.each([
    ['MUNICIPIUL BUCUREŞTI', 'Sector 6 Mun. Bucureşti', 'Bucuresti', 'Sector 6'],
    ['BRAŞOV', 'Mun. Braşov', 'Brasov', 'Braşov'],
    ['ILFOV', 'Voluntari Orş. Voluntari', 'Ilfov', 'Voluntari'],
    ['CLUJ', 'Sat Floreşti Com. Floreşti', 'Cluj', 'Sat Floreşti Com. Floreşti'],
    ['BISTRIŢA-NĂSĂUD', 'Mun. Bistriţa', 'Bistrita-Nasaud', 'Bistriţa'],
  ])('%s, %s', (county, city, wantedCounty, wantedCity) => {
    expect(place(county, city)).toMatchObject({
      address: 'Str. Lungă nr. 1, ap. 2',
      county: wantedCounty,
      city: wantedCity,
    })
  })

  test.each([
    ['', 'Mun. Braşov'],
    ['MUNICIPIUL BUCUREŞTI', 'Mun. Bucureşti'],
    ['BRAŞOV', ''],
  ])('is not used where e-Factura would refuse it: %j, %j', (county, city) => {
    expect(place(county, city)).toBeNull()
  })
})

describe('who is looked up', () => {
  test.each([
    ['a company without the prefix', company('12345674'), '12345674'],
    ['a company with it', company('RO12345674'), '12345674'],
    ['a person', anOrder(), null],
    ['a wrong code', company('12345678'), null],
    ['a foreign company', { ...company('DE123456789'), billing: germany() }, null],
    ['digits abroad', { ...company('12345674'), billing: germany() }, null],
  ])('%s', (_what, order, cif) => {
    expect(cifToLookUp(order, someSettings())).toBe(cif)
    expect(cifToLookUp(order, someSettings({ companyLookup: 'off' }))).toBeNull()
  })
})

function germany() {
  return { ...anOrder().billing, country: 'DE' }
}

describe('what the register says', () => {
  test('decides name, address, registration number and prefix', () => {
    const decision = decide(someInput({ order: company('RO12345674'), company: facts }))
    expect(decision).toMatchObject({
      kind: 'issue',
      document: {
        client: {
          name: 'EXEMPLU S.R.L.',
          regCom: 'J08/100/2020',
          vatCode: '12345674',
          isTaxPayer: false,
          address: 'Str. Lunga nr. 1',
        },
      },
    })
    expect(decision.kind === 'issue' && decision.document.notes).toBeFalsy()
  })

  test('nobody asked: the shop is believed', () => {
    expect(decide(someInput({ order: company('RO12345674') }))).toMatchObject({
      document: { client: { name: 'Firma', vatCode: 'RO12345674', isTaxPayer: true } },
    })
  })
})
