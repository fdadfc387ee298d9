import { describe, expect, test } from 'vitest'
import { readRates } from '../../../src/registers/bnr.ts'

const list = (cubes: string) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<DataSet xmlns="http://www.bnr.ro/xsd"><Header><PublishingDate>2026-11-24</PublishingDate></Header><Body><OrigCurrency>RON</OrigCurrency>${cubes}</Body></DataSet>`

describe("the National Bank's list", () => {
  test('many days, rates for 1 and for 100 units, attributes in any order', () => {
    expect(
      readRates(
        list(
          `<Cube date="2026-11-23"><Rate currency="EUR">5.0912</Rate><Rate multiplier='100' currency='HUF'>1.3118</Rate></Cube>
           <Cube date="2026-11-24">
             <!-- <Rate currency="USD">1.0000</Rate> -->
             <Rate currency="EUR">5.0950</Rate><Rate currency="RUB">-</Rate><Rate currency="JPY" multiplier="100">2.9337</Rate>
           </Cube>`,
        ),
      ),
    ).toEqual([
      { date: '2026-11-23', rates: { EUR: '5.0912', HUF: '0.013118' } },
      { date: '2026-11-24', rates: { EUR: '5.095', JPY: '0.029337' } },
    ])
  })

  test.each([
    ['nothing', ''],
    ['a page', '<html><body>Service unavailable</body></html>'],
    ['no day', list('')],
    ['a day without rates', list('<Cube date="2026-11-24"></Cube>')],
    ['a day without a date', list('<Cube><Rate currency="EUR">5.1</Rate></Cube>')],
    ['a wrong date', list('<Cube date="24.11.2026"><Rate currency="EUR">5.1</Rate></Cube>')],
    [
      'a decimal comma only',
      list('<Cube date="2026-11-24"><Rate currency="EUR">5,1</Rate></Cube>'),
    ],
    ['half a file', list('<Cube date="2026-11-24"><Rate currency="EUR">5.1</Rate>').slice(0, 200)],
  ])('is not read when it is %s', (_what, xml) => {
    expect(() => readRates(xml)).toThrow('unknown form')
  })
})
