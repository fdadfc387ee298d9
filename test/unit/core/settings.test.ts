import { describe, expect, test } from 'vitest'
import { Settings } from '../../../src/core/settings.ts'

describe('fiscal settings', () => {
  test('everything has a safe default: nothing chosen, nothing guessed', () => {
    expect(Settings.parse({})).toMatchObject({
      enabled: false,
      zeroVat: {},
      oss: {},
      useIntraCif: false,
      vatOnCollection: false,
      housingRate: false,
      taxPoint: 'order',
      languageByCountry: false,
      languages: {},
      extraction: [],
    })
  })

  test.each([
    ['a one-stop-shop rate', { oss: { GR: { name: 'OSS GR', percentage: '24' } } }],
    ['several rates of one country', { oss: { DE: [{ name: 'OSS DE', percentage: '19' }] } }],
    ['the highest rate for charges', { chargesVatRate: 'highest' }],
    ['a rate for charges', { chargesVatRate: '21' }],
    ['a name of 0 %', { zeroVat: { export: 'SDD' } }],
  ])('%s is taken, and taken again as it was stored', (_what, settings) => {
    const once = Settings.parse(settings)
    expect(once).toMatchObject(settings)
    expect(Settings.parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  test.each([
    ['one-stop shop in Romania', { oss: { RO: { name: 'Normala', percentage: '21' } } }],
    ['one-stop shop outside the Union', { oss: { CH: { name: 'OSS CH', percentage: '8.1' } } }],
    [
      "Greece by its VAT prefix instead of its country's code",
      { oss: { EL: { name: 'x', percentage: '24' } } },
    ],
    ['a percentage with a comma', { oss: { FI: { name: 'x', percentage: '25,5' } } }],
    ['a reason for 0 % that there is not', { zeroVat: { other: 'SDD' } }],
    ['a rate for charges in words', { chargesVatRate: 'lowest' }],
    ['a language in full', { languages: { DE: 'German' } }],
  ])('%s is refused', (_what, settings) => {
    expect(Settings.safeParse(settings).success).toBe(false)
  })
})
