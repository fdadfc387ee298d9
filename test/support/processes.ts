import { spawn, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { freePort } from '../../scripts/private-redis.ts'
import { eventually } from './eventually.ts'

const root = join(import.meta.dirname, '../..')

export type RunningProcess = ReturnType<typeof startProcess>

/**
 * One of the real programs, started with `node` as the image does, with exactly this environment.
 * Ends with the test that started it, at the latest with the test process.
 */
export function startProcess(
  entry: string,
  options: { args?: readonly string[]; env?: Record<string, string>; stdin?: string } = {},
) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [resolve(root, entry), ...(options.args ?? [])], {
    cwd: root,
    env: { PATH, HOME, ...options.env },
    stdio: 'pipe',
  })
  child.stdin.on('error', () => {}) // it may end without reading
  child.stdin.end(options.stdin)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))

  const orphan = (): void => void child.kill('SIGKILL')
  process.once('exit', orphan)
  const { promise: ended, resolve: settle } = Promise.withResolvers<{
    code: number | null
    signal: NodeJS.Signals | null
  }>()
  child.once('close', (code, signal) => {
    process.removeListener('exit', orphan)
    settle({ code, signal })
  })

  const logs = (): string => output.stdout + output.stderr
  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  const end = (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    return ended
  }
  const running = {
    pid: child.pid,
    ended,
    output,
    logs,
    alive,
    /** Resolves once the condition holds; fails at once, with the logs, if the process ends before. */
    async until(condition: RegExp | (() => unknown), timeoutMs = 60_000): Promise<void> {
      const holds = condition instanceof RegExp ? () => condition.test(logs()) : condition
      const stopped = () => !alive()
      await eventually(async () => (await quietly(holds)) || stopped(), { timeoutMs }).catch(() => {
        throw new Error(`${entry} was not ready within ${timeoutMs} ms:\n${logs().slice(-4000)}`)
      })
      if (stopped() && !(await quietly(holds))) {
        throw new Error(`${entry} ended before it was ready:\n${logs().slice(-4000)}`)
      }
    },
    /** A crash. */
    kill9: () => end('SIGKILL'),
    /** Asks it to finish its work and end. */
    term: () => end('SIGTERM'),
    async [Symbol.asyncDispose](): Promise<void> {
      await end('SIGKILL')
    },
  }
  atTestEnd(() => running[Symbol.asyncDispose]())
  return running
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number | undefined): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').filter(Boolean).map(Number)
}

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The web process on a port of its own, ready to take events. */
export async function startWeb(env: Record<string, string>) {
  const port = Number(env['PORT'] ?? (await freePort()))
  const web = startProcess('src/main.ts', {
    env: { HOST: '127.0.0.1', ...env, PORT: String(port) },
  })
  const url = `http://127.0.0.1:${port}`
  await web.until(async () => (await fetch(`${url}/readyz`)).ok)
  return Object.assign(web, { url })
}

/** The worker process, taking jobs. */
export async function startWorker(env: Record<string, string>): Promise<RunningProcess> {
  const worker = startProcess('workers/main.ts', { env })
  await worker.until(/"msg":"[^"]*\bready\b/)
  return worker
}

async function quietly(ask: () => unknown): Promise<boolean> {
  try {
    return Boolean(await ask())
  } catch {
    return false
  }
}

/** Outside a test (in `beforeAll`) there is no such moment: the caller disposes. */
function atTestEnd(work: () => Promise<void>): void {
  try {
    onTestFinished(work)
  } catch {
    // not inside a test
  }
}
