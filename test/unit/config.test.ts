import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'

const read = (more: Record<string, string>) =>
  readConfig({ RELAY_SECRET_KEY: Buffer.alloc(32).toString('base64'), ...more })

describe('trusted proxies', () => {
  test('are none unless named', () => {
    expect(read({}).trustedProxies).toEqual([])
    expect(
      read({ RELAY_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8' }).trustedProxies,
    ).toEqual(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  })

  test.each([
    '1',
    'true',
    '*',
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '::1/129',
    ',',
  ])('are not "%s"', (text) => {
    expect(() => read({ RELAY_TRUSTED_PROXIES: text })).toThrow(/RELAY_TRUSTED_PROXIES: must be/)
  })
})
