import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { ShopId } from '../../src/core/ids.ts'
import { startRedis } from '../support/redis.ts'
import { ACCOUNT, openRig } from '../support/rig.ts'

const COUNT = 500
const SHOP = ShopId.parse('web')

test('an issued document costs at most 1 KB of Redis once its order is purged', async () => {
  const own = await startRedis()
  onTestFinished(() => own[Symbol.asyncDispose]())
  const rig = await openRig({ redisUrl: own.url })
  const redis = new Redis(own.url)
  onTestFinished(() => redis.disconnect())
  // What is on disk is not what is measured.
  await redis.config('SET', 'appendonly', 'no')
  const used = async () =>
    Number(/used_memory_dataset:(\d+)/.exec(await redis.info('memory'))?.[1] ?? NaN)

  async function issue(id: string): Promise<void> {
    const { documents } = rig.app.ledger
    const ref = await rig.receive({ id, number: `#${id}` })
    const key = rig.key(id)
    await documents.makeDue(ACCOUNT, key, 'rules', { rule: 'status:paid' }, '1')
    await documents.routed(ACCOUNT, ref, '1', { kind: 'due', document: 'invoice', rule: 'paid' })
    const claim = await documents.claim(ACCOUNT, key)
    if (claim.status !== 'claimed') throw new Error(claim.status)
    await documents.issued(
      ACCOUNT,
      key,
      'smartbill',
      {
        series: 'FCT',
        number: id.padStart(4, '0'),
        documentId: `00000000-0000-0000-0000-${id.padStart(12, '0')}`,
        url: `https://cloud.smartbill.ro/documente/editare/factura/${id}?token=${'x'.repeat(60)}`,
        viewUrl: `https://cloud.smartbill.ro/core/factura/vizualizeaza/${id}?token=${'x'.repeat(60)}`,
        paid: '136.00',
      },
      { total: '136.00', currency: 'RON' },
    )
    await documents.routed(ACCOUNT, ref, '1', { kind: 'due', document: 'invoice', rule: 'paid' })
  }
  async function purge(): Promise<void> {
    rig.clock.advance(100 * 86_400_000)
    while ((await rig.app.ledger.retention.purgeNext(ACCOUNT, SHOP, COUNT)).more) continue
  }
  // Scripts and fixed keys are there before the measuring begins.
  await issue('1')
  await purge()
  const empty = await used()
  for (let from = 1000; from < 1000 + COUNT; from += 50)
    await Promise.all(Array.from({ length: 50 }, (_, i) => issue(String(from + i))))
  const full = await used()
  await purge()
  // What expires by itself has gone by then.
  for (const kind of ['event', 'delivery'])
    for (const key of await redis.keys(`${rig.prefix}:*:${kind}:*`)) await redis.unlink(key)
  const left = await used()
  const each = (left - empty) / COUNT
  process.stderr.write(
    `per document: ${Math.round((full - empty) / COUNT)} bytes before, ${Math.round(each)} after the purge\n`,
  )
  expect(each).toBeGreaterThan(100)
  expect(each).toBeLessThanOrEqual(1024)
}, 120_000)
