import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PrivateRedis } from '../../scripts/private-redis.ts'
import type { App } from '../../src/app.ts'
import { takeIn } from '../../src/intake.ts'
import type { FaultKind } from '../../src/simulator/faults.ts'
import { resolveOutcome } from '../../workers/resolve-outcome.ts'
import { anOrder } from '../support/builders.ts'
import { asText } from '../support/matrix.ts'
import { startRedis } from '../support/redis.ts'
import { ACCOUNT, aShop, CIF, openRig, type Rig } from '../support/rig.ts'
import { startProxy } from '../support/silent-proxy.ts'

const times = { SMARTBILL_TIMEOUT_MS: '300', SMARTBILL_GRACE_MS: '1500' }
/** How long what comes back by itself is away, in ms. */
const AWAY_MS = 150
/** Longer than a request waits, so that its answer is given up. */
const SILENT_MS = 450
/** What has neither ended nor failed by then hangs, in ms. */
const HANGS_MS = 30_000

// ── the instants: before and after every write on the way of an order ──

type Place = readonly [holder: (app: App) => object, name: string]
type Step = { at: Place; story: (cell: Cell) => Promise<unknown> }

const script = (name: string): Place => [(app) => app.redis, `relay-${name}`]

/** What an order goes through when nothing is wrong. */
async function straight(cell: Cell): Promise<void> {
  const { rig, actor, shop } = cell
  const body = Buffer.from(JSON.stringify(anOrder()))
  await takeIn(
    actor,
    rig.file.shops.find(({ id }) => id === shop)!,
    { headers: {}, body },
    false,
  )
  cell.accepted = true
  await rig.route(rig.ref('1001', shop), actor)
  await rig.issue(rig.key('1001', 'invoice', shop), actor)
}

/** The first request gets no answer; `then` is what follows once it has had the time to be carried out. */
const unanswered =
  (fault: FaultKind, then: (cell: Cell) => Promise<unknown> = async () => {}) =>
  async (cell: Cell): Promise<void> => {
    const { rig } = cell
    rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1 })
    await straight(cell).catch(() => {})
    rig.clock.advance(1501)
    await then(cell)
  }
const resolve = ({ rig, actor, shop }: Cell) =>
  resolveOutcome({ documentKey: rig.key('1001', 'invoice', shop), account: ACCOUNT }, actor)

const steps: Record<string, Step> = {
  'event stored': { at: script('receive'), story: straight },
  'job to route it': { at: [(app) => app.queues, 'enqueue'], story: straight },
  'document due': { at: script('due'), story: straight },
  'job to issue it': { at: [(app) => app, 'enqueueDocument'], story: straight },
  'order routed': { at: script('routed'), story: straight },
  'document claimed': { at: script('claim'), story: straight },
  'series looked at': { at: script('watch-end'), story: straight },
  'permission to call': { at: [(app) => app.smartbill, 'admit'], story: straight },
  'intent written': { at: script('intent'), story: straight },
  'request and answer': { at: [(app) => app.smartbill.documents, 'issue'], story: straight },
  'outcome written': { at: script('issued'), story: straight },
  'outcome not known': { at: script('move'), story: unanswered('close-after') },
  'found by its marker': { at: script('issued'), story: unanswered('close-after', resolve) },
  'it did not happen': { at: script('move'), story: unanswered('close-before', resolve) },
}
const instants = Object.keys(steps).flatMap((step) =>
  (['before', 'after'] as const).map((moment) => ({ name: `${moment} ${step}`, step, moment })),
)
type Instant = (typeof instants)[number]

// ── the faults ──

type World = { rig: Rig; redis: PrivateRedis; proxy: Awaited<ReturnType<typeof startProxy>> }
/** `accepted`: the shop was told that its order is stored, so it will not send it again. */
type Cell = World & { actor: App; shop: string; accepted: boolean }
/** Ends when the world may go on; never, when the process is gone. */
type Fault = (world: World) => Promise<unknown>

const soon = (ms: number, act: () => unknown) => void sleep(ms).then(act)

const faults: Record<string, Fault> = {
  'the process dies': () => new Promise(() => {}),
  'Redis is killed': ({ redis }) => redis.restart(),
  'Redis says nothing': async ({ proxy }) => {
    proxy.silence()
    soon(AWAY_MS, () => proxy.pass())
  },
  'an answer of Redis is lost': async ({ proxy }) => {
    proxy.silence('answers')
    soon(AWAY_MS / 3, () => {
      proxy.cut()
      // Not by a timer of its own from the start: of two that are late, either may come first.
      soon(AWAY_MS, () => proxy.pass())
    })
  },
  'SmartBill says nothing': ({ rig }) => rig.simulator.outage('silence', SILENT_MS),
  'SmartBill is away': ({ rig }) => rig.simulator.outage('refuse', AWAY_MS),
  'SmartBill answers 503': ({ rig }) => rig.simulator.outage('503', AWAY_MS),
  'an answer of SmartBill is lost': async ({ rig }) =>
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 }),
}
const deadly = 'the process dies'

