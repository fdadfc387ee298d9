import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { apiScopes, type ApiScope } from '../core/api-scopes.ts'
import type { Connection } from './scripts.ts'

const StoredKey = z.object({
  id: z.string(),
  name: z.string(),
  /** Of the secret part; the key itself is shown once and kept nowhere. */
  hash: z.string(),
  scopes: z.array(z.enum(apiScopes)),
  createdAt: z.number(),
  createdBy: z.string(),
})
export type ApiKey = Omit<z.infer<typeof StoredKey>, 'hash'> & {
  /** ms since 1970; 0 when it was never used. Exact to a minute. */
  usedAt: number
}

/** How often a key in use is noted as used, in ms. */
const NOTE_MS = 60_000
const FORM = /^rlk_([a-z0-9]{10})_([A-Za-z0-9_-]{43})$/

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Keys for programs that call the operator routes: each with a name, scopes, and when it was last used. */
export function createApiKeys(
  redis: Connection,
  keys: { apiKeys: string; apiKeysUsed: string },
  now: () => number,
) {
  const noted = new Map<string, number>()

  async function note(id: string): Promise<void> {
    if (now() - (noted.get(id) ?? 0) < NOTE_MS) return
    noted.set(id, now())
    await redis.hset(keys.apiKeysUsed, id, now())
  }

  return {
    /** Makes a key and hands out its text, which cannot be shown again. */
    async create(
      name: string,
      scopes: readonly ApiScope[],
      createdBy: string,
    ): Promise<{ key: string; id: string }> {
      const id = randomBytes(8).toString('hex').slice(0, 10)
      const secret = randomBytes(32).toString('base64url')
      const stored: z.infer<typeof StoredKey> = {
        id,
        name,
        hash: digest(secret).toString('base64'),
        scopes: [...scopes],
        createdAt: now(),
        createdBy,
      }
      await redis.hset(keys.apiKeys, id, JSON.stringify(stored))
      return { key: `rlk_${id}_${secret}`, id }
    },

    /** The key that a text is, compared in constant time; undefined for any other text. */
    async find(
      text: string,
    ): Promise<{ id: string; name: string; scopes: ApiScope[] } | undefined> {
      const [, id = '', secret = ''] = FORM.exec(text) ?? []
      if (id === '') return undefined
      const stored = await redis.hget(keys.apiKeys, id)
      if (stored === null) return undefined
      const key = StoredKey.parse(JSON.parse(stored))
      if (!timingSafeEqual(digest(secret), Buffer.from(key.hash, 'base64'))) return undefined
      await note(id)
      return { id, name: key.name, scopes: key.scopes }
    },

    /** All keys, the newest first. */
    async list(): Promise<ApiKey[]> {
      const [stored, used] = await Promise.all([
        redis.hgetall(keys.apiKeys),
        redis.hgetall(keys.apiKeysUsed),
      ])
      return Object.values(stored)
        .map((text) => {
          const { hash: _, ...key } = StoredKey.parse(JSON.parse(text))
          return { ...key, usedAt: Number(used[key.id] ?? 0) }
        })
        .toSorted((a, b) => b.createdAt - a.createdAt)
    },

    /** From now on nobody gets in with it. False when there is no such key. */
    async revoke(id: string): Promise<boolean> {
      const removed = await redis.hdel(keys.apiKeys, id)
      await redis.hdel(keys.apiKeysUsed, id)
      return removed > 0
    },
  }
}
