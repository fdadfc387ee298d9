import { z } from 'zod'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

/** How many entries are read at once. */
const PAGE = 500

/** An entry as exports carry it; `id` begins with its instant in ms. */
export const JournalEntry = z.object({
  id: z.string().regex(/^\d+-\d+$/),
  /** The document key, or the order ref for what concerns the whole order. */
  about: z.string(),
  who: z.string(),
  from: z.string(),
  to: z.string(),
  facts: z.unknown(),
})
export type JournalEntry = z.infer<typeof JournalEntry>

/** The journal as a whole, in pages: it is never held in memory. */
export function createJournal(redis: Connection, keys: LedgerKeys, shards: number) {
  const every = Array.from({ length: shards }, (_, shard) => keys.ofShard(shard))
  return {
    /** How many entries there are. */
    async size(): Promise<number> {
      const sizes = await Promise.all(every.map(({ journal }) => redis.xlen(journal)))
      return sizes.reduce((sum, size) => sum + size, 0)
    },

    /** Nothing of any order or document is here. */
    async isEmpty(): Promise<boolean> {
      const found = await Promise.all(
        every.map(({ journal, counts, unrouted }) =>
          Promise.all([redis.exists(journal), redis.exists(counts), redis.exists(unrouted)]),
        ),
      )
      return found.flat().every((exists) => exists === 0)
    },

    /** The entries of a shard since an instant (ms), oldest first. */
    async *pages(shard: number, since = 0): AsyncGenerator<JournalEntry[]> {
      const { journal } = keys.ofShard(shard)
      let from = String(since)
      for (;;) {
        const page = await redis.xrange(journal, from, '+', 'COUNT', PAGE)
        const last = page.at(-1)
        if (last === undefined) return
        yield page.map(entryOf)
        from = `(${last[0]}`
      }
    },
  }
}

function entryOf([id, fields]: [string, string[]]): JournalEntry {
  const field = (name: string) => fields[fields.indexOf(name) + 1] ?? ''
  return {
    id,
    about: field('k'),
    who: field('w'),
    from: field('f'),
    to: field('t'),
    facts: JSON.parse(field('d')),
  }
}
