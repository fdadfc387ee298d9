import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { actKey } from '../../src/core/acts.ts'
import type { Order } from '../../src/core/order.ts'
import { ledgerKeys } from '../../src/ledger/keys.ts'
import { keepQueues } from '../../workers/keep-queues.ts'
import { reverseDocument } from '../../workers/reverse-document.ts'
import { eventually } from '../support/eventually.ts'
import { startRedis } from '../support/redis.ts'
import { ACCOUNT, aShop, environment, openRig, rawRedis } from '../support/rig.ts'

const times = { SMARTBILL_TIMEOUT_MS: '1500', SMARTBILL_GRACE_MS: '2000' }

/** A rig on a Redis of its own, with the command line and a folder for its files. */
async function open() {
  const redis = await startRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const rig = await openRig({ redisUrl: redis.url, env: times, shops: [aShop()] })
  const dir = await mkdtemp(join(tmpdir(), 'relay-restore-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const env = { ...environment(rig.prefix, rig.simulator.url, redis.url), ...times }
  const relay = async (args: readonly string[], more: Record<string, string> = {}) => {
    const output = { stdout: '', stderr: '' }
    const code = await runCli(
      ['--data', '/nowhere', ...args],
      { ...env, ...more },
      {
        stdin: Readable.from([]),
        stdout: { write: (text) => (output.stdout += text) },
        stderr: { write: (text) => (output.stderr += text) },
      },
    )
    return { code, ...output }
  }
  return {
    rig,
    relay,
    file: join(dir, 'journal.ndjson'),
    raw: rawRedis(redis.url),
    /** All is lost but the settings, which come from their file. */
    lose: async () => {
      await rawRedis(redis.url).flushall()
      await rig.app.ledger.registry.load(rig.file)
    },
  }
}

test('the drill: thirty orders with faults, a journal, everything lost, restored, sent again: no second document', async () => {
  const { rig, relay, file, lose } = await open()
  const orders = Array.from({ length: 30 }, (_, i) => ({ id: `o${i}`, number: `N-${i}` }))
  const [due, found, absent, unrouted, hanging, held] = orders.slice(24).map(({ id }) => id)
  const bodies: Partial<Order>[] = orders.map((order) =>
    order.id === held ? { ...order, total: '999.00' } : order,
  )
  const key = (id: string | undefined) => rig.key(id ?? '')
  const fault = (kind: 'close-after' | 'close-before' | 'silence-after') =>
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: kind, times: 1 })

  const armed = rig.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.3, seed: 3 },
    { route: 'POST /invoice/v2', fault: '500-before', probability: 0.2, seed: 4 },
  ])
  for (const body of bodies.slice(0, 24)) await rig.post(body)
  await rig.finish()
  for (const id of armed) rig.simulator.disarm(id)
  for (const body of bodies.slice(24)) await rig.post(body)
  for (const id of [due, found, absent, hanging, held]) await rig.route(rig.ref(id ?? ''))
  await rig.issue(key(held))
  for (const [id, kind] of [
    [found, 'close-after'],
    [absent, 'close-before'],
  ] as const) {
    fault(kind)
    await expect(rig.issue(key(id))).rejects.toThrow()
  }
  fault('silence-after')
  const never = rig.issue(key(hanging)).catch(() => {})
  await eventually(async () => (await rig.document(key(hanging)))?.state === 'attempting')

  const before = await Promise.all(
    orders.map(({ id }) => rig.app.ledger.reports.timeline(ACCOUNT, rig.ref(id))),
  )
  const table = (await relay(['export', '--format', 'csv'])).stdout
  expect(table.split('\r\n')).toHaveLength(24 + 2)
  expect((await relay(['export', '--output', file])).code).toBe(0)
  // Issued after the export: only SmartBill will know.
  await rig.issue(key(due))
  await rig.route(rig.ref(unrouted ?? ''))
  await rig.issue(key(unrouted))
  await never
  await lose()

  const restored = await relay(['restore', file])
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expect((await relay(['export', '--format', 'csv'])).stdout).toBe(table)
  expect(await rig.app.ledger.reports.counts()).toMatchObject({
    issued: 24,
    due: 1,
    uncertain: 3,
    held: 1,
    attempting: 0,
  })
  expect(await rig.app.ledger.reports.findOrder(ACCOUNT, aShopId(rig), 'N-3')).toBe(rig.ref('o3'))

  for (const body of bodies) expect((await rig.post(body)).status).toBe(202)
  await rig.startWorkers()
  const keeping = keepQueues(rig.app, { stillMs: 0, everyMs: 1000 })
  onTestFinished(() => keeping.close())
  await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 29, {
    timeoutMs: 90_000,
    everyMs: 200,
  })
  for (const { id } of orders)
    expect(rig.documentsOf(rig.key(id)), id).toHaveLength(id === held ? 0 : 1)
  expect(rig.simulator.documents()).toHaveLength(29)
  await eventually(async () => (await rig.show(held ?? '')).documents[0]?.state === 'held')
  for (const [i, { id }] of orders.entries()) {
    const after = await rig.app.ledger.reports.timeline(ACCOUNT, rig.ref(id))
    expect(after.slice(0, before[i]?.length)).toEqual(before[i])
  }
})

