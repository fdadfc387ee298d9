import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const startUp = [
  'src/app.ts',
  'src/config.ts',
  'src/config-file.ts',
  'src/log.ts',
  'src/redis.ts',
  'src/stop.ts',
]

/**
 * Who may import whom. A row is a file or a folder and the most exact row wins; a cell is a file, a folder, a package
 * (`node:*` and `@fastify/*` mean all of them, `*` any package), or `type` and one of these for `import type` only.
 * Changing the architecture means changing this table in the same commit.
 */
const table: Record<string, readonly string[]> = {
  'src/core': ['src/core', 'zod', 'big.js', 'node:crypto'],
  'src/platforms': ['src/platforms', 'src/core', 'zod', 'undici', 'node:crypto'],
  'src/smartbill': [
    'src/smartbill',
    'src/core',
    'zod',
    'undici',
    'p-retry',
    'unpdf',
    'node:*',
    'type ioredis',
  ],
  'src/smartbill/budget.ts': ['src/smartbill', 'src/core', 'zod', 'ioredis', 'node:*'],
  'src/ledger': ['src/ledger', 'src/core', 'zod', 'ioredis', 'node:*', 'type src/config.ts'],
  'src/queue': [
    'src/queue',
    'src/core',
    'src/jobs.ts',
    'type src/log.ts',
    'bullmq',
    'ioredis',
    'zod',
  ],
  // The public registers: companies at ANAF, rates at the National Bank.
  'src/registers': ['src/registers', 'src/core', 'zod', 'undici', 'node:*', 'type ioredis'],
  'src/durability.ts': ['type ioredis'],
  'src/alerts': ['src/alerts', 'src/core', 'type src/outbound.ts', 'nodemailer'],
  // Where PDFs are put away.
  'src/archive': ['src/archive', 'src/core', 'undici', 'node:*'],
  'src/document-pdfs.ts': [
    'src/core',
    'type src/archive',
    'type src/ledger',
    'type src/smartbill',
    'type src/log.ts',
  ],
  // What a person says of acts that wait, and money that a person or a courier tells of.
  'src/acts-desk.ts': [
    'src/core',
    'src/corrections',
    'src/jobs.ts',
    'type src/app.ts',
    'type src/ledger',
  ],
  'src/payments.ts': ['src/core', 'src/follow-up.ts', 'type src/app.ts', 'zod'],
  // How people and shops are told of a document.
  'src/announcing': [
    'src/announcing',
    'src/core',
    'src/follow-up.ts',
    'type src/app.ts',
    'type src/ledger',
    'zod',
  ],
  // What follows a document, as things stand.
  'src/follow-up.ts': ['src/core', 'src/corrections', 'type src/app.ts', 'type src/ledger'],
  // One worker at a time for what moves a document's money.
  'src/money-act.ts': [
    'src/core',
    'src/follow-up.ts',
    'type src/app.ts',
    'type src/jobs.ts',
    'type src/ledger',
  ],
  // Documents undone and corrected, and proformas made into invoices.
  'src/corrections': [
    'src/corrections',
    'src/core',
    'src/follow-up.ts',
    'src/series-watch.ts',
    'type src/app.ts',
    'type src/ledger',
    'type src/smartbill',
    'zod',
    'node:crypto',
  ],
  // A document by e-mail, through a mail server of ours.
  'src/mail.ts': ['src/core', 'nodemailer', 'node:stream'],
  'src/alert-picture.ts': ['src/core', 'src/dead-letters/counts.ts', 'type src/app.ts'],
  // The guard on addresses that people type in.
  'src/outbound.ts': ['undici', 'node:*'],
  // What a person does about dead letters, from whichever door.
  'src/dead-letters': [
    'src/dead-letters',
    'src/acts-desk.ts',
    'src/announcing',
    'src/core',
    'src/follow-up.ts',
    'src/intake.ts',
    'src/known-facts.ts',
    'type src/app.ts',
    'zod',
  ],
  // The one door for orders, whoever brings them.
  'src/intake.ts': ['src/core', 'type src/app.ts'],
  'src/http': [
    'src/http',
    'src/announcing',
    'src/corrections',
    'src/dead-letters',
    'src/did-not-happen.ts',
    'src/reconciling',
    'src/document-pdfs.ts',
    'src/payments.ts',
    'src/acts-desk.ts',
    'type src/ledger/acts.ts',
    'src/follow-up.ts',
    'src/series-watch.ts',
    'src/intake.ts',
    'src/cut-over.ts',
    'src/orders-since.ts',
    'src/shop-reports.ts',
    'src/known-facts.ts',
    'src/stock-push.ts',
    'src/core',
    'src/jobs.ts',
    'type src/app.ts',
    'zod',
    'prom-client',
    'node:*',
    'fastify',
    '@fastify/*',
    'fastify-type-provider-zod',
    '@bull-board/*',
  ],
  // It plays SmartBill, so it shares no code with what it is a witness of.
  'src/simulator': ['src/simulator', 'zod', 'big.js', 'pdfkit', 'node:*'],
  'src/config.ts': ['src/core', 'zod', 'node:*'],
  'src/jobs.ts': ['src/core', 'zod'],
  'src/log.ts': ['src/core', 'pino'],
  'src/config-file.ts': ['src/core', 'type src/app.ts', 'zod', 'node:*'],
  'src/redis.ts': ['type src/config.ts', 'ioredis'],
  'src/metrics.ts': ['prom-client'],
  'src/stop.ts': ['type src/log.ts', 'node:*'],
  // What several workers do in the same way.
  'src/series-watch.ts': ['src/core', 'type src/app.ts', 'type src/ledger'],
  'src/missing-jobs.ts': ['src/core', 'src/jobs.ts', 'type src/app.ts'],
  'src/did-not-happen.ts': ['src/core', 'type src/app.ts', 'type src/ledger'],
  'src/vat-table.ts': ['src/core', 'type src/app.ts'],
  'src/company-facts.ts': ['src/core', 'type src/app.ts'],
  'src/bnr-rate.ts': ['src/core', 'type src/app.ts'],
  'src/cut-over.ts': ['src/core', 'type src/app.ts'],
  'src/orders-since.ts': ['src/core', 'type src/app.ts'],
  'src/shop-reports.ts': ['src/core', 'src/orders-since.ts', 'type src/app.ts'],
  // A shop's own list of its orders, for whoever reads it.
  'src/listed-orders.ts': ['src/core', 'type src/app.ts', 'node:timers/promises'],
  'src/backfill.ts': [
    'src/core',
    'src/due-document.ts',
    'src/intake.ts',
    'src/listed-orders.ts',
    'src/orders-since.ts',
    'type src/app.ts',
  ],
  // Orders, documents and money of a day, beside what SmartBill and the shop have of them.
  'src/reconciling': [
    'src/reconciling',
    'src/core',
    'src/due-document.ts',
    'src/follow-up.ts',
    'src/listed-orders.ts',
    'src/series-watch.ts',
    'type src/app.ts',
    'type src/ledger',
  ],
  'src/decide-now.ts': [
    'src/core',
    'src/corrections',
    'src/bnr-rate.ts',
    'src/company-facts.ts',
    'src/follow-up.ts',
    'src/known-facts.ts',
    'src/vat-table.ts',
    'type src/app.ts',
  ],
  'src/due-document.ts': [
    'src/core',
    'src/company-facts.ts',
    'src/follow-up.ts',
    'type src/app.ts',
  ],
  'src/known-facts.ts': ['src/core', 'src/bnr-rate.ts', 'type src/app.ts'],
  'src/stock-push.ts': ['src/core', 'type src/app.ts', 'node:crypto'],
  'src/app.ts': ['src', '*'],
  'src/main.ts': [...startUp, 'src/http', 'node:*'],
  'src/relay.ts': ['src', 'commander', 'zod', 'node:*'],
  'src/cli': ['src', 'commander', 'zod', 'node:*'],
  workers: [
    'src/announcing',
    'src/corrections',
    'src/dead-letters',
    'src/alert-picture.ts',
    'src/bnr-rate.ts',
    'src/company-facts.ts',
    'src/did-not-happen.ts',
    'src/decide-now.ts',
    'src/due-document.ts',
    'src/follow-up.ts',
    'src/money-act.ts',
    'src/known-facts.ts',
    'src/core',
    'type src/ledger/acts.ts',
    'src/intake.ts',
    'src/jobs.ts',
    'src/listed-orders.ts',
    'src/missing-jobs.ts',
    'src/reconciling',
    'src/series-watch.ts',
    'src/stock-push.ts',
    'src/vat-table.ts',
    'type src/app.ts',
    'zod',
    'node:*',
  ],
  'workers/run-workers.ts': [
    'workers',
    'src/queue/run-jobs.ts',
    'src/core',
    'type src/app.ts',
    'type ioredis',
  ],
  'workers/main.ts': [...startUp, 'workers/keep-queues.ts', 'workers/run-workers.ts', 'node:*'],
}

