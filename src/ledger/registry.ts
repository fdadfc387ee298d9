import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ShopId, type AccountId } from '../core/ids.ts'
import { EmptiedError } from '../core/redis-trouble.ts'
import { ShopApi } from '../core/shop-api.ts'
import { Account, Settings, Shop, type ConfigFile } from '../core/settings.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'
import type { createSealer } from './secrets.ts'

/** How long another process may go on with settings that have just been changed, in ms. */
const STALE_MS = 1000

const StoredAccount = Account.extend({
  token: z.string(),
  stockToken: z.string().optional(),
  from: z.string().optional(),
})
/** Settings as any version wrote them: one that this version does not know is left out. Made once: making it is dear. */
const KnownSettings = Settings.strip()
const StoredShop = Shop.extend({
  secret: z.string(),
  previousSecret: z.string().optional(),
  api: z.string().optional(),
  stockWebhook: z.string().optional(),
  webhooks: z.string().optional(),
  mailbox: z.string().optional(),
  from: z.string().optional(),
  settings: z.looseObject({}).transform((settings) => KnownSettings.parse(settings)),
})

/** Accounts and shops, secrets sealed. Every process sees a change within a second. */
export function createRegistry(
  redis: Connection,
  keys: LedgerKeys,
  sealer: ReturnType<typeof createSealer>,
  now: () => number,
) {
  let checked = false
  const cache = new Map<string, { at: number; value: Promise<unknown> }>()
  /** Whoever asks while an entry is being read waits for the same answer. */
  function cached<T>(name: string, read: () => Promise<T>): Promise<T> {
    const hit = cache.get(name)
    // However far the clock was set back meanwhile.
    if (hit !== undefined && Math.abs(now() - hit.at) < STALE_MS) return hit.value as Promise<T>
    const value = read()
    const entry = { at: now(), value }
    cache.set(name, entry)
    value.catch(() => {
      if (cache.get(name) === entry) cache.delete(name)
    })
    return value
  }
  const openAccount = (text: string): Account => {
    const { from: _from, stockToken, ...account } = StoredAccount.parse(JSON.parse(text))
    return {
      ...account,
      token: sealer.open(account.token, `account ${account.id}`),
      ...(stockToken === undefined
        ? {}
        : { stockToken: sealer.open(stockToken, `stock of account ${account.id}`) }),
    }
  }
  const openShop = (text: string): Shop => {
    const {
      from: _from,
      previousSecret,
      api,
      stockWebhook,
      webhooks,
      mailbox,
      ...shop
    } = StoredShop.parse(JSON.parse(text))
    return {
      ...shop,
      secret: sealer.open(shop.secret, `shop ${shop.id}`),
      ...(api === undefined
        ? {}
        : { api: ShopApi.parse(JSON.parse(sealer.open(api, `api of shop ${shop.id}`))) }),
      ...(stockWebhook === undefined
        ? {}
        : {
            stockWebhook: Shop.shape.stockWebhook.parse(
              JSON.parse(sealer.open(stockWebhook, `stock of shop ${shop.id}`)),
            ),
          }),
      ...(webhooks === undefined
        ? {}
        : {
            webhooks: Shop.shape.webhooks.parse(
              JSON.parse(sealer.open(webhooks, `webhooks of shop ${shop.id}`)),
            ),
          }),
      ...(mailbox === undefined
        ? {}
        : {
            mailbox: Shop.shape.mailbox.parse(
              JSON.parse(sealer.open(mailbox, `mailbox of shop ${shop.id}`)),
            ),
          }),
      ...(previousSecret === undefined
        ? {}
        : { previousSecret: sealer.open(previousSecret, `shop ${shop.id}`) }),
    }
  }
  // An edit keeps what the config file last said: only a change in the file takes it back.
  const saveAccount = async (account: Account, loaded?: string) => {
    const from = loaded ?? loadedFrom(await redis.hget(keys.accounts, account.id))
    const token = sealer.seal(account.token, `account ${account.id}`)
    const stored = {
      ...account,
      token,
      ...(account.stockToken === undefined
        ? {}
        : { stockToken: sealer.seal(account.stockToken, `stock of account ${account.id}`) }),
      from,
    }
    await redis.hset(keys.accounts, account.id, JSON.stringify(stored))
    cache.clear()
  }
  const saveShop = async (shop: Shop, loaded?: string) => {
    const from = loaded ?? loadedFrom(await redis.hget(keys.shops, shop.id))
    const seal = (secret: string) => sealer.seal(secret, `shop ${shop.id}`)
    const stored = {
      ...shop,
      secret: seal(shop.secret),
      ...(shop.previousSecret === undefined ? {} : { previousSecret: seal(shop.previousSecret) }),
      ...(shop.api === undefined
        ? {}
        : { api: sealer.seal(JSON.stringify(shop.api), `api of shop ${shop.id}`) }),
      ...(shop.stockWebhook === undefined
        ? {}
        : {
            stockWebhook: sealer.seal(
              JSON.stringify(shop.stockWebhook),
              `stock of shop ${shop.id}`,
            ),
          }),
      ...(shop.webhooks === undefined
        ? {}
        : {
            webhooks: sealer.seal(JSON.stringify(shop.webhooks), `webhooks of shop ${shop.id}`),
          }),
      ...(shop.mailbox === undefined
        ? {}
        : { mailbox: sealer.seal(JSON.stringify(shop.mailbox), `mailbox of shop ${shop.id}`) }),
      from,
    }
    await redis.hset(keys.shops, shop.id, JSON.stringify(stored))
    cache.clear()
  }
  const Loaded = z.looseObject({ from: z.string().optional() })
  const loadedFrom = (text: string | null) =>
    text === null ? undefined : Loaded.parse(JSON.parse(text)).from

  const shop = (id: ShopId): Promise<Shop | undefined> =>
    cached(`shop ${id}`, async () => {
      const text = await redis.hget(keys.shops, id)
      return text === null ? undefined : openShop(text)
    })

  return {
    account: (id: AccountId): Promise<Account | undefined> =>
      cached(`account ${id}`, async () => {
        const text = await redis.hget(keys.accounts, id)
        return text === null ? undefined : openAccount(text)
      }),
    shop,
    /** By a name that somebody typed, which may be none. */
    async shopNamed(name: string | undefined): Promise<Shop | undefined> {
      const id = ShopId.safeParse(name)
      return id.success ? shop(id.data) : undefined
    },
    accounts: (): Promise<Account[]> =>
      cached('accounts', async () => (await redis.hvals(keys.accounts)).map(openAccount)),
    shops: (): Promise<Shop[]> =>
      cached('shops', async () => (await redis.hvals(keys.shops)).map(openShop)),
    saveAccount,
    saveShop,
    /**
     * Throws when this installation was started with another RELAY_SECRET_KEY before: its secrets could not be read and
     * its documents not be recognised.
     */
    async checkKey(): Promise<void> {
      await redis.setnx(
        keys.keyCheck,
        sealer.seal('smartbill-relay', 'what this installation stored'),
      )
      const sealed = (await redis.get(keys.keyCheck)) ?? ''
      sealer.open(sealed, 'what this installation stored')
      checked = true
    },
    /** Whether a web or worker process ever started here. If not, this Redis is new, or it was emptied. */
    everUsed: async (): Promise<boolean> => (await redis.exists(keys.keyCheck)) === 1,
    /** Throws when what was there at the start of this process is gone: nothing is unknown then, everything is lost. */
    async mustBeThere(): Promise<void> {
      if (!checked) return
      if ((await cached('there', () => redis.exists(keys.keyCheck))) === 0) throw new EmptiedError()
    },
    /**
     * Applies a config file. An entry that has not changed in the file since it was last applied is left alone, so
     * that what was edited elsewhere survives a restart. Throws when a shop names an account that does not exist.
     */
    async load(file: ConfigFile): Promise<{ applied: number }> {
      const known = new Set([
        ...file.accounts.map((a) => a.id),
        ...(await redis.hkeys(keys.accounts)),
      ])
      const missing = file.shops.filter((shop) => !known.has(shop.account))
      if (missing.length > 0) {
        throw new Error(
          `The config file names accounts that do not exist: ${missing.map((shop) => `shop "${shop.id}" → account "${shop.account}"`).join(', ')}`,
        )
      }
      let applied = 0
      for (const account of file.accounts) {
        const from = fingerprint(account)
        if (loadedFrom(await redis.hget(keys.accounts, account.id)) === from) continue
        await saveAccount(account, from)
        applied++
      }
      for (const shop of file.shops) {
        const from = fingerprint(shop)
        if (loadedFrom(await redis.hget(keys.shops, shop.id)) === from) continue
        await saveShop(shop, from)
        applied++
      }
      return { applied }
    },
  }
}

const fingerprint = (entry: unknown): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('base64url').slice(0, 22)
