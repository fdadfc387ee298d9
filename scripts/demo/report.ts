import { shopNames, type DemoOrder } from './orders.ts'
import { clock } from './plant.ts'
import { columns } from './screen.ts'
import type { Sent } from './sender.ts'
import { platformOf } from './shops.ts'
import type { Verdict, Waiting } from './verdict.ts'
import type { Calls } from './witness.ts'

export type Figures = {
  orders: readonly DemoOrder[]
  sent: Sent
  verdict: Verdict
  calls: Calls
  faults: readonly { fault: string; fired: number }[]
}

const names = {
  held: 'held',
  refused: 'refused',
  unreadable: 'unreadable',
  'by-rule': 'by rule',
} as const

/** The table at the end. */
export function reportOf({ orders, sent, verdict, calls, faults }: Figures): string[] {
  const perShop = shopNames.map(
    (shop) => `${platformOf(shop)} ${orders.filter((order) => order.shop === shop).length}`,
  )
  const count = (outcome: string) => verdict.waiting.filter((one) => one.outcome === outcome).length
  const fired = faults.filter(({ fired }) => fired > 0)
  const lostAnswers = fired.reduce((total, { fired }) => total + fired, 0)
  const zero = (figure: number) => (figure === 0 ? '✓' : '✗')
  const { paid } = verdict
  return [
    ...columns([
      ['orders', orders.length, perShop.join(', ')],
      ['events sent', sent.events, `${sent.repeats} of them repeats of an earlier one`],
      ['documents in SmartBill', verdict.documents, 'counted by SmartBill’s simulator'],
      [
        'duplicates',
        verdict.duplicates.length,
        `${zero(verdict.duplicates.length)} orders with more than one`,
      ],
      [
        'lost',
        verdict.lost.length,
        `${zero(verdict.lost.length)} orders with neither a document nor a reason`,
      ],
      ['paid as expected', paid.asExpected, `of ${paid.of} ${zero(paid.of - paid.asExpected)}`],
      [
        'answers lost',
        lostAnswers,
        fired.map(({ fault, fired }) => `${fault} ${fired}`).join(', '),
      ],
      [
        'calls to SmartBill',
        calls.total,
        `at most ${calls.maxInWindow} in any ${clock.windowMs.demo / 1000} s, ${clock.calls} are allowed`,
      ],
      ['over the limit', verdict.overLimit, zero(verdict.overLimit)],
      ['held for a person', count('held')],
      ['refused by SmartBill', count('refused')],
      ['unreadable', count('unreadable')],
      ['no document, by rule', count('by-rule')],
    ]),
    '',
    'Orders without a document, and what the relay says about each:',
    ...byOutcome(verdict.waiting).map(
      ({ order, outcome, why }) =>
        `  ${names[outcome].padEnd(10)}  ${order.number.padEnd(7)}  ${short(why)}`,
    ),
  ]
}

const byOutcome = (waiting: readonly Waiting[]): Waiting[] =>
  Object.keys(names).flatMap((name) => waiting.filter(({ outcome }) => outcome === name))

const short = (sentence: string): string =>
  sentence.length > 120 ? `${sentence.slice(0, 119)}…` : sentence

/** What is wrong, one sentence each; empty when the promise was kept. */
export function problemsOf(verdict: Verdict, sent: Sent, fallen: readonly string[]): string[] {
  const numbers = (orders: readonly DemoOrder[]) => orders.map(({ number }) => number).join(', ')
  return [
    ...(verdict.duplicates.length > 0
      ? [`more than one document: ${numbers(verdict.duplicates)}`]
      : []),
    ...(verdict.lost.length > 0 ? [`lost: ${numbers(verdict.lost)}`] : []),
    ...(verdict.overLimit > 0 ? [`${verdict.overLimit} calls over the limit`] : []),
    ...verdict.wrong,
    ...verdict.unexpected,
    ...sent.failed.map((failure) => `never taken in: ${failure}`),
    ...fallen,
  ]
}
