import { expect, test } from 'vitest'
import { plant, reconcileAll } from '../month/discrepancies.ts'
import { armFaults, booksOf, liveTheMonth, START } from '../month/month.ts'
import { openWorld } from '../month/world.ts'
import { redisUrl, testPrefix } from '../support/redis.ts'

/** The whole of it, with five hundred orders: node test/month/main.ts */
test('a month of two shops with faults: the books balance, and ten planted discrepancies are found, nothing else', async () => {
  const world = await openWorld(redisUrl(), testPrefix(), START)
  try {
    armFaults(world, 1)
    const stories = await liveTheMonth(world, { orders: 50, seed: 1, days: 12 })
    world.simulator.disarm()
    const { rows, doubles, lost, differs } = booksOf(world, stories)
    expect({ doubles, lost, differs }).toEqual({ doubles: [], lost: [], differs: [] })
    for (const { name, expected, found } of rows) expect([name, found]).toEqual([name, expected])

    const planted = await plant(world, stories)
    const found = (await reconcileAll(world)).map(({ id }) => id)
    expect(planted).toHaveLength(10)
    expect(found.toSorted()).toEqual(planted.toSorted())
  } finally {
    await world.close()
  }
})
