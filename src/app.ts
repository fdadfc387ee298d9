import { readFileSync } from 'node:fs'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import { createDelivery } from './alerts/deliver.ts'
import { createArchive } from './archive/archive.ts'
import type { Config } from './config.ts'
import { isElsewhere, partsOfAct, type ActKey } from './core/acts.ts'
import { markersBy, type AccountId, type DocumentKey } from './core/ids.ts'
import { createLinks } from './core/document-link.ts'
import { troubleOf } from './core/redis-trouble.ts'
import { seldom } from './core/seldom.ts'
import { createTurns } from './core/turns.ts'
import { createPdfs } from './document-pdfs.ts'
import { durabilityOf } from './durability.ts'
import { actJobOf } from './jobs.ts'
import { createLedger } from './ledger/ledger.ts'
import type { Log } from './log.ts'
import { sendMail } from './mail.ts'
import { createMetrics } from './metrics.ts'
import { createOutbound } from './outbound.ts'
import { platforms } from './platforms/index.ts'
import { sendStock, stockPushers } from './platforms/stock.ts'
import { writeBacks } from './platforms/write-back.ts'
import { createQueues } from './queue/queues.ts'
import { openRedis, whenReady } from './redis.ts'
import { createRegisters } from './registers/registers.ts'
import { createSmartBill } from './smartbill/smartbill.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')))

/** How long a process waits for Redis when it starts, in ms. */
const START_LIMIT_MS = 30_000
/** How often a trouble that lasts is said again, in ms. */
const TROUBLE_AGAIN_MS = 30_000

/** Calls to one shop or receiver of notices at a time, of this process: one that hangs delays nobody else. */
const CALLS_TO_ONE_HOST = 4

/**
 * Opens what the config names and hands it out as one object. `patient` processes (workers) wait for a Redis that is
 * away, `impatient` ones (web) fail at once so that the shop hears about it.
 */
export async function openApp(
  config: Config,
  options: {
    temper: 'patient' | 'impatient'
    log: Log
    now?: () => number
    redis?: Redis | Cluster
  },
) {
  const { log } = options
  const now = options.now ?? Date.now
  const redis = options.redis ?? openRedis(config.redis, options.temper)
  const isNews = seldom(TROUBLE_AGAIN_MS, () => performance.now())
  redis.on('error', (error: Error) => {
    const problem = troubleOf(error)
    if (isNews(problem)) log.warn({ problem }, 'Redis trouble')
  })
  try {
    await whenReady(redis, START_LIMIT_MS)
  } catch (error) {
    redis.disconnect()
    throw error
  }
  const metrics = createMetrics()
  const markerOf = markersBy(config.secretKey)
  const ledger = createLedger(
    redis,
    { ...config, requestTimeoutMs: config.smartbill.timeoutMs, markerOf },
    now,
  )
  const queues = createQueues(redis, { ...config, shardOf: ledger.shardOf })
  const smartbill = createSmartBill(redis, {
    prefix: config.prefix,
    ...config.smartbill,
    onCall: metrics.onCall,
  })
  const outbound = createOutbound({ allowPrivate: config.allowPrivateUrls })
  const archive = createArchive(config.archive)
  const links = createLinks(config.secretKey)
  const registers = createRegisters(redis, { prefix: config.prefix, ...config.registers })
  /** When work of this account may start: ms from now, not before `notBefore` (ms since 1970). */
  async function slot(account: AccountId, notBefore = 0): Promise<number> {
    const known = await ledger.registry.account(account)
    return known === undefined ? 0 : smartbill.budget.reserve(known, notBefore)
  }
  return {
    version,
    config,
    log,
    now,
    redis,
    metrics,
    ledger,
    queues,
    smartbill,
    outbound,
    turns: createTurns(CALLS_TO_ONE_HOST),
    deliverAlert: createDelivery(outbound, now),
    registers,
    platforms,
    stockPushers,
    sendStock,
    sendMail,
    writeBacks,
    archive,
    links,
    pdfs: createPdfs({ ledger, smartbill, archive, links, log }),
    markerOf,
    slot,
    durability: () => durabilityOf(redis),
    /** Gives a document its job, at a start of its own within the account's call budget. */
    async enqueueDocument(
      name: 'issue-document' | 'resolve-outcome',
      account: AccountId,
      key: DocumentKey,
      generation: string | number,
      delayMs = 0,
    ): Promise<void> {
      const wait = await slot(account, delayMs === 0 ? 0 : now() + delayMs)
      await queues.enqueueDocument(name, account, key, generation, wait)
    },
    /** Gives an act its job, if its kind has one, at a start of its own within the account's call budget. */
    async enqueueAct(
      account: AccountId,
      act: ActKey,
      generation: string | number,
      delayMs = 0,
    ): Promise<void> {
      const name = actJobOf(act)
      const wait = isElsewhere(partsOfAct(act).kind)
        ? delayMs
        : await slot(account, delayMs === 0 ? 0 : now() + delayMs)
      await queues.enqueueAct(name, account, act, generation, wait)
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([smartbill.close(), registers.close()])
      await Promise.all([outbound.close(), archive.close()])
      await queues.close()
      if (options.redis === undefined) redis.disconnect()
    },
  }
}

export type App = Awaited<ReturnType<typeof openApp>>
