import { expect, test } from 'vitest'
import { ShopId } from '../../src/core/ids.ts'
import { purgeOrders } from '../../workers/purge-orders.ts'
import { ACCOUNT, openRig, rawRedis } from '../support/rig.ts'

const WEB = ShopId.parse('web')
const person = (name: string, phone: string) => ({
  kind: 'person' as const,
  name,
  phone,
  company: '',
  email: '',
  cif: '',
  regCom: '',
  cnp: '',
  bank: '',
  iban: '',
})

test('orders are found by buyer and code, forgotten when they change or are purged, and found again after a repair', async () => {
  const rig = await openRig()
  const redis = rawRedis()
  const { search, retention } = rig.app.ledger
  const index = (await redis.keys(`${rig.prefix}*`)).length
  expect(index).toBeGreaterThan(0)
  const find = async (asked: string, span: object = {}, most = 100) =>
    (await search.find(ACCOUNT, WEB, asked, span, most)).places.map(({ ref }) => ref)

  for (let i = 0; i < 6; i++) {
    await rig.receive({
      id: `o${i}`,
      number: `o${i}`,
      customer: person(`Ștefan Pop${i}`, '0721 000 00' + i),
    })
    rig.clock.advance(60_000)
  }
  expect(await find('stefan')).toEqual(['web~o5', 'web~o4', 'web~o3', 'web~o2', 'web~o1', 'web~o0'])
  expect(await find('ȘTEF pop3')).toEqual(['web~o3'])
  expect(await find('+40721000002')).toEqual(['web~o2'])
  expect(await find('0721 000 002')).toEqual(['web~o2'])
  expect(await find('ts-1')).toHaveLength(6)
  expect(await find('stefan ion')).toEqual([])
  expect(await find('*')).toEqual([])
  expect(await find('stefan', { to: rig.clock.now() - 4.5 * 60_000 })).toEqual(['web~o1', 'web~o0'])

  // A word that too many have: the newest of them, and those of the days that were asked for.
  expect(await find('stefan', {}, 2)).toEqual(['web~o5', 'web~o4'])
  expect(await find('stef', {}, 2)).toHaveLength(2)
  const early = { to: rig.clock.now() - 4.5 * 60_000 }
  expect(await find('stefan', early, 2)).toEqual(['web~o1', 'web~o0'])
  expect((await search.find(ACCOUNT, WEB, 'stefan', {}, 5)).cut).toBe(true)
  expect((await search.find(ACCOUNT, WEB, 'stefan', {}, 6)).cut).toBe(false)

  // News with another buyer: the one before is not found any more.
  await rig.receive({
    id: 'o1',
    number: 'o1',
    updatedAt: '2026-11-25T08:00:00Z',
    customer: person('Maria Radu', '0744'),
  })
  expect(await find('pop1')).toEqual([])
  expect(await find('radu')).toEqual(['web~o1'])

  // As an earlier version left it: without an index.
  const words = (await redis.keys(`${rig.prefix}*:words:web`))[0] ?? ''
  const order = (await redis.keys(`${rig.prefix}*:order:web~o2`))[0] ?? ''
  const members = await redis.zrange(words, 0, -1)
  await redis.hdel(order, 'words')
  await redis.zrem(words, ...members.filter((member) => member.endsWith('o2')))
  expect(await find('pop2')).toEqual([])
  expect(await search.complete(ACCOUNT, WEB)).toBe(1)
  expect(await search.complete(ACCOUNT, WEB)).toBe(0)
  expect(await find('pop2')).toEqual(['web~o2'])

  await rig.finish()
  rig.clock.advance(91 * 86_400_000)
  expect(await purgeOrders({ shard: 0 }, rig.app)).toBe('6 orders were purged')
  expect(await redis.exists(words)).toBe(0)
  expect(await retention.remains(ACCOUNT, rig.ref('o1'))).toHaveLength(1)
})
