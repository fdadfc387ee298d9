import { documentKey, orderRef } from '../../src/core/ids.ts'
import { drainOnce, startSimulatorChild, startWorkerChild } from './drain.ts'
import { median, round, spread, type Figure } from './figures.ts'
import { accountOf, addAccounts, addWaiting, each, NO_LIMIT, openWorld, shopOf } from './world.ts'

const TOMORROW_MS = 86_400_000

/** What a document costs Redis when there are many accounts, and when many orders wait. */
export async function cost(quick: boolean): Promise<Figure[]> {
  const [jobs, repetitions] = quick ? [500, 3] : [1000, 5]
  const accounts = quick ? 1000 : 10_000
  const waiting = quick ? 5000 : 50_000
  await using simulator = await startSimulatorChild()
  await using world = await openWorld(simulator.ready, NO_LIMIT)
  const { app } = world
  await addAccounts(world, 0, 1)
  await using worker = await startWorkerChild(world)
  const queue = app.queues.shards[0]?.['issue-document']
  if (queue === undefined) throw new Error('no queue')
  let id = 0
  async function measure(accountOfJob: (n: number) => number) {
    const runs = []
    for (let i = 0; i < repetitions; i++) {
      runs.push(
        await drainOnce(world, worker, queue as NonNullable<typeof queue>, jobs, () =>
          each(jobs, (n) => addWaiting(world, accountOfJob(n), `c${id++}`)),
        ),
      )
    }
    return { us: runs.map(({ redisUs }) => redisUs), rates: runs.map(({ rate }) => rate) }
  }
  /** Orders that wait till tomorrow, so that nothing of them is measured but their presence. */
  let asleep = 0
  const putToSleep = async (count: number) => {
    await each(count, async () => {
      const name = `z${asleep++}`
      await addWaiting(world, 0, name, false)
      const key = documentKey(orderRef(shopOf(0).id, name), 'invoice', 1)
      await app.enqueueDocument('issue-document', accountOf(0).id, key, '1', TOMORROW_MS)
    })
  }
  await measure(() => 0)
  const one = await measure(() => 0)
  await addAccounts(world, 1, accounts - 1)
  let next = 0
  const many = await measure(() => next++ % accounts)
  await putToSleep(1000)
  const few = await measure(() => 0)
  await putToSleep(waiting - 1000)
  const full = await measure(() => 0)
  const figure = (what: string, [with_, without]: [typeof one, typeof one]): Figure => ({
    name: 'cost',
    what,
    value: round(median(with_.us) / median(without.us)),
    unit: '',
    target: { atMost: 1.3 },
    detail: `${spread(with_.us)} and ${spread(without.us)} µs of Redis CPU per document; ${spread(with_.rates)} and ${spread(without.rates)} documents/s`,
  })
  return [
    figure(`Redis CPU per document, ${accounts.toLocaleString('en')} accounts against 1`, [
      many,
      one,
    ]),
    figure(`Redis CPU per document, ${waiting.toLocaleString('en')} waiting against 1,000`, [
      full,
      few,
    ]),
  ]
}
