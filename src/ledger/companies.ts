import { z } from 'zod'
import { CompanyFacts } from '../core/company.ts'
import { AccountId, DocumentKey } from '../core/ids.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** What is known is asked for again after a day; a company that was not in the register may be there soon. */
const FRESH_MS = 86_400_000
const UNKNOWN_FRESH_MS = 600_000
/** The last good answer serves this long while the register cannot be asked, in seconds. */
const KEEP_S = 30 * 86_400
/** How long one caller may take to look a batch up, in ms. */
const LEASE_MS = 30_000

const Stored = z.object({
  at: z.number(),
  answer: z.union([CompanyFacts, z.literal('unknown')]),
})
const Taken = z.array(z.string())
const Waiting = z.tuple([AccountId, DocumentKey])

/** What the company register said, and the companies that orders still need. Public facts, so shared by all accounts. */
export function createCompanies(redis: Connection, keys: LedgerKeys, now: () => number) {
  const scripts = loadScripts(redis, { 'take-wanted': 'plain', 'want-company': 'plain' })
  const { wanted, lookedUp, company, documents } = keys.companies
  return {
    async get(
      cif: string,
    ): Promise<{ answer: CompanyFacts | 'unknown'; fresh: boolean } | undefined> {
      const text = await redis.get(company(cif))
      if (text === null) return undefined
      const { at, answer } = Stored.parse(JSON.parse(text))
      return {
        answer,
        fresh: now() - at < (answer === 'unknown' ? UNKNOWN_FRESH_MS : FRESH_MS),
      }
    },

    /** An order needs this company. Returns when it was first asked for: ms since 1970. */
    want: async (cif: string): Promise<number> =>
      z.coerce
        .number()
        .parse(
          await scripts['want-company'](
            [wanted, company(cif)],
            [now(), cif, FRESH_MS, UNKNOWN_FRESH_MS],
          ),
        ),

    /** How many wait that nobody is looking up. */
    async waiting(): Promise<number> {
      const [all, busy] = await Promise.all([
        redis.zcard(wanted),
        redis.zcount(lookedUp, now(), '+inf'),
      ])
      return Math.max(0, all - busy)
    },

    /** Takes the longest waiting, for the caller alone. */
    take: async (most: number): Promise<string[]> =>
      Taken.parse(await scripts['take-wanted']([wanted, lookedUp], [now(), LEASE_MS, most])),

    /** There was no answer: they wait on. */
    async giveBack(cifs: readonly string[]): Promise<void> {
      if (cifs.length > 0) await redis.zrem(lookedUp, ...cifs)
    },

    async save(answers: ReadonlyMap<string, CompanyFacts | 'unknown'>): Promise<void> {
      if (answers.size === 0) return
      const writes = redis.multi()
      for (const [cif, answer] of answers)
        writes.set(company(cif), JSON.stringify({ at: now(), answer }), 'EX', KEEP_S)
      writes.zrem(wanted, ...answers.keys())
      writes.zrem(lookedUp, ...answers.keys())
      await writes.exec()
    },

    /** This document is held until the company is known; so it is asked for, even if an answer came meanwhile. */
    async holdsUp(cif: string, account: AccountId, key: DocumentKey): Promise<void> {
      await redis
        .multi()
        .sadd(documents(cif), `${account} ${key}`)
        .expire(documents(cif), KEEP_S)
        .zadd(wanted, 'NX', now(), cif)
        .exec()
    },

    /** The documents that were held until this company is known. */
    async heldUp(cif: string): Promise<{ account: AccountId; key: DocumentKey }[]> {
      const members = await redis.smembers(documents(cif))
      return members.map((member) => {
        const [account, key] = Waiting.parse(member.split(' '))
        return { account, key }
      })
    },
    /** These have gone on. */
    async released(
      cif: string,
      gone: readonly { account: AccountId; key: DocumentKey }[],
    ): Promise<void> {
      if (gone.length === 0) return
      await redis.srem(documents(cif), ...gone.map(({ account, key }) => `${account} ${key}`))
    },
  }
}
