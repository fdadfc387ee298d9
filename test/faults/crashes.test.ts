import { describe, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { anOrder } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { startWorker } from '../support/processes.ts'
import { redisUrl } from '../support/redis.ts'
import { ACCOUNT, environment, openRig, type Rig } from '../support/rig.ts'
import { takeIn } from '../../src/intake.ts'

const times = { SMARTBILL_TIMEOUT_MS: '2000', SMARTBILL_GRACE_MS: '3000' }

type Moment = 'before' | 'after'
const never = () => new Promise<never>(() => {})

/** Replaces a function of an object by one that dies around the real one: from then on nothing returns. */
function dieAt(holder: object, name: string, moment: Moment, died: () => void): void {
  const real = Reflect.get(holder, name) as (...args: unknown[]) => Promise<unknown>
  Reflect.set(holder, name, async (...args: unknown[]) => {
    if (moment === 'after') await real.apply(holder, args)
    died()
    return never()
  })
}

/** The places in the story of an order at which its process may die: every write, and the request. */
const places = {
  receive: (app: App) => [app.redis, 'relay-receive'],
  'enqueue of the routing': (app: App) => [app.queues, 'enqueue'],
  'make due': (app: App) => [app.redis, 'relay-due'],
  'enqueue of the issuing': (app: App) => [app, 'enqueueDocument'],
  routed: (app: App) => [app.redis, 'relay-routed'],
  claim: (app: App) => [app.redis, 'relay-claim'],
  'end of the look at the series': (app: App) => [app.redis, 'relay-watch-end'],
  'permission to call': (app: App) => [app.smartbill, 'admit'],
  intent: (app: App) => [app.redis, 'relay-intent'],
  'request and answer': (app: App) => [app.smartbill.documents, 'issue'],
  outcome: (app: App) => [app.redis, 'relay-issued'],
} as const satisfies Record<string, (app: App) => readonly [object, string]>

async function story(rig: Rig, app: App): Promise<void> {
  const order = anOrder()
  const shop = rig.file.shops[0]!
  const body = Buffer.from(JSON.stringify(order))
  await takeIn(app, shop, { headers: {}, body }, false)
  await rig.route(rig.ref('1001'), app)
  await rig.issue(rig.key('1001'), app)
}

/** The shop heard no answer unless the event had been taken in, so it sends again; then a new process goes on. */
async function recover(rig: Rig): Promise<void> {
  await rig.post({})
  await rig.sweep()
  await rig.finish()
}

describe('the process dies', () => {
  const cases = Object.keys(places).flatMap((place) =>
    (['before', 'after'] as const).map((moment) => [moment, place] as const),
  )
  test.each(cases)('just %s: %s', async (moment, place) => {
    const rig = await openRig({ clock: 'fast', env: times })
    const doomed = await rig.another()
    const { promise: death, resolve: died } = Promise.withResolvers<'died'>()
    const [holder, name] = places[place as keyof typeof places](doomed)
    dieAt(holder, name, moment, () => died('died'))
    expect(await Promise.race([story(rig, doomed), death])).toBe('died')
    await recover(rig)
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
    expect(await rig.alerts()).toEqual([])
  })

  test.each(['before', 'after'] as const)(
    'just %s an uncertain outcome is written down',
    async (moment) => {
      const rig = await openRig({ clock: 'fast', env: times })
      rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
      const doomed = await rig.another()
      const { promise: death, resolve: died } = Promise.withResolvers<'died'>()
      dieAt(doomed.redis, 'relay-move', moment, () => died('died'))
      expect(await Promise.race([story(rig, doomed), death])).toBe('died')
      await recover(rig)
      expect(rig.simulator.documents()).toHaveLength(1)
      expect((await rig.document(rig.key('1001')))?.state).toBe('issued')
    },
  )

  test.each(['before', 'after'] as const)(
    'just %s an attempt is concluded not to have happened',
    async (moment) => {
      const rig = await openRig({ clock: 'fast', env: times })
      rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-before', times: 1 })
      const doomed = await rig.another()
      await rig.route(await rig.receive())
      await expect(rig.issue(rig.key('1001'))).rejects.toThrow('did not answer')
      rig.clock.advance(3001)
      const { promise: death, resolve: died } = Promise.withResolvers<'died'>()
      dieAt(doomed.redis, 'relay-move', moment, () => died('died'))
      expect(await Promise.race([rig.resolve(rig.key('1001'), doomed), death])).toBe('died')
      await recover(rig)
      expect(rig.simulator.documents()).toHaveLength(1)
    },
  )

  test('and comes back to life after its document was issued by another: its answer changes nothing', async () => {
    const rig = await openRig({ clock: 'fast', env: times })
    const slow = await rig.another()
    const { promise: thaw, resolve: warm } = Promise.withResolvers<void>()
    const { promise: frozen, resolve: freeze } = Promise.withResolvers<void>()
    const real = slow.smartbill.documents.issue.bind(slow.smartbill.documents)
    slow.smartbill.documents.issue = async (...args) => {
      const answer = await real(...args)
      freeze()
      await thaw
      return answer
    }
    await rig.route(await rig.receive())
    const late = rig.issue(rig.key('1001'), slow)
    await frozen
    await rig.finish()
    const before = await rig.document(rig.key('1001'))
    expect(before).toMatchObject({ state: 'issued', number: '0001' })
    warm()
    await late
    expect(await rig.document(rig.key('1001'))).toEqual(before)
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(await rig.alerts()).toEqual([])
  })

  test.each([
    ['before SmartBill issues', 'silence-before'],
    ['after SmartBill has issued', 'silence-after'],
  ] as const)('for real (kill -9) while it waits for an answer, %s', async (_when, fault) => {
    const rig = await openRig({ env: times })
    rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1 })
    const env = {
      ...environment(rig.prefix, rig.simulator.url, redisUrl()),
      ...times,
      LOG_LEVEL: 'info',
    }
    const first = await startWorker(env)
    await rig.post({})
    await eventually(() => rig.simulator.calls().log.some(({ method }) => method === 'POST'))
    await first.kill9()
    expect((await rig.document(rig.key('1001')))?.state).toBe('attempting')
    await startWorker(env)
    await eventually(async () => (await rig.document(rig.key('1001')))?.state === 'issued', {
      timeoutMs: 60_000,
      everyMs: 100,
    })
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })
})

