import { z } from 'zod'
import { TransientError } from '../core/errors.ts'
import { exact, round } from '../core/money.ts'
import type { Fetch } from './fetch.ts'
import type { Line, Turn } from './line.ts'

const Day = z.object({
  date: z.iso.date(),
  /** Currency → RON for one unit, decimal text. */
  rates: z
    .record(z.string().regex(/^[A-Z]{3}$/), z.string())
    .refine((rates) => Object.keys(rates).length > 0),
})
export type BnrDay = z.infer<typeof Day>
const Days = z.array(Day).min(1).max(400)

const DECIMALS = 6
const NUMBER = /^\d{1,6}(\.\d{1,8})?$/

const attribute = (tag: string, name: string): string =>
  new RegExp(`\\s${name}\\s*=\\s*["']([^"']{1,20})["']`).exec(tag)?.[1] ?? ''

/** The daily rates in the National Bank's XML; one file may hold many days. Throws on any other form. */
export function readRates(xml: string): BnrDay[] {
  const text = xml.replaceAll(/<!--[\s\S]*?-->/g, '')
  const unknown = () => new TransientError('the National Bank answered in an unknown form')
  if (!/<DataSet[\s>]/.test(text)) throw unknown()
  const days = [...text.matchAll(/<Cube(\s[^>]*)>([\s\S]*?)<\/Cube>/g)].map(
    ([, cube = '', body = '']) => {
      const rates = [...body.matchAll(/<Rate(\s[^>]*)>([^<]*)<\/Rate>/g)].flatMap(
        ([, tag = '', value = '']) => {
          const multiplier = attribute(tag, 'multiplier') || '1'
          // A day may have no rate for a currency: a dash.
          if (!NUMBER.test(value.trim()) || !/^[1-9]\d{0,5}$/.test(multiplier)) return []
          const rate = round(exact(value.trim()).div(exact(multiplier)), DECIMALS)
          return [[attribute(tag, 'currency'), rate.toFixed()] as const]
        },
      )
      return { date: attribute(cube, 'date'), rates: Object.fromEntries(rates) }
    },
  )
  const read = Days.safeParse(days)
  if (!read.success) throw unknown()
  return read.data
}

/** The exchange rates of the National Bank of Romania. */
export function createBnr(line: Line, fetch: Fetch, url: string) {
  return {
    turn: (): Promise<Turn> => line.turn(),
    /** The days that the bank lists now. The caller has a turn for it. TransientError when they cannot be read. */
    async rates(): Promise<BnrDay[]> {
      try {
        const { status, text } = await fetch.text('The National Bank', url)
        if (status !== 200)
          throw new TransientError(`the National Bank answered with status ${status}`)
        const days = readRates(text)
        await line.ended('ok')
        return days
      } catch (error) {
        await line.ended('failed')
        throw error
      }
    },
  }
}
