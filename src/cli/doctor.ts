import { Command } from 'commander'
import type { App } from '../app.ts'
import { RejectedError } from '../core/errors.ts'
import type { Account, Shop } from '../core/settings.ts'
import { CliError, messageOf, type Cli } from './cli.ts'
import { noteDeleted } from '../corrections/note-deleted.ts'
import { giveEveryJob } from '../missing-jobs.ts'
import {
  emptyFinding,
  findingsOfNews,
  findingsOfSeries,
  findingsOfShop,
  findingsOfVat,
  type Finding,
} from './findings.ts'

const startFix = 'See .env.example for every setting; "npm start" makes the secrets by itself.'
/** Round trips to Redis that are measured. */
const ROUND_TRIPS = 20
const SLOW_REDIS_MS = 20
/** Slots and blocks are told by Redis's clock, dates by ours. */
const SKEW_MS = 2000

export const doctorCommand = (cli: Cli): Command =>
  new Command('doctor')
    .description(
      'look at Redis, the clock and every SmartBill account; each finding comes with its fix',
    )
    .addHelpText(
      'after',
      '\nA few reads at SmartBill are made for each account, within its call limit. Exit code 1: something needs fixing.',
    )
    .option(
      '--repair',
      'first give a job to everything that waits in the ledger without one, make every order searchable, and note which numbers of deleted invoices are free again',
    )
    .action(async ({ repair = false }: { repair?: boolean }) => {
      const findings = await cli
        .withApp(async (app) => [
          ...(repair
            ? [await repaired(app, cli), await searchable(app, cli), await deleted(app, cli)]
            : []),
          ...(await cli.withProgress('looking', () => examine(app))),
        ])
        .catch((error: unknown): Finding[] => {
          if (!(error instanceof CliError)) throw error
          return [{ about: 'start', level: 'problem', says: error.message, fix: startFix }]
        })
      if (findings.some(({ level }) => level === 'problem')) cli.problem()
      cli.print({ findings }, () =>
        findings.flatMap(({ about, level, says, fix }) => [
          `${{ ok: '✓', warning: '!', problem: '✗' }[level]} ${about}: ${says}`,
          ...(fix === '' ? [] : [`    → ${fix}`]),
        ]),
      )
    })

/** The queues may be lost or in doubt: the ledger knows what should be in them. */
async function repaired(app: App, cli: Cli): Promise<Finding> {
  const given = await cli.withProgress('looking for work without a job', (progress) =>
    giveEveryJob(app, 0, progress),
  )
  return ok('queues', `${given} pieces of work had no job and have one now`)
}

/** Orders of a version that had no search are not found by their buyer until they are in the index. */
async function searchable(app: App, cli: Cli): Promise<Finding> {
  const shops = await app.ledger.registry.shops()
  let added = 0
  await cli.withProgress('completing the search', async (progress) => {
    for (const [i, { account, id }] of shops.entries()) {
      added += await app.ledger.search.complete(account, id)
      progress(i + 1, shops.length)
    }
  })
  return ok('search', `${added} orders were not searchable and are now`)
}

/** Invoices that an earlier release deleted are not known to have left their numbers. */
async function deleted(app: App, cli: Cli): Promise<Finding> {
  const noted = await cli.withProgress('looking for deleted invoices', (progress) =>
    noteDeleted(app, progress),
  )
  return ok('deleted invoices', `${noted} were not known to have left their number and are now`)
}

async function examine(app: App): Promise<Finding[]> {
  const [accounts, shops] = await Promise.all([
    app.ledger.registry.accounts(),
    app.ledger.registry.shops(),
  ])
  const nothing =
    accounts.length > 0
      ? []
      : [(await app.ledger.registry.everUsed()) ? noAccount : emptyFinding(app.config.prefix)]
  const perAccount = await Promise.all(
    accounts.map((account) =>
      examineAccount(
        app,
        account,
        shops.filter((shop) => shop.account === account.id),
      ),
    ),
  )
  const { thresholds } = await app.ledger.alerts.alerting()
  const news = await Promise.all(
    shops.map(async (shop) => {
      const [newest] = await app.ledger.reports.orders(shop.account, shop.id, 1)
      const origin = app.config.publicUrl ?? 'https://<web>'
      return findingsOfNews(shop, newest?.at, app.now(), thresholds.silenceHours, origin)
    }),
  )
  return [...(await examineRedis(app)), ...nothing, ...perAccount.flat(), ...news.flat()]
}

