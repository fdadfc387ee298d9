import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Command, Option } from 'commander'
import type { App } from '../app.ts'
import { partsOf, type DocumentKey } from '../core/ids.ts'
import type { Cli } from './cli.ts'
import { createFiscalRows, fiscalHead } from './fiscal-csv.ts'
import type { Head } from './journal-file.ts'
import { instantOf } from './since.ts'

type Options = { since?: string; format: 'ndjson' | 'csv'; output?: string }
type Put = (text: string) => Promise<void>
type Progress = (done: number, of: number) => void

export const exportCommand = (cli: Cli): Command =>
  new Command('export')
    .description('write the journal: whole for "relay restore", or as a table for the accountant')
    .option('--since <date>', 'from this day or instant on, like 2026-01-31')
    .addOption(
      new Option('--format <format>', 'every entry, or one row per issued document')
        .choices(['ndjson', 'csv'])
        .default('ndjson'),
    )
    .option('--output <file>', 'write there, readable by you alone; else to the standard output')
    .addHelpText(
      'after',
      `
Examples:
  relay export --output journal.ndjson
  relay export --format csv --since 2026-11-01 --output november.csv`,
    )
    .action(async ({ since, format, output }: Options) => {
      const from = since === undefined ? 0 : instantOf(since)
      const written = await cli.withApp((app) =>
        cli.withProgress('exporting', async (progress) => {
          const write = (put: Put) =>
            format === 'csv'
              ? writeRows(app, from, put, progress)
              : writeJournal(app, from, put, progress)
          return output === undefined ? write(cli.put) : toFile(output, write)
        }),
      )
      if (output !== undefined)
        cli.print({ output, ...written }, () => [
          `${written.written} ${format === 'csv' ? 'documents' : 'entries'} in ${output}`,
        ])
    })

async function toFile<T>(file: string, write: (put: Put) => Promise<T>): Promise<T> {
  const stream = createWriteStream(file, { mode: 0o600, flush: true })
  const failed = new Promise<never>((_, reject) => stream.once('error', reject))
  failed.catch(() => {})
  const all = (async () => {
    const result = await write(async (text) => {
      if (!stream.write(text)) await once(stream, 'drain')
    })
    stream.end()
    await once(stream, 'close')
    return result
  })()
  return Promise.race([all, failed])
}

async function* pagesOf({ config, ledger }: App, since: number) {
  for (let shard = 0; shard < config.shards; shard++) yield* ledger.journal.pages(shard, since)
}

const accountsOf = async ({ ledger }: App) =>
  Object.fromEntries((await ledger.registry.shops()).map(({ id, account }) => [id, account]))

async function writeJournal(app: App, since: number, put: Put, progress: Progress) {
  const size = await app.ledger.journal.size()
  const head: Head = {
    relay: 'journal',
    version: 1,
    exportedAt: new Date(app.now()).toISOString(),
    since: since === 0 ? null : new Date(since).toISOString(),
    shards: app.config.shards,
    shops: await accountsOf(app),
  }
  await put(`${JSON.stringify(head)}\n`)
  let written = 0
  for await (const page of pagesOf(app, since)) {
    await put(page.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    progress((written += page.length), size)
  }
  await put(`${JSON.stringify({ end: true, entries: written })}\n`)
  return { written }
}

async function writeRows(app: App, since: number, put: Put, progress: Progress) {
  const size = await app.ledger.journal.size()
  const accounts = await accountsOf(app)
  const rows = createFiscalRows(app, (key: DocumentKey) => accounts[partsOf(key).shop], since)
  await put(fiscalHead)
  let looked = 0
  let written = 0
  for await (const page of pagesOf(app, since)) {
    const text = await rows(page)
    if (text !== '') await put(text)
    written += text.split('\r\n').length - 1
    progress((looked += page.length), size)
  }
  return { written }
}
