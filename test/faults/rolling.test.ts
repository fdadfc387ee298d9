import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { jobNames, type JobName } from '../../src/jobs.ts'
import { eventually } from '../support/eventually.ts'
import { startWorker, type RunningProcess } from '../support/processes.ts'
import { redisUrl } from '../support/redis.ts'
import { ACCOUNT, environment, openRig, type Rig } from '../support/rig.ts'

const times = { SMARTBILL_TIMEOUT_MS: '8000', SMARTBILL_GRACE_MS: '3000' }

const env = (rig: Rig, more: Record<string, string> = {}) => ({
  ...environment(rig.prefix, rig.simulator.url, redisUrl()),
  ...times,
  LOG_LEVEL: 'info',
  ...more,
})
const sent = (rig: Rig) => rig.simulator.calls().byRoute['POST /invoice/v2'] ?? 0
const issued = async (rig: Rig) => (await rig.app.ledger.reports.counts()).issued

describe('a worker that is told to stop', () => {
  test('finishes the call it has on the way and takes no other job', async () => {
    const rig = await openRig({ env: times })
    rig.simulator.faults({
      route: 'POST /invoice/v2',
      fault: 'slow-answer',
      delayMs: 3000,
      times: 1,
    })
    const worker = await startWorker(env(rig, { RELAY_CONCURRENCY: '1' }))
    await rig.post({ id: '1' })
    await eventually(() => sent(rig) === 1)
    const stopped = worker.term()
    // A job may still be taken between the signal and the moment it is heard.
    await eventually(() => worker.logs().includes('worker stops'))
    await sleep(200)
    await rig.post({ id: '2' })
    expect(await stopped).toEqual({ code: 0, signal: null })
    expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'issued', number: '0001' })
    expect(await rig.document(rig.key('2'))).toBeUndefined()
    expect(sent(rig)).toBe(1)
    await startWorker(env(rig))
    await eventually(async () => (await issued(rig)) === 2)
    expect(rig.simulator.documents()).toHaveLength(2)
    expect(sent(rig)).toBe(2)
  })

  test('ends although SmartBill does not answer, and the next one finds the document', async () => {
    const rig = await openRig({ env: times })
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'silence-after', times: 1 })
    const slow = { SMARTBILL_TIMEOUT_MS: '60000', RELAY_STOP_MS: '2000' }
    const worker = await startWorker(env(rig, slow))
    await rig.post({ id: '1' })
    await eventually(() => sent(rig) === 1)
    const toldAt = performance.now()
    expect(await worker.term()).toEqual({ code: 0, signal: null })
    expect(performance.now() - toldAt).toBeLessThan(30_000)
    expect((await rig.document(rig.key('1')))?.state).toBe('uncertain')
    await startWorker(env(rig, slow))
    await eventually(async () => (await issued(rig)) === 1)
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(sent(rig)).toBe(1)
  })
})

test('ten workers replace one another under load: nothing is lost, nothing is doubled', async () => {
  const rig = await openRig({ env: times })
  rig.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.05, seed: 5 },
    { route: 'POST /invoice/v2', fault: 'slow-answer', delayMs: 400, probability: 0.5, seed: 6 },
  ])
  const few = { RELAY_CONCURRENCY: '3' }
  let worker: RunningProcess = await startWorker(env(rig, few))
  const ends: Promise<{ code: number | null }>[] = []
  const orders: string[] = []
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 10; i++) {
      const id = `o-${round}-${i}`
      orders.push(id)
      expect((await rig.post({ id })).status).toBe(202)
    }
    // The new version is there before the old one is told to go.
    const next = await startWorker(env(rig, few))
    ends.push(worker.term())
    worker = next
    await sleep(300)
  }
  await eventually(async () => (await issued(rig)) === orders.length, {
    timeoutMs: 60_000,
    everyMs: 200,
  })
  for (const { code } of await Promise.all(ends)) expect(code).toBe(0)
  for (const id of orders) expect(rig.documentsOf(rig.key(id)), id).toHaveLength(1)
  expect(rig.simulator.documents()).toHaveLength(orders.length)
  expect(await rig.alerts()).toEqual([])
  expect(await rig.app.ledger.reports.waiting(ACCOUNT)).toMatchObject({ waiting: 0 })
})

describe('jobs of another version', () => {
  /** Payloads as they were before their optional fields came, and as a later version may write them. */
  const payloads = (rig: Rig): [JobName, object][] => [
    ['route-order', { order: rig.ref('1'), account: ACCOUNT }],
    ['issue-document', { documentKey: rig.key('2'), account: ACCOUNT }],
    ['resolve-outcome', { documentKey: rig.key('none'), account: ACCOUNT }],
    ['record-payment', { act: `${rig.key('none')}~payment~p1`, account: ACCOUNT }],
    ['announce-document', { act: `${rig.key('none')}~email~issued`, account: ACCOUNT }],
    ['work-dead-letters', { shard: 0, run: 'none' }],
    ['reconcile', { shard: 0 }],
    ['reverse-document', { act: `${rig.key('none')}~reversal~full`, account: ACCOUNT }],
    ['watch-series', { account: ACCOUNT, kind: 'invoice', series: 'FCT' }],
    ['push-stock', { shard: 0, shop: 'web' }],
    ['sync-clients', { shard: 0 }],
    ['sync-products', { shard: 0 }],
    ['sweep-orders', { shard: 0 }],
    ['sweep-ledger', { shard: 0 }],
    ['purge-orders', { shard: 0 }],
    ['raise-alerts', { shard: 0 }],
  ]

  test('are known for every kind of work', () => {
    const rig = { ref: (id: string) => id, key: (id: string) => id } as unknown as Rig
    expect(
      payloads(rig)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(jobNames.toSorted())
  })

  test.each([
    ['without what came later', {}],
    ['with a field that nobody knows yet', { sinceVersion: '99.0.0', options: { fast: true } }],
  ])('%s are done', async (_what, more) => {
    const rig = await openRig({ env: times })
    for (const id of ['1', '2']) await rig.receive({ id })
    const { version } = (await rig.app.ledger.documents.order(ACCOUNT, rig.ref('2')))!
    await rig.app.ledger.documents.makeDue(ACCOUNT, rig.key('2'), 'rules', {}, version)
    const queues = rig.app.queues.shards[0]!
    const added = await Promise.all(
      payloads(rig).map(([name, payload]) =>
        queues[name].add(name, { ...payload, ...more }, { jobId: `other-version~${name}` }),
      ),
    )
    await rig.startWorkers()
    for (const job of added)
      await eventually(async () => (await job.getState()) === 'completed', {
        message: `${job.name} was not done`,
      })
    await eventually(async () => (await issued(rig)) === 2)
    expect(rig.simulator.documents()).toHaveLength(2)
  })
})
