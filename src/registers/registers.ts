import type { Cluster, Redis } from 'ioredis'
import { createAnaf } from './anaf.ts'
import { createFetch } from './fetch.ts'
import { createLine } from './line.ts'

/** ANAF takes one call a second; a little more, so that two never arrive closer than they were sent. */
const ANAF_GAP_MS = 1100

/** The public registers outside: companies at ANAF. */
export function createRegisters(
  redis: Redis | Cluster,
  options: { prefix: string; anafBaseUrl: string; timeoutMs: number },
) {
  const fetch = createFetch(options.timeoutMs)
  const base = `${options.prefix}:{registers}`
  return {
    anaf: createAnaf(createLine(redis, `${base}:anaf`, ANAF_GAP_MS), fetch, options.anafBaseUrl),
    close: () => fetch.close(),
  }
}