const aShopId = (rig: Awaited<ReturnType<typeof open>>['rig']) => {
  const shop = rig.file.shops[0]
  if (shop === undefined) throw new Error('the rig has no shop')
  return shop.id
}

test('without the order the restored document waits for it, and nothing is sent', async () => {
  const { rig, relay, file, lose } = await open()
  await rig.post({ id: 'a' })
  await rig.route(rig.ref('a'))
  await relay(['export', '--output', file])
  await lose()
  expect((await relay(['restore', file])).code).toBe(0)
  await rig.finish()
  expect(await rig.document(rig.key('a'))).toMatchObject({
    state: 'held',
    reasons: [{ code: 'order-missing' }],
  })
  expect((await rig.call('GET', '/v1/shops/web/orders/a')).status).toBe(200)
  await rig.post({ id: 'a' })
  await rig.finish()
  expect(rig.documentsOf(rig.key('a'))).toHaveLength(1)
})

test('a restore refuses what could mix or double: a ledger that is there, another key, a part, a cut file', async () => {
  const { rig, relay, file, lose, raw } = await open()
  await rig.post({ id: 'a' })
  await rig.finish()
  await relay(['export', '--output', file])
  expect((await relay(['restore', file])).stderr).toContain('already has a ledger')
  const whole = await readFile(file, 'utf8')
  await lose()
  const other = { RELAY_SECRET_KEY: Buffer.alloc(32, 1).toString('base64') }
  expect((await relay(['restore', file], other)).stderr).toContain('RELAY_SECRET_KEY')
  const lines = whole.trimEnd().split('\n')
  const broken: [string, string][] = [
    [lines.slice(0, -1).join('\n'), 'cut off'],
    [whole.slice(0, -20), 'not JSON'],
    [lines.slice(1).join('\n'), 'does not begin'],
    [whole.replace('"since":null', '"since":"2026-11-01T00:00:00.000Z"'), 'whole journal'],
    [whole.replace('"shards":1', '"shards":4'), 'RELAY_SHARDS=4'],
    ['', 'is empty'],
  ]
  for (const [text, why] of broken) {
    await writeFile(file, text)
    const answer = await relay(['restore', file])
    expect(answer.code).toBe(1)
    expect(answer.stderr).toContain(why)
  }
  expect((await relay(['restore', `${file}.none`])).stderr).toContain('ENOENT')
  const left = await raw.keys(`${rig.prefix}:{0}:*`)
  expect(left.filter((name) => !name.endsWith(':meta'))).toEqual([])
})

test('the accountant has every numbered document once, also those whose order is purged', async () => {
  const { rig, relay } = await open()
  for (const id of ['a', '=1+1', 'c']) {
    await rig.post({ id })
    await rig.finish()
  }
  await rig.post({ id: 'held', total: '1.00' })
  await rig.finish()
  rig.clock.advance(400 * 86_400_000)
  expect(await rig.app.ledger.retention.purge(ACCOUNT, rig.ref('a'))).toBe('purged')
  const { stdout } = await relay(['export', '--format', 'csv'])
  const rows = stdout.trimEnd().split('\r\n')
  expect(rows[0]).toBe('date,shop,order,document,series,number,total,currency,paid,state')
  expect(
    rows
      .slice(1)
      .toSorted()
      .map((row) => row.slice(11)),
  ).toEqual([
    `web,'=1+1,invoice,FCT,0002,136.00,RON,136.00,issued`,
    'web,a,invoice,FCT,0001,136.00,RON,136.00,issued',
    'web,c,invoice,FCT,0003,136.00,RON,136.00,issued',
  ])
  const later = await relay(['export', '--format', 'csv', '--since', '2099-01-01'])
  expect(later.stdout.trimEnd().split('\r\n')).toHaveLength(1)
  expect((await relay(['export', '--since', 'yesterday'])).code).toBe(2)
})

