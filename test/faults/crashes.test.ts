import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorker } from '../support/processes.ts'
import { redisUrl } from '../support/redis.ts'
import { ACCOUNT, environment, openRig } from '../support/rig.ts'

const times = { SMARTBILL_TIMEOUT_MS: '2000', SMARTBILL_GRACE_MS: '3000' }

describe('the process dies', () => {
  test('and comes back to life after its document was issued by another: its answer changes nothing', async () => {
    const rig = await openRig({ clock: 'fast', env: times })
    const slow = await rig.another()
    const { promise: thaw, resolve: warm } = Promise.withResolvers<void>()
    const { promise: frozen, resolve: freeze } = Promise.withResolvers<void>()
    const real = slow.smartbill.documents.issue.bind(slow.smartbill.documents)
    slow.smartbill.documents.issue = async (...args) => {
      const answer = await real(...args)
      freeze()
      await thaw
      return answer
    }
    await rig.route(await rig.receive())
    const late = rig.issue(rig.key('1001'), slow)
    await frozen
    await rig.finish()
    const before = await rig.document(rig.key('1001'))
    expect(before).toMatchObject({ state: 'issued', number: '0001' })
    warm()
    await late
    expect(await rig.document(rig.key('1001'))).toEqual(before)
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(await rig.alerts()).toEqual([])
  })

  test.each([
    ['before SmartBill issues', 'silence-before'],
    ['after SmartBill has issued', 'silence-after'],
  ] as const)('for real (kill -9) while it waits for an answer, %s', async (_when, fault) => {
    const rig = await openRig({ env: times })
    rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1 })
    const env = {
      ...environment(rig.prefix, rig.simulator.url, redisUrl()),
      ...times,
      LOG_LEVEL: 'info',
    }
    // It is killed before it gives up by itself, however slow the machine is.
    const first = await startWorker({ ...env, SMARTBILL_TIMEOUT_MS: '5000' })
    await rig.post({})
    await eventually(() => rig.simulator.calls().log.some(({ method }) => method === 'POST'))
    await first.kill9()
    expect((await rig.document(rig.key('1001')))?.state).toBe('attempting')
    await startWorker(env)
    await eventually(async () => (await rig.document(rig.key('1001')))?.state === 'issued', {
      timeoutMs: 60_000,
      everyMs: 100,
    })
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })
})

describe('the queues are lost', () => {
  test('the sweep gives every waiting order and document its job again', async () => {
    const rig = await openRig()
    for (const id of ['1', '2', '3']) await rig.post({ id })
    await rig.route(rig.ref('2'))
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(rig.ref('3'))
    await expect(rig.issue(rig.key('3'))).rejects.toThrow('did not answer')
    for (const queue of Object.values(rig.app.queues.shards[0]!))
      await queue.obliterate({ force: true })
    expect(await rig.sweep()).toBe('3 pieces of work had no job')
    await rig.startWorkers()
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 3)
    expect(rig.simulator.documents()).toHaveLength(3)
  })
})

describe('many at once', () => {
  test('forty orders on one series, a quarter of the answers lost: forty documents, no more', async () => {
    const rig = await openRig({
      env: { ...times, SMARTBILL_CALLS: '200' },
      simulator: { limit: 200 },
    })
    rig.simulator.faults([
      { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.13, seed: 5 },
      { route: 'POST /invoice/v2', fault: 'close-before', probability: 0.14, seed: 7 },
    ])
    await rig.startWorkers()
    const orders = Array.from({ length: 40 }, (_, i) => `o-${i}`)
    await Promise.all(orders.map((id) => rig.post({ id })))
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 40, {
      timeoutMs: 60_000,
      everyMs: 100,
    })
    for (const id of orders) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(40)
    expect(rig.simulator.faults().every(({ fired }) => fired > 0)).toBe(true)
    expect(rig.simulator.calls().overLimit).toBe(0)
    expect(await rig.alerts()).toEqual([])
    expect(await rig.app.ledger.reports.waiting(ACCOUNT)).toMatchObject({ waiting: 0 })
  })
})
