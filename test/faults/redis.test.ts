import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startRedis } from '../support/redis.ts'
import { ACCOUNT, openRig, rawRedis, type Rig, type RigOptions } from '../support/rig.ts'

const times = { SMARTBILL_TIMEOUT_MS: '2000', SMARTBILL_GRACE_MS: '3000' }

/** A rig on a Redis of its own, to be killed. */
async function own(options: RigOptions = {}) {
  const redis = await startRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const rig = await openRig({ clock: 'fast', env: times, ...options, redisUrl: redis.url })
  return { redis, rig }
}

const issuedBy = (rig: Rig, who: string) =>
  rig.app.ledger.reports
    .timeline(ACCOUNT, rig.ref('1001'))
    .then((entries) => entries.filter((entry) => entry.to === 'issued' && entry.who === who).length)

describe('Redis is killed and comes back with everything', () => {
  test('while an answer was lost: one document, and the series is looked at before the next request', async () => {
    const { redis, rig } = await own()
    await rig.post({ id: '1' })
    await rig.finish()
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(await rig.receive({ id: '2' }))
    await expect(rig.issue(rig.key('2'))).rejects.toThrow('did not answer')
    await redis.restart()
    const looks = () => rig.simulator.calls().byRoute['GET /series'] ?? 0
    const before = looks()
    await rig.receive({ id: '3' })
    await rig.finish()
    expect(looks()).toBeGreaterThan(before)
    for (const id of ['1', '2', '3']) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(3)
  })

  test('between the intent and the outcome: the answer is written down once it is back', async () => {
    const { redis, rig } = await own()
    await rig.watch()
    await rig.route(await rig.receive())
    const real = rig.app.smartbill.documents.issue.bind(rig.app.smartbill.documents)
    rig.app.smartbill.documents.issue = async (...args) => {
      const answer = await real(...args)
      await redis.restart()
      return answer
    }
    await rig.issue(rig.key('1001'))
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test('while the workers run: every order has its document', async () => {
    const { redis, rig } = await own({ clock: 'real' })
    await rig.startWorkers()
    const orders = Array.from({ length: 30 }, (_, i) => `o-${i}`)
    for (const [i, id] of orders.entries()) {
      await rig.post({ id })
      if (i === 15) await redis.restart()
    }
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 30, {
      timeoutMs: 90_000,
      everyMs: 200,
    })
    for (const id of orders) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(30)
  })
})

describe('Redis comes back with an older copy of its data', () => {
  const copyOf = (dir: string) => join(dir, '..', `${dir.split('/').at(-1)}-copy`)

  /** Runs `forgotten` after the copy was taken, and restores the copy. */
  async function restoreBefore(
    redis: Awaited<ReturnType<typeof startRedis>>,
    forgotten: () => Promise<void>,
  ) {
    const copy = copyOf(redis.dir)
    onTestFinished(() => rm(copy, { recursive: true, force: true }))
    await cp(join(redis.dir, 'appendonlydir'), copy, { recursive: true })
    await forgotten()
    await redis.kill9()
    await rm(join(redis.dir, 'appendonlydir'), { recursive: true })
    await cp(copy, join(redis.dir, 'appendonlydir'), { recursive: true })
    await redis.restart()
  }

  test('an outcome that was forgotten is adopted by its marker, not repeated', async () => {
    const { redis, rig } = await own()
    await rig.post({ id: '1' })
    await rig.finish()
    await rig.route(await rig.receive())
    await restoreBefore(redis, async () => void (await rig.issue(rig.key('1001'))))
    expect((await rig.document(rig.key('1001')))?.state).toBe('due')
    await rig.finish()
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0002' })
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(2)
    expect(await issuedBy(rig, 'series watch')).toBe(1)
  })

  test('also when the copy is from before the series was ever used', async () => {
    const { redis, rig } = await own()
    const orders = ['1001', '1002', '1003', '1004', '1005', '1006', '1007']
    for (const id of orders) await rig.route(await rig.receive({ id }))
    await restoreBefore(redis, () => rig.finish())
    expect((await rig.document(rig.key('1001')))?.state).toBe('due')
    await rig.finish()
    for (const id of orders) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(orders.length)
  })

  test('also when everything is gone and the shop sends its orders again', async () => {
    const { redis, rig } = await own()
    await rig.post({})
    await rig.finish()
    await rawRedis(redis.url).flushall()
    await rig.app.ledger.registry.load(rig.file)
    await redis.restart()
    await rig.receive()
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
  })
})
