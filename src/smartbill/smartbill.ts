import type { Cluster, Redis } from 'ioredis'
import type { Account } from '../core/settings.ts'
import { createBudget, type Grant } from './budget.ts'
import { createClient, type CallReport } from './client.ts'
import { createDocumentCalls } from './documents.ts'
import { createEmailCalls } from './emails.ts'
import { createPaymentCalls } from './payments.ts'
import { createReversalCalls } from './reversals.ts'
import { createStockCalls } from './stocks.ts'

/** SmartBill as the rest of the program sees it. */
export function createSmartBill(
  redis: Redis | Cluster,
  options: {
    prefix: string
    baseUrl: string
    timeoutMs: number
    blockMs: number
    calls: number
    windowMs: number
    onCall?: (report: CallReport) => void
  },
) {
  const budget = createBudget(redis, options.prefix, options)
  const client = createClient(budget, options)
  return {
    budget,
    /** Permission for one call: throws ThrottledError when it has to wait. Hand it to a write, or cancel it. */
    admit: (account: Account, priority: 'high' | 'low' = 'high') => client.admit(account, priority),
    cancel: (account: Account, grant: Grant) => client.cancel(account, grant),
    documents: createDocumentCalls(client),
    /** The same, for reads that give way to documents. */
    patient: createDocumentCalls(client, 'low'),
    emails: createEmailCalls(client),
    payments: createPaymentCalls(client),
    reversals: createReversalCalls(client),
    stocks: createStockCalls(client),
    close: () => client.close(),
  }
}
