import { describe, expect, test } from 'vitest'
import { orderRef } from '../../src/core/ids.ts'
import { ConfigFile } from '../../src/core/settings.ts'
import { anOrder } from '../support/builders.ts'
import { ACCOUNT, aShop, openRig, rawRedis, secretOf, TOKEN } from '../support/rig.ts'

const at = (time: string, total = '136.00') => anOrder({ updatedAt: `2026-11-24T${time}Z`, total })
const shopIdOf = (id: string) => ConfigFile.parse({ shops: [aShop({}, { id })] }).shops[0]!.id

describe('snapshots of an order', () => {
  test('an older one never replaces a newer one, and stays in the timeline', async () => {
    const rig = await openRig()
    await rig.receive(at('09:00:00'))
    await rig.receive(at('08:59:59', '999.00'))
    const known = await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1001'))
    expect(known?.order.total).toBe('136.00')
    const timeline = await rig.app.ledger.reports.timeline(ACCOUNT, rig.ref('1001'))
    expect(timeline.map(({ to }) => to)).toEqual(['received', 'received-older'])
  })

  test('one of the same instant replaces it: two changes within a second', async () => {
    const rig = await openRig()
    await rig.receive(at('09:00:00'))
    await rig.receive(at('09:00:00', '200.00'))
    const known = await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1001'))
    expect(known).toMatchObject({ version: '2', order: { total: '200.00' } })
  })
})

describe('a repeated delivery', () => {
  test('is recognised by its body, and the same body of another shop is another event', async () => {
    const rig = await openRig({ shops: [aShop(), aShop({}, { id: 'other' })] })
    const first = await rig.post({})
    const again = await rig.post({})
    const elsewhere = await rig.post({}, { shop: 'other' })
    expect([first, again, elsewhere].map(({ status }) => status)).toEqual([202, 202, 202])
    expect(first.json).toMatchObject({ status: 'accepted' })
    expect(again.json).toEqual({ ...(first.json as object), status: 'duplicate' })
    expect(elsewhere.json).toMatchObject({ status: 'accepted' })
  })

  test('is recognised by its Idempotency-Key; another body under the same key is refused', async () => {
    const rig = await openRig()
    expect((await rig.post({}, { key: 'k1' })).json).toMatchObject({ status: 'accepted' })
    expect((await rig.post({}, { key: 'k1' })).json).toMatchObject({ status: 'duplicate' })
    const other = await rig.post({ id: '1002' }, { key: 'k1' })
    expect(other.status).toBe(409)
    expect(await rig.app.ledger.documents.order(ACCOUNT, rig.ref('1002'))).toBeUndefined()
  })

  test.each(['x-shopify-webhook-id', 'x-shopify-event-id'])(
    'is recognised by Shopify’s own %s although its body differs',
    async (header) => {
      const rig = await openRig()
      const { events } = rig.app.ledger
      const deliver = (body: string, ids: string[]) =>
        events.receive(
          {
            account: ACCOUNT,
            shop: shopIdOf('web'),
            topic: 'orders/paid',
            body: Buffer.from(body),
            deliveryIds: ids,
          },
          orderRef('web', '1001'),
          anOrder(),
        )
      expect((await deliver('a', [`orders/paid~${header}~1`, 'orders/paid~x'])).status).toBe(
        'accepted',
      )
      expect((await deliver('b', [`orders/paid~${header}~1`])).status).toBe('duplicate')
      expect((await deliver('c', [`orders/paid~${header}~2`])).status).toBe('accepted')
    },
  )

  test('thirty at once are one event', async () => {
    const rig = await openRig()
    const answers = await Promise.all(Array.from({ length: 30 }, () => rig.post({})))
    const said = Object.groupBy(answers, ({ json }) => (json as { status: string }).status)
    expect(said['accepted']).toHaveLength(1)
    expect(said['duplicate']).toHaveLength(29)
  })
})

