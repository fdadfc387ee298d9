import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startWorkerChild } from './drain.ts'
import { round, type Figure } from './figures.ts'
import { accountOf, addAccounts, addWaiting, each, openWorld } from './world.ts'

/** What follows an outage of SmartBill: how soon the first document comes, and how a long queue then flows. */
export async function comeback(quick: boolean): Promise<Figure[]> {
  return [...(await firstDocument(quick)), ...(await longQueue(quick))]
}

async function firstDocument(quick: boolean): Promise<Figure[]> {
  const modes = quick ? (['refuse'] as const) : (['refuse', 'silence'] as const)
  return Promise.all(modes.map((mode) => afterOutage(mode, quick)))
}

async function afterOutage(mode: 'refuse' | 'silence', quick: boolean): Promise<Figure> {
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
  return {
    name: 'comeback',
    what: `first document after an outage (${mode === 'refuse' ? 'connection refused' : 'silence'})`,
    value: round((performance.now() - backAt) / 1000, 1),
    unit: 's',
    target: { atMost: 15 },
    detail: '11 orders waiting',
  }
}

/**
 * So many times faster than SmartBill's own limit goes the clock of a queue that would take nine hours. The delays of
 * the machine do not go faster with it: what is late by more than a window is lost, so a clock that is much faster than
 * this one measures how busy the machine is.
 */
const FASTER = 2.5
const CALLS = 30
const WINDOW_MS = 10_000 / FASTER
/** The flow is looked at for so many windows at a time. */
const WINDOWS = 8
/** What came due while no worker ran has been sent on by then, in ms. */
const STARTED_MS = 10_000
/** Every pause has ended by then, in ms after the return. */
const SETTLED_MS = 16_000
const USED_ENOUGH = { atLeast: 0.9 }

/** A hundred thousand documents flow at the allowed pace, and after an outage again, without a stampede. */
async function longQueue(quick: boolean): Promise<Figure[]> {
  const waiting = quick ? 3000 : 100_000
  await using simulator = await startSimulator({ limit: CALLS, windowMs: WINDOW_MS })
  await using world = await openWorld(simulator.url, {
    SMARTBILL_CALLS: String(CALLS),
    SMARTBILL_WINDOW_MS: String(WINDOW_MS),
    SMARTBILL_TIMEOUT_MS: '5000',
  })
  await addAccounts(world, 0, 1)
  // Only the filling, which is no part of what is measured, goes without waiting for the disk.
  await world.redis.config('SET', 'appendfsync', 'no')
  await each(waiting, (n) => addWaiting(world, 0, `q${n}`), 400)
  await world.redis.config('SET', 'appendfsync', 'always')
  await using _one = await startWorkerChild(world)
  await using _two = await startWorkerChild(world)
  const { token } = accountOf(0)
  const callsFrom = (from: number) => simulator.arrivals(token).filter((at) => at >= from)
  const used = async (what: string): Promise<Figure> => {
    const from = Date.now()
    await sleep(WINDOWS * WINDOW_MS)
    const to = Date.now()
    const calls = callsFrom(from).filter((at) => at < to).length
    return {
      name: 'comeback',
      what,
      value: round(calls / CALLS / ((to - from) / WINDOW_MS), 3),
      unit: '',
      target: USED_ENOUGH,
      detail: `${calls} calls in ${round((to - from) / 1000, 1)} s, ${busy()}`,
    }
  }
  await sleep(STARTED_MS)
  const before = await used('use of the call limit with a long queue')
  await simulator.outage('refuse')
  // Long enough for the pauses between looks to have grown to their longest.
  await sleep(quick ? 6000 : 25_000)
  const backAt = Date.now()
  await simulator.endOutage()
  await sleep(SETTLED_MS)
  const afterwards = await used(
    `use of the call limit from ${SETTLED_MS / 1000} s after the return`,
  )

  const [first = Infinity] = callsFrom(backAt)
  const inFirstWindow = callsFrom(first).filter((at) => at < first + WINDOW_MS).length
  const summary = simulator.calls()
  const documents = simulator.documents({ brief: true }).length
  return [
    before,
    {
      name: 'comeback',
      what: 'first call after the return, with a long queue',
      value: round((first - backAt) / 1000, 1),
      unit: 's',
      target: { atMost: 15 },
      detail: `${waiting} documents waiting, clock ${FASTER} times faster, 2 processes`,
    },
    {
      name: 'comeback',
      what: 'calls in the first window after the return',
      value: inFirstWindow,
      unit: '',
      target: { atMost: CALLS },
      detail: `${CALLS} are allowed in ${WINDOW_MS} ms`,
    },
    {
      name: 'comeback',
      what: 'most calls in any window',
      value: summary.maxInWindow,
      unit: '',
      target: { atMost: CALLS },
      detail: `${summary.overLimit} over the limit, ${documents} documents in all`,
    },
    afterwards,
  ]
}

/** Whether the machine had time for what is measured. */
const busy = (): string =>
  `load ${round(loadavg()[0] ?? Number.NaN, 1)} on ${availableParallelism()} processors`
