import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { startPrivateRedis, type PrivateRedisOptions } from '../../scripts/private-redis.ts'
import { openApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { documentKey, orderRef } from '../../src/core/ids.ts'
import { Account, Shop } from '../../src/core/settings.ts'
import { anOrder, payerVat, someSettings } from '../support/builders.ts'

/** Far more than any machine could call: no limit. */
export const NO_LIMIT = { SMARTBILL_CALLS: '10000', SMARTBILL_WINDOW_MS: '100' }

export type World = Awaited<ReturnType<typeof openWorld>>

/** A private Redis that keeps everything (`appendfsync always`), and an App on it that plays no part in the measuring. */
export async function openWorld(
  smartbillUrl: string,
  more: Record<string, string> = {},
  options: PrivateRedisOptions = {},
) {
  const redis = await startPrivateRedis(options)
  const env = {
    REDIS_URL: redis.url,
    RELAY_SECRET_KEY: randomBytes(32).toString('base64'),
    SMARTBILL_BASE_URL: smartbillUrl,
    HOST: '127.0.0.1',
    ...more,
  }
  const app = await openApp(readConfig(env), {
    temper: 'patient',
    log: pino({ level: 'silent' }),
  })
  const plain = new Redis(redis.url)
  const info = async (section: string, field: string): Promise<number> =>
    Number(new RegExp(`^${field}:(.*)$`, 'm').exec(await plain.info(section))?.[1])
  return {
    env,
    app,
    redis: plain,
    url: redis.url,
    memory: () => info('memory', 'used_memory'),
    /** CPU time of Redis so far, writing to disk included, in ms. */
    cpuMs: async () =>
      ((await info('cpu', 'used_cpu_user')) + (await info('cpu', 'used_cpu_sys'))) * 1000,
    async [Symbol.asyncDispose](): Promise<void> {
      await app[Symbol.asyncDispose]()
      plain.disconnect()
      await redis[Symbol.asyncDispose]()
    },
  }
}

export const accountOf = (n: number): Account =>
  Account.parse({ id: `a${n}`, email: `a${n}@acme.example`, token: `003|${n}`, cif: 'RO12345674' })
export const shopOf = (n: number): Shop =>
  Shop.parse({
    id: `s${n}`,
    account: `a${n}`,
    platform: 'generic',
    secret: `secret-${n}`,
    settings: someSettings(),
  })

/** Runs `work` for 0 … count-1, `width` at a time. */
export async function each(
  count: number,
  work: (n: number) => Promise<unknown>,
  width = 100,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

/** Accounts from..from+count-1, each with a shop; what is otherwise read once from SmartBill is known already. */
export async function addAccounts({ app }: World, from: number, count: number): Promise<void> {
  const { registry, facts, series } = app.ledger
  await each(count, async (i) => {
    const [account, shop] = [accountOf(from + i), shopOf(from + i)]
    await registry.saveAccount(account)
    await registry.saveShop(shop)
    await facts.saveVat(account.id, payerVat)
    const ref = { account: account.id, kind: 'invoice', series: 'FCT' } as const
    const { run } = await series.known(ref)
    await series.finish(ref, {
      run,
      highest: 0,
      startedAt: app.now(),
      complete: true,
      numbers: {},
      markers: {},
    })
  })
}

/** A body as a shop posts it: one product, shipping, paid by card, about 1 KB. */
export const bodyOf = (id: string): string => JSON.stringify(anOrder({ id, number: id }))

/** An order stored, due and waiting for a worker, as the web process and `route-order` leave it. */
export async function addWaiting(
  { app }: { app: App },
  n: number,
  id: string,
  enqueue = true,
): Promise<void> {
  const { id: account } = accountOf(n)
  const { id: shop } = shopOf(n)
  const order = anOrder({ id, number: id })
  const ref = orderRef(shop, id)
  const body = Buffer.from(JSON.stringify(order))
  const delivered = { account, shop, topic: 'order', body, deliveryIds: [] }
  await app.ledger.events.receive(delivered, ref, order)
  const key = documentKey(ref, 'invoice', 1)
  const made = await app.ledger.documents.makeDue(account, key, 'rules', { rule: 'paid' }, '1')
  await app.ledger.documents.routed(account, ref, '1', { kind: 'due', rule: 'paid' })
  if (enqueue) await app.enqueueDocument('issue-document', account, key, made.generation)
}
