import { Command } from 'commander'
import type { App } from '../app.ts'
import { ActKey, partsOfAct } from '../core/acts.ts'
import {
  DocumentKey,
  OrderRef,
  partsOf,
  partsOfOrder,
  type AccountId,
  type ShopId,
} from '../core/ids.ts'
import { JournalEntry } from '../ledger/journal.ts'
import { CliError, exitCodes, messageOf, type Cli } from './cli.ts'
import { entriesOf, Head, linesOf, Tail } from './journal-file.ts'

/** Entries on their way to Redis at once. */
const AT_ONCE = 500

export const restoreCommand = (cli: Cli): Command =>
  new Command('restore')
    .argument('<file>', 'a whole journal, as "relay export" writes it')
    .description('rebuild a lost ledger on an empty Redis; stop web and workers first')
    .addHelpText(
      'after',
      `
Documents come back with their numbers and their timeline. What was not finished is looked for at SmartBill before
anything is sent again. Orders' own data is in no export: let the shops send their orders once more.

Example:
  relay restore journal.ndjson`,
    )
    .action(async (file: string) => {
      const restored = await cli.withApp(async (app) => {
        const { head, entries } = await cli.withProgress('checking', () => check(app, file))
        return cli.withProgress('restoring', (progress) =>
          restore(app, file, head, (done) => progress(done, entries)),
        )
      })
      cli.print(restored, () => [
        `${restored.entries} entries restored, ${restored.issued} documents issued`,
        `${restored.uncertain} documents are looked for at SmartBill, ${restored.due} wait for their orders' data`,
        ...(restored.unknownShops.length === 0
          ? []
          : [
              `No settings for: ${restored.unknownShops.join(', ')}. Start web or worker with RELAY_CONFIG naming them.`,
            ]),
        'Now start the workers, and let the shops send their recent orders again.',
      ])
    })

/** What an entry is about. */
function subjectOf(about: string): { kind: 'act' | 'document' | 'order'; shop: ShopId } {
  const act = ActKey.safeParse(about)
  if (act.success) return { kind: 'act', shop: partsOfAct(act.data).shop }
  const document = DocumentKey.safeParse(about)
  if (document.success) return { kind: 'document', shop: partsOf(document.data).shop }
  return { kind: 'order', shop: partsOfOrder(OrderRef.parse(about)).shop }
}

function accountIn(head: Head, about: string): AccountId {
  const account = head.shops[subjectOf(about).shop]
  if (account === undefined) throw new Error(`the file does not say whose shop ${about} is`)
  return account
}

/** Reads the file to its end before the first change: half a restore is worse than none. */
async function check(app: App, file: string): Promise<{ head: Head; entries: number }> {
  const { ledger, config } = app
  const refuse = (why: string) => new CliError(why, exitCodes.problems)
  if (!(await ledger.journal.isEmpty()))
    throw refuse(
      'This Redis already has a ledger, and a restore would mix the two. Nothing was changed. Name an empty Redis, or another RELAY_PREFIX.',
    )
  try {
    let head: Head | undefined
    let entries = 0
    let end: number | undefined
    const lastIds = new Map<number, string>()
    for await (const { line, json } of linesOf(file)) {
      if (head === undefined) {
        const first = Head.safeParse(json)
        if (!first.success)
          throw refuse(`${file} does not begin like a journal of "relay export --format ndjson".`)
        head = first.data
        continue
      }
      const tail = Tail.safeParse(json)
      if (tail.success) {
        end = tail.data.entries
        continue
      }
      const entry = JournalEntry.safeParse(json)
      if (!entry.success || end !== undefined)
        throw refuse(`${file}: line ${line} is not a journal entry.`)
      const { id, about, facts } = entry.data
      const shard = ledger.shardOf(accountIn(head, about))
      if (!isLater(id, lastIds.get(shard)))
        throw refuse(`${file}: line ${line} is out of order; the file was changed.`)
      lastIds.set(shard, id)
      const marker =
        typeof facts === 'object' && facts !== null && 'marker' in facts ? facts.marker : undefined
      if (marker !== undefined && marker !== app.markerOf(DocumentKey.parse(about)))
        throw refuse(
          'The journal was written with another RELAY_SECRET_KEY: documents at SmartBill would not be recognised and could be issued twice. Restore with the key it was written with.',
        )
      entries++
    }
    if (head === undefined) throw refuse(`${file} is empty.`)
    if (end !== entries)
      throw refuse(
        `${file} was cut off: it has ${entries} entries${end === undefined ? ' and no last line' : ` of ${end}`}.`,
      )
    if (head.since !== null)
      throw refuse(
        `${file} begins at ${head.since}; only a whole journal (without --since) restores.`,
      )
    if (head.shards !== config.shards)
      throw refuse(`${file} was written with RELAY_SHARDS=${head.shards}; restore with the same.`)
    for (const shop of await ledger.registry.shops()) {
      const account = head.shops[shop.id]
      if (account !== undefined && account !== shop.account)
        throw refuse(
          `Shop ${shop.id} belonged to account ${account}; the settings here say ${shop.account}.`,
        )
    }
    return { head, entries }
  } catch (error) {
    throw error instanceof CliError ? error : refuse(`${file}: ${messageOf(error)}`)
  }
}

function isLater(id: string, before: string | undefined): boolean {
  if (before === undefined) return true
  const [ms = 0, seq = 0] = id.split('-').map(Number)
  const [lastMs = 0, lastSeq = 0] = before.split('-').map(Number)
  return ms > lastMs || (ms === lastMs && seq > lastSeq)
}

async function restore(app: App, file: string, head: Head, progress: (done: number) => void) {
  const { ledger } = app
  let entries = 0
  const batch: Promise<void>[] = []
  // The first of each kind goes alone: Redis learns its script from it, and the others keep their order.
  const seen = new Set<string>()
  for await (const entry of entriesOf(file)) {
    const account = accountIn(head, entry.about)
    const kind = `${ledger.shardOf(account)} ${subjectOf(entry.about).kind}`
    const first = !seen.has(kind)
    if (first) await Promise.all(batch.splice(0))
    batch.push(ledger.restoring.put(account, entry))
    entries++
    if (!first && batch.length < AT_ONCE) continue
    await Promise.all(batch.splice(0))
    seen.add(kind)
    progress(entries)
  }
  await Promise.all(batch)
  for (let shard = 0; shard < app.config.shards; shard++)
    await ledger.restoring.doubt(shard, (key) => accountIn(head, key))
  const { issued, uncertain, due } = await ledger.reports.counts()
  const known = new Set((await ledger.registry.shops()).map(({ id }) => String(id)))
  const unknownShops = Object.keys(head.shops).filter((shop) => !known.has(shop))
  return { entries, issued, uncertain, due, unknownShops }
}
