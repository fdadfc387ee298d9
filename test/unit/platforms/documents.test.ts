import { expect, test } from 'vitest'
import { decide } from '../../../src/core/document.ts'
import { someInput, someSettings } from '../../support/builders.ts'
import { order } from './fixtures.ts'

const settings = someSettings({ allowLinesWithoutCode: true, currency: 'order' })

test.each([
  ['woocommerce', 'paid-card-two-rates'],
  ['woocommerce', 'coupon-shipping-fee'],
  ['woocommerce', 'company-av-facturare'],
  ['woocommerce', 'free-line-huge-id'],
  ['woocommerce', 'messy-address'],
  ['shopify', 'paid-card-two-rates'],
  ['shopify', 'vat-added-on-top'],
  ['shopify', 'edited-line-removed'],
  ['cloudcart', 'webhook-paid-card'],
  ['cloudcart', 'rest-company-discount-modification'],
  ['generic', 'coupon-shipping-fee'],
] as const)('%s/%s becomes a document with the total of the order', (platform, name) => {
  const sold = order(platform, name)
  expect(decide(someInput({ order: sold, settings }))).toMatchObject({
    kind: 'issue',
    document: { total: sold.total },
  })
})
