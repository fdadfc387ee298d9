import { expect, onTestFinished, test } from 'vitest'
import { actKey, type ActKey } from '../../src/core/acts.ts'
import { eventually } from '../support/eventually.ts'
import { startWeb, startWorker } from '../support/processes.ts'
import { ACCOUNT, environment, openRig, secretOf } from '../support/rig.ts'
import { anOrder } from '../support/builders.ts'
import { startSentinels } from '../support/sentinel.ts'

const times = { SMARTBILL_TIMEOUT_MS: '2000', SMARTBILL_GRACE_MS: '3000' }

async function own() {
  const redis = await startSentinels()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const rig = await openRig({ env: { ...redis.env, ...times } })
  const env = {
    ...environment(rig.prefix, rig.simulator.url, redis.primary.url),
    ...times,
    ...redis.env,
    RELAY_CONCURRENCY: '5',
    LOG_LEVEL: 'info',
  }
  return { redis, rig, env }
}

test('the primary dies in the middle of issuing: all go on at the new one, with one document per order', async () => {
  const { redis, rig, env } = await own()
  rig.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.1, seed: 5 },
    { route: 'POST /invoice/v2', fault: 'slow-answer', delayMs: 300, probability: 0.5, seed: 6 },
  ])
  const web = await startWeb(env)
  const worker = await startWorker(env)
  const post = async (id: string) => {
    const answer = await fetch(`${web.url}/v1/shops/web/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secretOf('web')}` },
      body: JSON.stringify(anOrder({ id })),
    })
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
  }
  const orders = Array.from({ length: 60 }, (_, i) => `o-${i}`)
  for (const id of orders.slice(0, 50)) expect((await post(id)).status).toBe(202)
  const documents = () => rig.simulator.documents().length
  await eventually(() => documents() >= 10, { timeoutMs: 60_000 })
  expect(documents()).toBeLessThan(50)
  const killedAt = performance.now()
  await redis.primary.kill9()

  // A shop sends again what was not accepted, as the answer tells it to.
  for (const id of orders.slice(50)) {
    await eventually(
      async () => {
        const { status, retryAfter } = await post(id)
        if (status !== 202) expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '5' })
        return status === 202
      },
      { timeoutMs: 60_000, everyMs: 200 },
    )
  }
  expect(await redis.promoted()).toBe(true)
  await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 60, {
    timeoutMs: 90_000,
    everyMs: 200,
  })
  for (const id of orders) expect(rig.documentsOf(rig.key(id)), id).toHaveLength(1)
  expect(rig.simulator.documents()).toHaveLength(60)
  // The series was looked at again, because another Redis may know less than the one before.
  const runId = /run_id:(\w+)/.exec(await redis.nodes.replica.info('server'))?.[1]
  const [series = ''] = await redis.nodes.replica.keys(`${rig.prefix}:*:series:acme~invoice~FCT`)
  expect(await redis.nodes.replica.hget(series, 'run')).toBe(runId)
  expect(await rig.alerts()).toEqual([])
  const failed = Object.values(await rig.app.queues.counts()).map((counts) => counts.failed)
  expect(Math.max(...failed)).toBe(0)
  expect([web.alive(), worker.alive()]).toEqual([true, true])
  expect(worker.logs()).not.toContain('job failed')

  const resumed = await Promise.all(
    orders.map(async (id) => (await rig.document(rig.key(id)))?.issuedAt ?? 0),
  )
  const killed = Date.now() - (performance.now() - killedAt)
  const firstAfter = Math.min(...resumed.filter((at) => at > killed + 1000)) - killed
  expect(firstAfter).toBeLessThan(20_000)
})

test('no request leaves before the replica has its intent', async () => {
  const { redis, rig } = await own()
  await rig.watch()
  const ref = await rig.receive()
  await rig.route(ref)
  const real = rig.app.smartbill.documents.issue.bind(rig.app.smartbill.documents)
  const seen: (string | null)[] = []
  rig.app.smartbill.documents.issue = async (...args) => {
    const [key] = await redis.nodes.replica.keys(`${rig.prefix}:*:doc:${rig.key('1001')}`)
    seen.push(await redis.nodes.replica.hget(key ?? '', 'state'))
    return real(...args)
  }
  await redis.replica.pause()
  await expect(rig.issue(rig.key('1001'))).rejects.toThrow('no replica confirmed the intent')
  expect(seen).toEqual([])
  expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'due', attempts: 1 })
  await redis.replica.resume()
  await eventually(
    () =>
      rig.issue(rig.key('1001')).then(
        () => true,
        () => false,
      ),
    { everyMs: 200 },
  )
  expect(seen).toEqual(['attempting'])
  expect(rig.simulator.documents()).toHaveLength(1)
  expect(await rig.app.ledger.reports.waiting(ACCOUNT)).toMatchObject({ waiting: 0 })
})

