import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startWorkerChild } from './drain.ts'
import { round, type Figure } from './figures.ts'
import { addAccounts, addWaiting, each, openWorld } from './world.ts'

/** From the end of an outage of SmartBill to the first document. */
export async function comeback(quick: boolean): Promise<Figure[]> {
  const modes = quick ? (['refuse'] as const) : (['refuse', 'silence'] as const)
  const figures: Figure[] = []
  for (const mode of modes) {
    await using simulator = await startSimulator()
    await using world = await openWorld(simulator.url, { SMARTBILL_TIMEOUT_MS: '5000' })
    await addAccounts(world, 0, 1)
    await using _worker = await startWorkerChild(world)
    await simulator.outage(mode)
    await each(10, (n) => addWaiting(world, 0, `o${n}`))
    // Long enough for the pauses between looks to have grown to their longest.
    await sleep(quick ? 6000 : 25_000)
    // What the outage swallowed is looked for later; this one is new and certain.
    await addWaiting(world, 0, 'fresh')
    const before = simulator.documents({ brief: true }).length
    await simulator.endOutage()
    const backAt = performance.now()
    while (simulator.documents({ brief: true }).length === before) await sleep(20)
    figures.push({
      name: 'comeback',
      what: `first document after an outage (${mode === 'refuse' ? 'connection refused' : 'silence'})`,
      value: round((performance.now() - backAt) / 1000, 1),
      unit: 's',
      target: { atMost: 15 },
      detail: '11 orders waiting',
    })
  }
  return figures
}
