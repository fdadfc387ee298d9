import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type RunningProcess, startProcess } from '../support/processes.ts'
import { redisUrl, startRedis, testPrefix } from '../support/redis.ts'
import { startProxy } from '../support/silent-proxy.ts'

const client = (url: string): Redis => {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  return redis
}

describe('the shared Redis', () => {
  let prefixOfFirst = ''

  test('stores to disk before it answers and never evicts', async () => {
    prefixOfFirst = testPrefix()
    const redis = client(redisUrl())
    await redis.set(`${prefixOfFirst}:{0}:key`, 'value')
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
    expect(await redis.config('GET', 'appendfsync')).toEqual(['appendfsync', 'always'])
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ])
  })

  test('a test that passed leaves no keys behind, and the next one has another prefix', async () => {
    expect(testPrefix()).not.toBe(prefixOfFirst)
    expect(testPrefix()).toBe(testPrefix())
    expect(testPrefix()).toContain('another-prefix')
    expect(await client(redisUrl()).keys(`${prefixOfFirst}*`)).toEqual([])
  })
})

describe('a Redis of its own', () => {
  test('keeps what it acknowledged through a crash', async () => {
    await using redis = await startRedis()
    await client(redis.url).set('key', 'value')
    await redis.kill9()
    await redis.restart()
    expect(await client(redis.url).get('key')).toBe('value')
  })

  test('answers nothing while paused and everything after', async () => {
    await using redis = await startRedis()
    const connection = client(redis.url)
    await connection.ping()
    await redis.pause()
    let answered = false
    const reply = connection.ping().then(() => (answered = true))
    await sleep(200)
    expect(answered).toBe(false)
    await redis.resume()
    expect(await reply).toBe(true)
  })
})

describe('the silent proxy', () => {
  async function echoBehindProxy() {
    const received: string[] = []
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        received.push(chunk.toString())
        socket.write(chunk)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = await startProxy({ port: (server.address() as AddressInfo).port })
    onTestFinished(async () => {
      await proxy[Symbol.asyncDispose]()
      server.close()
    })
    const open = () => {
      const socket = connect(proxy.port, '127.0.0.1')
      const events = { answers: '', closed: false }
      socket.on('data', (chunk) => (events.answers += chunk.toString()))
      socket.on('close', () => (events.closed = true)).on('error', () => {})
      onTestFinished(() => void socket.destroy())
      return Object.assign(events, { say: (text: string) => socket.write(text) })
    }
    return { proxy, received, open }
  }

  test('passes both ways', async () => {
    const { open } = await echoBehindProxy()
    const socket = open()
    socket.say('hello')
    await eventually(() => socket.answers === 'hello')
  })

  test('silence keeps connections open and delivers after it', async () => {
    const { proxy, received, open } = await echoBehindProxy()
    const socket = open()
    socket.say('one')
    await eventually(() => socket.answers === 'one')
    proxy.silence()
    socket.say('two')
    const another = open()
    another.say('three')
    await sleep(100)
    expect({ received, socket, another }).toMatchObject({
      received: ['one'],
      socket: { answers: 'one', closed: false },
      another: { answers: '', closed: false },
    })
    proxy.pass()
    await eventually(() => socket.answers === 'onetwo' && another.answers === 'three')
  })

  test('silent answers let the request arrive, and a cut loses them', async () => {
    const { proxy, received, open } = await echoBehindProxy()
    const socket = open()
    proxy.silence('answers')
    socket.say('order')
    await eventually(() => received.includes('order'))
    expect(socket.answers).toBe('')
    proxy.cut()
    await eventually(() => socket.closed)
    expect(socket.answers).toBe('')
    const refused = open()
    await eventually(() => refused.closed)
    proxy.pass()
    const again = open()
    again.say('back')
    await eventually(() => again.answers === 'back')
  })
})

describe('eventually', () => {
  test('returns the answer as soon as there is one', async () => {
    let asked = 0
    expect(await eventually(() => (++asked === 3 ? 'third' : undefined))).toBe('third')
  })

  test('fails with the last error, or with what was awaited', async () => {
    const failing = () => {
      throw new Error('still broken')
    }
    await expect(eventually(failing, { timeoutMs: 50 })).rejects.toThrow('still broken')
    await expect(
      eventually(() => false, { timeoutMs: 50, message: 'no invoice came' }),
    ).rejects.toThrow('no invoice came (waited 50 ms)')
  })
})

describe('real processes', () => {
  async function program(source: string): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'relay-program-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const file = join(dir, 'program.mts')
    await writeFile(file, source)
    return file
  }

  test('are ready when they say so, end in order on SIGTERM, and see only the environment given', async () => {
    const started = startProcess(
      await program(`
        const names: string[] = Object.keys(process.env)
        console.log('ready', names.sort().join())
        setInterval(() => {}, 1000)
        process.on('SIGTERM', () => process.exit(3))
      `),
      { env: { PORT: '1' } },
    )
    await started.until(/ready/)
    expect(started.logs()).toBe('ready HOME,PATH,PORT\n')
    expect(await started.term()).toEqual({ code: 3, signal: null })
  })

  test('a crash is a crash, and a second end changes nothing', async () => {
    const started = startProcess(await program(`setInterval(() => {}, 1000)`))
    expect(await started.kill9()).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await started.term()).toEqual({ code: null, signal: 'SIGKILL' })
    expect(started.alive()).toBe(false)
  })

  test('one that ends before it is ready shows its logs at once', async () => {
    const started = startProcess(await program(`throw new Error('PORT is missing')`))
    await expect(started.until(/ready/)).rejects.toThrow('PORT is missing')
  })

  test('read what they are given on stdin', async () => {
    const started = startProcess(await program(`process.stdin.pipe(process.stdout)`), {
      stdin: 'order',
    })
    expect(await started.ended).toEqual({ code: 0, signal: null })
    expect(started.output.stdout).toBe('order')
  })

  describe('started by a test', () => {
    let left: RunningProcess | undefined

    test('(leaves one running)', async () => {
      left = startProcess(await program(`setInterval(() => {}, 1000)`))
      expect(left.alive()).toBe(true)
    })

    test('are gone after it', () => {
      expect(left?.alive()).toBe(false)
    })
  })
})
