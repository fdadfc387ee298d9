// Takes every call of an account's budget and sits on it until it is killed: redis-url prefix account limits.
import { Redis } from 'ioredis'
import { z } from 'zod'
import { Account } from '../../src/core/settings.ts'
import { createBudget } from '../../src/smartbill/budget.ts'

const [url = '', prefix = '', account = '', given = ''] = process.argv.slice(2)
const limits = z
  .object({ calls: z.number(), windowMs: z.number(), timeoutMs: z.number() })
  .parse(JSON.parse(given))
const budget = createBudget(new Redis(url), prefix, { ...limits, blockMs: 1000 })
const acme = Account.parse(JSON.parse(account))
const grants = await Promise.all(Array.from({ length: limits.calls }, () => budget.acquire(acme)))
const since = Math.max(...grants.map((grant) => (grant === 'probe' ? 0 : grant.at)))
process.stdout.write(`holding ${limits.calls} since ${since}\n`)