describe('the queues are lost', () => {
  test('the sweep gives every waiting order and document its job again', async () => {
    const rig = await openRig()
    for (const id of ['1', '2', '3']) await rig.post({ id })
    await rig.route(rig.ref('2'))
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(rig.ref('3'))
    await expect(rig.issue(rig.key('3'))).rejects.toThrow('did not answer')
    for (const queue of Object.values(rig.app.queues.shards[0]!))
      await queue.obliterate({ force: true })
    expect(await rig.sweep()).toBe('3 pieces of work had no job')
    await rig.startWorkers()
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 3, {
      timeoutMs: 15_000,
    })
    expect(rig.simulator.documents()).toHaveLength(3)
  })
})

describe('many at once', () => {
  test('forty orders on one series, a quarter of the answers lost: forty documents, no more', async () => {
    const rig = await openRig({
      env: { ...times, SMARTBILL_CALLS: '200' },
      simulator: { limit: 200 },
    })
    rig.simulator.faults([
      { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.13, seed: 5 },
      { route: 'POST /invoice/v2', fault: 'close-before', probability: 0.14, seed: 7 },
    ])
    await rig.startWorkers()
    const orders = Array.from({ length: 40 }, (_, i) => `o-${i}`)
    await Promise.all(orders.map((id) => rig.post({ id })))
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 40, {
      timeoutMs: 60_000,
      everyMs: 100,
    })
    for (const id of orders) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(40)
    expect(rig.simulator.faults().every(({ fired }) => fired > 0)).toBe(true)
    expect(rig.simulator.calls().overLimit).toBe(0)
    expect(await rig.alerts()).toEqual([])
    expect(await rig.app.ledger.reports.waiting(ACCOUNT)).toMatchObject({ waiting: 0 })
  })
})
