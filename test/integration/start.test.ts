import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../scripts/private-redis.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { anOrder } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { childrenOf, lives, startProcess } from '../support/processes.ts'
import { aShop, secretOf } from '../support/rig.ts'

const READY = /· ready on/
const LIMIT_MS = 60_000

async function openFolder(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'relay-start-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  return data
}

async function start(data: string, env: Record<string, string> = {}) {
  const port = await freePort()
  const started = startProcess('scripts/start.ts', {
    args: ['--data', data],
    env: { PORT: String(port), ...env },
  })
  await started.until(READY, LIMIT_MS)
  const url = `http://127.0.0.1:${port}`
  const secrets = parseEnv(await readFile(join(data, 'relay.env'), 'utf8'))
  const post = async (shop: string, secret: string, id: string) =>
    (
      await fetch(`${url}/v1/shops/${shop}/orders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(anOrder({ id, number: id })),
      })
    ).status
  const show = async (shop: string, id: string): Promise<string> => {
    const answer = await fetch(`${url}/v1/shops/${shop}/orders/${id}`, {
      headers: { authorization: `Bearer ${secrets['RELAY_API_KEY']}` },
    })
    return answer.text()
  }
  const issued = (shop: string, id: string) =>
    eventually(async () => /"state":"issued".*"number":"\d+"/.test(await show(shop, id)))
  return Object.assign(started, { url, port, secrets, post, show, issued })
}

test(
  'without an account it is a sandbox: an order becomes a document of the simulator, and nothing stays',
  { timeout: 120_000 },
  async () => {
    const data = await openFolder()
    const relay = await start(data)
    expect(relay.output.stdout).toContain('SANDBOX: nothing here is fiscal')
    const secret = /Authorization: Bearer ([\w-]+)'/.exec(relay.output.stdout)?.[1] ?? ''
    expect(await relay.post('sandbox-shop', secret, '1001')).toBe(202)
    await relay.issued('sandbox-shop', '1001')

    const second = startProcess('scripts/start.ts', { args: ['--data', data], env: {} })
    expect(await second.ended).toMatchObject({ code: 1 })
    expect(second.output.stderr).toContain('is running already')

    // The command line finds it by itself.
    const command = startProcess('src/relay.ts', {
      args: ['--data', data, 'status', '--json'],
      env: {},
    })
    expect(await command.ended).toMatchObject({ code: 0 })
    expect(command.output.stdout).toMatch(/"issued": 1/)

    const processes = childrenOf(relay.pid)
    expect(processes).toHaveLength(5) // guard, Redis, simulator, web, worker
    expect(await relay.term()).toEqual({ code: 0, signal: null })
    expect(existsSync(join(data, 'running.env'))).toBe(false)
    expect(processes.filter(lives)).toEqual([])
  },
)

test(
  'with an account it keeps its data, starts again what ends, and leaves nothing behind when it is killed',
  { timeout: 180_000 },
  async () => {
    const data = await openFolder()
    await using smartbill = await startSimulator()
    const config = join(data, 'relay.json')
    await writeFile(
      config,
      JSON.stringify({
        accounts: [{ id: 'acme', email: 'a@acme.example', token: '003|abc', cif: 'RO12345674' }],
        shops: [aShop()],
      }),
    )
    const env = { RELAY_CONFIG: config, SMARTBILL_BASE_URL: smartbill.url }
    const first = await start(data, env)
    expect(first.output.stdout).not.toContain('SANDBOX')
    expect(await first.post('web', secretOf('web'), '1')).toBe(202)
    await first.issued('web', '1')

    const pidOf = async (url: string) => {
      const { Redis } = await import('ioredis')
      const redis = new Redis(url)
      const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1]
      redis.disconnect()
      return Number(pid)
    }
    const running = parseEnv(await readFile(join(data, 'running.env'), 'utf8'))
    process.kill(await pidOf(running['REDIS_URL'] ?? ''), 'SIGKILL')
    await first.until(/Redis ended; it starts again/)
    await eventually(async () => (await first.post('web', secretOf('web'), '2')) === 202)
    await first.issued('web', '2')

    const orphans = childrenOf(first.pid)
    expect(orphans).toHaveLength(4)
    await first.kill9()
    await eventually(() => !orphans.some(lives), { timeoutMs: 40_000 })

    const again = await start(data, { SMARTBILL_BASE_URL: smartbill.url })
    expect(again.output.stdout).not.toContain('SANDBOX')
    expect(again.secrets).toEqual(first.secrets)
    expect(await again.show('web', '1')).toContain('"state":"issued"')
    await again.term()
    expect(smartbill.documents()).toHaveLength(2)
  },
)

test('a port that is taken and settings that are wrong are told in a sentence', async () => {
  const data = await openFolder()
  const { createServer } = await import('node:net')
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await eventually(() => server.listening)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const taken = startProcess('scripts/start.ts', {
    args: ['--data', data],
    env: { PORT: String(port), HOST: '127.0.0.1' },
  })
  expect(await taken.ended).toMatchObject({ code: 1 })
  expect(taken.output.stderr).toContain(`Port ${port} is taken`)
  const wrong = startProcess('scripts/start.ts', { args: ['--data', data], env: { PORT: 'x' } })
  expect(await wrong.ended).toMatchObject({ code: 1 })
  expect(wrong.output.stderr).toMatch(/PORT: /)
  expect(taken.logs() + wrong.logs()).not.toMatch(/\n\s+at /)
})
