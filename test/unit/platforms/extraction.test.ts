import { describe, expect, test } from 'vitest'
import { ExtractionRule } from '../../../src/core/extraction.ts'
import type { PlatformName } from '../../../src/core/settings.ts'
import { platforms } from '../../../src/platforms/index.ts'
import { asOrder, json } from './fixtures.ts'

type Rules = { field: string; source: string; pattern?: string }[]

const read = (platform: PlatformName, body: object, rules: Rules) =>
  asOrder(
    platforms[platform].parse(
      { headers: {}, body: Buffer.from(JSON.stringify(body)) },
      rules.map((rule) => ExtractionRule.parse(rule)),
    ),
  )

describe('where a shop keeps company data is its own choice', () => {
  test('Shopify: a note attribute with a name of the shop', () => {
    const body = {
      ...json('shopify', 'paid-card-two-rates'),
      note_attributes: [
        { name: 'Date firmă', value: 'CUI: RO 12345674, Reg. J40/1/2010' },
        { name: 'Nume firmă', value: 'Atelier Brad SRL' },
      ],
    }
    const order = read('shopify', body, [
      {
        field: 'cif',
        source: 'note_attributes.date firma',
        pattern: 'CUI:?\\s*(?<value>(RO)?\\s*\\d{2,10})',
      },
      { field: 'regCom', source: 'note_attributes.date firma', pattern: 'J\\d+/\\d+/\\d+' },
      { field: 'company', source: 'note_attributes.nume firma' },
    ])
    expect(order.customer).toMatchObject({
      kind: 'company',
      cif: 'RO12345674',
      regCom: 'J40/1/2010',
      company: 'Atelier Brad SRL',
    })
    expect(order.invoiceRequested).toBe(true)
  })

  test('Shopify: the CIF in the second address line, which is then no address', () => {
    const body = json('shopify', 'paid-card-two-rates')
    const billing = body['billing_address'] as object
    const order = read(
      'shopify',
      { ...body, billing_address: { ...billing, address2: 'RO12345674' } },
      [{ field: 'cif', source: 'billing_address.address2', pattern: '^(RO)?\\s*\\d{2,10}$' }],
    )
    expect(order.customer).toMatchObject({ kind: 'company' })
    expect(order.billing.line2).toBe('')
  })

  test('WooCommerce: a meta key of a checkout editor, the first rule that finds something', () => {
    const body = json('woocommerce', 'paid-card-two-rates')
    const meta = [
      { key: '_firma_cod', value: 'ro12345674' },
      { key: 'firma_alt', value: '14399840' },
    ]
    const order = read('woocommerce', { ...body, meta_data: meta }, [
      { field: 'cif', source: 'meta_data.nothing' },
      { field: 'cif', source: 'meta_data._firma_cod' },
      { field: 'cif', source: 'meta_data.firma_alt' },
    ])
    expect(order.customer.cif).toBe('RO12345674')
  })

  test('what no rule finds stays as the platform was read', () => {
    const body = json('woocommerce', 'company-av-facturare')
    const plain = read('woocommerce', body, [])
    expect(read('woocommerce', body, [{ field: 'cif', source: 'meta_data.none' }])).toEqual(plain)
  })

  test('a code that is not valid is kept, so that the order is held instead of invoiced to a person', () => {
    const body = { ...json('woocommerce', 'paid-card-two-rates'), vat: 'RO99' }
    expect(read('woocommerce', body, [{ field: 'cif', source: 'vat' }]).customer.cif).toBe('RO99')
  })

  test.each(['(a+)+$', '(', '(\\d*)*x'])('the pattern %s is refused when it is set', (pattern) => {
    expect(ExtractionRule.safeParse({ field: 'cif', source: 'a', pattern }).success).toBe(false)
  })

  test.each(['', 'a..b', '.a'])('the path "%s" is refused when it is set', (source) => {
    expect(ExtractionRule.safeParse({ field: 'cif', source }).success).toBe(false)
  })
})
