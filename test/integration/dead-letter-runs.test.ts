import { expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { ShopId } from '../../src/core/ids.ts'
import { startBulk } from '../../src/dead-letters/bulk.ts'
import { workDeadLetters } from '../../workers/work-dead-letters.ts'
import { deadLetters, dyingBeforeTally, someIds } from '../support/dead-letters.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, aShop, openRig, rawRedis, type Rig } from '../support/rig.ts'

type Told = {
  id: string
  url: string
  state: string
  total: number
  done: number
  summary: Record<string, number>
  afterwards: Record<string, number>
  reasons: { outcome: string; count: number; en: string; ro: string }[]
  en: string
  ro: string
}

const MANY = 60
/** More than are done while the asker waits. */
const TOO_MANY = 201

const bulk = async (rig: Rig, path: string, body: object) => {
  const answer = await rig.call('POST', `/v1/dead-letters/${path}`, { body })
  return { status: answer.status, json: answer.json as Told }
}
const look = async (rig: Rig, id: string) =>
  (await rig.call('GET', `/v1/dead-letters/runs/${id}`)).json as Told
const over = (rig: Rig, id: string) =>
  eventually(
    async () => {
      const run = await look(rig, id)
      return run.state !== 'running' && run.afterwards['waiting'] === 0 && run
    },
    { timeoutMs: 60_000, everyMs: 100 },
  )

test('everything is replayed three times during issuing, by two operators: one document each', async () => {
  const rig = await openRig({
    shops: [aShop(), aShop({ series: 'NOPE' }, { id: 'other' })],
    simulator: { limit: 1000 },
    env: { SMARTBILL_CALLS: '1000' },
  })
  const ids = someIds('a', MANY)
  await deadLetters(rig, ids)
  await rig.receive({ id: 'x' }, 'other')
  await rig.finish()
  await rig.startWorkers()

  const dry = await bulk(rig, 'replay', { filter: {}, dryRun: true, background: true })
  expect(dry).toMatchObject({ status: 202, json: { state: 'running', total: MANY + 1 } })
  expect(dry.json.url).toBe(`/v1/dead-letters/runs/${dry.json.id}`)
  const rehearsed = await over(rig, dry.json.id)
  expect(rehearsed.summary).toEqual({ 'would-issue': MANY, 'would-fail': 1 })
  expect(rehearsed.en).toBe(
    `${MANY + 1} orders, ${MANY} would issue, 1 would fail: Series NOPE does not exist in SmartBill (it has: FCT, CH).`.replace(
      /\(it has.*\)/,
      /\(it has[^)]*\)/.exec(rehearsed.en)?.[0] ?? '',
    ),
  )
  expect(rehearsed.ro).toContain(`${MANY} s-ar emite, 1 ar eșua: Seria NOPE`)
  expect(rig.simulator.documents()).toHaveLength(0)

  // Pressed twice it is one run; asked for in another way it is another one, at the same time.
  const [first, again, byIds] = await Promise.all([
    bulk(rig, 'replay', { filter: {}, background: true }),
    bulk(rig, 'replay', { filter: {}, background: true }),
    bulk(rig, 'replay', { ids: ids.map((id) => rig.key(id)), background: true }),
  ])
  expect(again.json.id).toBe(first.json.id)
  expect(byIds.json.id).not.toBe(first.json.id)
  const later = await bulk(rig, 'replay', { filter: { shop: 'web' } })
  expect(later.status).toBeLessThan(300)
  const runs = [await over(rig, first.json.id), await over(rig, byIds.json.id)]

  expect(rig.simulator.documents()).toHaveLength(MANY)
  for (const id of ids) expect(rig.documentsOf(rig.key(id)), id).toHaveLength(1)
  const replayed = runs.map(({ summary }) => summary['replayed'] ?? 0)
  const issued = runs.map(({ afterwards }) => afterwards['issued'] ?? 0)
  expect(runs.map(({ done, total }) => done - total)).toEqual([0, 0])
  expect((issued[0] ?? 0) + (issued[1] ?? 0)).toBeLessThanOrEqual(MANY)
  expect((replayed[0] ?? 0) + (replayed[1] ?? 0)).toBeLessThanOrEqual(MANY + 1)
  // What fails again says so, with the reason.
  expect(await rig.document(rig.key('x', 'invoice', 'other'))).toMatchObject({ state: 'dead' })
  expect(runs[0]).toMatchObject({
    afterwards: { dead: 1 },
    reasons: expect.arrayContaining([expect.objectContaining({ outcome: 'dead', count: 1 })]),
  })
  const list = await rig.call('GET', '/v1/dead-letters/runs')
  expect((list.json as { runs: unknown[] }).runs.length).toBeGreaterThanOrEqual(3)
  const deeds = await rig.app.ledger.people.audit(20)
  expect(deeds.filter(({ did }) => did === 'dead-letters-run-finished').length).toBeGreaterThan(1)
}, 120_000)