type Import = { specifier: string; typeOnly: boolean }

function importsOf(source: string): Import[] {
  const statements = source.matchAll(
    /^[ \t]*(?:import|export)(\s+type)?\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  )
  // Without a plain string we cannot know what is imported: `?` is in no cell.
  const calls = source.matchAll(/\bimport\(\s*(?:['"]([^'"]+)['"]|[^)]*)/g)
  return [
    ...[...statements].map(([, type, specifier = '?']) => ({
      specifier,
      typeOnly: type !== undefined,
    })),
    ...[...calls].map(([, specifier = '?']) => ({ specifier, typeOnly: false })),
  ]
}

const within = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`)

function covers(cell: string, target: string, isFile: boolean): boolean {
  if (isFile) return within(target, cell)
  if (target === '?') return false
  return cell.endsWith('*') ? target.startsWith(cell.slice(0, -1)) : within(target, cell)
}

/** One sentence per import that the table does not allow. */
function violations(file: string, source: string): string[] {
  const row = Object.keys(table)
    .filter((path) => within(file, path))
    .toSorted((a, b) => b.length - a.length)[0]
  if (row === undefined) return [`${file} has no row in the table`]
  return importsOf(source).flatMap(({ specifier, typeOnly }) => {
    const isFile = specifier.startsWith('.')
    const target = isFile ? posix.join(posix.dirname(file), specifier) : specifier
    const allowed = (table[row] ?? []).some((cell) =>
      cell.startsWith('type ')
        ? typeOnly && covers(cell.slice('type '.length), target, isFile)
        : covers(cell, target, isFile),
    )
    return allowed ? [] : [`${file} may not import ${target}`]
  })
}

const root = join(import.meta.dirname, '..')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => posix.join(entry.parentPath.slice(root.length + 1), entry.name))
}

test('every import under src and workers is in the table', () => {
  const files = [...sources('src'), ...sources('workers')]
  expect(files).toContain('src/core/ids.ts')
  expect(files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual(
    [],
  )
})

describe('the table', () => {
  test.each([
    ['core', 'src/core/rules.ts', `import { Redis } from 'ioredis'`],
    ['core', 'src/core/rules.ts', `import '../ledger/ledger.ts'`],
    ['core', 'src/core/rules.ts', `export * from '../config.ts'`],
    ['core', 'src/core/deep/rules.ts', `import fs from 'node:fs'`],
    [
      'a folder, of its neighbour',
      'src/ledger/ledger.ts',
      `import { a } from '../queue/queues.ts'`,
    ],
    [
      'a list over many lines',
      'src/queue/q.ts',
      `import {\n  a,\n  b,\n} from "../ledger/keys.ts"`,
    ],
    ['a lazy import', 'src/platforms/shopify.ts', `const x = await import('bullmq')`],
    ['an import it cannot read', 'src/app.ts', 'const x = await import(name)'],
    ['only budget.ts', 'src/smartbill/client.ts', `import { Redis } from 'ioredis'`],
    ['app, by http', 'src/http/server.ts', `import { openApp } from '../app.ts'`],
    // Type stripping leaves the import behind, so the module would be loaded.
    ['app, with an inline type', 'workers/a.ts', `import { type App } from '../src/app.ts'`],
    ['a worker, by another', 'workers/a.ts', `import { b } from './b.ts'`],
    ['a folder, past app', 'workers/a.ts', `import type { L } from '../src/ledger/ledger.ts'`],
    ['workers, by app', 'src/app.ts', `import { a } from '../workers/a.ts'`],
    ['workers, by the CLI', 'src/relay.ts', `import { a } from '../workers/a.ts'`],
    ['core, by the simulator', 'src/simulator/money.ts', `import { a } from '../core/money.ts'`],
    ['a name that only begins alike', 'src/core/a.ts', `import { b } from 'zod-extras'`],
  ])('refuses %s: %s %s', (_what, file, source) => {
    expect(violations(file, source)).toHaveLength(1)
  })

  test.each([
    ['src/core/rules.ts', `import { z } from 'zod'\nimport { a } from './ids.ts'`],
    ['src/core/rules.ts', `// imported from 'ioredis' elsewhere\nconst a = b.from('ioredis')`],
    ['src/smartbill/budget.ts', `import { Redis } from 'ioredis'`],
    ['src/smartbill/client.ts', `import { request } from 'undici'\nimport { a } from './wire.ts'`],
    ['src/http/server.ts', `import type { App } from '../app.ts'\nimport c from '@fastify/cookie'`],
    ['src/app.ts', `import { a } from './ledger/ledger.ts'\nimport { b } from 'anything'`],
    ['workers/a.ts', `import type { App } from '../src/app.ts'`],
    ['workers/run-workers.ts', `import { a } from './a.ts'`],
    ['workers/main.ts', `import { openApp } from '../src/app.ts'`],
  ])('allows %s: %s', (file, source) => {
    expect(violations(file, source)).toEqual([])
  })

  test('has a row for every file', () => {
    expect(violations('src/helpers.ts', '')).toEqual(['src/helpers.ts has no row in the table'])
  })
})
