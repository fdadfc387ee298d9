import type { Reason } from '../core/causes.ts'
import type { ExtractionRule } from '../core/extraction.ts'
import type { Order } from '../core/order.ts'
import type { ShopApi } from '../core/shop-api.ts'
import type { Ask, From, Page } from './listing.ts'

/** One delivery as it came over HTTP. Header names are lower-case; the body is the exact bytes. */
export type Delivery = {
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
}

/** The secrets a delivery may be proved with: the current one, and the previous one while it is being changed. */
export type Secrets = readonly string[]

export type Parsed =
  /** An order; `deliveryIds` are the platform's own ids of this delivery, for spotting exact repeats. */
  | { kind: 'order'; topic: string; order: Order; deliveryIds: string[] }
  /** Known and of no interest (a ping, a deletion, another topic). `note` says which, in English. */
  | { kind: 'ignored'; topic: string; note: string }
  /** From the shop, but not readable as an order: kept for a person. Never throws for any bytes. */
  | { kind: 'broken'; topic: string; orderId: string; reasons: Reason[] }

/** What a shop platform must offer. */
export type Platform = {
  /** Whether the delivery proves itself, on the raw bytes and in constant time. */
  verify(delivery: Delivery, secrets: Secrets): boolean
  /** Whether this is a connectivity test that carries no proof and must be answered 200. */
  isPing(delivery: Delivery): boolean
  /** A verified delivery as an order in our own shape; `rules` say where this shop keeps the buyer's company data. */
  parse(delivery: Delivery, rules?: readonly ExtractionRule[]): Parsed
  /** One page of the orders that changed since, read from the platform's API; absent where there is no such API. */
  list?(api: ShopApi, ask: Ask, from: From): Promise<Page>
}
