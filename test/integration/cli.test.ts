import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { ledgerKeys } from '../../src/ledger/keys.ts'
import { anOrder } from '../support/builders.ts'
import { deadLetters } from '../support/dead-letters.ts'
import { startProcess } from '../support/processes.ts'
import { redisUrl, startRedis } from '../support/redis.ts'
import { ACCOUNT, aShop, environment, openRig, rawRedis } from '../support/rig.ts'

/** The command line on the rig's Redis and simulator, in this process. */
async function openCommandLine(settings = {}, url = redisUrl()) {
  const rig = await openRig({ shops: [aShop(settings)], redisUrl: url })
  const env = environment(rig.prefix, rig.simulator.url, url)
  const relay = async (args: readonly string[], stdin = '') => {
    const output = { stdout: '', stderr: '' }
    const code = await runCli(['--data', '/nowhere', ...args], env, {
      stdin: Readable.from([stdin]),
      stdout: { write: (text) => (output.stdout += text) },
      stderr: { write: (text) => (output.stderr += text) },
    })
    // No command ever answers with a stack trace.
    expect(output.stdout + output.stderr).not.toMatch(/\n\s+at /)
    return { code, ...output, json: (): unknown => JSON.parse(output.stdout) }
  }
  return { rig, relay }
}

test('orders from a file become documents; a broken one is named, and a second run changes nothing', async () => {
  const { rig, relay } = await openCommandLine()
  const dir = await mkdtemp(join(tmpdir(), 'relay-cli-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const file = join(dir, 'orders.ndjson')
  const lines = [
    anOrder({ id: 'a', number: 'a' }),
    { ...anOrder(), total: '12,50' },
    anOrder({ id: 'b' }),
  ]
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'))

  const first = await relay(['enqueue', 'web', file])
  expect(first.code).toBe(1)
  expect(first.stdout).toMatch(/line 2: total: .*decimal/)
  expect(first.stdout).toContain('accepted 2')
  const again = await relay(['enqueue', 'web', '-', '--json'], JSON.stringify([lines[0], lines[2]]))
  expect(again.code).toBe(0)

  await rig.finish()
  expect(rig.simulator.documents()).toHaveLength(2)
  const shown = await relay(['order', 'show', 'web', 'a'])
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/invoice: issued {2}FCT0001 {2}136\.00 RON {2}paid 136\.00/)
  expect((await relay(['order', 'show', 'web', 'a', '--json'])).json()).toMatchObject({
    documents: [{ state: 'issued', number: '0001' }],
  })
  expect((await relay(['order', 'show', 'web', 'none'])).code).toBe(1)
})

test('a shop, an order or a file that is not there is named, whichever command is given it', async () => {
  const { relay } = await openCommandLine()
  const settle = ['payments', 'settle']
  const imported = ['cut-over', 'import']
  for (const command of [['enqueue'], settle, imported]) {
    const noShop = await relay([...command, 'nobody', '-'], 'comanda,numar,ramburs\n1,2,3\n')
    expect(noShop).toMatchObject({ code: 2, stderr: expect.stringContaining('known: web') })
    const noFile = await relay([...command, 'web', '/nowhere/orders.csv'])
    expect(noFile).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') })
  }
  for (const command of [
    ['payments', 'record', 'web', '9', '1.00'],
    ['corrections', 'reverse', 'web', '9'],
    ['order', 'email', 'web', '9'],
  ])
    expect(await relay(command)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no order "9"'),
    })
  const wrong = await relay(['payments', 'record', 'web', '9', '1,x'])
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('amount: ') })
  const verdict = ['order', 'decide', 'web', '9', '--issued', '1', '--reason', '']
  expect(await relay(verdict)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--reason: '),
  })
})

