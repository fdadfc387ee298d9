const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the clocks of a zone are ahead of UTC at an instant. */
function offsetMs(zone: string, utcMs: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(utcMs)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * A platform's time as an instant in UTC, `''` if it is none. Without an offset it is a wall clock in `zone`; of an hour
 * that happens twice in autumn the second is taken, an hour that spring skips is moved on by one.
 */
export function instantOf(source: string, zone: 'UTC' | 'Europe/Bucharest'): string {
  const [, year, month, day, hour, minute, second = '0', offset] = TIME.exec(source.trim()) ?? []
  if (year === undefined) return ''
  const clock = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  // 31 February and 25:00 roll over in Date.UTC; they are not times.
  const back = new Date(clock).toISOString()
  if (back.slice(0, 16) !== `${year}-${month}-${day}T${hour}:${minute}`) return ''
  const instant = clock - aheadMs(clock, offset, zone)
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}

function aheadMs(clock: number, offset: string | undefined, zone: string): number {
  if (offset === undefined) {
    const near = clock - offsetMs(zone, clock)
    return offsetMs(zone, near)
  }
  if (offset.toUpperCase() === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}
