import { addCounts, flowGrains, type FlowGrain, type FlowSlot } from '../core/flow.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

/** How many documents were issued in each minute or hour, and how long they took; written by `issued.lua`. */
export function createFlow(redis: Connection, keys: LedgerKeys, shards: number) {
  return {
    /** The last `count` slots, oldest first, the running one included; one without documents has zeros. */
    async flow(grain: FlowGrain, now: number, count: number): Promise<FlowSlot[]> {
      const { ms, slots } = flowGrains[grain]
      const last = Math.floor(now / ms)
      const indexes = Array.from(
        { length: Math.min(count, slots) },
        (_, i) => last - Math.min(count, slots) + 1 + i,
      )
      const fields = indexes.map((index) => `${grain}${index % slots}`)
      const stored = await Promise.all(
        Array.from({ length: shards }, (_, shard) =>
          redis.hmget(keys.ofShard(shard).flow, ...fields),
        ),
      )
      return indexes.map((index, i) => ({
        at: index * ms,
        counts: stored
          .map((values) => (values[i] ?? '').split(' ').map(Number))
          // A slot is used again and again; its number says whose it is.
          .filter(([whose]) => whose === index)
          .map(([, ...counts]) => counts)
          .reduce(addCounts, addCounts([], [])),
      }))
    },
  }
}