// ── one cell ──

/** Has the fault strike once, around the given function. Returns what undoes it. */
function strikeAt(app: App, { step, moment }: Instant, strike: () => Promise<unknown>) {
  const [holderOf, name] = steps[step]!.at
  const holder = holderOf(app)
  const real = Reflect.get(holder, name) as (...args: unknown[]) => Promise<unknown>
  let struck = false
  const once = async (): Promise<void> => {
    if (struck) return
    struck = true
    await strike()
  }
  Reflect.set(holder, name, async (...args: unknown[]) => {
    if (moment === 'before') await once()
    const answer = await real.apply(holder, args)
    if (moment === 'after') await once()
    return answer
  })
  return () => {
    Reflect.set(holder, name, real)
    return struck
  }
}

const within = <T>(what: string, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} hangs`)), HANGS_MS)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

/** Whatever the fault left behind, the next process makes exactly one document of it; a shop that got no 202 sends again. */
async function runCell(cell: Cell, instant: Instant, fault: Fault): Promise<void> {
  const { rig, actor, shop } = cell
  const { promise: death, resolve: die } = Promise.withResolvers<void>()
  const undo = strikeAt(actor, instant, () => {
    const lasts = fault(cell)
    if (fault === faults[deadly]) die()
    return lasts
  })
  const story = steps[instant.step]!.story(cell)
  // What fails is tried again by whoever is there next, as a job would be.
  await within('the story', Promise.race([story.catch(() => {}), death]))
  if (!undo()) throw new Error('the instant was never reached')
  rig.simulator.disarm()
  if (!cell.accepted) {
    const again = await within('the door', rig.post({}, { shop }))
    if (again.status !== 202) throw new Error(`the order sent again was answered ${again.status}`)
  }
  await rig.sweep()
  await rig.finish(undefined, HANGS_MS)

  const key = rig.key('1001', 'invoice', shop)
  const live = rig.documentsOf(key)
  if (live.length !== 1) throw new Error(`${live.length} documents`)
  const kept = await rig.document(key)
  if (kept?.state !== 'issued' || kept.number !== live[0]?.number)
    throw new Error(`the ledger says ${kept?.state ?? 'nothing'} ${kept?.number ?? ''}`)
  const alerts = await rig.alerts()
  if (alerts.length > 0) throw new Error(`alerts: ${JSON.stringify(alerts)}`)
}

// ── all cells: one world for each fault, all at once, because they mostly wait ──

const shopOf = (i: number): string => `shop-${i}`
const seriesOf = (i: number): string => `S${i}`

async function openWorld(): Promise<World> {
  const redis = await startRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const proxy = await startProxy({ port: redis.port })
  const rig = await openRig({
    clock: 'fast',
    env: times,
    redisUrl: redis.url,
    // Each cell has a shop and a series of its own, so that no cell knows of another.
    shops: instants.map((_, i) => aShop({ series: seriesOf(i) }, { id: shopOf(i) })),
    simulator: {
      companies: { [CIF]: { series: instants.map((_, i) => ({ name: seriesOf(i), type: 'f' })) } },
    },
  })
  // After the rig, so that it ends before the rig's connections do.
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return { rig, redis, proxy }
}

async function runColumn(fault: string, told: (instant: string, problem: string) => void) {
  const world = await openWorld()
  const { rig, proxy } = world
  const target = { kind: 'single', url: `redis://127.0.0.1:${proxy.port}` } as const
  const start = () => rig.another({ redis: target })
  let actor = await start()
  for (const [i, instant] of instants.entries()) {
    const problem = await runCell(
      { ...world, actor, shop: shopOf(i), accepted: false },
      instant,
      faults[fault]!,
    )
      .then(() => '')
      .catch((error: unknown) => String(error))
    told(instant.name, problem)
    // One cell's failure says nothing of the next.
    proxy.pass()
    await rig.simulator.endOutage()
    rig.simulator.disarm()
    if (fault === deadly || problem !== '') actor = await start()
  }
  const { overLimit } = rig.simulator.calls()
  return { documents: rig.simulator.documents().length, overLimit }
}

const columns = Object.keys(faults)
const results = new Map<string, string>()
const cellOf = (instant: string, fault: string): string => `${instant} × ${fault}`

test('the way of an order, with every fault at every instant', async () => {
  const ends = await Promise.all(
    columns.map((fault) =>
      runColumn(fault, (instant, problem) => results.set(cellOf(instant, fault), problem)),
    ),
  )
  const matrix = {
    rows: instants.map(({ name }) => name),
    columns,
    result: (row: string, column: string) => results.get(cellOf(row, column)),
  }
  process.stdout.write(`\n${asText(matrix)}\n\n`)
  for (const end of ends) expect(end).toEqual({ documents: instants.length, overLimit: 0 })
})

describe.each(columns)('exactly one document although %s', (fault) => {
  test.each(instants.map(({ name }) => name))('%s', (instant) => {
    expect(results.get(cellOf(instant, fault))).toBe('')
  })
})
