import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { jobNames } from '../../src/jobs.ts'
import { giveEveryJob } from '../../src/missing-jobs.ts'
import { keepQueues } from '../../workers/keep-queues.ts'
import { eventually } from '../support/eventually.ts'
import { redisUrl } from '../support/redis.ts'
import { environment, openRig, rawRedis, type Rig } from '../support/rig.ts'

/** Deletes every key that BullMQ has, and says how many there were. */
async function wipe(rig: Rig): Promise<number> {
  const redis = rawRedis()
  let gone = 0
  for (const name of jobNames) {
    for await (const keys of redis.scanStream({
      match: `${rig.prefix}:{*}:${name}:*`,
      count: 1000,
    }))
      if (keys.length > 0) gone += await redis.del(...keys)
  }
  return gone
}
const issued = async (rig: Rig) => (await rig.app.ledger.reports.counts()).issued
const ids = (n: number) => Array.from({ length: n }, (_, i) => `o-${i}`)
const witness = (rig: Rig, orders: readonly string[]) => {
  for (const id of orders) expect(rig.documentsOf(rig.key(id)), id).toHaveLength(1)
  expect(rig.simulator.documents()).toHaveLength(orders.length)
}

test('every queue key is deleted again and again while workers run: each order has one document', async () => {
  const rig = await openRig()
  rig.simulator.faults({
    route: 'POST /invoice/v2',
    fault: 'close-after',
    probability: 0.2,
    seed: 7,
  })
  rig.simulator.faults({
    route: 'POST /invoice/v2',
    fault: '500-before',
    probability: 0.1,
    seed: 8,
  })
  await rig.startWorkers()
  const orders = ids(40)
  for (const [i, id] of orders.entries()) {
    await rig.post({ id, number: id })
    if (i % 10 === 9) expect(await wipe(rig)).toBeGreaterThan(0)
  }
  await wipe(rig)
  await eventually(
    async () => {
      await giveEveryJob(rig.app, 0)
      return (await issued(rig)) === orders.length
    },
    { timeoutMs: 120_000, everyMs: 1000 },
  )
  witness(rig, orders)
})

test('the queues are gone before any worker starts: one repair from the command line brings all of it back', async () => {
  const rig = await openRig()
  const orders = ids(25)
  for (const id of orders) await rig.post({ id, number: id })
  for (const id of orders.slice(0, 10)) await rig.route(rig.ref(id))
  rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
  await expect(rig.issue(rig.key('o-0'))).rejects.toThrow()
  expect(await wipe(rig)).toBeGreaterThan(0)

  const output = { stdout: '', stderr: '' }
  const env = environment(rig.prefix, rig.simulator.url, redisUrl())
  await runCli(['--data', '/nowhere', 'doctor', '--repair'], env, {
    stdin: Readable.from([]),
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
  })
  expect(output.stdout).toContain('25 pieces of work had no job')
  await rig.startWorkers()
  await eventually(async () => (await issued(rig)) === orders.length, { timeoutMs: 60_000 })
  witness(rig, orders)
})

test('more waits than one sweep looks at: a repair passes over all of it, and twice changes nothing', async () => {
  const rig = await openRig()
  const orders = ids(1200)
  for (const id of orders) await rig.receive({ id, number: id })
  expect(await giveEveryJob(rig.app, 0)).toBe(1200)
  for (const id of orders.slice(0, 600)) await rig.route(rig.ref(id))
  await wipe(rig)
  const seen: number[] = []
  expect(await giveEveryJob(rig.app, 0, (done) => void seen.push(done))).toBe(1200)
  expect(seen.at(-1)).toBe(1200)
  expect(await rig.app.queues.counts()).toMatchObject({ 'route-order': { waiting: 600 } })
})

test('a worker that starts gives work its jobs, and puts back schedules that are deleted later', async () => {
  const rig = await openRig()
  await rig.post({ id: 'a' })
  await rig.route(rig.ref('a'))
  await wipe(rig)
  const keeping = keepQueues(rig.app, { stillMs: 0, everyMs: 100 })
  onTestFinished(() => keeping.close())
  const has = async () => {
    const counts = await rig.app.queues.counts()
    return counts['issue-document'].delayed + counts['issue-document'].waiting === 1
  }
  await eventually(has)
  const schedules = async () =>
    (await rig.app.queues.shards[0]?.['sweep-ledger'].getJobScheduler('sweep-ledger')) !== undefined
  await eventually(schedules)
  await wipe(rig)
  expect(await eventually(schedules)).toBe(true)
})
