import type { App } from './app.ts'
import { ThrottledError, TransientError } from './core/errors.ts'
import type { Order } from './core/order.ts'
import type { Settings } from './core/settings.ts'
import { addDays, civilDate, type CivilDate } from './core/time.ts'

type Needs = Pick<App, 'ledger' | 'registers' | 'now' | 'log'>

/** The bank publishes once a day. */
const FRESH_MS = 3_600_000
/** Holidays are shorter; an older rate is no rate for today. */
const OLDEST_DAYS = 10
const LOOK_AGAIN_MS = 5000

export type BnrRate = { date: CivilDate; rate: string }

/**
 * The National Bank's rate that a document of today takes: the last one published before today, because a day's rate
 * comes out in the afternoon and is meant for the next; where only today's is known, that one. Undefined: not wanted, or
 * the bank has no such currency. While no rate is known and the bank does not answer, the document waits.
 */
export async function bnrRate(
  app: Needs,
  order: Order,
  settings: Settings,
): Promise<BnrRate | undefined> {
  if (settings.exchangeRateSource !== 'bnr' || order.currency === 'RON') return undefined
  const { ledger, now } = app
  const today = civilDate(now())
  const known = await ledger.rates.of(order.currency)
  if (now() - (await ledger.rates.readAt()) < FRESH_MS) return choose(known, today)
  const wait = await read(app)
  if (wait === undefined) return choose(await ledger.rates.of(order.currency), today)
  const last = choose(known, today)
  if (last === undefined)
    throw new ThrottledError('the rate of the National Bank is not known yet', now() + wait)
  return last
}

/** The rate that is known for today, without asking anybody. */
export async function knownRate(
  { ledger, now }: Pick<Needs, 'ledger' | 'now'>,
  order: Order,
  settings: Settings,
): Promise<BnrRate | undefined> {
  if (settings.exchangeRateSource !== 'bnr' || order.currency === 'RON') return undefined
  return choose(await ledger.rates.of(order.currency), civilDate(now()))
}

function choose(rates: readonly BnrRate[], today: CivilDate): BnrRate | undefined {
  const oldest = addDays(today, -OLDEST_DAYS)
  const usable = rates.filter(({ date }) => date >= oldest && date <= today)
  return usable.find(({ date }) => date < today) ?? usable[0]
}

/** Reads the bank's list; how long to wait, in ms, when that is not possible now. */
async function read({ ledger, registers, log }: Needs): Promise<number | undefined> {
  const turn = await registers.bnr.turn()
  if (turn.kind !== 'go') return turn.ms
  try {
    await ledger.rates.save(await registers.bnr.rates())
    return undefined
  } catch (error) {
    if (!(error instanceof TransientError)) throw error
    log.warn({ problem: error.message }, 'the National Bank did not answer')
    return LOOK_AGAIN_MS
  }
}