/** A run without workers, to be worked on by hand. */
async function aRun(act: 'replay' | 'dismiss' = 'replay') {
  const rig = await openRig()
  const ids = someIds('a', MANY)
  await deadLetters(rig, ids)
  const bulkWork = await startBulk(rig.app, {
    act,
    dryRun: false,
    who: 'user ana',
    reason: 'by hand',
    selection: { filter: {} },
    background: true,
  })
  if (bulkWork.status !== 'running') throw new Error('it was done at once')
  const { id } = bulkWork.run
  const work = (app: App = rig.app) => workDeadLetters({ shard: 0, run: id }, app)
  const dead = async () => (await rig.app.ledger.reports.counts()).dead
  return { rig, id, work, dead }
}

test('a worker that dies between an act and its tally: the next one goes on and counts each letter once', async () => {
  const { rig, id, work } = await aRun()
  await expect(work(dyingBeforeTally(rig.app))).rejects.toThrow('the worker died')
  // Its lease holds for a while: nobody works beside a worker that may still live.
  await expect(work()).rejects.toThrow('another worker has the run')
  rig.clock.advance(31_000)
  await work()
  expect(await look(rig, id)).toMatchObject({
    state: 'finished',
    done: MANY,
    summary: { replayed: MANY },
    afterwards: { waiting: MANY },
  })
})

test('a run over events and jobs reads each of them and not all of them again', async () => {
  const rig = await openRig()
  const { app } = rig
  const broken = { code: 'missing', field: 'total', ro: 'Lipsește.', en: 'It is missing.' }
  const events = someIds('e', MANY)
  for (const id of events) {
    const event = { account: ACCOUNT, shop: ShopId.parse('web'), topic: id, deliveryIds: [] }
    await app.ledger.events.quarantine({ ...event, body: Buffer.from(id) }, {}, id, [broken])
  }
  const jobs = someIds('j', 3)
  const queue = app.queues.shards[0]?.['route-order']
  const backoff = { type: 'fixed', delay: 1 }
  const order = { order: rig.ref('none'), account: ACCOUNT }
  for (const jobId of jobs) await queue?.add('route-order', order, { jobId, attempts: 2, backoff })
  const fault = () => Promise.reject(new Error('a fault'))
  const documents = { ...app.ledger.documents, order: fault }
  const workers = await rig.startWorkers({ ...app, ledger: { ...app.ledger, documents } })
  await eventually(async () => (await app.queues.failedCount()) === jobs.length)
  await workers.stop()
  expect(await queue?.getJob('j-1')).toMatchObject({ attemptsMade: 2, stacktrace: { length: 1 } })
  // What the queue keeps under a name that is no job's.
  const other = ['failed', 'meta', 'events'].map((name) => `job route-order ${name}`)
  expect(await bulk(rig, 'replay', { ids: other })).toMatchObject({
    status: 200,
    json: { summary: { 'not-dead': other.length } },
  })
  const selection = { filter: {}, reason: 'by hand', background: true }
  const run = await bulk(rig, 'dismiss', selection)
  expect(run.json).toMatchObject({ total: MANY + jobs.length, state: 'running' })
  const all = () => expect.fail('all letters were read')
  const careful = {
    ...app,
    ledger: { ...app.ledger, reports: { ...app.ledger.reports, quarantined: all } },
    queues: { ...app.queues, failedJobs: all },
  }
  await workDeadLetters({ shard: 0, run: run.json.id }, careful)
  expect(await look(rig, run.json.id)).toMatchObject({
    state: 'finished',
    summary: { dismissed: MANY + jobs.length },
  })
  expect((await rig.call('GET', '/v1/dead-letters')).json).toMatchObject({ total: 0 })
})

