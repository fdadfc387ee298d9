import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export const root = dirname(import.meta.dirname)

export type Child = {
  name: string
  pid: number
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  alive: () => boolean
  signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, and SIGKILL for one that does not end within `graceMs`. */
  stop: (graceMs?: number) => Promise<void>
}

export class LockedError extends Error {
  override readonly name = 'LockedError'
}

/**
 * The processes that a command runs. They have sessions of their own, so that Ctrl-C reaches only the command, which
 * stops them in order; a guard ends them should the command itself be killed.
 */
export async function openFamily(options: { guardGraceMs: number; lock?: string; cwd?: string }) {
  const guard = spawn(
    process.execPath,
    [
      join(root, 'scripts/guard.mjs'),
      String(options.guardGraceMs),
      ...(options.lock === undefined ? [] : [options.lock]),
    ],
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  )
  guard.stdin.on('error', () => {}) // it may have been killed; the family goes on without it
  const [word] = (await once(guard.stdout.setEncoding('utf8'), 'data')) as [string]
  if (word.startsWith('taken')) throw new LockedError('another one is running')
  const children = new Set<Child>()
  const tell = (sign: '+' | '-', pid: number): void => void guard.stdin.write(`${sign}${pid}\n`)

  function adopt(name: string, process: ChildProcess): Child {
    const pid = process.pid ?? 0
    const alive = () => process.exitCode === null && process.signalCode === null
    const ended = once(process, 'exit').then(([code, signal]) => {
      tell('-', pid)
      children.delete(child)
      return { code: code as number | null, signal: signal as NodeJS.Signals | null }
    })
    const child: Child = {
      name,
      pid,
      ended,
      alive,
      signal: (signal) => void process.kill(signal),
      async stop(graceMs = 30_000) {
        if (!alive()) return
        process.kill('SIGTERM')
        const timer = setTimeout(() => process.kill('SIGKILL'), graceMs)
        await ended
        clearTimeout(timer)
      },
    }
    tell('+', pid)
    children.add(child)
    return child
  }

  return {
    /** One of our programs on this Node. `onLine` hears every line that it writes. */
    async start(
      name: string,
      entry: string,
      given: {
        args?: readonly string[]
        env?: NodeJS.ProcessEnv
        onLine: (line: string) => void
      },
    ): Promise<Child> {
      const process = spawn(
        globalThis.process.execPath,
        [join(root, entry), ...(given.args ?? [])],
        {
          cwd: globalThis.process.cwd(),
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: given.env ?? globalThis.process.env,
        },
      )
      for (const stream of [process.stdout, process.stderr])
        createInterface({ input: stream }).on('line', given.onLine)
      await once(process, 'spawn')
      return adopt(name, process)
    },
    /** A process that somebody else started and ends; the guard ends it if we cannot. */
    watch: (pid: number): void => tell('+', pid),
    forget: (pid: number): void => tell('-', pid),
    children: (): Child[] => [...children],
    /** Ends every process that was started here, all at once. */
    async stopAll(graceMs?: number): Promise<void> {
      await Promise.all([...children].map((child) => child.stop(graceMs)))
    },
    /** Ends the guard, and with it whatever still lives. */
    async close(): Promise<void> {
      guard.stdin.end()
      if (guard.exitCode === null && guard.signalCode === null) await once(guard, 'exit')
    },
  }
}

export type Family = Awaited<ReturnType<typeof openFamily>>
