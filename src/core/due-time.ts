import type { Settings } from './settings.ts'
import { addDays, civilDate, type CivilDate } from './time.ts'

const HOUR_MS = 3_600_000
/** A document that would slide into the next month goes so long before its beginning, in ms. */
const BEFORE_END_MS = HOUR_MS

/** When a document that is due now may be issued: after its delay, on the right side of the month's end. ms since 1970. */
export function dueAt(
  now: number,
  delayMs: number,
  { monthEnd }: Pick<Settings, 'monthEnd'>,
): number {
  const delayed = now + delayMs
  switch (monthEnd) {
    case 'ignore':
      return delayed
    case 'before-end':
      return Math.max(now, Math.min(delayed, nextMonth(now) - BEFORE_END_MS))
    case 'freeze': {
      const next = nextMonth(delayed)
      const isLastDay = addDays(civilDate(delayed), 1) === civilDate(next)
      return isLastDay ? next : delayed
    }
  }
}

/** The instant at which the month after the one of `at` begins in Romania. */
function nextMonth(at: number): number {
  const [year = 0, month = 0] = civilDate(at).split('-').map(Number)
  return startOf(new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10))
}

/** The instant at which a day begins in Romania, in summer and in winter. */
export function startOf(day: CivilDate): number {
  const winter = Date.parse(`${day}T00:00:00+02:00`)
  if (Number.isNaN(winter)) return winter
  // In summer the same clock shows the day an hour earlier.
  return civilDate(winter - HOUR_MS) === day ? winter - HOUR_MS : winter
}
