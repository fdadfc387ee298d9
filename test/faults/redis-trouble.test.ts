import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, type PrivateRedis } from '../../scripts/private-redis.ts'
import { anOrder } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { startWeb, startWorker } from '../support/processes.ts'
import { startRedis } from '../support/redis.ts'
import { environment, openRig, rawRedis, secretOf } from '../support/rig.ts'

const times = { SMARTBILL_TIMEOUT_MS: '2000', SMARTBILL_GRACE_MS: '3000' }
/** Longer than the web process waits for Redis. */
const PAUSE_MS = 9000

type Trouble = {
  begin: (redis: PrivateRedis) => Promise<unknown>
  end: (redis: PrivateRedis) => Promise<unknown>
}
const order = (redis: PrivateRedis, ...words: [string, ...(string | number)[]]) =>
  rawRedis(redis.url).call(...words)

const troubles: Record<string, Trouble> = {
  'has no memory left': {
    begin: (redis) => order(redis, 'CONFIG', 'SET', 'maxmemory', 1),
    end: (redis) => order(redis, 'CONFIG', 'SET', 'maxmemory', 0),
  },
  'is a read-only replica': {
    begin: async (redis) => order(redis, 'REPLICAOF', '127.0.0.1', await freePort()),
    end: (redis) => order(redis, 'REPLICAOF', 'NO', 'ONE'),
  },
  'is too slow': {
    begin: (redis) => order(redis, 'CLIENT', 'PAUSE', PAUSE_MS, 'ALL'),
    end: () => sleep(PAUSE_MS / 2),
  },
  hangs: { begin: (redis) => redis.pause(), end: (redis) => redis.resume() },
  'is stopped': { begin: (redis) => redis.stop(), end: (redis) => redis.restart() },
  'is killed': { begin: (redis) => redis.kill9(), end: (redis) => redis.restart() },
}

test.each(Object.keys(troubles))(
  'while Redis %s the web accepts nothing, the workers wait, and then each order has one document',
  async (name) => {
    const trouble = troubles[name]!
    const redis = await startRedis()
    onTestFinished(() => redis[Symbol.asyncDispose]())
    const rig = await openRig({ env: times, redisUrl: redis.url })
    rig.simulator.faults([
      { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.1, seed: 5 },
      { route: 'POST /invoice/v2', fault: 'slow-answer', delayMs: 300, probability: 1, seed: 6 },
    ])
    const env = { ...environment(rig.prefix, rig.simulator.url, redis.url), ...times }
    const web = await startWeb({ ...env, LOG_LEVEL: 'info' })
    const worker = await startWorker({ ...env, LOG_LEVEL: 'info', RELAY_CONCURRENCY: '4' })
    const post = async (id: string) => {
      const answer = await fetch(`${web.url}/v1/shops/web/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secretOf('web')}` },
        body: JSON.stringify(anOrder({ id })),
      })
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
    }
    const before = Array.from({ length: 24 }, (_, i) => `before-${i}`)
    const during = Array.from({ length: 4 }, (_, i) => `during-${i}`)
    const all = [...before, ...during]
    for (const id of before) expect((await post(id)).status).toBe(202)
    await eventually(() => rig.simulator.documents().length >= 3)

    await trouble.begin(redis)
    expect(rig.simulator.documents().length).toBeLessThan(before.length)
    const answers = await Promise.all(during.map(post))
    for (const answer of answers) expect(answer).toEqual({ status: 503, retryAfter: '5' })
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200)
    await sleep(1500)
    await trouble.end(redis)

    for (const id of during) await eventually(async () => (await post(id)).status === 202)
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === all.length, {
      timeoutMs: 80_000,
      everyMs: 200,
    })
    for (const id of all) expect(rig.documentsOf(rig.key(id)), id).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(all.length)
    expect(await rig.alerts()).toEqual([])

    const jobs = await Promise.all(
      Object.values(rig.app.queues.shards[0]!).map((queue) =>
        queue.getJobs(['completed', 'failed', 'delayed', 'waiting', 'active']),
      ),
    )
    // Being completed counts as the first attempt.
    const used = jobs.flat().map((job) => job.attemptsMade - (job.finishedOn === undefined ? 0 : 1))
    expect(Math.max(...used)).toBe(0)
    expect([web.alive(), worker.alive()]).toEqual([true, true])
    expect(worker.logs()).not.toMatch(/job failed|dead letter|Unhandled/)
    expect(web.logs()).not.toMatch(/request failed|Unhandled/)
    expect([web.output.stderr, worker.output.stderr]).toEqual(['', ''])
  },
)
