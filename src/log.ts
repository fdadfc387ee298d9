import { pino, type Logger } from 'pino'

export type Log = Logger

/** Fields that could carry a secret or a person; a test proves that they never reach a line. */
const redacted = new Set([
  'token',
  'secret',
  'password',
  'authorization',
  'body',
  'order',
  'customer',
  'email',
  'headers',
  'payload',
  // Of a command that Redis refused: whole orders.
  'args',
])

/** Without what is redacted, in an object and the two levels below it. Copies only what it changes. */
function censor<T extends object>(facts: T, below = 2): T {
  let copy: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(facts) as [string, unknown][]) {
    const clean = redacted.has(name)
      ? '[redacted]'
      : value instanceof Error
        ? // Under any other name it would be written with all that its library hung on it.
          name === 'err'
          ? value
          : value.message
        : below > 0 && typeof value === 'object' && value !== null
          ? censor(value, below - 1)
          : value
    if (clean !== value) (copy ??= { ...facts } as Record<string, unknown>)[name] = clean
  }
  return (copy as T | undefined) ?? facts
}

/** The root logger: one JSON object per line on stdout, no bodies, tokens or people. */
export function createLog(
  level: string,
  process: string,
  destination?: { write(line: string): void },
): Log {
  const root = pino(
    {
      level,
      base: { process },
      // Every event writes a line: this costs a tenth of what pino's own redaction does.
      formatters: { log: (facts) => censor(facts) },
      serializers: { err: (error: Error) => censor(pino.stdSerializers.err(error)) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    ...(destination === undefined ? [] : [destination]),
  )
  // The formatter does not see what is bound to a child.
  const child: unknown = Reflect.get(root, 'child')
  Reflect.set(root, 'child', function censoredChild(this: Log, bindings: object, options?: object) {
    return Reflect.apply(child as () => Log, this, [censor(bindings), options])
  })
  return root
}
