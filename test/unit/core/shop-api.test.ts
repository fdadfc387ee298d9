import { expect, test } from 'vitest'
import { ConfigFile } from '../../../src/core/settings.ts'

const url = 'https://shop.example'
const problems = (platform: string, api: object): string[] =>
  ConfigFile.safeParse({
    shops: [{ id: 'web', account: 'acme', platform, secret: 's', api }],
  }).error?.issues.map(({ path }) => path.join('.')) ?? []

test.each([
  ['woocommerce', { url, key: 'k', secret: 's' }, []],
  ['shopify', { url, token: 't' }, []],
  ['shopify', { url, token: 't', version: '2026-07' }, []],
  ['cloudcart', { url, key: 'k' }, []],
  ['woocommerce', { url, key: 'k' }, ['shops.0.api']],
  ['shopify', { url, key: 'k' }, ['shops.0.api']],
  ['cloudcart', { url, token: 't' }, ['shops.0.api']],
  ['generic', { url, key: 'k' }, ['shops.0.api']],
  ['cloudcart', { url: 'ftp://shop.example', key: 'k' }, ['shops.0.api.url', 'shops.0.api']],
  ['cloudcart', { url: 'shop.example', key: 'k' }, ['shops.0.api.url', 'shops.0.api']],
])('the API login of a %s shop: %j → %j', (platform, api, expected) => {
  expect(problems(platform, api)).toEqual(expected)
})