describe('the registry', () => {
  test('keeps no token and no secret in the clear anywhere in Redis', async () => {
    const rig = await openRig()
    await rig.post({})
    await rig.finish()
    const redis = rawRedis()
    const keys = await redis.keys(`${rig.prefix}:*`)
    expect(keys.length).toBeGreaterThan(5)
    const wanted = [TOKEN, secretOf('web')].flatMap((plain) => [
      plain,
      Buffer.from(plain).toString('base64'),
      Buffer.from(`a@acme.example:${plain}`).toString('base64'),
    ])
    let bytes = 0
    for (const key of keys) {
      const dump = (await redis.dumpBuffer(key)) ?? Buffer.alloc(0)
      // DUMP compresses long values, so what a hash, string or list holds is looked at as it is, too.
      const texts = [dump.toString('latin1'), key, await contentOf(redis, key)]
      bytes += dump.length
      for (const text of texts) for (const secret of wanted) expect(text).not.toContain(secret)
    }
    expect(bytes).toBeGreaterThan(1000)
    expect(await rig.app.ledger.registry.account(ACCOUNT)).toMatchObject({ token: TOKEN })
  })

  test('says plainly that RELAY_SECRET_KEY is not the one the secrets were stored with', async () => {
    const rig = await openRig()
    const other = await rig.another({ secretKey: Buffer.alloc(32, 1) })
    await expect(other.ledger.registry.account(ACCOUNT)).rejects.toThrow(
      'account acme cannot be decrypted: RELAY_SECRET_KEY is not the one it was stored with',
    )
    await expect(other.ledger.registry.shop(shopIdOf('web'))).rejects.toThrow(/RELAY_SECRET_KEY/)
  })

  test('says so too of a sealed text that was cut short', async () => {
    const rig = await openRig()
    const redis = rawRedis()
    const name = `${rig.prefix}:{registry}:accounts`
    const stored = JSON.parse((await redis.hget(name, ACCOUNT)) ?? '') as { token: string }
    await redis.hset(name, ACCOUNT, JSON.stringify({ ...stored, token: stored.token.slice(0, 12) }))
    const other = await rig.another()
    await expect(other.ledger.registry.account(ACCOUNT)).rejects.toThrow(/RELAY_SECRET_KEY/)
  })

  test('an unchanged config file leaves alone what was edited elsewhere; a changed entry is applied', async () => {
    const rig = await openRig()
    const { registry } = rig.app.ledger
    const shop = (await registry.shop(shopIdOf('web')))!
    // As the dashboard does: what the file last said stays on record beside the edit.
    const redis = rawRedis()
    const name = `${rig.prefix}:{registry}:shops`
    const from = (JSON.parse((await redis.hget(name, 'web')) ?? '') as { from: string }).from
    await registry.saveShop({ ...shop, settings: { ...shop.settings, language: 'EN' } }, from)
    expect(await registry.load(rig.file)).toEqual({ applied: 0 })
    expect((await registry.shop(shop.id))?.settings.language).toBe('EN')

    const changed = ConfigFile.parse({
      ...rig.file,
      shops: [{ ...rig.file.shops[0], settings: { ...shop.settings, language: 'HU' } }],
    })
    expect(await registry.load(changed)).toEqual({ applied: 1 })
    expect((await registry.shop(shop.id))?.settings.language).toBe('HU')
  })

  test('an edit through saveShop survives the next start with the same file', async () => {
    const rig = await openRig()
    const { registry } = rig.app.ledger
    const shop = (await registry.shop(shopIdOf('web')))!
    await registry.saveShop({ ...shop, settings: { ...shop.settings, series: 'WEB' } })
    const other = await rig.another()
    expect(await other.ledger.registry.load(rig.file)).toEqual({ applied: 0 })
    expect((await other.ledger.registry.shop(shop.id))?.settings.series).toBe('WEB')
  })
})

async function contentOf(redis: ReturnType<typeof rawRedis>, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? ''
    case 'hash':
      return JSON.stringify(await redis.hgetall(key))
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1))
    case 'zset':
      return JSON.stringify(await redis.zrange(key, 0, -1))
    case 'set':
      return JSON.stringify(await redis.smembers(key))
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'))
    default:
      return ''
  }
}
