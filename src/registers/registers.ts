import type { Cluster, Redis } from 'ioredis'
import { createAnaf } from './anaf.ts'
import { createBnr } from './bnr.ts'
import { createFetch } from './fetch.ts'
import { createLine } from './line.ts'

/** ANAF takes one call a second; a little more, so that two never arrive closer than they were sent. */
const ANAF_GAP_MS = 1100
const BNR_GAP_MS = 2000

/** The public registers outside: companies at ANAF, exchange rates at the National Bank. */
export function createRegisters(
  redis: Redis | Cluster,
  options: { prefix: string; anafBaseUrl: string; bnrUrl: string; timeoutMs: number },
) {
  const fetch = createFetch(options.timeoutMs)
  const base = `${options.prefix}:{registers}`
  return {
    anaf: createAnaf(createLine(redis, `${base}:anaf`, ANAF_GAP_MS), fetch, options.anafBaseUrl),
    bnr: createBnr(createLine(redis, `${base}:bnr`, BNR_GAP_MS), fetch, options.bnrUrl),
    close: () => fetch.close(),
  }
}
