const levels: Readonly<Record<number, string>> = { 30: '', 40: 'warn ', 50: 'ERROR ', 60: 'FATAL ' }
const usual = new Set(['level', 'time', 'process', 'msg'])

/** A log line of ours as a person reads it; any other line as it is, behind the name of its process. */
export function readable(name: string, line: string): string {
  const entry = parsed(line)
  if (entry === undefined) return `         ${name.padEnd(9)} ${line}`
  const { level, time, msg } = entry
  const facts = Object.entries(entry)
    .filter(([field]) => !usual.has(field))
    .map(
      ([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
  const clock = typeof time === 'string' ? time.slice(11, 19) : ''
  return [
    clock.padEnd(8),
    name.padEnd(9),
    `${levels[Number(level)] ?? ''}${String(msg)}`,
    facts.join(' '),
  ]
    .join(' ')
    .trimEnd()
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'msg' in value
      ? Object.fromEntries(Object.entries(value))
      : undefined
  } catch {
    return undefined
  }
}
