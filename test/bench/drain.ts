import { Queue } from 'bullmq'
import { decide } from '../../src/core/document.ts'
import { payload } from '../../src/smartbill/documents.ts'
import { someInput } from '../support/builders.ts'
import { startChild, type Child } from './child.ts'
import { median, round, spread, type Figure } from './figures.ts'
import { addAccounts, addWaiting, each, NO_LIMIT, openWorld, type World } from './world.ts'

type Calls = { total: number; byRoute: Record<string, number> }
type Run = { rate: number; redisUs: number; workerUs: number }

export const startSimulatorChild = () => startChild('test/bench/children/simulator.ts', {})
const callsOf = async (simulator: Child) => (await simulator.ask('calls')) as Calls

/** A worker process on this world, with its log at the usual level. */
export async function startWorkerChild(world: World): Promise<Child> {
  const before = await world.redis.client('LIST')
  return startChild('workers/main.ts', world.env, async () => {
    // One blocking connection per queue means that it takes jobs.
    const now = await world.redis.client('LIST')
    return count(now, 'cmd=bzpopmin') >= count(before, 'cmd=bzpopmin') + 5
  })
}
const count = (text: unknown, what: string): number => String(text).split(what).length - 1

/** Fills a paused queue, lets the worker loose on it, and measures until nothing is left. */
export async function drainOnce(
  world: World,
  worker: Child,
  queue: Queue,
  jobs: number,
  fill: () => Promise<void>,
): Promise<Run> {
  await queue.pause()
  await fill()
  const [redisMs, workerMs] = [await world.cpuMs(), await worker.cpuMs()]
  const startedAt = performance.now()
  await queue.resume()
  for (;;) {
    const { wait, active, prioritized } = await queue.getJobCounts('wait', 'active', 'prioritized')
    if ((wait ?? 0) + (active ?? 0) + (prioritized ?? 0) === 0) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const seconds = (performance.now() - startedAt) / 1000
  return {
    rate: jobs / seconds,
    redisUs: (((await world.cpuMs()) - redisMs) / jobs) * 1000,
    workerUs: (((await worker.cpuMs()) - workerMs) / jobs) * 1000,
  }
}

/** Documents issued without a call limit, against a bare worker that makes the same call and keeps no books. */
export async function drain(quick: boolean): Promise<Figure[]> {
  const [jobs, repetitions] = quick ? [500, 3] : [1000, 11]
  await using simulator = await startSimulatorChild()
  await using world = await openWorld(simulator.ready, NO_LIMIT)
  await addAccounts(world, 0, 1)
  await using worker = await startWorkerChild(world)
  await using bare = await startChild('test/bench/children/bare-worker.ts', world.env)
  const queue = world.app.queues.shards[0]?.['issue-document']
  if (queue === undefined) throw new Error('no queue')
  const plainQueue = new Queue('bare-document', { connection: { url: world.url } })

  const decision = decide(someInput({ companyCif: 'RO99999' }))
  if (decision.kind !== 'issue') throw new Error('the order of the benchmark is not issued')
  const body = payload(decision.document)
  let id = 0
  const ours = () =>
    drainOnce(world, worker, queue, jobs, () => each(jobs, () => addWaiting(world, 0, `d${id++}`)))
  const theirs = () =>
    drainOnce(world, bare, plainQueue, jobs, async () => {
      await plainQueue.addBulk(
        Array.from({ length: jobs }, () => ({ name: 'document', data: body })),
      )
    })
  await theirs()
  await ours()
  const before = await callsOf(simulator)
  const relay: Run[] = []
  const plain: Run[] = []
  for (let i = 0; i < repetitions; i++) {
    plain.push(await theirs())
    relay.push(await ours())
  }
  const after = await callsOf(simulator)
  const calls = after.total - before.total - repetitions * jobs
  const counts = await world.app.ledger.reports.counts()
  await plainQueue.close()
  if (counts.issued !== id) throw new Error(`${counts.issued} of ${id} documents were issued`)
  const of = (runs: Run[], what: keyof Run) => runs.map((run) => run[what])
  return [
    {
      name: 'drain',
      what: 'documents/s without a limit, against a bare worker',
      value: round(median(relay.map(({ rate }, i) => rate / (plain[i]?.rate ?? Number.NaN)))),
      unit: '',
      target: { atLeast: 0.6 },
      detail: `relay ${spread(of(relay, 'rate'))}, bare ${spread(of(plain, 'rate'))} per s; CPU each: worker ${round(median(of(relay, 'workerUs')), 0)} and ${round(median(of(plain, 'workerUs')), 0)} µs, Redis ${round(median(of(relay, 'redisUs')), 0)} and ${round(median(of(plain, 'redisUs')), 0)} µs; ${jobs} jobs × ${repetitions}, concurrency 50`,
    },
    {
      name: 'calls',
      what: 'calls per paid order (invoice, client, payment)',
      value: round(calls / (repetitions * jobs), 3),
      unit: '',
      target: { atMost: 1 },
      detail: `${calls} calls for ${repetitions * jobs} documents`,
    },
  ]
}
