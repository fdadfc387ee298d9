import { z } from 'zod'
import type { Connection } from './scripts.ts'

/** How long a replica may take to confirm an intent, in ms. */
const REPLICA_MS = 1000

const Answers = z.tuple([
  z.tuple([z.null(), z.number()]),
  z.tuple([z.null(), z.array(z.string().nullable())]),
  z.tuple([z.null(), z.number()]),
])

/**
 * These fields of a hash, or undefined while no replica has what was written before. WAIT answers for what its own
 * connection wrote, and a connection may have been replaced since, perhaps by one to a primary that never heard of it: so
 * it follows a write that changes nothing and a look at the fields, and the three are one pipeline, which is sent whole
 * or not at all. `counts`: the counts of the same shard.
 */
export async function onReplica(
  redis: Connection,
  counts: string,
  hash: string,
  fields: readonly string[],
): Promise<(string | null)[] | undefined> {
  const answers = await redis
    .pipeline()
    .hincrby(counts, 'attempting', 0)
    .hmget(hash, ...fields)
    .wait(1, REPLICA_MS)
    .exec()
  if (answers === null || answers.some(([error]) => error !== null)) return undefined
  const [, [, found], [, replicas]] = Answers.parse(answers)
  return replicas > 0 ? found : undefined
}
