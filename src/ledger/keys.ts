import { crc32 } from 'node:zlib'
import type { AccountId, DocumentKey, DocumentKind, OrderRef, ShopId } from '../core/ids.ts'

/** Every key name of the ledger. All keys of one account share one hash tag, so that every move is one script. */
export function ledgerKeys(prefix: string, shards: number) {
  const shardOf = (account: AccountId): number => crc32(account) % shards
  const tag = (account: AccountId): string => `${prefix}:{${shardOf(account)}}`
  const seriesId = (kind: DocumentKind, series: string) => `${kind}~${series}`
  return {
    shardOf,
    ofShard: (shard: number) => {
      const base = `${prefix}:{${shard}}`
      return {
        journal: `${base}:journal`,
        counts: `${base}:counts`,
        flow: `${base}:flow`,
        unrouted: `${base}:unrouted`,
        quarantine: `${base}:quarantine`,
        alerts: `${base}:alerts`,
        reconciled: `${base}:reconciled`,
        state: (state: string) => `${base}:state:${state}`,
        actState: (state: string) => `${base}:act-state:${state}`,
      }
    },
    event: (account: AccountId, id: string) => `${tag(account)}:event:${id}`,
    delivery: (account: AccountId, hash: string) => `${tag(account)}:delivery:${hash}`,
    order: (account: AccountId, order: OrderRef) => `${tag(account)}:order:${order}`,
    orders: (account: AccountId, shop: ShopId) => `${tag(account)}:orders:${shop}`,
    orderNumbers: (account: AccountId, shop: ShopId) => `${tag(account)}:order-numbers:${shop}`,
    words: (account: AccountId, shop: ShopId) => `${tag(account)}:words:${shop}`,
    sent: (account: AccountId, order: OrderRef) => `${tag(account)}:sent:${order}`,
    acts: (account: AccountId, order: OrderRef) => `${tag(account)}:acts:${order}`,
    imports: (account: AccountId, shop: ShopId) => `${tag(account)}:imports:${shop}`,
    reconciliation: (account: AccountId, shop: ShopId) => {
      const base = `${tag(account)}:reconciliation:${shop}`
      return {
        summaries: `${base}:days`,
        accepted: `${base}:accepted`,
        orders: (day: string) => `${base}:orders:${day}`,
        seen: (day: string) => `${base}:seen:${day}`,
        notes: (day: string) => `${base}:notes:${day}`,
        numbers: (series: string) => `${base}:numbers:${series}`,
        result: (day: string) => `${base}:result:${day}`,
        lock: (day: string) => `${base}:lock:${day}`,
      }
    },
    document: (account: AccountId, key: DocumentKey) => `${tag(account)}:doc:${key}`,
    pending: (account: AccountId) => `${tag(account)}:pending:${account}`,
    series: (account: AccountId, kind: DocumentKind, series: string) =>
      `${tag(account)}:series:${account}~${seriesId(kind, series)}`,
    numbers: (account: AccountId, kind: DocumentKind, series: string) =>
      `${tag(account)}:numbers:${account}~${seriesId(kind, series)}`,
    open: (account: AccountId) => `${tag(account)}:open:${account}`,
    found: (account: AccountId) => `${tag(account)}:found:${account}`,
    facts: (account: AccountId) => `${tag(account)}:facts:${account}`,
    sweep: (account: AccountId, shop: ShopId) => `${tag(account)}:sweep:${shop}`,
    purged: (account: AccountId, shop: ShopId) => `${tag(account)}:purged:${shop}`,
    stock: (account: AccountId) => `${tag(account)}:stock:${account}`,
    units: (account: AccountId) => `${tag(account)}:units:${account}`,
    pushed: (account: AccountId, shop: ShopId) => `${tag(account)}:pushed:${shop}`,
    saved: (account: AccountId, list: 'clients' | 'products') =>
      `${tag(account)}:saved-${list}:${account}`,
    rates: { days: `${prefix}:{rates}:days`, readAt: `${prefix}:{rates}:read-at` },
    companies: {
      wanted: `${prefix}:{companies}:wanted`,
      lookedUp: `${prefix}:{companies}:looked-up`,
      company: (cif: string) => `${prefix}:{companies}:company:${cif}`,
      documents: (cif: string) => `${prefix}:{companies}:held:${cif}`,
    },
    alerting: {
      open: `${prefix}:{alerts}:open`,
      outbox: `${prefix}:{alerts}:outbox`,
      closed: `${prefix}:{alerts}:closed`,
      lock: `${prefix}:{alerts}:lock`,
      config: `${prefix}:{alerts}:config`,
      acknowledged: `${prefix}:{alerts}:acknowledged`,
      recent: `${prefix}:{alerts}:recent`,
    },
    runs: {
      all: `${prefix}:{runs}:all`,
      open: `${prefix}:{runs}:open`,
      same: (hash: string) => `${prefix}:{runs}:same:${hash}`,
      run: (id: string) => `${prefix}:{runs}:run:${id}`,
      todo: (id: string) => `${prefix}:{runs}:todo:${id}`,
      watched: (id: string) => `${prefix}:{runs}:watched:${id}`,
      reasons: (id: string) => `${prefix}:{runs}:reasons:${id}`,
      items: (id: string) => `${prefix}:{runs}:items:${id}`,
    },
    accounts: `${prefix}:{registry}:accounts`,
    shops: `${prefix}:{registry}:shops`,
    keyCheck: `${prefix}:{registry}:key-check`,
    people: {
      users: `${prefix}:{people}:users`,
      audit: `${prefix}:{people}:audit`,
      session: (hash: string) => `${prefix}:{people}:session:${hash}`,
      failures: (about: string) => `${prefix}:{people}:failures:${about}`,
      apiKeys: `${prefix}:{people}:api-keys`,
      apiKeysUsed: `${prefix}:{people}:api-keys-used`,
      once: (hash: string) => `${prefix}:{people}:once:${hash}`,
    },
  }
}

export type LedgerKeys = ReturnType<typeof ledgerKeys>
