import type { App } from '../app.ts'
import { partsOf, type DocumentKey, type OrderRef } from '../core/ids.ts'
import type { OrderFacts, ReconciledDocument, Seen } from '../core/reconciliation.ts'
import { daysOfOrder } from '../core/reconcile-day.ts'
import type { Shop } from '../core/settings.ts'
import { rulingOn } from '../due-document.ts'
import { followed } from '../follow-up.ts'
import { goOn } from './turns.ts'

type Needs = Pick<App, 'ledger' | 'now'>

/** Orders of which the facts are gathered at once. */
export const AT_ONCE = 25

/** Everything that the ledger knows of an order, as far as it is reconciled. */
export async function factsOf(
  { ledger }: Needs,
  shop: Shop,
  ref: OrderRef,
  seen: Record<string, Seen> = {},
): Promise<OrderFacts> {
  const { account } = shop
  const [known, remains, { acts }, unroutedSince] = await Promise.all([
    ledger.documents.order(account, ref),
    ledger.retention.remains(account, ref),
    ledger.acts.ofOrder(account, ref),
    ledger.reconciliations.unroutedSince(account, ref),
  ])
  const keys = known?.documents ?? remains ?? []
  const documents = await Promise.all(
    keys.map((key) => documentOf({ ledger }, shop, key, seen[key])),
  )
  const [ruling, found] =
    known === undefined
      ? [undefined, undefined]
      : await Promise.all([
          rulingOn({ ledger }, shop, known),
          ledger.imports.of(account, shop.id, known.order),
        ])
  const ruled = known?.ruling?.kind
  return {
    ref,
    order: known?.order,
    ruling,
    ruled: ruled === 'due' || ruled === 'not-due' ? ruled : undefined,
    imported: found?.imported,
    unroutedSince,
    documents: documents.flat(),
    acts: acts.map(({ key, state, wish, result, at, notBefore }) => ({
      key,
      state,
      wish,
      result,
      at,
      notBefore,
    })),
  }
}

async function documentOf(
  { ledger }: Pick<App, 'ledger'>,
  { account }: Shop,
  key: DocumentKey,
  seen: Seen | undefined,
): Promise<ReconciledDocument[]> {
  const document = await ledger.documents.get(account, key)
  if (document === undefined) return []
  const [reason] = document.reasons ?? []
  const why = document.cause ?? reason
  return [
    {
      ...followed(key, document),
      shadow: document.shadow !== '',
      notBefore: document.notBefore,
      dueAt: document.dueAt,
      why: why === undefined ? undefined : { ro: why.ro, en: why.en },
      seen,
    },
  ]
}

/** Days for which the journal is read back when a shard is reconciled for the first time. */
const FIRST_DAYS = 35
const DAY_MS = 86_400_000

/**
 * Brings the lists of orders by day up to date with the journal of a shard: an order is listed under every day on which
 * something of it happened. Answers how many entries of news there were; after `until` (ms, by `performance.now`) it is a
 * ThrottledError, and the next go continues.
 */
export async function fileNews(app: Needs, shard: number, until: number): Promise<number> {
  const { ledger, now } = app
  const shops = new Map((await ledger.registry.shops()).map((shop) => [shop.id as string, shop]))
  let filed = 0
  for (;;) {
    const since = Math.min(now(), Date.now()) - FIRST_DAYS * DAY_MS
    const { refs, next } = await ledger.reconciliations.news(shard, since)
    if (next === '') return filed
    for (let i = 0; i < refs.length; i += AT_ONCE)
      await Promise.all(
        refs.slice(i, i + AT_ONCE).map(async (ref) => {
          const shop = shops.get(ref.slice(0, ref.indexOf('~')))
          if (shop === undefined || ledger.shardOf(shop.account) !== shard) return
          const facts = await factsOf(app, shop, ref)
          await ledger.reconciliations.file(shop.account, shop.id, ref, daysOfOrder(facts, now()))
        }),
      )
    filed += refs.length
    await ledger.reconciliations.filed(shard, next)
    goOn(now, until)
  }
}

/** The series of a shop's documents of a day, by `kind~series`, with the numbers that are the shop's own. */
export function numbersOf(orders: readonly OrderFacts[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>()
  for (const { documents } of orders)
    for (const { key, series, number, gone } of documents) {
      const value = Number.parseInt(number, 10)
      if (gone === true || series === '' || !Number.isFinite(value)) continue
      const id = `${partsOf(key).kind}~${series}`
      numbers.set(id, [...(numbers.get(id) ?? []), value])
    }
  return numbers
}
