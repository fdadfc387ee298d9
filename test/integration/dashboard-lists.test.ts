import { expect, test } from 'vitest'
import { ACCOUNT, aShop, openRig } from '../support/rig.ts'
import { documentsIn, tookAtMost } from '../../src/core/flow.ts'
import { ShopId } from '../../src/core/ids.ts'

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
