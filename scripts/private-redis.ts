import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The durability that the product promises; everything we start ourselves runs with it. */
const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
const settings = [...durable, '--maxmemory-policy', 'noeviction', '--bind', '127.0.0.1']

export type PrivateRedis = Awaited<ReturnType<typeof startPrivateRedis>>

/** No `redis-server` on this machine: the caller may have another way. */
export class NoRedisServerError extends Error {
  override readonly name = 'NoRedisServerError'
}

/**
 * A Redis of our own on a loopback port. Without `dir` it lives in a temporary folder that disposing removes;
 * with `dir` the data stays.
 */
export async function startPrivateRedis(
  options: { dir?: string; port?: number; args?: readonly string[] } = {},
) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'relay-redis-')))
  await mkdir(dir, { recursive: true })
  const port = options.port ?? (await freePort())
  const args = ['--port', String(port), '--dir', dir, ...settings, ...(options.args ?? [])]
  let server = await launch(args, port)

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
    /** An orderly shutdown. */
    stop: () => end('SIGTERM'),
    /** A crash. */
    kill9: () => end('SIGKILL'),
    /** The same data on the same port, after a shutdown, a crash, or (crashing it) while it runs. */
    async restart(): Promise<void> {
      await end('SIGKILL')
      server = await launch(args, port)
    },
    /** Connections stay open and nobody answers, until `resume`. */
    async pause(): Promise<void> {
      server.kill('SIGSTOP')
    },
    async resume(): Promise<void> {
      server.kill('SIGCONT')
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await end(options.dir === undefined ? 'SIGKILL' : 'SIGTERM')
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true })
    },
  }
}

async function launch(args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] })
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

/** A loopback port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