test("a deleted invoice stays deleted, and its number the next one's, through journal, purge and restore", async () => {
  const { rig, relay, file, lose, raw } = await open()
  await rig.post({ id: 'a' })
  await rig.finish()
  const body = { by: 'delete-if-last' }
  expect((await rig.call('POST', '/v1/shops/web/orders/a/reverse', { body })).status).toBe(202)
  await rig.finish()
  const asDeleted = async () => {
    expect(await rig.document(rig.key('a'))).toMatchObject({
      state: 'cancelled',
      number: '0001',
      paid: '0.00',
      gone: '1',
    })
    const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
    expect(await rig.app.ledger.series.explained(ref, 1)).toBe(rig.key('b'))
    expect(await rig.alerts()).toEqual([])
    const { stdout } = await relay(['export', '--format', 'csv'])
    expect(stdout.trimEnd().split('\r\n').slice(1)).toMatchObject([
      expect.stringContaining('web,b,invoice,FCT,0001,136.00'),
    ])
  }
  await rig.post({ id: 'b' })
  await rig.finish()
  await asDeleted()
  await relay(['export', '--output', file])
  await lose()
  expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })
  await asDeleted()
  // As an earlier release left it, and wrote it down: the doctor says what became of the number.
  const keys = ledgerKeys(rig.prefix, 1)
  await raw.hdel(keys.document(ACCOUNT, rig.key('a')), 'gone')
  await raw.hset(keys.numbers(ACCOUNT, 'invoice', 'FCT'), 1, rig.key('a'))
  const { stdout } = await relay(['doctor', '--repair'])
  expect(stdout).toContain('1 were not known to have left their number')
  await asDeleted()
  await relay(['export', '--output', file])
  const said = /"gone":"(1|maybe)",?|"(series|number)":"\w+",?/g
  const lines = (await readFile(file, 'utf8'))
    .split('\n')
    .map((line) => (/"to":"(cancelled|reversing)"/.test(line) ? line.replaceAll(said, '') : line))
    .map((line) => line.replace(',}', '}'))
  await writeFile(file, lines.join('\n'))
  await lose()
  expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })
  await asDeleted()
  // Of an order that is purged one entry is left, and it comes after the invoice that has the number now.
  rig.clock.advance(400 * 86_400_000)
  expect(await rig.app.ledger.retention.purge(ACCOUNT, rig.ref('a'))).toBe('purged')
  await asDeleted()
  await relay(['export', '--output', `${file}2`])
  await lose()
  expect(await relay(['restore', `${file}2`])).toMatchObject({ code: 0, stderr: '' })
  await asDeleted()
})

test('an invoice that showed by its number that another was deleted keeps it through a restore', async () => {
  const { rig, relay, file, lose } = await open()
  await rig.post({ id: 'a' })
  await rig.finish()
  rig.simulator.faults({ route: 'DELETE /invoice', fault: 'close-after', times: 1 })
  const body = { by: 'delete-if-last' }
  expect((await rig.call('POST', '/v1/shops/web/orders/a/reverse', { body })).status).toBe(202)
  const act = actKey(rig.key('a'), 'reversal', 'hand-delete-if-last')
  await expect(reverseDocument({ act, account: ACCOUNT }, rig.app)).rejects.toThrow()
  expect(await rig.document(rig.key('a'))).toMatchObject({ state: 'reversing', gone: 'maybe' })
  await rig.route(await rig.receive({ id: 'b' }))
  await rig.issue(rig.key('b'))
  const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
  const asKnown = async () => {
    expect(await rig.document(rig.key('a'))).toMatchObject({ number: '0001', gone: '1' })
    expect(await rig.app.ledger.series.explained(ref, 1)).toBe(rig.key('b'))
    expect((await rig.app.ledger.series.known(ref)).high).toBe(1)
    expect(await rig.alerts()).toEqual([])
  }
  await asKnown()
  await rig.finish()
  await asKnown()
  await relay(['export', '--output', file])
  await lose()
  expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })
  expect(await rig.document(rig.key('a'))).toMatchObject({ state: 'cancelled' })
  await asKnown()
})

