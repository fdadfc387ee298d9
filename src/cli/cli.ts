import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { readConfig, type Config } from '../config.ts'

/** Exit codes of every command. */
export const exitCodes = { done: 0, problems: 1, usage: 2, unavailable: 3 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command with a sentence for the person at the keyboard. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** How long a command waits for Redis, in ms: a person is waiting too. */
const REDIS_LIMIT_MS = 5000
/** Work that is done sooner says nothing on the way, in ms. */
const QUIET_MS = 2000

type Output = { write: (text: string) => unknown }
export type Streams = {
  stdin: NodeJS.ReadableStream
  stdout: Output
  stderr: Output & { isTTY?: boolean }
}

/** What the commands share: the app, and how they speak. */
export function createCli(
  options: Streams & {
    env: () => Promise<Record<string, string | undefined>>
    json: () => boolean
  },
) {
  const { stdin, stdout, stderr } = options
  let exitCode: ExitCode = exitCodes.done

  async function config(): Promise<Config> {
    const env = await options.env()
    try {
      return readConfig(env)
    } catch (error) {
      throw new CliError(messageOf(error), exitCodes.unavailable, { cause: error })
    }
  }
  return {
    stdin,
    /** Opens what the environment names, for the time of `work`. */
    async withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
      const settings = await config()
      // Loaded only now: help and wrong usage are answered at once.
      const [{ openApp }, { createLog }, { openRedis, whenReady }] = await Promise.all([
        import('../app.ts'),
        import('../log.ts'),
        import('../redis.ts'),
      ])
      const redis = openRedis(settings.redis, 'impatient')
      redis.on('error', () => {}) // `whenReady` tells
      try {
        await whenReady(redis, REDIS_LIMIT_MS)
      } catch (error) {
        redis.disconnect()
        throw new CliError(messageOf(error), exitCodes.unavailable, { cause: error })
      }
      try {
        const log = createLog('silent', 'cli')
        await using app = await openApp(settings, { temper: 'impatient', log, redis })
        return await work(app)
      } finally {
        redis.disconnect()
      }
    },
    /** With --json the value, else the lines. */
    print(value: unknown, lines: () => readonly string[]): void {
      stdout.write(
        options.json() ? `${JSON.stringify(value, null, 2)}\n` : `${lines().join('\n')}\n`,
      )
    },
    /** There is something to see to: the command goes on and ends with exit code 1. */
    problem(): void {
      exitCode = exitCodes.problems
    },
    exitCode: () => exitCode,
    /** Text as it is; resolves when the reader can take more. */
    put: async (text: string): Promise<void> => {
      if (stdout.write(text) === false && stdout instanceof EventEmitter)
        await once(stdout, 'drain')
    },
    say: (sentence: string): void => void stdout.write(`${sentence}\n`),
    complain: (sentence: string): void => void stderr.write(`${sentence}\n`),
    hasBar: stderr.isTTY === true,
    /** One line on a terminal that the next one replaces; "" takes it away. */
    progress: (line: string): void => {
      if (stderr.isTTY) stderr.write(line === '' ? '\r\u001B[K' : `\r${line}\u001B[K`)
    },
    /** Says on stderr how far a longer piece of work is, from the second second on. */
    async withProgress<T>(
      doing: string,
      work: (at: (done: number, of: number) => void) => Promise<T>,
    ): Promise<T> {
      let place = ''
      const over = new AbortController()
      const saying = (async () => {
        const everyMs = stderr.isTTY ? 500 : QUIET_MS
        await sleep(QUIET_MS, undefined, { signal: over.signal })
        for (;;) {
          stderr.write(stderr.isTTY ? `\r${doing}${place} …\u001B[K` : `${doing}${place} …\n`)
          await sleep(everyMs, undefined, { signal: over.signal })
        }
      })()
      const startedAt = performance.now()
      try {
        return await work((done, of) => {
          place = ` ${done} of ${of}`
        })
      } finally {
        over.abort()
        await saying.catch(() => {})
        if (stderr.isTTY && performance.now() - startedAt > QUIET_MS) stderr.write('\r\u001B[K')
      }
    },
  }
}

export type Cli = ReturnType<typeof createCli>

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Rows in aligned columns, two spaces apart; the last column is left ragged. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
