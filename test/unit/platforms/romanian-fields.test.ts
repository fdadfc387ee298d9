import { describe, expect, test } from 'vitest'
import { cifOf, fiscalOf, isCui } from '../../../src/platforms/romanian-fields.ts'

const said = (fields: Record<string, string>, company = '', known = false) =>
  fiscalOf(
    Object.entries(fields).map(([label, value]) => ({ label, value, known })),
    company,
  )

describe('the labels of checkout plugins', () => {
  test.each([
    '_billing_cui',
    'billing_cif',
    'CUI',
    'Cod fiscal',
    'Codul Fiscal:',
    'CUI / CIF',
    'vat_number',
    '_billing_vat',
    'smartbill_billing_cif',
    'company_details',
  ])('%s holds the CIF', (label) => {
    expect(said({ [label]: 'RO12345674' })).toMatchObject({ cif: 'RO12345674', kind: 'company' })
  })
  test.each([
    'nr_reg_com',
    'Nr. Reg. Com.',
    '_billing_nr_reg_com',
    'smartbill_regcom',
    'Nr. Registrul Comerțului',
    'billing_rc',
  ])('%s holds the trade register number', (label) => {
    expect(said({ [label]: 'J12/345/2010' })).toMatchObject({ regCom: 'J12/345/2010', asked: true })
  })
  test.each(['shipping_cif', 'circuit', '_order_currency', 'is_vat_exempt', 'src', 'Mesaj'])(
    '%s holds none of them',
    (label) => {
      expect(said({ [label]: '12345674' })).toMatchObject({ cif: '', regCom: '', asked: false })
    },
  )
  test('a bank and an IBAN alone are no request for an invoice', () => {
    const fiscal = said({ nume_banca: 'Banca', iban: 'RO49AAAA1B31007593840000' })
    expect(fiscal).toMatchObject({ bank: 'Banca', iban: 'RO49AAAA1B31007593840000', asked: false })
  })
  test('the first of several wins, an empty one does not', () => {
    expect(said({ _billing_cui: ' - ', billing_cui: 'RO12345674', cif: '99' }).cif).toBe(
      'RO12345674',
    )
  })
})

describe('person or company', () => {
  test('who chose "person" is one, whatever is left in the company fields', () => {
    const fiscal = said({ tip_facturare: 'pers-fiz', cui: 'RO12345674', cnp: '1234' }, 'Veche SRL')
    expect(fiscal).toMatchObject({ kind: 'person', cif: '', company: '', cnp: '1234', asked: true })
  })
  test.each(['pers-jur', 'pj', 'Persoană juridică'])('who chose "%s" is a company', (value) => {
    expect(said({ smartbill_billing_type: value })).toMatchObject({ kind: 'company', asked: true })
  })
  test('a company name without CIF leaves it open', () => {
    expect(said({}, 'Veche SRL')).toMatchObject({
      kind: 'unknown',
      company: 'Veche SRL',
      asked: true,
    })
  })
  test('nothing said is a person who did not ask', () => {
    expect(said({}, '-')).toMatchObject({ kind: 'person', company: '', asked: false })
  })
  test('thirteen zeros are no CNP', () => {
    expect(said({ cnp: '0000000000000' })).toMatchObject({ cnp: '', asked: false })
  })
  test('a CNP in the field for the CIF is a CNP', () => {
    expect(said({ cui: '1800101221144' })).toMatchObject({
      cif: '',
      cnp: '1800101221144',
      kind: 'person',
    })
  })
})

describe('numbers in the wrong boxes', () => {
  test('CIF and trade register number change places', () => {
    const fiscal = said({ cif: 'J12/345/2010', reg_com: 'RO12345674' })
    expect(fiscal).toMatchObject({ cif: 'RO12345674', regCom: 'J12/345/2010' })
  })
  test('a CIF alone in the other box is found', () => {
    expect(said({ reg_com: '12345674' })).toMatchObject({ cif: '12345674', regCom: '' })
  })
  test('the new form of the trade register number is one too', () => {
    expect(said({ cif: 'J2020001234567' })).toMatchObject({ cif: '', regCom: 'J2020001234567' })
  })
})

test('a mistyped CIF is kept where the plugin is known, so that the order waits instead of becoming a person’s', () => {
  expect(said({ cui: 'RO 123456789012' }, '', true).cif).toBe('RO 123456789012')
  expect(said({ cui: 'RO 123456789012' }).cif).toBe('')
})

test.each([
  ['ro 12 345 674', 'RO12345674'],
  ['CUI: 12345674', '12345674'],
  ['C.I.F. RO12345674', 'RO12345674'],
  ['DE 811 569 869', 'DE811569869'],
  ['nu am', ''],
  ['21.00%', ''],
])('%s is read as "%s"', (typed, cif) => {
  expect(cifOf(typed)).toBe(cif)
})

test('only a CUI with the right control digit is one', () => {
  expect(['12345674', 'ro 12345674', '12345675', 'Cabana 12', '123456789012'].map(isCui)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