test('dead letters are listed by cause, rehearsed without a change, replayed and dismissed', async () => {
  const { rig, relay } = await openCommandLine({ series: 'NOPE' })
  for (const id of ['1', '2', '3']) await rig.receive({ id, number: id })
  await rig.finish().catch(() => {})
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'dead' })

  const listed = await relay(['dead-letters', 'list', '--json'])
  expect(listed.json()).toMatchObject({
    total: 3,
    causes: [{ code: 'unknown-series', count: 3 }],
  })
  const rehearsed = await relay([
    'dead-letters',
    'replay',
    '--cause',
    'unknown-series',
    '--dry-run',
  ])
  expect(rehearsed.stdout).toContain(
    'dry run, nothing was changed: 3 orders, 3 would fail: Series NOPE does not exist',
  )
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'dead' })

  expect((await relay(['dead-letters', 'replay', 'web~1~invoice~1', 'web~9~invoice~1'])).code).toBe(
    1,
  )
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'due' })
  const dismissed = await relay(['dead-letters', 'dismiss', '--shop', 'web', '--reason', 'a test'])
  expect(dismissed).toMatchObject({ code: 0, stdout: expect.stringContaining('2 dismissed') })
  expect(await rig.document(rig.key('2'))).toMatchObject({ state: 'skipped' })
  expect((await relay(['dead-letters', 'replay'])).code).toBe(2)
})

test('an order is corrected by paths, by a patch and by the editor; what is wrong is named and nothing changes', async () => {
  const { rig, relay } = await openCommandLine({ series: 'NOPE' })
  await deadLetters(rig, ['1', '2', '3'])
  const edit = (id: string, ...args: string[]) =>
    relay(['order', 'edit', 'web', id, '--reason', 'the buyer called', ...args])
  const wrong = await edit('1', '--set', 'total=12,50')
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('"total" has a comma') })
  expect((await edit('1')).code).toBe(2)
  expect((await edit('1', '--set', 'total')).code).toBe(2)
  expect((await edit('1', '--set', 'customer.name=Ion Popescu')).code).toBe(2)
  expect((await edit('9', '--set', 'total=1')).code).toBe(1)
  const set = await edit('1', '--set', 'customer.name=Ana', '--set', 'invoiceRequested=true')
  expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('"Ion Popescu" → "Ana"') })
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'due' })

  const patch = JSON.stringify({ customer: { phone: null } })
  const args = ['dead-letters', 'edit', rig.key('2'), '--reason', 'why', '--patch', '-']
  expect(await relay(args, patch)).toMatchObject({ code: 0 })
  const sed = `sed -i s/Brasov/Sibiu/`
  vi.stubEnv('VISUAL', sed)
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(await edit('3', '--editor')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/billing.city +"Brasov" → "Sibiu"/),
  })
  const order = await relay(['order', 'show', 'web', '3'])
  expect(order.stdout).toContain('rule: edited')
})

test('a run is watched and stopped from the command line: Ctrl-C twice', async () => {
  const { rig, relay } = await openCommandLine()
  await deadLetters(rig, ['1', '2'])
  const begun = await relay(['dead-letters', 'replay', '--all', '--background'])
  expect(begun.stdout).toContain('still running: 0 of 2')
  const id = /[\da-f]{8}/.exec((await relay(['dead-letters', 'runs'])).stdout)?.[0] ?? ''
  const watching = startProcess('src/relay.ts', {
    args: ['--data', '/nowhere', 'dead-letters', 'run', id],
    env: environment(rig.prefix, rig.simulator.url, redisUrl()),
  })
  await watching.until(/replay 0 of 2/, 60_000)
  process.kill(watching.pid ?? 0, 'SIGINT')
  await watching.until(/again within 5 s/, 60_000)
  process.kill(watching.pid ?? 0, 'SIGINT')
  expect(await watching.ended).toMatchObject({ code: 0 })
  expect(watching.output.stdout).toContain('stopped by command line after 0 of 2')
  expect((await relay(['dead-letters', 'stop', id])).stdout).toContain('stopped by command line')
  expect((await relay(['dead-letters', 'run', 'none'])).code).toBe(1)
  expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'dead' })
}, 120_000)