test('nor when the Redis that confirms does not know the intent, as after a failover right behind it', async () => {
  const { redis, rig } = await own()
  await rig.watch()
  await rig.route(await rig.receive())
  const intend = Reflect.get(rig.app.redis, 'relay-intent') as (...args: unknown[]) => unknown
  Reflect.set(rig.app.redis, 'relay-intent', async (...args: unknown[]) => {
    const answer = await intend.apply(rig.app.redis, args)
    const [key = ''] = await redis.nodes.primary.keys(`${rig.prefix}:*:doc:${rig.key('1001')}`)
    await redis.nodes.primary.hset(key, 'state', 'due')
    return answer
  })
  await expect(rig.issue(rig.key('1001'))).rejects.toThrow('no replica confirmed the intent')
  expect(rig.simulator.calls().byRoute['POST /invoice/v2'] ?? 0).toBe(0)
  Reflect.set(rig.app.redis, 'relay-intent', intend)
  await rig.issue(rig.key('1001'))
  expect(rig.simulator.documents()).toHaveLength(1)
})

test('what follows a document, too, waits until a replica has its intent', async () => {
  const { redis, rig } = await own()
  await rig.watch()
  await rig.route(await rig.receive({ paymentStatus: 'unpaid', payments: [], status: 'completed' }))
  await eventually(
    () =>
      rig.issue(rig.key('1001')).then(
        () => true,
        () => false,
      ),
    { everyMs: 200 },
  )
  const email = actKey(rig.key('1001'), 'email', 'by-hand-1')
  const payment = actKey(rig.key('1001'), 'payment', 'n1')
  const storno = actKey(rig.key('1001'), 'reversal', 'hand')
  const wish = {
    value: '136.00',
    currency: 'RON',
    type: 'Card',
    date: '2026-11-24',
    cause: 'by-hand',
  }
  const routes = ['POST /document/send', 'POST /payment', 'POST /invoice/reverse'] as const
  const calls = () => routes.map((route) => rig.simulator.calls().byRoute[route] ?? 0)
  const { acts } = rig.app.ledger
  const state = async (act: ActKey) => (await acts.get(ACCOUNT, act))?.state
  const refused = async (act: ActKey) => {
    await expect(rig.doAct(act)).rejects.toThrow('no replica confirmed the intent')
    expect(await state(act)).toBe('due')
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued' })
    // An e-mail waits before it is tried again.
    const fields = { notBefore: '0' }
    await acts.move(ACCOUNT, act, 'due', { who: 'test', from: ['due'], fields })
  }
  for (const key of [email, payment, storno]) await acts.wish(ACCOUNT, { key, state: 'due', wish })

  await redis.replica.pause()
  for (const act of [email, payment, storno]) await refused(act)
  await redis.replica.resume()
  await eventually(async () => (await redis.nodes.primary.wait(1, 500)) === 1)
  // A failover right behind the intent: the Redis that confirms does not know it.
  const intend = Reflect.get(rig.app.redis, 'relay-act-move') as (...args: unknown[]) => unknown
  Reflect.set(rig.app.redis, 'relay-act-move', async (...args: unknown[]) => {
    const [stored = ''] = await redis.nodes.primary.keys(`${rig.prefix}:*:acts:*`)
    const before = await redis.nodes.primary.hgetall(stored)
    const answer = await intend.apply(rig.app.redis, args)
    if (args.includes('attempting')) await redis.nodes.primary.hset(stored, before)
    return answer
  })
  for (const act of [email, payment]) await refused(act)
  expect(calls()).toEqual([0, 0, 0])
  Reflect.set(rig.app.redis, 'relay-act-move', intend)
  for (const act of [email, payment, storno]) {
    await eventually(
      async () => {
        await rig.doAct(act).catch(() => {})
        return (await state(act)) === 'done'
      },
      { everyMs: 200 },
    )
  }
  expect(calls()).toEqual([1, 1, 1])
})
