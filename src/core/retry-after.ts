const LONGEST_MS = 3_600_000

type Headers = Readonly<Record<string, string | undefined>>

/**
 * How long an answer asks to be left alone, in ms, an hour at most whatever it says; undefined when it does not say. In
 * seconds, with decimals where a platform writes them, or as a moment by the answer's own clock.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const said = headers['retry-after']?.trim() ?? ''
  const ms = /^\d+(\.\d+)?$/.test(said)
    ? Math.ceil(Number(said) * 1000)
    : moment(said) - moment(headers['date'])
  return ms >= 0 ? Math.min(ms, LONGEST_MS) : undefined
}

const moment = (text = ''): number => (text.endsWith(' GMT') ? Date.parse(text) : Number.NaN)
