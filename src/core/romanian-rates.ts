import { exact } from './money.ts'
import type { CivilDate } from './time.ts'

type Period = {
  percentage: string
  from: CivilDate
  /** The last day, or null while the law names none. */
  until: CivilDate | null
  /** Only for what the transitional rule names: homes whose sale was contracted before the rates changed. */
  housing?: true
}

// Codul fiscal art. 291 (Legea 227/2015), before it art. 140 of Legea 571/2003; changed by Legea 141/2025.
const periods: readonly Period[] = [
  { percentage: '24', from: '2010-07-01', until: '2015-12-31' },
  { percentage: '20', from: '2016-01-01', until: '2016-12-31' },
  { percentage: '19', from: '2017-01-01', until: '2025-07-31' },
  { percentage: '9', from: '2008-12-01', until: '2025-07-31' },
  { percentage: '5', from: '2008-12-15', until: '2025-07-31' },
  { percentage: '21', from: '2025-08-01', until: null },
  { percentage: '11', from: '2025-08-01', until: null },
  { percentage: '9', from: '2025-08-01', until: '2026-07-31', housing: true },
]

const covers = (period: Period, day: CivilDate): boolean =>
  period.from <= day && (period.until === null || day <= period.until)

/** The rates of Romanian VAT on a day, the largest first. */
export const ratesOn = (day: CivilDate, housing = false): string[] =>
  periods
    .filter((period) => covers(period, day) && (housing || period.housing !== true))
    .map(({ percentage }) => percentage)
    .toSorted((a, b) => Number(b) - Number(a))

export type Force =
  | { kind: 'in-force' }
  /** It was a Romanian rate until this day. */
  | { kind: 'ended'; until: CivilDate }
  | { kind: 'not-yet'; from: CivilDate }
  /** Romania never had it since 2010. */
  | { kind: 'foreign' }

/** Whether Romanian law knows a percentage on a day: rates follow the tax point, not the day of looking. */
export function inForce(rate: string, day: CivilDate, housing: boolean): Force {
  const own = periods.filter(
    (period) => exact(period.percentage).eq(exact(rate)) && (housing || period.housing !== true),
  )
  if (own.some((period) => covers(period, day))) return { kind: 'in-force' }
  const ended = own.findLast(({ until }) => until !== null && until < day)
  if (ended?.until) return { kind: 'ended', until: ended.until }
  const later = own.find(({ from }) => from > day)
  return later === undefined ? { kind: 'foreign' } : { kind: 'not-yet', from: later.from }
}
