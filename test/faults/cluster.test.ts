import { expect, onTestFinished, test } from 'vitest'
import { AccountId, documentKey, orderRef } from '../../src/core/ids.ts'
import { someCifs } from '../support/cifs.ts'
import { startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { aShop, openRig, type RigOptions } from '../support/rig.ts'

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

async function own(nodes: { primaries?: number; replicas?: number }, options: RigOptions = {}) {
  const cluster = await startCluster(nodes)
  onTestFinished(() => cluster[Symbol.asyncDispose]())
  const rig = await openRig({
    accounts,
    shops,
    ...options,
    env: {
      REDIS_CLUSTER_NODES: cluster.endpoints,
      RELAY_SHARDS: String(SHARDS),
      RELAY_CONCURRENCY: '10',
      SMARTBILL_TIMEOUT_MS: '2000',
      SMARTBILL_GRACE_MS: '3000',
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

test('a primary dies in the middle of issuing and its replica takes over', async () => {
  const it = await own({ primaries: 3, replicas: 1 })
  const { rig, cluster, orders } = it
  rig.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'close-after', probability: 0.1, seed: 3 },
    { route: 'POST /invoice/v2', fault: 'slow-answer', delayMs: 300, probability: 0.3, seed: 4 },
  ])
  await rig.startWorkers()
  await rig.app.queues.schedule()
  const all = orders(8)
  for (const { shop, id } of all) expect((await rig.post({ id }, { shop })).status).toBe(202)
  const issued = async () => (await rig.app.ledger.reports.counts()).issued
  await eventually(async () => (await issued()) >= 8, { timeoutMs: 60_000 })
  const shard = rig.app.ledger.shardOf(AccountId.parse('acme'))
  const victim = await cluster.ownerOf(`${rig.prefix}:{${shard}}:none`)
  expect(await issued()).toBeLessThan(all.length)
  await victim.kill9()
  await eventually(async () => (await issued()) === all.length, {
    timeoutMs: 100_000,
    everyMs: 250,
  })
  await expectOneEach(it, all)
})