test('an export takes its place once it is whole, for its owner alone; one that fails leaves what was there', async () => {
  const { rig, relay } = await openCommandLine()
  const dir = await mkdtemp(join(tmpdir(), 'relay-export-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await rig.receive({ id: 'a' })
  const file = join(dir, 'journal.ndjson')
  const link = join(dir, 'latest')
  await writeFile(file, 'of yesterday', { mode: 0o644 })
  await symlink(file, link)
  expect((await relay(['export', '--output', link])).code).toBe(0)
  const exported = await readFile(file, 'utf8')
  expect(exported).toContain('"end":true')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect((await relay(['export', '--output', join(dir, 'new')])).code).toBe(0)
  expect((await stat(join(dir, 'new'))).mode & 0o777).toBe(0o600)

  // What cannot be read ends an export after its beginning was written.
  await rawRedis().xadd(`${rig.prefix}:{0}:journal`, '*', 'k', 'broken')
  expect((await relay(['export', '--output', file])).code).not.toBe(0)
  expect(await readFile(file, 'utf8')).toBe(exported)
  expect((await readdir(dir)).toSorted()).toEqual(['journal.ndjson', 'latest', 'new'])
  expect((await relay(['export', '--output', join(dir, 'no', 'folder')])).stderr).toContain(
    'no/folder',
  )
})

test('the doctor notes the numbers of invoices that an earlier release deleted, and whose they are now', async () => {
  const { rig, relay } = await openCommandLine()
  const issued = async (id: string) => {
    await rig.post({ id })
    await rig.finish()
  }
  const body = { by: 'delete-if-last' }
  const deleted = async (id: string) => {
    await rig.call('POST', `/v1/shops/web/orders/${id}/reverse`, { body })
    await rig.finish()
    expect(await rig.document(rig.key(id))).toMatchObject({ state: 'cancelled', gone: '1' })
  }
  await issued('a')
  await deleted('a')
  await issued('b')
  await issued('c')
  await deleted('c')
  const keys = ledgerKeys(rig.prefix, 1)
  const redis = rawRedis()
  const high = keys.series(ACCOUNT, 'invoice', 'FCT')
  await redis.hset(high, 'high', 2)
  for (const [number, id] of ['a', 'c'].entries()) {
    await redis.hdel(keys.document(ACCOUNT, rig.key(id)), 'gone')
    await redis.hset(keys.numbers(ACCOUNT, 'invoice', 'FCT'), number + 1, rig.key(id))
  }
  for (const count of [2, 0]) {
    const { stdout, stderr } = await relay(['doctor', '--repair'])
    expect(stderr).toBe('')
    expect(stdout).toContain(`${count} were not known to have left their number`)
    for (const id of ['a', 'c'])
      expect(await rig.document(rig.key(id))).toMatchObject({ state: 'cancelled', gone: '1' })
    const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
    expect(await rig.app.ledger.series.explained(ref, 1)).toBe(rig.key('b'))
    expect(await rig.app.ledger.series.explained(ref, 2)).toBeNull()
    expect(await redis.hget(high, 'high')).toBe('1')
  }
  expect(await rig.alerts()).toEqual([])
})

test('an account is paused and resumed', async () => {
  const { relay } = await openCommandLine()
  const state = async () => (await relay(['accounts', 'list', '--json'])).json()
  expect(await relay(['accounts', 'pause', ACCOUNT])).toMatchObject({ code: 0 })
  expect(await state()).toMatchObject([{ id: ACCOUNT, state: 'paused', shops: ['web'] }])
  expect((await relay(['status'])).stdout).toMatch(/acme\s+paused/)
  await relay(['accounts', 'resume', ACCOUNT])
  expect(await state()).toMatchObject([{ state: 'ok' }])
  const unknown = await relay(['accounts', 'pause', 'nobody'])
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('known: acme') })
})

