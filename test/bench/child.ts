import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export type Child = AsyncDisposable & {
  pid: number
  /** What the child said when it was ready. */
  ready: string
  /** Sends a word and waits for the answer. */
  ask: (word: string) => Promise<unknown>
  /** CPU time spent so far, in ms. */
  cpuMs: () => Promise<number>
}

/**
 * A process of its own, so that nobody's work is measured as another's. Its log goes nowhere but is written. Ready when
 * it sends its first message, or when `isReady` says so.
 */
export async function startChild(
  entry: string,
  env: Record<string, string>,
  isReady?: () => Promise<boolean>,
): Promise<Child> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(root, entry)], {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const orphan = (): void => void child.kill('SIGKILL')
  process.once('exit', orphan)
  const exited = once(child, 'exit')
  let ready = ''
  if (isReady === undefined) {
    const message = once(child, 'message').then(([said]: unknown[]) => String(said))
    ready = await Promise.race([message, exited.then(() => failed(entry))])
  } else {
    const gone = exited.then(() => failed(entry))
    gone.catch(() => {})
    while (!(await Promise.race([isReady().catch(() => false), gone]))) await delay(50)
  }
  const ask = async (word: string): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(word)
    const [said] = (await answer) as unknown[]
    return said
  }
  return {
    pid: child.pid ?? 0,
    ready,
    ask,
    cpuMs: () => cpuOf(child.pid ?? 0),
    async [Symbol.asyncDispose](): Promise<void> {
      process.removeListener('exit', orphan)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await exited
      clearTimeout(late)
    },
  }
}

const failed = (entry: string): never => {
  throw new Error(`${entry} ended before it was ready`)
}

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function cpuOf(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  // utime and stime, in hundredths of a second: Linux only, elsewhere there is nothing to tell.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' ? Number.NaN : (Number(fields[11]) + Number(fields[12])) * 10
}
