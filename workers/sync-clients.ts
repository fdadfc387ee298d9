import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../src/app.ts'
import { ThrottledError, TransientError } from '../src/core/errors.ts'
import { civilDate } from '../src/core/time.ts'
import type { Payload } from '../src/jobs.ts'

/** After so many turns lost to others, others are at it. */
const LOST_TURNS = 3
/** A job hands over after this long, in ms. */
const SHIFT_MS = 20_000

/** Asks the company register about the companies that orders need, in batches, until none is left. */
export async function syncClients({ shard }: Payload<'sync-clients'>, app: App): Promise<string> {
  if (shard !== 0) return 'shard 0 asks for all'
  const { companies } = app.ledger
  const { anaf } = app.registers
  const started = performance.now()
  let asked = 0
  let lost = 0
  while ((await companies.waiting()) > 0) {
    if (performance.now() - started > SHIFT_MS)
      throw new ThrottledError('more companies are waiting', app.now())
    const turn = await anaf.turn()
    if (turn.kind === 'resting') return 'ANAF does not answer; it is asked again after a while'
    if (turn.kind === 'wait') {
      if (++lost > LOST_TURNS) return 'other workers are asking'
      await sleep(turn.ms)
      continue
    }
    lost = 0
    asked += await askOnce(app)
  }
  return `${asked} companies looked up`
}

async function askOnce(app: App): Promise<number> {
  const { ledger, registers, log, now } = app
  const cifs = await ledger.companies.take(registers.anaf.most)
  if (cifs.length === 0) return 0
  let answers: Awaited<ReturnType<typeof registers.anaf.lookUp>>
  try {
    answers = await registers.anaf.lookUp(cifs, civilDate(now()))
  } catch (error) {
    await ledger.companies.giveBack(cifs)
    if (!(error instanceof TransientError)) throw error
    log.warn({ companies: cifs.length, problem: error.message }, 'ANAF did not answer')
    return 0
  }
  await ledger.companies.save(answers)
  for (const cif of answers.keys()) await goOn(app, cif)
  return answers.size
}

/** What was held until this company is known goes back to work. */
async function goOn(app: App, cif: string): Promise<void> {
  const { ledger } = app
  const held = await ledger.companies.heldUp(cif)
  for (const { account, key } of held) {
    const document = await ledger.documents.get(account, key)
    if (document?.state !== 'held') continue
    if (document.reasons?.some(({ code }) => code === 'anaf-unavailable') !== true) continue
    const made = await ledger.documents.makeDue(
      account,
      key,
      'relay',
      { rule: 'ANAF answers' },
      undefined,
      ['held'],
      {
        mode: 'goes-on',
      },
    )
    if (made.status === 'due')
      await app.enqueueDocument('issue-document', account, key, made.generation)
  }
  await ledger.companies.released(cif, held)
}
