import { Pool } from 'undici'
import { freePort } from '../../scripts/private-redis.ts'
import { startChild } from './child.ts'
import { spread, median, round, type Figure } from './figures.ts'
import { addAccounts, bodyOf, each, openWorld, shopOf } from './world.ts'

const CONNECTIONS = 50

/** A proven order over HTTP, stored and queued before it is acknowledged, against a bare route that only queues it. */
export async function ingest(quick: boolean): Promise<Figure[]> {
  const [requests, repetitions] = quick ? [800, 7] : [1000, 21]
  await using world = await openWorld('http://127.0.0.1:9')
  await addAccounts(world, 0, 1)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  await using _web = await startChild(
    'src/main.ts',
    { ...world.env, PORT: String(port) },
    async () => (await fetch(`${origin}/readyz`)).ok,
  )
  await using bare = await startChild('test/bench/children/bare-web.ts', world.env)

  const shop = shopOf(0)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${shop.secret}` }
  const post = async (pool: Pool, path: string, body: string): Promise<void> => {
    const answer = await pool.request({ method: 'POST', path, headers, body })
    await answer.body.dump()
    if (answer.statusCode !== 202) throw new Error(`${path} answered ${answer.statusCode}`)
  }
  let id = 0
  /** Requests per second, and CPU time of Redis per request in µs. */
  async function measure(to: string, path: string) {
    const pool = new Pool(to, { connections: CONNECTIONS })
    const bodies = Array.from({ length: requests }, () => bodyOf(`i${id++}`))
    const [before, startedAt] = [await world.cpuMs(), performance.now()]
    await each(requests, (n) => post(pool, path, bodies[n] ?? ''), CONNECTIONS)
    const seconds = (performance.now() - startedAt) / 1000
    const cpu = ((await world.cpuMs()) - before) / requests
    await pool.close()
    return { rate: requests / seconds, cpuUs: cpu * 1000 }
  }
  const [ours, theirs] = [`/v1/shops/${shop.id}/orders`, '/orders']
  for (let i = 0; i < 3; i++) {
    await measure(origin, ours)
    await measure(bare.ready, theirs)
  }
  const relay: Awaited<ReturnType<typeof measure>>[] = []
  const plain: Awaited<ReturnType<typeof measure>>[] = []
  for (let i = 0; i < repetitions; i++) {
    plain.push(await measure(bare.ready, theirs))
    relay.push(await measure(origin, ours))
  }
  const rates = (results: { rate: number }[]) => results.map(({ rate }) => rate)
  const cpu = (results: { cpuUs: number }[]) => Math.round(median(results.map((r) => r.cpuUs)))
  return [
    {
      name: 'ingest',
      what: 'orders/s taken in, against a bare route with one queue.add',
      value: round(median(relay.map(({ rate }, i) => rate / (plain[i]?.rate ?? Number.NaN)))),
      unit: '',
      target: { atLeast: 0.8 },
      detail: `relay ${spread(rates(relay))}, bare ${spread(rates(plain))} per s; Redis CPU ${cpu(relay)} and ${cpu(plain)} µs each; ${requests} requests × ${repetitions}, ${CONNECTIONS} connections`,
    },
  ]
}
