/** Replies that are about the command and not about the state Redis is in. */
const ABOUT_THE_COMMAND = /^(ERR|WRONGTYPE|NOSCRIPT|CROSSSLOT)\b/
/** Before version 7 Redis wraps what stopped a script into an error of the script. */
const STOPPED_SCRIPT = /: -?(OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN)\b/
/** What the client library says when a command could not be brought to a Redis that serves. */
const NOT_DELIVERED =
  /^(Connection is closed|Command timed out|Command aborted|Stream isn't writeable|Socket closed|Too many Cluster redirections|Cluster isn't ready|Failed to refresh slots|None of startup nodes|All sentinels are unreachable)/
const NAMES = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError', 'EmptiedError'])

/** Redis answers, but what this installation kept there is gone. */
export class EmptiedError extends Error {
  override readonly name = 'EmptiedError'
  constructor() {
    super(
      'Redis was emptied or replaced: accounts, shops and the ledger are gone. Restore its data (or "relay restore"), then start web and workers again.',
    )
  }
}

/** Redis is away, full, loading, read-only or failing over: this says nothing about the work that met it. */
export function isRedisTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'ReplyError')
    return !ABOUT_THE_COMMAND.test(error.message) || STOPPED_SCRIPT.test(error.message)
  return NAMES.has(error.name) || NOT_DELIVERED.test(error.message)
}

/** What Redis said, without the address inside a script that only its author can read. */
export const troubleOf = (error: Error): string =>
  (error.message || String(error)).replace(/ script: [0-9a-f]{40}, on @user_script:\d+\.?$/, '')
