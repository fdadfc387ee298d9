import type { App } from '../../src/app.ts'
import type { Cause } from '../../src/core/causes.ts'
import { ACCOUNT, type Rig } from './rig.ts'

/** Orders whose documents SmartBill is said to have refused; nothing was sent. */
export async function deadLetters(
  rig: Rig,
  ids: readonly string[],
  cause: Partial<Cause> = {},
): Promise<void> {
  const { documents } = rig.app.ledger
  await Promise.all(
    ids.map(async (id) => {
      const ref = await rig.receive({ id, number: id })
      const key = rig.key(id)
      const known = await documents.order(ACCOUNT, ref)
      await documents.makeDue(ACCOUNT, key, 'rules', { rule: 'status:paid' }, known?.version)
      await documents.routed(ACCOUNT, ref, known?.version ?? '', {
        kind: 'due',
        rule: 'status:paid',
      })
      await documents.bury(
        ACCOUNT,
        key,
        {
          code: 'unknown-series',
          said: 'Seria "WEB" nu a fost gasita.',
          en: 'The series does not exist.',
          ro: 'Seria nu există.',
          ...cause,
        },
        'due',
      )
    }),
  )
}

/** `a-1`, `a-2` … */
export const someIds = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`)

/** The app, whose worker dies right before it writes down what it did. */
export const dyingBeforeTally = (app: App): App => ({
  ...app,
  ledger: {
    ...app.ledger,
    runs: {
      ...app.ledger.runs,
      take: async (id: string) => {
        const taken = await app.ledger.runs.take(id)
        if (taken.status !== 'taken') return taken
        const die = () => Promise.reject(new Error('the worker died'))
        return { ...taken, done: die, release: die }
      },
    },
  },
})
