import { z } from 'zod'
import { ActKey, partsOfAct, type ActKind } from './core/acts.ts'
import { AccountId, DocumentKey, DocumentKind, OrderRef, ShopId } from './core/ids.ts'

const aboutOneDocument = z.object({ documentKey: DocumentKey, account: AccountId })
const aboutOneAct = z.object({ act: ActKey, account: AccountId })

type JobSpec = {
  payload: z.ZodType
  /** Real attempts before the job becomes a dead letter; waiting never counts. */
  attempts: number
  /** Where a job of this kind goes when its outcome is not known. */
  whenUncertain?: 'resolve-outcome'
  /** Repeats by itself, on every shard. */
  everyMs?: number
}

/** Every kind of background work there is. A payload says which, never what: the facts are in the ledger. */
export const jobs = {
  /** An event came in: which document, if any, should the order have now? */
  'route-order': {
    payload: z.object({ order: OrderRef, account: AccountId }),
    attempts: 10,
  },
  /** One order, at most one document. */
  'issue-document': { payload: aboutOneDocument, attempts: 10, whenUncertain: 'resolve-outcome' },
  /** A request left no clear answer: does the document exist? */
  'resolve-outcome': { payload: aboutOneDocument, attempts: 20 },
  /** Money that came after the invoice: at most one collection for each payment; also finds out what became of it. */
  'record-payment': { payload: aboutOneAct, attempts: 20 },
  /** A document undone, or a part of it corrected: at most once; also finds out what became of it. */
  'reverse-document': { payload: aboutOneAct, attempts: 20 },
  /** Tells people and shops of a document, or puts its PDF away. */
  'announce-document': { payload: aboutOneAct, attempts: 20 },
  /** Asks the company register about the companies that orders need; shard 0 does it for all. */
  'sync-clients': { payload: z.object({ shard: z.number().int() }), attempts: 1, everyMs: 30_000 },
  /** Reads an account's stock; without an account, gives each account that needs it a job. */
  'sync-products': {
    payload: z.object({ shard: z.number().int(), account: AccountId.optional() }),
    attempts: 5,
    everyMs: 60_000,
  },
  /** Tells a shop the quantities that changed. */
  'push-stock': { payload: z.object({ shard: z.number().int(), shop: ShopId }), attempts: 10 },
  /** Explains every number of a series: ours, somebody else's, deleted. */
  'watch-series': {
    payload: z.object({ account: AccountId, kind: DocumentKind, series: z.string() }),
    attempts: 5,
  },
  /** Reads the orders that changed from a shop's own API; without a shop, gives each shop that is due a job. */
  'sweep-orders': {
    payload: z.object({ shard: z.number().int(), shop: ShopId.optional() }),
    attempts: 3,
    everyMs: 30_000,
  },
  /** Takes orders' own data out of the ledger once it has been kept for long enough. */
  'purge-orders': {
    payload: z.object({ shard: z.number().int() }),
    attempts: 3,
    everyMs: 600_000,
  },
  /** Tells people of what needs them; shard 0 looks at all. */
  'raise-alerts': {
    payload: z.object({ shard: z.number().int() }),
    attempts: 3,
    everyMs: 30_000,
  },
  /** Goes on with a bulk run on dead letters. */
  'work-dead-letters': {
    payload: z.object({ shard: z.number().int(), run: z.string() }),
    attempts: 20,
  },
  /** Reconciles a day of a shop; without one, gives each shop whose day is over a job. */
  reconcile: {
    payload: z.object({
      shard: z.number().int(),
      shop: ShopId.optional(),
      day: z.iso.date().optional(),
      /** Absent: as the shop's settings say. */
      form: z.enum(['ledger', 'smartbill']).optional(),
    }),
    attempts: 10,
    everyMs: 600_000,
  },
  /** Finds work in the ledger that has no job, and gives it one. */
  'sweep-ledger': { payload: z.object({ shard: z.number().int() }), attempts: 1, everyMs: 30_000 },
} as const satisfies Record<string, JobSpec>

export type JobName = keyof typeof jobs

/** Which job does an act. */
export const actJobs = {
  payment: 'record-payment',
  reversal: 'reverse-document',
  correction: 'reverse-document',
  email: 'announce-document',
  'write-back': 'announce-document',
  notice: 'announce-document',
  archive: 'announce-document',
} as const satisfies Record<ActKind, JobName>
export type ActJob = (typeof actJobs)[keyof typeof actJobs]
export const actJobOf = (act: ActKey): ActJob => actJobs[partsOfAct(act).kind]
export type Payload<Name extends JobName> = z.infer<(typeof jobs)[Name]['payload']>
export const jobNames = Object.keys(jobs) as JobName[]
