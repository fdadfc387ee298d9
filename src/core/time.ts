/** A calendar day, `yyyy-MM-dd`. */
export type CivilDate = string

const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of an instant at a place: fiscal days are Romanian days, whatever the server's clock zone. */
export function civilDate(instantMs: number, zone = 'Europe/Bucharest'): CivilDate {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    formats.set(zone, format)
  }
  return format.format(instantMs)
}

/** `days` calendar days later. */
export function addDays(date: CivilDate, days: number): CivilDate {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
