import { setTimeout as sleep } from 'node:timers/promises'
import { makeOrders } from './orders.ts'
import { clock, type Plant } from './plant.ts'
import { problemsOf, reportOf } from './report.ts'
import type { Screen } from './screen.ts'
import { planDeliveries, sendAll, type Sent } from './sender.ts'
import { makeTrouble } from './story.ts'
import { judge } from './verdict.ts'
import { createWitness, type Status, type View, type Witness } from './witness.ts'

export type Wanted = { count: number; seed: number; keep: boolean }

/** How long the queues may take to empty after the last event, in ms. */
const DRAIN_LIMIT_MS = 120_000
const perOrderMs = 330
const shortestMs = 14_000

/** The whole demonstration on a plant; whether the promise was kept. */
export async function run(
  plant: Plant,
  screen: Screen,
  { count, seed, keep }: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now()
  const tell = (happening: string) => screen.say(`${elapsed(startedAt)}  ${happening}`)
  const { workers } = await plant.startAll()
  signal.throwIfAborted()
  tell('Redis, SmartBill’s simulator, web and two workers are running')
  const witness = createWitness(plant.urls, plant.apiKey)
  await witness.command('/limit', {
    limit: clock.calls,
    windowMs: clock.windowMs.demo,
    blockMs: clock.blockMs.demo,
  })
  await witness.command('/latency', { minMs: 40, maxMs: 300, seed })
  await witness.command('/switches', { checkUnits: true, localLinks: true })

  const orders = makeOrders(count, seed, Date.now())
  const sellingMs = Math.max(shortestMs, count * perOrderMs)
  const planned = planDeliveries(orders, plant.secrets, { seed, lastMs: sellingMs * 0.85 })
  const sent: Sent = { orders: new Set(), events: 0, repeats: 0, retries: 0, failed: [] }
  const progress = watchProgress({ witness, screen, sent, count, startedAt })
  try {
    tell('the shops sell')
    const trouble = makeTrouble({ plant, witness, workers, seed, sellingMs, tell, signal })
    await Promise.all([sendAll(plant.urls.web, planned, sent, signal), trouble])
    tell('every event has been sent; the rest is waiting for answers')
    if (!(await settled(witness, signal)))
      tell(`still not settled after ${DRAIN_LIMIT_MS / 1000} s`)
  } finally {
    await progress.stop()
  }

  const [documents, letters, calls, faults] = await Promise.all([
    witness.documents(),
    witness.letters(),
    witness.calls(),
    witness.faults(),
  ])
  const views = new Map<string, View>()
  for (const order of orders) {
    const view = await witness.order(order.shop, order.id)
    if (view !== undefined) views.set(order.id, view)
  }
  const verdict = judge({ orders, views, letters, documents, calls })
  const problems = problemsOf(verdict, sent, plant.fallen)
  screen.say()
  for (const line of reportOf({ orders, sent, verdict, calls, faults })) screen.say(line)
  screen.say()
  const took = `${Math.round((performance.now() - startedAt) / 1000)} s`
  if (problems.length === 0)
    screen.say(`Kept: every order has exactly one document or a reason why not. (${took})`)
  else {
    screen.say(`Not kept (${took}):`)
    for (const problem of problems) screen.say(`  ✗ ${problem}`)
  }
  screen.say(
    `Dashboard: ${plant.urls.web}/${keep ? '' : '  (it ends with the demo; npm run demo -- --keep leaves it running)'}`,
  )
  return problems.length === 0
}

const restless = ['route-order', 'issue-document', 'resolve-outcome']

/** Whether all work came to rest, and stayed there until no request can be carried out late any more. */
async function settled(witness: Witness, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + DRAIN_LIMIT_MS
  const atRest = ({ documents, queues }: Status) =>
    documents.pending + documents.uncertain === 0 &&
    restless.every((name) => {
      const { waiting = 0, active = 0, delayed = 0 } = queues[name] ?? {}
      return waiting + active + delayed === 0
    })
  let restingSince: number | undefined
  while (performance.now() < deadline) {
    if (atRest(await witness.status())) restingSince ??= performance.now()
    else restingSince = undefined
    if (
      restingSince !== undefined &&
      performance.now() - restingSince > clock.timeoutMs.demo + 1000
    )
      return true
    await sleep(400, undefined, { signal })
  }
  return false
}

/** Draws how things stand, twice a second on a terminal, else one line every five seconds. */
function watchProgress(about: {
  witness: Witness
  screen: Screen
  sent: Sent
  count: number
  startedAt: number
}) {
  const { witness, screen, sent, count, startedAt } = about
  const stop = new AbortController()
  const everyMs = screen.live ? 500 : 5000
  const drawing = (async () => {
    while (!stop.signal.aborted) {
      const [status, issued, calls] = await Promise.all([
        witness.status(),
        witness.documentCount(),
        witness.calls(),
      ]).catch(() => [])
      if (stop.signal.aborted) return
      if (status !== undefined && calls !== undefined) {
        const { pending, uncertain, held, dead } = status.documents
        const orders = `orders ${sent.orders.size}/${count}, events ${sent.events}`
        const work = `in SmartBill ${issued}, waiting ${pending}, uncertain ${uncertain}, held ${held}, refused ${dead}`
        const limit = `account ${status.accounts[0]?.state ?? '?'}, calls ${calls.total}, over the limit ${calls.overLimit}`
        const time = elapsed(startedAt)
        if (screen.live) screen.show([`${time}  ${orders}`, `      ${work}`, `      ${limit}`])
        else screen.say(`${time}  ${orders}; ${work}; ${limit}`)
      }
      await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  })()
  return {
    async stop(): Promise<void> {
      stop.abort()
      await drawing
      screen.clear()
    },
  }
}

function elapsed(startedAt: number): string {
  const seconds = Math.floor((performance.now() - startedAt) / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
