import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { freePort } from '../../scripts/private-redis.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startChild } from './child.ts'
import { startWorkerChild } from './drain.ts'
import { percentile, round, type Figure } from './figures.ts'
import { addAccounts, addWaiting, bodyOf, each, openWorld, shopOf } from './world.ts'

const TENANTS = 20
const PER_SECOND = 1

/** From a shop's POST to its document at SmartBill, while another tenant has a mountain of orders waiting. */
export async function fairness(quick: boolean): Promise<Figure[]> {
  const [whale, seconds, warmUp] = quick ? [3000, 5, 2] : [20_000, 20, 5]
  await using simulator = await startSimulator()
  simulator.latency({ minMs: 20, maxMs: 40 })
  await using world = await openWorld(simulator.url)
  await addAccounts(world, 0, TENANTS + 1)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  await using _web = await startChild(
    'src/main.ts',
    { ...world.env, PORT: String(port) },
    async () => (await fetch(`${origin}/readyz`)).ok,
  )
  await using _worker = await startWorkerChild(world)
  const pool = new Pool(origin, { connections: TENANTS })
  let id = 0
  const sentAt = new Map<string, number>()

  async function observe(forSeconds: number): Promise<number[]> {
    const mine: string[] = []
    const total = TENANTS * PER_SECOND * forSeconds
    const startedAt = Date.now()
    const posts: Promise<void>[] = []
    for (let n = 0; n < total; n++) {
      await sleep(Math.max(0, startedAt + (n * 1000) / (TENANTS * PER_SECOND) - Date.now()))
      const shop = shopOf(1 + (n % TENANTS))
      const name = `f${id++}`
      mine.push(name)
      sentAt.set(name, Date.now())
      posts.push(
        pool
          .request({
            method: 'POST',
            path: `/v1/shops/${shop.id}/orders`,
            headers: {
              'content-type': 'application/json',
              authorization: `Bearer ${shop.secret}`,
            },
            body: bodyOf(name),
          })
          .then(({ body }) => body.dump()),
      )
    }
    await Promise.all(posts)
    const issuedAt = () =>
      new Map(
        simulator
          .documents({ brief: true })
          .map(({ mentions, issuedAt }) => [/online (\S+)/.exec(mentions)?.[1] ?? '', issuedAt]),
      )
    let seen = issuedAt()
    while (mine.some((name) => !seen.has(name))) {
      await sleep(100)
      seen = issuedAt()
    }
    return mine.map((name) => Date.parse(seen.get(name) ?? '') - (sentAt.get(name) ?? 0))
  }
  await observe(warmUp)
  const alone = await observe(seconds)
  await each(whale, (n) => addWaiting(world, 0, `w${n}`))
  await observe(warmUp)
  const beside = await observe(seconds)
  await pool.close()
  const [before, after] = [percentile(alone, 0.95), percentile(beside, 0.95)]
  return [
    {
      name: 'fairness',
      what: `other tenants' p95 beside one with ${whale.toLocaleString('en')} waiting, against alone`,
      value: round(after / before),
      unit: '',
      target: { atMost: 1.2 },
      detail: `POST to document: p95 ${after} and ${before} ms, median ${percentile(beside, 0.5)} and ${percentile(alone, 0.5)} ms; ${TENANTS} tenants, ${PER_SECOND} order/s each`,
    },
  ]
}
