import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import type { Account } from '../core/settings.ts'
import { countAll } from '../dead-letters/counts.ts'
import { failing } from './errors.ts'

const count = z.number()
const QueueState = z.object({ waiting: count, active: count, delayed: count, failed: count })
const Status = z.object({
  queues: z.record(z.string(), QueueState),
  accounts: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['ok', 'blocked', 'unreachable', 'login-refused', 'plan-limit', 'paused']),
      reason: z.string(),
      budgetLeft: count,
      blockedUntil: z.string().nullable(),
      waiting: count,
      oldestWaitingMs: count,
    }),
  ),
  documents: z.object({
    issued: count,
    held: count,
    uncertain: count,
    dead: count,
    /** Due or being issued. */
    pending: count,
    skipped: count,
  }),
  /** What follows documents and is not done: payments, corrections, messages. */
  acts: z.object({ proposed: count, due: count, uncertain: count, held: count, dead: count }),
  /** Everything that failed for good, as the dead-letter desk lists it. */
  deadLetters: z.object({
    documents: count,
    /** What should have followed a document. */
    acts: count,
    /** Other failed jobs. */
    jobs: count,
    /** Messages of shops that cannot be read. */
    events: count,
  }),
  alerts: z.array(z.unknown()),
})
export type Status = z.infer<typeof Status>
type AccountStatus = Status['accounts'][number]

/** How things stand, in one look. Reading it changes nothing. */
export async function statusOf(app: App): Promise<Status> {
  await app.ledger.registry.mustBeThere()
  const [queues, { documents, acts, dead }, accounts, alerts] = await Promise.all([
    app.queues.counts(),
    countAll(app),
    app.ledger.registry.accounts(),
    app.ledger.reports.alerts(20),
  ])
  return {
    queues,
    accounts: await Promise.all(accounts.map((account) => accountStatus(app, account))),
    documents: {
      issued: documents.issued,
      held: documents.held,
      uncertain: documents.uncertain,
      dead: documents.dead,
      pending: documents.due + documents.attempting,
      skipped: documents.skipped,
    },
    acts: {
      proposed: acts.proposed,
      due: acts.due + acts.attempting,
      uncertain: acts.uncertain,
      held: acts.held,
      dead: acts.dead,
    },
    deadLetters: dead,
    alerts,
  }
}

/** How one account stands: its health, its budget, and what waits for it. */
export async function accountStatus(app: App, account: Account): Promise<AccountStatus> {
  const [health, wait] = await Promise.all([
    app.smartbill.budget.look(account),
    app.ledger.reports.waiting(account.id),
  ])
  return {
    id: account.id,
    state: health.state,
    reason: health.reason,
    budgetLeft: health.budgetLeft,
    blockedUntil: health.until === undefined ? null : instant(health.until),
    waiting: wait.waiting,
    oldestWaitingMs: wait.oldestAt === undefined ? 0 : Math.max(0, app.now() - wait.oldestAt),
  }
}

/** "Until a person acts" is stored as a far day and shown as no day. */
const instant = (at: number): string | null =>
  at > 4_000_000_000_000 ? null : new Date(at).toISOString()

export function statusRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    plain.withTypeProvider<ZodTypeProvider>().get(
      '/v1/status',
      {
        schema: {
          summary: 'Queues, accounts and documents in one look',
          tags: ['Operations'],
          security: [{ apiKey: [] }],
          response: { 200: Status, ...failing(401) },
        },
      },
      () => statusOf(app),
    )
  }
}
