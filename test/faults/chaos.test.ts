import { expect, test } from 'vitest'
import { runChaos } from '../chaos/chaos.ts'
import { chaosKinds } from '../chaos/plan.ts'

test(
  'under chaos every order ends with exactly one document, paid, and no call is over the limit',
  {
    timeout: 240_000,
  },
  async () => {
    const report = await runChaos({ orders: 80, limitMs: 220_000 })
    expect(report).toMatchObject({
      documents: 80,
      doubled: [],
      lost: [],
      unpaid: [],
      strangers: 0,
      callsOverLimit: 0,
      kills: 3,
      alerts: [],
    })
    for (const kind of chaosKinds) expect(report.faults[kind], kind).toBeGreaterThan(0)
  },
)
