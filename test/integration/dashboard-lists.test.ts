import { expect, test } from 'vitest'
import { ACCOUNT, aShop, openRig } from '../support/rig.ts'
import { documentsIn, tookAtMost } from '../../src/core/flow.ts'
import { AccountId, partsOf, ShopId } from '../../src/core/ids.ts'
import { anOrder } from '../support/builders.ts'
import { someCifs } from '../support/cifs.ts'

const WEB = ShopId.parse('web')

test('a shop’s orders are listed newest first, page by page, each once, also those of one instant', async () => {
  const rig = await openRig()
  for (let i = 0; i < 7; i++) await rig.receive({ id: String(i), number: String(i) })
  // News of an old order does not move it.
  await rig.receive({ id: '0', number: '0', updatedAt: '2026-11-25T08:00:00Z' })
  const { reports } = rig.app.ledger
  const seen: string[] = []
  let before
  for (;;) {
    const page = await reports.orders(ACCOUNT, WEB, 2, before)
    seen.push(...page.map(({ ref }) => ref))
    before = page.at(-1)
    if (page.length < 2) break
  }
  expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `web~${i}`))
  expect(await reports.orderCount(ACCOUNT, WEB)).toBe(7)
})

test('an order is found by its id and by its number, in its own shop only', async () => {
  const rig = await openRig({ shops: [aShop(), aShop({}, { id: 'other' })] })
  await rig.receive({ id: '820982911946154508', number: '#1001' })
  const { reports } = rig.app.ledger
  expect(await reports.findOrder(ACCOUNT, WEB, '820982911946154508')).toBe('web~820982911946154508')
  expect(await reports.findOrder(ACCOUNT, WEB, '#1001')).toBe('web~820982911946154508')
  expect(await reports.findOrder(ACCOUNT, WEB, '1001')).toBeUndefined()
  expect(await reports.findOrder(ACCOUNT, ShopId.parse('other'), '#1001')).toBeUndefined()
})

test('what is held longest comes first, whichever shard it is on', async () => {
  const names = ['acme', 'emil', 'flora', 'kilo']
  const cifs = someCifs(names.length)
  const rig = await openRig({
    env: { RELAY_SHARDS: '4' },
    accounts: names.map((id, i) => ({
      id,
      email: `a@${id}.example`,
      token: '003|abc',
      cif: `RO${cifs[i]}`,
    })),
    shops: names.map((account) => ({ ...aShop({}, { id: `${account}-web` }), account })),
  })
  const { documents, events, reports } = rig.app.ledger
  const keys = ['kilo', 'acme', 'flora', 'emil', 'acme', 'kilo'].map((name, i) => ({
    account: AccountId.parse(name),
    key: rig.key(String(i), 'invoice', `${name}-web`),
  }))
  for (const { account, key } of keys) {
    const { shop, orderId, order: ref } = partsOf(key)
    const order = anOrder({ id: orderId })
    const body = Buffer.from(JSON.stringify(order))
    await events.receive({ account, shop, topic: 'order', body, deliveryIds: [] }, ref, order)
    await documents.makeDue(account, key, 'rules', { rule: 'paid' }, '1')
    const claim = await documents.claim(account, key)
    const fence = 'fence' in claim ? claim.fence : ''
    await documents.hold(account, key, fence, '1', [{ code: 'x', field: '', en: 'x', ro: 'x' }])
    rig.clock.advance(1000)
  }
  const all = keys.map(({ key }) => key)
  expect(await reports.longestInState('held', 0, 4)).toEqual({ keys: all.slice(0, 4), of: 6 })
  expect(await reports.longestInState('held', 4, 4)).toEqual({ keys: all.slice(4), of: 6 })
  expect((await reports.counts()).held).toBe(6)
})

test('what was issued is counted by the hour', async () => {
  const rig = await openRig()
  await rig.receive()
  await rig.finish()
  const { reports } = rig.app.ledger
  expect(await reports.issuedSince(rig.clock.now() - 3_600_000)).toBe(1)
  expect(await reports.issuedSince(rig.clock.now() + 3_600_000)).toBe(0)

  const many = async (grain: 'minute' | 'hour', at = rig.clock.now()) =>
    (await rig.app.ledger.flow(grain, at, 3)).map(documentsIn)
  expect((await many('minute')).reduce((a, b) => a + b)).toBe(1)
  expect((await many('hour')).reduce((a, b) => a + b)).toBe(1)
  // The same slots three hours and eight days later are somebody else's.
  rig.clock.advance(192 * 3_600_000)
  expect(await many('minute')).toEqual([0, 0, 0])
  expect(await many('hour')).toEqual([0, 0, 0])
  await rig.receive({ id: '2', number: '2' })
  await rig.route(rig.ref('2'))
  rig.clock.advance(90_000)
  await rig.issue(rig.key('2'))
  const [slot] = await rig.app.ledger.flow('hour', rig.clock.now(), 1)
  expect(documentsIn(slot ?? { at: 0, counts: [] })).toBe(1)
  expect(tookAtMost(slot?.counts ?? [], 0.5)).toBe(90_000)
})
