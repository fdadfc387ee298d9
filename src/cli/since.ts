import { startOf } from '../core/due-time.ts'
import { civilDate } from '../core/time.ts'
import { CliError, exitCodes } from './cli.ts'

/** An instant, or a day, which begins when it does in Romania. ms since 1970. */
export function instantOf(since: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(since) ? startOf(since) : Date.parse(since)
  if (Number.isNaN(at) || (since.length === 10 && civilDate(at) !== since))
    throw new CliError('--since: give a day like 2026-01-31, or an instant.', exitCodes.usage)
  return at
}
