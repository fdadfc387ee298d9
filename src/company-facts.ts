import type { App } from './app.ts'
import { cifToLookUp, type CompanyAnswer } from './core/company.ts'
import { ThrottledError } from './core/errors.ts'
import type { Order } from './core/order.ts'
import type { Settings } from './core/settings.ts'

type Needs = Pick<App, 'ledger' | 'registers' | 'queues' | 'now'>

/** How long an order waits for a register that does not answer, and at the very most, in ms. */
const PATIENCE_MS = 20_000
const LONGEST_MS = 300_000
/** When an order looks again for the answer, in ms. */
const LOOK_AGAIN_MS = 1500

/**
 * What the company register says of the buyer. Persons and foreign buyers are not looked up. A company that is not
 * known yet is asked for, and the order waits a moment (ThrottledError); a register that is down is not waited for.
 */
export async function companyOf(
  app: Needs,
  order: Order,
  settings: Settings,
): Promise<CompanyAnswer | undefined> {
  const { ledger, registers, now } = app
  const cif = cifToLookUp(order, settings)
  if (cif === null) return undefined
  const known = await ledger.companies.get(cif)
  if (known?.fresh === true) return known.answer
  const [since, { down, answeredAt }] = await Promise.all([
    ledger.companies.want(cif),
    registers.anaf.health(),
  ])
  const waited = now() - since
  const silent = now() - answeredAt > PATIENCE_MS
  if (down || (waited > PATIENCE_MS && silent) || waited > LONGEST_MS) {
    const old = known === undefined || known.answer === 'unknown' ? undefined : known.answer
    return old === undefined || settings.companyLookup === 'hold'
      ? 'unavailable'
      : { ...old, old: true }
  }
  await askSoon(app)
  throw new ThrottledError('the company is being looked up at ANAF', now() + LOOK_AGAIN_MS)
}

/** Asks early, so that the answer is there when the document's turn comes. */
export async function askAhead(app: Needs, order: Order, settings: Settings): Promise<void> {
  const cif = cifToLookUp(order, settings)
  if (cif === null || (await app.ledger.companies.get(cif))?.fresh === true) return
  await app.ledger.companies.want(cif)
  await askSoon(app)
}

/** One job for everything that is asked for within a second. */
async function askSoon({ queues, now }: Needs): Promise<void> {
  const second = Math.floor(now() / 1000) + 1
  await queues.enqueue(
    'sync-clients',
    { shard: 0 },
    { jobId: `clients~${second}`, delayMs: second * 1000 - now() },
  )
}
