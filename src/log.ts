import { pino, type Logger } from 'pino'

export type Log = Logger

/** Fields that could carry a secret or a person; a test proves that they never reach a line. */
const redacted = [
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
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** The root logger: one JSON object per line on stdout, no bodies, tokens or people. */
export const createLog = (
  level: string,
  process: string,
  destination?: { write(line: string): void },
): Log =>
  pino(
    {
      level,
      base: { process },
      redact: { paths: redacted, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    ...(destination === undefined ? [] : [destination]),
  )