test('a run is stopped: what it had not begun stays a dead letter', async () => {
  const { rig, id, work, dead } = await aRun('dismiss')
  const stopped = await rig.call('POST', `/v1/dead-letters/runs/${id}/stop`)
  expect(stopped).toMatchObject({ status: 200, json: { state: 'stopped', stoppedBy: 'operator' } })
  expect(await work()).toBe('nothing is left to do')
  expect(await dead()).toBe(MANY)
  expect((await rig.call('POST', '/v1/dead-letters/runs/none/stop')).status).toBe(404)
  // The same may be asked for anew.
  const next = await bulk(rig, 'dismiss', { filter: {}, reason: 'by hand', background: true })
  expect(next.json.id).not.toBe(id)
  await workDeadLetters({ shard: 0, run: next.json.id }, rig.app)
  expect(await look(rig, next.json.id)).toMatchObject({ summary: { dismissed: MANY } })
  expect(await dead()).toBe(0)
})

test('a run whose job was lost gets one from the sweep', async () => {
  const { rig, id } = await aRun()
  const raw = rawRedis()
  const keys = await raw.keys(`${rig.prefix}:*:work-dead-letters:*`)
  await raw.del(...keys)
  expect((await rig.app.queues.counts())['work-dead-letters'].waiting).toBe(0)
  rig.clock.advance(1)
  await rig.sweep()
  expect((await rig.app.queues.counts())['work-dead-letters'].waiting).toBe(1)
  await rig.startWorkers()
  await over(rig, id)
  expect(rig.simulator.documents()).toHaveLength(MANY)
}, 120_000)

test('a small selection is done at once, a large one becomes a run', async () => {
  const rig = await openRig()
  await deadLetters(rig, someIds('a', TOO_MANY))
  const some = someIds('a', 2).map((id) => rig.key(id))
  const small = await bulk(rig, 'dismiss', { ids: some, reason: 'by hand', dryRun: true })
  expect(small).toMatchObject({ status: 200, json: { en: '2 orders, 2 would be dismissed.' } })
  const large = await bulk(rig, 'dismiss', { filter: {}, reason: 'by hand' })
  expect(large).toMatchObject({ status: 202, json: { total: TOO_MANY, done: 0 } })
})

test('bad selections are refused, and strange ids are no dead letters', async () => {
  const rig = await openRig()
  const replay = (body: object) => bulk(rig, 'replay', body)
  for (const body of [{}, { ids: [], filter: {} }, { filter: { colour: 'red' } }])
    expect((await replay(body)).status).toBe(400)
  const strange = [
    'web~%E0~invoice~1',
    'WEB!~1~invoice~1',
    'job x',
    'event acme ../..',
    'event ACME! 1',
    '',
    'é',
  ]
  const answer = await replay({ ids: strange })
  expect(answer).toMatchObject({ status: 200, json: { summary: { 'not-dead': strange.length } } })
  const edit = { id: 'web~%E0~invoice~1', patch: { total: '1' }, who: 'a', reason: 'why' }
  expect((await rig.call('POST', '/v1/dead-letters/edit', { body: edit })).status).toBe(400)
})
