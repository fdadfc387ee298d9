import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AccountId, ShopId } from '../core/ids.ts'
import { JournalEntry } from '../ledger/journal.ts'

/** The first line of an exported journal. */
export const Head = z.object({
  relay: z.literal('journal'),
  version: z.literal(1),
  exportedAt: z.string(),
  /** Entries before this instant were left out; null when it is whole. */
  since: z.string().nullable(),
  shards: z.number().int(),
  /** Each shop's account. */
  shops: z.record(ShopId, AccountId),
})
export type Head = z.infer<typeof Head>

/** The last line: without it the file was cut off. */
export const Tail = z.object({ end: z.literal(true), entries: z.number().int() })

/** Line by line, each with its number; nothing is kept. The stream's errors are thrown. */
export async function* linesOf(file: string): AsyncGenerator<{ line: number; json: unknown }> {
  const input = createReadStream(file, { encoding: 'utf8' })
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  failed.catch(() => {})
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]()
  try {
    for (let line = 1; ; line++) {
      const next = await Promise.race([lines.next(), failed])
      if (next.done === true) return
      if (next.value.trim() === '') continue
      let json: unknown
      try {
        json = JSON.parse(next.value)
      } catch (cause) {
        throw new Error(`line ${line} is not JSON`, { cause })
      }
      yield { line, json }
    }
  } finally {
    input.destroy()
  }
}

/** The entries of a journal file, between its head and its tail. */
export async function* entriesOf(file: string): AsyncGenerator<JournalEntry> {
  for await (const { line, json } of linesOf(file)) {
    if (line === 1 || Tail.safeParse(json).success) continue
    const entry = JournalEntry.safeParse(json)
    if (!entry.success) throw new Error(`line ${line} is not a journal entry`)
    yield entry.data
  }
}
