import { drainOnce, startSimulatorChild, startWorkerChild } from './drain.ts'
import { round, type Figure } from './figures.ts'
import { addAccounts, addWaiting, bodyOf, each, NO_LIMIT, openWorld } from './world.ts'

/** What an order takes of Redis's memory while it waits, and after its document is issued. */
export async function memory(quick: boolean): Promise<Figure[]> {
  const orders = quick ? 2000 : 5000
  await using simulator = await startSimulatorChild()
  await using world = await openWorld(simulator.ready, NO_LIMIT)
  await addAccounts(world, 0, 1)
  await using worker = await startWorkerChild(world)
  const queue = world.app.queues.shards[0]?.['issue-document']
  if (queue === undefined) throw new Error('no queue')
  let id = 0
  const fill = (count: number) => each(count, () => addWaiting(world, 0, `m${id++}`))
  await drainOnce(world, worker, queue, 100, () => fill(100))
  await queue.clean(0, 1000, 'completed')
  const empty = await world.memory()
  let full = Number.NaN
  await drainOnce(world, worker, queue, orders, async () => {
    await fill(orders)
    full = await world.memory()
  })
  // Finished jobs are kept for an hour at most; what stays is the ledger's.
  while ((await queue.clean(0, 1000, 'completed')).length > 0);
  const issued = await world.memory()
  const detail = `${orders} orders of ${bodyOf('m1').length} bytes each`
  return [
    {
      name: 'memory',
      what: 'Redis memory per waiting order',
      value: round((full - empty) / orders / 1024),
      unit: 'KB',
      target: { atMost: 6 },
      detail,
    },
    {
      name: 'memory',
      what: 'Redis memory per issued document, its order still kept',
      value: round((issued - empty) / orders / 1024),
      unit: 'KB',
      detail: 'the event, the snapshot and the journal included',
    },
  ]
}
