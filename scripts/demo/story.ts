import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../children.ts'
import type { Plant } from './plant.ts'
import type { Witness } from './witness.ts'

/** Parts of invoice calls that lose their answer, and how. "Late" commits stay within the grace period. */
const faults: readonly { fault: string; probability: number; delayMs?: number }[] = [
  { fault: 'silence-after', probability: 0.03 },
  { fault: 'reset-after', probability: 0.03 },
  { fault: 'late-commit', probability: 0.03, delayMs: 1200 },
  { fault: '500-after', probability: 0.02 },
  { fault: '502-html-after', probability: 0.02 },
  { fault: 'truncated', probability: 0.02 },
  { fault: 'empty-number', probability: 0.02 },
  { fault: 'cut', probability: 0.02 },
  { fault: 'silence-before', probability: 0.02 },
  { fault: 'reset-before', probability: 0.02 },
  { fault: '500-before', probability: 0.02 },
]

const OUTAGE_MS = 8000

type Telling = {
  plant: Plant
  witness: Witness
  workers: Child[]
  seed: number
  /** How long the shops sell, in ms. */
  sellingMs: number
  tell: (happening: string) => void
  signal: AbortSignal
}

/** What goes wrong while the shops sell. */
export async function makeTrouble(telling: Telling): Promise<void> {
  const { plant, witness, workers, seed, sellingMs, tell, signal } = telling
  const startedAt = performance.now()
  const at = async (share: number): Promise<void> => {
    await sleep(Math.max(0, startedAt + share * sellingMs - performance.now()), undefined, {
      signal,
    })
  }

  await at(0.1)
  await witness.command(
    '/faults',
    faults.map((rule, index) => ({ route: 'POST /invoice/v2', seed: seed * 100 + index, ...rule })),
  )
  tell(
    'SmartBill begins to lose answers: silence, resets, half an answer, errors after issuing, late commits',
  )

  await at(0.28)
  const [victim] = workers
  if (victim !== undefined) {
    await plant.kill9(victim)
    tell(`${victim.name} is killed with -9 in the middle of its work`)
    await sleep(1000, undefined, { signal })
    await plant.startWorker(victim.name)
    tell(`${victim.name} is started again`)
  }

  await at(0.5)
  await witness.command('/outage', { mode: 'silence', durationMs: OUTAGE_MS / 2 })
  tell(
    `SmartBill is down for ${OUTAGE_MS / 1000} s: it hangs, then answers 503; the shops go on selling`,
  )
  await sleep(OUTAGE_MS / 2, undefined, { signal })
  await witness.command('/outage', { mode: '503', durationMs: OUTAGE_MS / 2 })
  await sleep(OUTAGE_MS / 2, undefined, { signal })
  tell('SmartBill is back')
}
