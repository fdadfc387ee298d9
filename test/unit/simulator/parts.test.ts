import { describe, expect, it } from 'vitest'
import { Faults, Rule } from '../../../src/simulator/faults.ts'
import { readLogin } from '../../../src/simulator/incoming.ts'
import { CallLimit, mostIn } from '../../../src/simulator/limit.ts'
import { folded } from '../../../src/simulator/pdf.ts'
import { seededRandom } from '../../../src/simulator/random.ts'
import { InvoiceBody, misfit } from '../../../src/simulator/schema.ts'
import { Switches } from '../../../src/simulator/switches.ts'
import { createState, isLast, takeNumber } from '../../../src/simulator/state.ts'
import { newSeries } from '../../../src/simulator/model.ts'
import { readDate, readPrecision, today } from '../../../src/simulator/texts.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('simulator parts', () => {
  it('a token may hold colons and bars; a header without e-mail and token is malformed', () => {
    expect(readLogin(basic('a@b.ro:003|a:b'))).toEqual({
      kind: 'basic',
      email: 'a@b.ro',
      token: '003|a:b',
    })
    expect(readLogin(basic('nothing')).kind).toBe('malformed')
    expect(readLogin('Basic').kind).toBe('malformed')
    expect(readLogin('Bearer x').kind).toBe('none')
  })

  it('counts the most instants in any window, its first edge excluded', () => {
    expect(mostIn([], 10)).toBe(0)
    expect(mostIn([0, 5, 9, 10, 11, 30], 10)).toBe(4)
    expect(mostIn([0, 10, 20], 10)).toBe(1)
  })

  it('begins a block with the call over the limit, and starts from nothing after it', () => {
    const limit = new CallLimit({ limit: 2, windowMs: 10, blockMs: 100 })
    const allowed = (at: number) => limit.arrive('t', 'GET /tax', at, false).allowed
    expect([0, 1, 2, 101, 102, 103, 104].map(allowed)).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ])
    expect(limit.summaries()['t']).toMatchObject({ total: 7, overLimit: 2, whileBlocked: 1 })
  })

  it('a fault rule that is spent lets the next one fire', () => {
    const faults = new Faults()
    faults.arm([
      Rule.parse({ fault: '503-before', times: 1 }),
      Rule.parse({ route: 'GET', fault: 'silence-before' }),
    ])
    const fired = [1, 2, 3].map(() => faults.pick('GET', '/tax', '')?.fault)
    expect(fired).toEqual(['503-before', 'silence-before', 'silence-before'])
    expect(faults.pick('POST', '/payment', '')).toBeUndefined()
    faults.disarm(2)
    expect(faults.list().map(({ id }) => id)).toEqual([1])
  })

  it('the same seed gives the same numbers, within 0 and 1', () => {
    const numbers = (seed: number) => Array.from({ length: 50 }, seededRandom(seed))
    expect(numbers(3)).toEqual(numbers(3))
    expect(numbers(3)).not.toEqual(numbers(4))
    expect(numbers(3).every((number) => number >= 0 && number < 1)).toBe(true)
  })

  it('prints letters that the built-in fonts do not have without their marks', () => {
    expect(folded('Șoseaua „Țepeș” – ăîâ €')).toBe('Soseaua "Tepes" - aia ?')
  })

  it('names the first property that does not fit', () => {
    const problem = (body: unknown) => {
      const parsed = InvoiceBody.safeParse(body)
      return parsed.success ? null : misfit(parsed.error)
    }
    expect(problem({ products: [{ quantity: '1' }] })).toEqual({
      kind: 'unmapped',
      param: 'products[0].quantity',
    })
    expect(problem({ client: { nume: 'x' } })).toEqual({
      kind: 'unrecognized',
      param: 'client.nume',
    })
    expect(problem({ isDraft: 'yes' })).toEqual({ kind: 'unparsed', param: 'isDraft' })
    expect(problem({ products: [{ price: -1 }] })?.param).toBe('products[0].price')
    expect(problem({ isDraft: 1, client: { isTaxPayer: 0 }, email: null })).toBeNull()
  })

  it('the day is the Romanian one, and dates are real days', () => {
    expect(today(Date.UTC(2026, 10, 24, 21, 59))).toBe('2026-11-24')
    expect(today(Date.UTC(2026, 10, 24, 22, 0))).toBe('2026-11-25')
    expect(readDate(null, '2026-11-24')).toBe('2026-11-24')
    expect(() => readDate('2026-13-01', '')).toThrow('de forma yyyy-MM-dd')
    expect([undefined, 2, 3, 4, 7].map(readPrecision)).toEqual([2, 2, 3, 4, 4])
  })

  it('the last number of a series is the highest, whatever the width', () => {
    const series = newSeries('X', 'c', 99, 2)
    const state = createState(Date.now, Switches.parse({}))
    expect(state.documents).toEqual([])
    const numbers = [takeNumber(series), takeNumber(series)]
    expect(numbers).toEqual(['99', '100'])
    for (const number of numbers) series.receipts.set(number, {} as never)
    expect([isLast(series, '99'), isLast(series, '100')]).toEqual([false, true])
  })
})