const noAccount: Finding = {
  about: 'accounts',
  level: 'warning',
  says: 'no SmartBill account is known yet',
  fix: 'Name a file with accounts and shops in RELAY_CONFIG and start web or worker once.',
}

async function examineRedis(app: App): Promise<Finding[]> {
  const { warnings } = await app.durability()
  const info = await app.redis.info('server')
  const version = /^(?:valkey|redis)_version:(\S+)/m.exec(info)?.[1] ?? 'of unknown version'
  const times: number[] = []
  for (let i = 0; i < ROUND_TRIPS; i += 1) {
    const startedAt = performance.now()
    await app.redis.ping()
    times.push(performance.now() - startedAt)
  }
  const middle = times.toSorted((a, b) => a - b)[ROUND_TRIPS / 2] ?? 0
  const [seconds = 0, micros = 0] = (await app.redis.time()).map(Number)
  const skew = app.now() - (seconds * 1000 + micros / 1000)
  return [
    ...(warnings.length === 0
      ? [ok('Redis', `${version} keeps everything it accepts`)]
      : warnings.map(ofDurability)),
    middle > SLOW_REDIS_MS
      ? {
          about: 'Redis',
          level: 'warning',
          says: `a round trip takes ${middle.toFixed(1)} ms`,
          fix: 'Put web and workers near Redis: every order takes several round trips.',
        }
      : ok('Redis', `a round trip takes ${middle.toFixed(1)} ms`),
    Math.abs(skew) > SKEW_MS
      ? {
          about: 'clock',
          level: 'problem',
          says: `this machine differs from Redis by ${(skew / 1000).toFixed(1)} s`,
          fix: 'Let both machines take the time from the network (NTP).',
        }
      : ok('clock', 'agrees with Redis'),
  ]
}

async function examineAccount(
  app: App,
  account: Account,
  shops: readonly Shop[],
): Promise<Finding[]> {
  const about = `account ${account.id}`
  const health = await app.smartbill.budget.look(account)
  if (health.state === 'paused') {
    return [
      {
        about,
        level: 'warning',
        says: 'is paused, so SmartBill was not asked',
        fix: `relay accounts resume ${account.id}`,
      },
    ]
  }
  try {
    const { documents } = app.smartbill
    const invoices = await documents.series(account, 'invoice')
    const estimates = await documents.series(account, 'estimate')
    const vat = await documents.vat(account)
    const settings = shops.flatMap((shop) => findingsOfShop(shop))
    return [
      ok(about, `SmartBill accepts the login for ${account.cif}`),
      ...findingsOfSeries(about, shops, { invoice: invoices, estimate: estimates }),
      ...findingsOfVat(about, vat, shops),
      ...settings,
    ]
  } catch (error) {
    const { state } = await app.smartbill.budget.look(account)
    return [failed(about, account, state, error)]
  }
}

/** Its warnings say what is lost, and end with what to do. */
function ofDurability(warning: string): Finding {
  const end = warning.lastIndexOf('. ')
  const [says, fix] =
    end < 0 ? [warning, ''] : [warning.slice(0, end), warning.slice(end + '. '.length)]
  return { about: 'Redis', level: 'problem', says, fix }
}

const ok = (about: string, says: string): Finding => ({ about, level: 'ok', says, fix: '' })

function failed(about: string, { cif }: Account, state: string, error: unknown): Finding {
  if (state === 'login-refused') {
    return {
      about,
      level: 'problem',
      says: `SmartBill refuses the login or the company ${cif}`,
      fix: 'Copy e-mail and token again from SmartBill (Contul meu → Integrări → API) and check the CIF.',
    }
  }
  if (error instanceof RejectedError) {
    return {
      about,
      level: 'problem',
      says: error.refusal.said || error.message,
      fix: error.refusal.en,
    }
  }
  return {
    about,
    level: 'problem',
    says: `SmartBill could not be asked: ${messageOf(error)}`,
    fix: 'Check the network and SMARTBILL_BASE_URL; a block by SmartBill ends after ten minutes.',
  }
}
