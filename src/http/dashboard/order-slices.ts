import type { App } from '../../app.ts'
import { partsOf, type DocumentKey, type OrderRef } from '../../core/ids.ts'
import type { DocumentState } from '../../core/lifecycle.ts'
import type { Shop } from '../../core/settings.ts'
import { summaryOf, type Summary } from './order-list.ts'

const PAGE = 25
/** Orders looked at in one go, and for one page, when few of them fit what was asked for. */
const SIEVED = 250
const MOST_SCANNED = 1000

export const filters = ['waiting', 'uncertain', 'held', 'dead', 'issued', 'none'] as const
export type StateFilter = (typeof filters)[number]
/** States that the ledger keeps a list of. */
const listed = {
  waiting: ['due', 'attempting'],
  uncertain: ['uncertain'],
  held: ['held'],
  dead: ['dead'],
} as const satisfies Partial<Record<StateFilter, readonly string[]>>

export const isListed = (filter: StateFilter | undefined): filter is keyof typeof listed =>
  filter !== undefined && filter in listed

/** Where a page goes on: after this instant, and this name among those of one instant. */
export type Cursor = { at: number; name: string }
export type Row = Summary & { at: number }
export type Slice = {
  rows: Row[]
  next: Cursor | undefined
  /** Set when the page ends because so many were looked at. */
  scanned?: number
}

type Candidate = { shop: Shop; ref: OrderRef; at: number; name: string }
/** Up to so many candidates after the cursor, newest first; fewer mean that there are no more. */
type Source = (after: Cursor | undefined, limit: number) => Promise<Candidate[]>
type Sieve = (candidates: readonly Candidate[]) => Promise<readonly Candidate[]>

const compare = (a: string, b: string): number => Buffer.from(a).compare(Buffer.from(b))
const newestFirst = (a: Cursor, b: Cursor): number => b.at - a.at || compare(b.name, a.name)

/**
 * A page of what fits, newest first. It costs the same wherever it begins. `sieve` takes out cheaply what cannot fit.
 */
export async function sliceOf(
  app: App,
  source: Source,
  after: Cursor | undefined,
  fits: (row: Row) => boolean,
  sieve?: Sieve,
): Promise<Slice> {
  const step = sieve === undefined ? PAGE : SIEVED
  const rows: Row[] = []
  let last = after
  for (let scanned = step; ; scanned += step) {
    const candidates = await source(last, step + 1)
    const batch = candidates.slice(0, step)
    const likely = sieve === undefined ? batch : await sieve(batch)
    let used = 0
    while (used < likely.length && rows.length < PAGE) {
      const chunk = likely.slice(used, used + PAGE - rows.length)
      used += chunk.length
      rows.push(...(await Promise.all(chunk.map((one) => rowOf(app, one)))).filter(fits))
    }
    const more = candidates.length > step
    if (rows.length === PAGE)
      return { rows, next: more || used < likely.length ? likely[used - 1] : undefined }
    if (!more) return { rows, next: undefined }
    last = batch.at(-1)
    if (scanned >= MOST_SCANNED) return { rows, next: last, scanned }
  }
}

async function rowOf(app: App, { shop, ref, at }: Candidate): Promise<Row> {
  const summary = await summaryOf(app, shop, ref)
  return { ...summary, at: summary.known?.receivedAt ?? at }
}

/** Those whose newest document is in a state, or that have none. */
export const inState =
  (app: App, filter: StateFilter): Sieve =>
  async (candidates) => {
    const states = new Map<string, DocumentState | undefined>()
    const accounts = Map.groupBy(candidates, ({ shop }) => shop.account)
    await Promise.all(
      [...accounts].map(async ([account, own]) => {
        const refs = own.map(({ ref }) => ref)
        const found = await app.ledger.reports.newestStates(account, refs)
        for (const [i, ref] of refs.entries()) states.set(ref, found[i])
      }),
    )
    return candidates.filter(({ ref }) => fitsState(states.get(ref), filter))
  }

/** All orders of these shops, by when they first came. */
export const byTime =
  (app: App, shops: readonly Shop[], from: number | undefined): Source =>
  async (after, limit) => {
    const lists = await Promise.all(
      shops.map(async (shop) => {
        const before =
          after === undefined ? undefined : { at: after.at, ref: after.name as OrderRef }
        const places = await app.ledger.reports.orders(shop.account, shop.id, limit, before)
        return places.map(({ ref, at }) => ({ shop, ref, at, name: ref as string }))
      }),
    )
    return lists
      .flat()
      .filter(({ at }) => from === undefined || at >= from)
      .toSorted(newestFirst)
      .slice(0, limit)
  }

/** Documents of a state that has a list of its own, by when they got there. */
export const byState =
  (app: App, shops: readonly Shop[], filter: keyof typeof listed): Source =>
  async (after, limit) => {
    const byId = new Map(shops.map((shop) => [shop.id, shop]))
    const shards = new Set(shops.map(({ account }) => app.ledger.shardOf(account)))
    const found: Candidate[] = []
    for (let from = after; ;) {
      const lists = await Promise.all(
        [...shards].flatMap((shard) =>
          listed[filter].map((state) =>
            app.ledger.reports.newestInState(
              shard,
              state,
              limit,
              from === undefined ? undefined : { at: from.at, key: from.name as DocumentKey },
            ),
          ),
        ),
      )
      const merged = lists
        .flat()
        .map(({ key, at }) => ({ at, name: key as string, key }))
        .toSorted(newestFirst)
        .slice(0, limit)
      for (const { key, at, name } of merged) {
        const { shop: id, order } = partsOf(key)
        const shop = byId.get(id)
        if (shop !== undefined) found.push({ shop, ref: order, at, name })
      }
      from = merged.at(-1)
      if (found.length >= limit || merged.length < limit) return found.slice(0, limit)
    }
  }

/** Orders that a search has found. */
export function among(found: readonly { shop: Shop; ref: OrderRef; at: number }[]): Source {
  const sorted = found.map((one) => ({ ...one, name: one.ref as string })).toSorted(newestFirst)
  return async (after, limit) => {
    const from = after === undefined ? 0 : sorted.findIndex((one) => newestFirst(after, one) < 0)
    return from < 0 ? [] : sorted.slice(from, from + limit)
  }
}

function fitsState(state: DocumentState | undefined, filter: StateFilter): boolean {
  if (filter === 'none') return state === undefined || state === 'skipped'
  if (filter === 'issued') return state === 'issued'
  return (listed[filter] as readonly (string | undefined)[]).includes(state)
}