test('the doctor is content with a good setup, and names series and login that are not', async () => {
  const { rig, relay } = await openCommandLine()
  const good = await relay(['doctor'])
  expect(good).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('series FCT of shop web'),
  })
  expect(good.stdout).not.toMatch(/[✗]/)

  await rig.app.ledger.registry.load({
    ...rig.file,
    shops: rig.file.shops.map((shop) => ({
      ...shop,
      settings: { ...shop.settings, series: 'NOPE' },
    })),
  })
  const series = await relay(['doctor', '--json'])
  expect(series.code).toBe(1)
  expect(series.stdout).toContain('uses series \\"NOPE\\"')

  rig.simulator.refuseLogins(['a@acme.example'])
  const login = await relay(['doctor'])
  expect(login.code).toBe(1)
  expect(login.stdout).toContain('refuses the login')
  expect(login.stdout).toContain('→')
})

test('the doctor names what a badly set up Redis loses and what to set, and one that was emptied', async () => {
  const careless = [
    '--appendonly',
    'no',
    '--maxmemory',
    '64mb',
    '--maxmemory-policy',
    'allkeys-lru',
  ]
  const redis = await startRedis({ args: careless })
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const { rig, relay } = await openCommandLine({}, redis.url)
  const found = async () => {
    const { code, stdout } = await relay(['doctor'])
    const bad = stdout.split('\n').filter((line) => /^[✗!] |^ {4}→ /.test(line))
    return { code, bad }
  }
  const silent = [
    '! shop web: no order ever came in',
    '    → Check in the shop that its webhook is active, points to https://<web>/v1/shops/web/orders and has the secret of these settings.',
  ]
  expect(await found()).toEqual({
    code: 1,
    bad: [
      '✗ Redis: The append-only file is off: a crash loses accepted orders',
      '    → Set appendonly yes.',
      '✗ Redis: maxmemory-policy is allkeys-lru: a full Redis silently drops orders',
      '    → Set maxmemory-policy noeviction.',
      ...silent,
    ],
  })

  const raw = rawRedis(redis.url)
  await raw.config('SET', 'maxmemory-policy', 'noeviction')
  await raw.config('SET', 'appendonly', 'yes')
  await raw.config('SET', 'appendfsync', 'everysec')
  await raw.config('SET', 'no-appendfsync-on-rewrite', 'yes')
  await rig.post({})
  expect(await found()).toEqual({
    code: 1,
    bad: [
      '✗ Redis: appendfsync is everysec: a crash may lose the last second of accepted orders',
      '    → Set appendfsync always.',
      '✗ Redis: no-appendfsync-on-rewrite is yes: a crash while the file is rewritten loses accepted orders',
      '    → Set no-appendfsync-on-rewrite no.',
    ],
  })

  await raw.config('SET', 'appendfsync', 'always')
  await raw.config('SET', 'no-appendfsync-on-rewrite', 'no')
  expect(await found()).toEqual({ code: 0, bad: [] })
  await raw.flushall()
  const emptied = expect.stringContaining('it is new, or it was emptied')
  expect(await relay(['doctor'])).toMatchObject({ code: 1, stdout: emptied })
  expect(await relay(['status'])).toMatchObject({ code: 1, stdout: emptied })
  expect(await raw.keys('*{registry}*')).toEqual([])
})

test('without Redis or settings a sentence says so', async () => {
  const env = environment('none', 'http://127.0.0.1:9/SBORO/api', 'redis://127.0.0.1:9')
  const away = startProcess('src/relay.ts', { args: ['--data', '/nowhere', 'status'], env })
  expect(await away.ended).toMatchObject({ code: 3 })
  expect(away.output.stderr).toMatch(/Redis cannot be reached/)
  const unset = startProcess('src/relay.ts', { args: ['--data', '/nowhere', 'status'], env: {} })
  expect(await unset.ended).toMatchObject({ code: 3 })
  expect(unset.output.stderr).toMatch(/RELAY_SECRET_KEY: is required/)
  expect(unset.output.stderr).not.toMatch(/\n\s+at /)
})
