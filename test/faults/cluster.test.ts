import { expect, onTestFinished, test } from 'vitest'
import { AccountId, documentKey, orderRef } from '../../src/core/ids.ts'
import { anOrder } from '../support/builders.ts'
import { someCifs } from '../support/cifs.ts'
import { startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startWeb, startWorker } from '../support/processes.ts'
import { aShop, environment, openRig, secretOf, type RigOptions } from '../support/rig.ts'

const SHARDS = 4
const names = ['acme', 'emil', 'flora', 'kilo', 'mures', 'prut']
const cifs = someCifs(names.length)
const accounts = names.map((id, i) => ({
  id,
  email: `a@${id}.example`,
  token: '003|abc',
  cif: `RO${cifs[i]}`,
}))
const shops = names.map((account) => ({ ...aShop({}, { id: `${account}-web` }), account }))

const settings = (endpoints: string) => ({
  REDIS_CLUSTER_NODES: endpoints,
  RELAY_SHARDS: String(SHARDS),
  RELAY_CONCURRENCY: '10',
  SMARTBILL_TIMEOUT_MS: '2000',
  SMARTBILL_GRACE_MS: '3000',
})

async function own(nodes: { primaries?: number; replicas?: number }, options: RigOptions = {}) {
  const cluster = await startCluster(nodes)
  onTestFinished(() => cluster[Symbol.asyncDispose]())
  const rig = await openRig({
    accounts,
    shops,
    ...options,
    env: {
      ...settings(cluster.endpoints),
      ...options.env,
    },
  })
  const orders = (each: number) =>
    names.flatMap((account) =>
      Array.from({ length: each }, (_, i) => ({ account, shop: `${account}-web`, id: `o-${i}` })),
    )
  const keyOf = ({ shop, id }: { shop: string; id: string }) =>
    documentKey(orderRef(shop, id), 'invoice', 1)
  return { cluster, rig, orders, keyOf }
}
type Own = Awaited<ReturnType<typeof own>>

async function expectOneEach({ rig, keyOf }: Own, orders: ReturnType<Own['orders']>) {
  for (const order of orders) {
    expect(rig.documentsOf(keyOf(order)), `${order.account} ${order.id}`).toHaveLength(1)
    const account = AccountId.parse(order.account)
    const document = await rig.app.ledger.documents.get(account, keyOf(order))
    expect(document?.state).toBe('issued')
  }
  expect(rig.simulator.documents()).toHaveLength(orders.length)
  expect(await rig.alerts()).toEqual([])
}

test('on a Redis Cluster every order of every account ends with one document', async () => {
  const it = await own({ primaries: 3 })
  const { rig, cluster, orders } = it
  const { shardOf } = rig.app.ledger
  expect(new Set(names.map((id) => shardOf(AccountId.parse(id)))).size).toBe(SHARDS)
  rig.simulator.faults({
    route: 'POST /invoice/v2',
    fault: 'close-after',
    probability: 0.1,
    seed: 3,
  })
  await rig.startWorkers()
  await rig.app.queues.schedule()
  const all = orders(5)
  for (const { shop, id } of all) expect((await rig.post({ id }, { shop })).status).toBe(202)
  await eventually(async () => (await rig.app.ledger.reports.counts()).issued === all.length, {
    timeoutMs: 100_000,
    everyMs: 250,
  })
  await expectOneEach(it, all)
  for (const { redis } of cluster.nodes) expect(await redis.dbsize()).toBeGreaterThan(0)

  // What operators ask goes over all shards.
  expect((await rig.call('GET', '/v1/status')).status).toBe(200)
  expect((await rig.call('GET', '/readyz')).status).toBe(200)
  expect((await rig.call('GET', '/metrics')).status).toBe(200)
  expect((await rig.call('GET', '/v1/dead-letters')).status).toBe(200)
  expect((await rig.call('GET', '/v1/shops/emil-web/orders/o-1')).status).toBe(200)
  expect(await rig.app.queues.failedJobs()).toEqual([])
})

test('a primary dies in the middle of issuing and its replica takes over, for web and worker processes', async () => {
  const it = await own({ primaries: 3, replicas: 1 })
  const { rig, cluster, orders } = it
  rig.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.1, seed: 3 },
    { route: 'POST /invoice/v2', fault: 'slow-answer', delayMs: 300, probability: 0.5, seed: 4 },
  ])
  const env = {
    ...environment(rig.prefix, rig.simulator.url, cluster.nodes[0]!.url),
    ...settings(cluster.endpoints),
    RELAY_CONCURRENCY: '2',
    LOG_LEVEL: 'info',
  }
  const web = await startWeb(env)
  const worker = await startWorker(env)
  const post = async ({ shop, id }: { shop: string; id: string }) => {
    const answer = await fetch(`${web.url}/v1/shops/${shop}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secretOf(shop)}` },
      body: JSON.stringify(anOrder({ id })),
    })
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
  }
  const all = orders(9)
  const late = all.filter(({ id }) => id === 'o-8')
  for (const order of all) if (!late.includes(order)) expect((await post(order)).status).toBe(202)
  const issued = async () => (await rig.app.ledger.reports.counts()).issued
  await eventually(async () => (await issued()) >= 8, { timeoutMs: 60_000 })
  const shard = rig.app.ledger.shardOf(AccountId.parse('acme'))
  const victim = await cluster.ownerOf(`${rig.prefix}:{${shard}}:none`)
  const killedAt = Date.now()
  await victim.kill9()
  for (const order of late) {
    await eventually(
      async () => {
        const { status, retryAfter } = await post(order)
        if (status !== 202) expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '5' })
        return status === 202
      },
      { timeoutMs: 60_000, everyMs: 200 },
    )
  }
  await eventually(async () => (await issued()) === all.length, {
    timeoutMs: 100_000,
    everyMs: 250,
  })

  // Queues that were idle when the primary died work as well: every answer is lost, each order needs one of them.
  rig.simulator.disarm()
  rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: names.length })
  const more = orders(10).filter(({ id }) => id === 'o-9')
  for (const order of more) expect((await post(order)).status).toBe(202)
  await eventually(async () => (await issued()) === all.length + more.length, {
    timeoutMs: 60_000,
    everyMs: 250,
  })
  await expectOneEach(it, [...all, ...more])
  expect([web.alive(), worker.alive()]).toEqual([true, true])
  expect(web.logs()).not.toContain('request failed')
  expect(worker.logs()).not.toMatch(/job failed|dead letter/)
  const acme = await Promise.all(
    all
      .filter(({ account }) => account === 'acme')
      .map((order) => rig.app.ledger.documents.get(AccountId.parse('acme'), it.keyOf(order))),
  )
  const after = acme.flatMap((document) => document?.issuedAt ?? []).filter((at) => at > killedAt)
  expect(Math.min(...after) - killedAt).toBeLessThan(20_000)
})
