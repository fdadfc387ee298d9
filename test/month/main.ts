// node test/month/main.ts [--orders 500] [--seed 1] [--calm]: a month of a shop with faults, and what its books say.
import { parseArgs } from 'node:util'
import { startPrivateRedis } from '../../scripts/private-redis.ts'
import { armFaults, booksOf, liveTheMonth, tableOf } from './month.ts'
import { plant, reconcileAll } from './discrepancies.ts'
import { openWorld } from './world.ts'
import { START } from './month.ts'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    calm: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const hint = (line: string) => process.stderr.isTTY && process.stderr.write(`\r${line}\u001B[K`)

const redis = await startPrivateRedis()
const world = await openWorld(redis.url, 'month', START)
const startedAt = performance.now()
try {
  const seed = Number(values.seed)
  if (!values.calm) armFaults(world, seed)
  const stories = await liveTheMonth(world, {
    orders: Number(values.orders),
    seed,
    onDay: (slot, of) => hint(`slot ${slot} of ${of}`),
  })
  const fired = world.simulator.faults().reduce((sum, rule) => sum + rule.fired, 0)
  world.simulator.disarm()
  const books = booksOf(world, stories)
  say(tableOf(stories, books))
  say(`faults that happened: ${fired}`)
  say(`lived in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  const before = await reconcileAll(world)
  say(`findings before planting: ${before.length}`)
  for (const { id, en } of before) say(`  ${id}: ${en}`)
  const planted = await plant(world, stories)
  const after = await reconcileAll(world)
  say(`planted ${planted.length}, found ${after.length}`)
  for (const { id, en } of after)
    say(`  ${planted.includes(id) ? 'planted' : 'NOT PLANTED'}  ${id}: ${en}`)
  for (const id of planted) if (!after.some((one) => one.id === id)) say(`  NOT FOUND  ${id}`)
  const wrong =
    books.differs.length > 0 ||
    books.doubles.length > 0 ||
    before.length > 0 ||
    after.length !== planted.length ||
    after.some(({ id }) => !planted.includes(id))
  process.exitCode = wrong ? 1 : 0
} finally {
  await world.close()
  await redis.stop()
}
