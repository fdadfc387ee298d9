import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startWorkerChild } from './drain.ts'
import { round, type Figure } from './figures.ts'
import { accountOf, addAccounts, addWaiting, each, openWorld } from './world.ts'

/** How much of the call limit is used under backlog, by two worker processes with one token. */
export async function pace(quick: boolean): Promise<Figure[]> {
  // In a hurry, a tenth of the window and a tenth of the latency.
  const scale = quick ? 0.1 : 1
  const [calls, windowMs] = [30, 10_000 * scale]
  const [minMs, maxMs] = [50 * scale, 800 * scale]
  await using simulator = await startSimulator({ limit: calls, windowMs })
  simulator.latency({ minMs, maxMs })
  await using world = await openWorld(simulator.url, {
    SMARTBILL_CALLS: String(calls),
    SMARTBILL_WINDOW_MS: String(windowMs),
  })
  await addAccounts(world, 0, 1)
  await each(quick ? 400 : 250, (n) => addWaiting(world, 0, `p${n}`))
  await using _one = await startWorkerChild(world)
  await using _two = await startWorkerChild(world)
  await sleep(quick ? 9000 : 54_000)
  const { token } = accountOf(0)
  const summary = simulator.calls()
  // The first window is a burst; what counts is the pace that lasts. Every start is compared with the one `rounds`
  // windows later, so that none is favoured.
  const arrivals = simulator.arrivals(token).slice(calls)
  const rounds = Math.floor(arrivals.length / calls) - 1
  const spans = arrivals
    .slice(0, arrivals.length - rounds * calls)
    .map((at, i) => (arrivals[i + rounds * calls] ?? 0) - at)
  const used = (rounds * windowMs * spans.length) / spans.reduce((sum, span) => sum + span, 0)
  const detail = `${summary.total} calls by 2 processes, latency ${minMs}–${maxMs} ms, ${calls} calls per ${windowMs} ms`
  return [
    {
      name: 'pace',
      what: 'use of the call limit under backlog',
      value: round(used, 3),
      unit: '',
      target: { atLeast: 0.95 },
      detail,
    },
    {
      name: 'pace',
      what: 'calls over the limit',
      value: summary.overLimit,
      unit: '',
      target: { atMost: 0 },
      detail: `at most ${summary.maxInWindow} in any window`,
    },
  ]
}
