import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
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

/**
 * Writes beside `file` and puts it in its place once it is whole, readable by its owner alone whatever was there before.
 * Where the place is no file (a pipe, a terminal) it is written to as it comes.
 */
async function toFile<T>(file: string, write: (put: Put) => Promise<T>): Promise<T> {
  const before = await stat(file).catch(() => undefined)
  if (before !== undefined && !before.isFile()) {
    await using there = await open(file, 'w')
    return await write((text) => there.writeFile(text))
  }
  const place = before === undefined ? file : await realpath(file)
  const beside = `${place}.${randomUUID()}.part`
  try {
    const result = await whole(beside, write)
    await rename(beside, place)
    return result
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

async function whole<T>(file: string, write: (put: Put) => Promise<T>): Promise<T> {
  await using handle = await open(file, 'wx', 0o600)
  const result = await write((text) => handle.writeFile(text))
  await handle.sync()
  return result
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
