import { describe, expect, test } from 'vitest'
import { Thresholds } from '../../../src/core/alerting.ts'
import { compare, evaluate, retryMs, type Alert, type Picture } from '../../../src/core/alerts.ts'

const AT = Date.parse('2026-11-24T08:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ago = (ms: number): number => AT - ms

type Account = Picture['accounts'][number]
type Shop = Picture['shops'][number]

const picture = (more: Partial<Picture> = {}): Picture => ({
  at: AT,
  accounts: [],
  shops: [],
  dead: 0,
  uncertain: { count: 0 },
  held: { count: 0 },
  stuck: { count: 0 },
  proposed: { count: 0 },
  doubles: [],
  taken: [],
  unreconciled: [],
  weaknesses: [],
  ...more,
})
const account = (more: Partial<Account>): Partial<Picture> => ({
  accounts: [{ id: 'acme', state: 'ok', reason: 'why', waiting: 3, quarantined: 0, ...more }],
})
const shop = (more: Partial<Shop>): Partial<Picture> => ({
  shops: [{ id: 'web', enabled: true, ...more }],
})
const ids = (more: Partial<Picture>, thresholds: Partial<Thresholds> = {}): string[] =>
  evaluate(picture(more), Thresholds.parse(thresholds)).map(({ id }) => id)

describe('the rules', () => {
  test.each<[string, Partial<Picture>, string[], Partial<Thresholds>?]>([
    ['nothing is wrong', account({ dueSince: ago(29 * MINUTE) }), []],
    ['a block', account({ state: 'blocked' }), ['account-blocked acme']],
    ['a refused login', account({ state: 'login-refused' }), ['login-refused acme']],
    ['a plan limit', account({ state: 'plan-limit' }), ['plan-limit acme']],
    ['out of reach for a moment', account({ state: 'unreachable', since: ago(14 * MINUTE) }), []],
    [
      'out of reach for long',
      account({ state: 'unreachable', since: ago(15 * MINUTE), dueSince: ago(HOUR) }),
      ['unreachable acme'],
    ],
    ['paused, nothing waits', account({ state: 'paused' }), []],
    [
      'paused and forgotten',
      account({ state: 'paused', dueSince: ago(HOUR) }),
      ['waiting-long acme'],
    ],
    [
      'no document so long after it was due',
      account({ dueSince: ago(30 * MINUTE) }),
      ['waiting-long acme'],
    ],
    [
      'the same with another threshold',
      account({ dueSince: ago(30 * MINUTE) }),
      [],
      { waitingMinutes: 31 },
    ],
    ['events that cannot be read', account({ quarantined: 1 }), ['quarantined acme']],
    ['fewer than it takes', account({ quarantined: 4 }), [], { quarantined: 5 }],
    ['one dead letter', { dead: 1 }, ['dead-letters']],
    ['fewer dead letters than it takes', { dead: 9 }, [], { deadLetters: 10 }],
    ['just uncertain', { uncertain: { count: 1, since: ago(29 * MINUTE) } }, []],
    ['uncertain for long', { uncertain: { count: 1, since: ago(30 * MINUTE) } }, ['uncertain']],
    ['held for a day', { held: { count: 2, since: ago(24 * HOUR) } }, ['held-long']],
    ['a payment held for a day', { stuck: { count: 1, since: ago(24 * HOUR) } }, ['stuck-long']],
    [
      'a correction nobody approved for a day',
      { proposed: { count: 1, since: ago(24 * HOUR) } },
      ['proposed-long'],
    ],
    ['held since today', { held: { count: 2, since: ago(23 * HOUR) } }, []],
    ['news nobody looks at', { unroutedSince: ago(HOUR) }, ['orders-not-looked-at']],
    ['a shop that is silent', shop({ heardAt: ago(72 * HOUR) }), ['shop-silent web']],
    ['a shop that was never heard', shop({}), []],
    ['a silent shop that is off', shop({ heardAt: ago(99 * HOUR), enabled: false }), []],
    ['silence is not watched', shop({ heardAt: ago(99 * HOUR) }), [], { silenceHours: 0 }],
    ['an API that fails', shop({ failingSince: ago(HOUR) }), ['shop-api web']],
    ['an API that failed just now', shop({ failingSince: ago(MINUTE) }), []],
    [
      'a document twice',
      { doubles: [{ document: 'web~1~invoice~1', number: '2', other: '1' }] },
      ['double-document web~1~invoice~1'],
    ],
    [
      'a number twice',
      { taken: [{ document: 'web~2~invoice~1', number: '1', owner: 'web~1~invoice~1' }] },
      ['number-taken web~2~invoice~1'],
    ],
    [
      'a day that does not reconcile',
      { unreconciled: [{ shop: 'web', open: 2, days: ['2026-11-23'] }] },
      ['reconciliation web'],
    ],
    ['a weak Redis', { weaknesses: ['appendfsync is everysec.'] }, ['redis-not-durable']],
  ])('%s', (_what, more, expected, thresholds) => {
    expect(ids(more, thresholds)).toEqual(expected)
  })

  test('every alert says in both languages what is wrong and what to do', () => {
    const alerts = [
      ...(['blocked', 'login-refused', 'plan-limit', 'unreachable', 'ok', 'paused'] as const).map(
        (state) => account({ state, since: 0, dueSince: 0, quarantined: 1 }),
      ),
      shop({ heardAt: 0, failingSince: 0, problem: { ro: 'Reînnoiți.', en: 'Renew.' } }),
      {
        dead: 1,
        uncertain: { count: 1, since: 0 },
        held: { count: 1, since: 0 },
        unroutedSince: 0,
        doubles: [{ document: 'd', number: '2', other: '1' }],
        taken: [{ document: 'd', number: '2', owner: 'e' }],
        weaknesses: ['w.'],
      },
    ].flatMap((more) => evaluate(picture(more), Thresholds.parse({})))
    for (const { ro, en } of alerts) {
      expect(ro).toMatch(/^[A-ZÎȘȚ].+\.$/s)
      expect(en).toMatch(/^[A-Z].+\.$/s)
      expect(ro.split('. ').length).toBeGreaterThan(1)
    }
    expect(new Set(alerts.map(({ rule }) => rule)).size).toBe(15)
  })
})

describe('what is told', () => {
  const one: Alert = { id: 'dead-letters', rule: 'dead-letters', about: '', ro: 'r', en: 'e' }
  const REMIND = 24 * HOUR
  /** One look a minute; `found` says whether the alert is there. */
  function over(minutes: number, found: (minute: number) => boolean) {
    let open: Parameters<typeof compare>[0] = []
    const told: string[] = []
    const messageIds = new Set<string>()
    for (let minute = 0; minute <= minutes; minute++) {
      const change = compare(open, found(minute) ? [one] : [], AT + minute * MINUTE, REMIND)
      open = change.open
      for (const { kind, id } of change.messages) {
        told.push(`${kind} at ${minute}`)
        messageIds.add(id)
      }
    }
    expect(messageIds.size).toBe(told.length)
    return told
  }

  test('once when it begins, again after a day, once when it is over', () => {
    expect(over(3000, (minute) => minute >= 5 && minute < 1500)).toEqual([
      'opened at 5',
      'reminder at 1445',
      'resolved at 1502',
    ])
  })

  test('a state that flickers is told once', () => {
    expect(over(60, (minute) => minute % 2 === 0)).toEqual(['opened at 0'])
  })

  test('what comes back later is a new alert', () => {
    expect(over(30, (minute) => minute < 5 || minute > 20)).toEqual([
      'opened at 0',
      'resolved at 7',
      'opened at 21',
    ])
  })

  test('its words are those of now', () => {
    const first = compare([], [one], AT, REMIND)
    const second = compare(first.open, [{ ...one, en: 'now' }], AT + MINUTE, REMIND)
    expect(second.open[0]?.en).toBe('now')
    expect(second.messages).toEqual([])
  })
})

test('a message that nobody takes is tried for days, ever more rarely, and then given up', () => {
  const waits = Array.from({ length: 12 }, (_, i) => retryMs(i + 1, 0.5))
  const given = waits.filter((wait) => wait !== undefined)
  expect(given).toEqual(given.toSorted((a, b) => a - b))
  expect(given.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(2 * 24 * HOUR)
  expect(waits.at(-1)).toBeUndefined()
})
