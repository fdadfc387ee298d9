import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The durability that the product promises; every Redis that we start ourselves has it. */
export const durable = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
  '--save',
  '',
  '--maxmemory-policy',
  'noeviction',
]

export interface PrivateRedis {
  readonly url: string
  readonly port: number
  /** Where the data is. */
  readonly dir: string
  /** The server's process; none where it runs in a container. */
  pid(): number | undefined
  /** An orderly shutdown. */
  stop(): Promise<void>
  /** A crash. */
  kill9(): Promise<void>
  /** The same data on the same port, after a shutdown, a crash, or (crashing it) while it runs. */
  restart(): Promise<void>
  /** Connections stay open and nobody answers, until `resume`. */
  pause(): Promise<void>
  resume(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type PrivateRedisOptions = {
  dir?: string
  port?: number
  args?: readonly string[]
  /** In a session of its own: Ctrl-C does not reach it. */
  detached?: boolean
}

/**
 * A Redis of our own on a loopback port: a `redis-server` process, or a container where only Docker is there.
 * Without `dir` it lives in a temporary folder that disposing removes; with `dir` the data stays.
 */
export async function startPrivateRedis(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  try {
    return await startProcess(options)
  } catch (error) {
    if (!(error instanceof NoRedisServerError)) throw error
  }
  try {
    const { startContainer } = await import('./redis-container.ts')
    return await startContainer(options)
  } catch (cause) {
    throw new Error('Redis is needed: install redis-server 7 or newer, or start Docker.', { cause })
  }
}

class NoRedisServerError extends Error {
  override readonly name = 'NoRedisServerError'
}

async function startProcess(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'relay-redis-')))
  await mkdir(dir, { recursive: true })
  const port = options.port ?? (await freePort())
  const args = ['--port', String(port), '--dir', dir, '--bind', '127.0.0.1', ...durable]
  args.push(...(options.args ?? []))
  const removeTemporary = async (): Promise<void> => {
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true })
  }
  const { detached = false } = options
  let server = await launch(args, port, detached).catch(async (error: unknown) => {
    await removeTemporary()
    throw error
  })

  /** Sends a signal and waits for the end; a paused server hears it too. */
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = once(server, 'exit')
    server.kill(signal)
    server.kill('SIGCONT')
    await exited
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    pid: () => server.pid,
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    async restart(): Promise<void> {
      await end('SIGKILL')
      server = await launch(args, port, detached)
    },
    async pause(): Promise<void> {
      server.kill('SIGSTOP')
    },
    async resume(): Promise<void> {
      server.kill('SIGCONT')
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await end(options.dir === undefined ? 'SIGKILL' : 'SIGTERM')
      await removeTemporary()
    },
  }
}

async function launch(
  args: readonly string[],
  port: number,
  detached: boolean,
): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { detached, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
  }
  try {
    await once(server, 'spawn')
  } catch (cause) {
    throw new NoRedisServerError('redis-server is not on the PATH', { cause })
  }
  // The last resort when our own process ends without disposing.
  const orphan = (): void => void server.kill('SIGKILL')
  process.once('exit', orphan)
  server.once('exit', () => process.removeListener('exit', orphan))
  while (!(await answers(port))) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(`redis-server ended at once on port ${port}:\n${said}`)
    }
    await sleep(20)
  }
  return server
}

/** Whether a Redis on this port answers, its data loaded. */
export function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ port, host: '127.0.0.1', timeout: 1000 })
  socket.on('connect', () => socket.write('PING\r\n'))
  socket.on('data', (reply) => resolve(reply.toString().startsWith('+PONG')))
  socket.on('timeout', () => resolve(false))
  socket.on('error', () => resolve(false))
  socket.on('close', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

const PORTS = { first: 15_000, count: 17_000 }
let next = Math.floor(Math.random() * PORTS.count)

/**
 * A loopback port that nobody listens on at the moment, and that this process has not been given before. Below the range
 * from which the system takes ports for outgoing connections: in it, a client that keeps calling a server that is down
 * can end up connected to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + (next++ % PORTS.count)
    const server = createServer()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    if (await promise) return port
  }
}