test('what was taken back, declined and collected stays so through a purge and a restore', async () => {
  const { rig, relay, file, lose } = await open()
  const { acts, retention } = rig.app.ledger
  const full = (id: string) => rig.act(rig.key(id), 'reversal', 'full')
  let minute = 10
  const news = async (order: Partial<Order>) => {
    await rig.post({ updatedAt: `2026-11-24T09:${minute++}:00Z`, ...order })
    await rig.finish()
  }
  const [declined, collected, withdrawn] = ['declined', 'collected', 'withdrawn']
  for (const id of [declined, collected]) {
    await news({ id })
    await news({ id, status: 'cancelled' })
    expect(await full(id)).toMatchObject({ state: 'proposed' })
  }
  await acts.dismiss(ACCOUNT, actKey(rig.key(declined), 'reversal', 'full'), 'Maria', 'no')
  await acts.again(ACCOUNT, actKey(rig.key(collected), 'reversal', 'full'), 'Maria')
  await rig.finish()
  rig.clock.advance(100 * 86_400_000)
  for (const id of [declined, collected])
    expect(await retention.purge(ACCOUNT, rig.ref(id))).toBe('purged')
  for (const order of [{}, { status: 'cancelled' }, {}]) await news({ id: withdrawn, ...order })
  expect(await full(withdrawn)).toMatchObject({ state: 'dismissed', withdrawn: '1' })
  await relay(['export', '--output', file])
  await lose()
  expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })

  await news({ id: withdrawn, status: 'cancelled' })
  expect(await full(withdrawn)).toMatchObject({ state: 'proposed' })
  await news({ id: declined, status: 'cancelled' })
  expect(await full(declined)).toBeUndefined()
  await news({ id: collected })
  const money = rig.simulator.documents().map(({ payments }) => payments.length)
  expect(money).toEqual([1, 1, 0, 1, 0])
})

test.each([
  ['it was made', 'close-after'],
  ['it was not made', 'close-before'],
] as const)(
  'a reversal that was on its way waits for a person, who replays it: %s',
  async (_, fault) => {
    const { rig, relay, file, lose } = await open()
    await rig.post({ id: 'a' })
    await rig.finish()
    rig.simulator.faults({ route: 'POST /invoice/reverse', fault, times: 1 })
    const asked = await rig.call('POST', '/v1/shops/web/orders/a/reverse', { body: {} })
    expect(asked.status).toBe(202)
    const act = actKey(rig.key('a'), 'reversal', 'hand')
    await expect(reverseDocument({ act, account: ACCOUNT }, rig.app)).rejects.toThrow()
    expect(await rig.document(rig.key('a'))).toMatchObject({ state: 'reversing' })
    await relay(['export', '--output', file])
    await lose()
    expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })
    expect(await rig.act(rig.key('a'), 'reversal', 'hand')).toMatchObject({
      state: 'held',
      reasons: [{ code: 'restored' }],
    })
    expect(await rig.document(rig.key('a'))).toMatchObject({ state: 'issued', number: '0001' })
    await rig.app.ledger.acts.again(ACCOUNT, act, 'Maria')
    await rig.finish()
    expect(await rig.document(rig.key('a'))).toMatchObject({ state: 'reversed' })
    expect(await rig.act(rig.key('a'), 'reversal', 'hand')).toMatchObject({
      state: 'done',
      result: { number: '0002' },
    })
    expect(rig.simulator.documents()).toHaveLength(2)
    // Once it is done its number is ours after every further loss.
    await relay(['export', '--output', file])
    await lose()
    expect(await relay(['restore', file])).toMatchObject({ code: 0, stderr: '' })
    const ref = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const
    expect(await rig.app.ledger.series.explained(ref, 2)).toBe(act)
    expect((await rig.app.ledger.series.known(ref)).high).toBe(2)
  },
  60_000,
)
