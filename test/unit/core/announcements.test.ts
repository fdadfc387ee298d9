import { describe, expect, test } from 'vitest'
import { waitAfter } from '../../../src/announcing/setback.ts'
import { partsOfAct } from '../../../src/core/acts.ts'
import {
  announcementsWanted,
  emailPlan,
  nextEmail,
  type Outlets,
} from '../../../src/core/announcements.ts'
import { emailText } from '../../../src/core/email-text.ts'
import type { FollowedDocument, FollowUpInput } from '../../../src/core/follow-ups.ts'
import { DocumentKey } from '../../../src/core/ids.ts'
import { Settings } from '../../../src/core/settings.ts'
import { createTurns } from '../../../src/core/turns.ts'
import { anOrder } from '../../support/builders.ts'
import { Order } from '../../../src/core/order.ts'

const DAY = 86_400_000
const now = Date.parse('2026-11-24T09:00:00Z')
const key = DocumentKey.parse('web~1001~invoice~1')
const issued: FollowedDocument = {
  key,
  kind: 'invoice',
  state: 'issued',
  gen: 1,
  at: now,
  series: 'FCT',
  number: '0001',
  total: '136.00',
  currency: 'RON',
  paid: '136.00',
  toPay: '136.00',
  issuedAt: now,
}
const all: Outlets = {
  archive: true,
  smtp: true,
  writeBack: true,
  endpoints: [
    { id: 'a', events: [] },
    { id: 'b', events: ['order.held'] },
  ],
}
const settings = Settings.parse({ email: { when: 'issued' }, writeBack: true })
const input = (
  document: Partial<FollowedDocument> = {},
  more: Partial<FollowUpInput> = {},
): FollowUpInput => ({
  order: Order.parse(anOrder({})),
  documents: [{ ...issued, ...document }],
  acts: [],
  did: [],
  settings,
  outlets: all,
  now,
  ...more,
})
const wanted = (...given: Parameters<typeof input>) =>
  announcementsWanted(input(...given)).map((act) => {
    const { kind, id } = partsOfAct(act.key)
    return `${kind} ${id}`
  })

describe('what is told', () => {
  test.each<[string, Partial<FollowedDocument>, string[]]>([
    [
      'an invoice that is paid',
      {},
      [
        'archive pdf',
        'write-back issued',
        'email first',
        'notice document.issued.a',
        'notice document.paid.a',
      ],
    ],
    ['a draft', { number: '', draft: true }, []],
    [
      'one that is held',
      { state: 'held', number: '', gen: 3 },
      ['notice order.held.3.a', 'notice order.held.3.b'],
    ],
    ['one that was refused', { state: 'dead', number: '' }, ['notice order.dead.1.a']],
    [
      'one that was reversed',
      { state: 'reversed', paid: '' },
      [
        'archive pdf',
        'write-back reversed',
        'notice document.issued.a',
        'notice document.reversed.a',
      ],
    ],
    [
      'a correction',
      { corrects: DocumentKey.parse('web~1001~invoice~2'), paid: '' },
      ['archive pdf', 'notice document.issued.a'],
    ],
    [
      'one of last month',
      { issuedAt: now - 30 * DAY, at: now - 30 * DAY, paid: '' },
      ['archive pdf', 'write-back issued'],
    ],
    ['one that is due', { state: 'due', number: '' }, []],
  ])('of %s', (_what, document, told) => {
    expect(wanted(document)).toEqual(told)
  })

  test('nothing where nobody listens', () => {
    const outlets = { archive: false, smtp: false, writeBack: false, endpoints: [] }
    expect(wanted({}, { outlets, settings: Settings.parse({ writeBack: true }) })).toEqual([])
  })
})

describe('an e-mail by itself', () => {
  const plan = (email: object, document: Partial<FollowedDocument> = {}, order: object = {}) =>
    emailPlan(
      {
        ...input(),
        settings: Settings.parse({ email }),
        order: Order.parse(anOrder(order)),
        outlets: { ...all, smtp: false },
      },
      { ...issued, ...document },
    )

  test.each([
    ['off', plan({})],
    ['send', plan({ when: 'issued' })],
    ['send', plan({ when: 'paid' })],
    ['not-paid', plan({ when: 'paid' }, { paid: '100.00' }, { paymentStatus: 'partially_paid' })],
    ['no-mail-server', plan({ when: 'issued', via: 'smtp' })],
    ['no-address', plan({ when: 'issued' }, {}, { customer: { name: 'Ion', email: 'ion@x' } })],
    ['draft', plan({ when: 'issued' }, { draft: true })],
    ['not-issued', plan({ when: 'issued' }, { state: 'held', number: '' })],
    ['old', plan({ when: 'issued' }, { issuedAt: now - 4 * DAY })],
    ['reversed', plan({ when: 'issued' }, { state: 'cancelled' })],
  ])('%s', (expected, got) => {
    expect(got).toBe(expected)
  })

  test('a rule of the shop decides before the setting', () => {
    const rules = [{ name: 'no mail', set: { email: 'never' } }]
    const ruled = Settings.parse({ document: 'invoice', email: { when: 'issued' }, rules })
    expect(emailPlan({ ...input(), settings: ruled }, issued)).toBe('off')
  })

  test('two people who ask at once ask for the same one', () => {
    const first = nextEmail(key, [], 'ana')
    expect(nextEmail(key, [], 'ion').key).toBe(first.key)
    const known = [{ key: first.key, state: 'done' as const, wish: {} }]
    expect(nextEmail(key, known, 'ion').key).not.toBe(first.key)
  })
})

describe('the text of an e-mail', () => {
  const document = {
    kind: 'invoice' as const,
    series: 'FCT',
    number: '0001',
    total: '136.00',
    currency: 'RON',
    issuedOn: '2026-11-24',
    link: 'https://relay.example/d/x',
  }
  const text = (own: { subject?: string; body?: string }, language = 'RO', usual = true) =>
    emailText(
      { subject: '', body: '', ...own },
      Order.parse(anOrder({ id: '7', number: '7\nBcc: x' })),
      document,
      language,
      usual,
    )

  test('takes fields of order and document, and no second line into the subject', () => {
    expect(
      text({
        subject: '{order.number} {document.number} {nonsense}',
        body: 'A\n\n{document.link}',
      }),
    ).toEqual({ subject: '7 Bcc: x FCT0001 {nonsense}', body: 'A\n\nhttps://relay.example/d/x' })
  })

  test('is ours in the language of the document where the shop has none, or left to SmartBill', () => {
    expect(text({}).subject).toContain('Factura FCT0001 pentru comanda 7')
    expect(text({}, 'DE').subject).toContain('Invoice FCT0001 for order 7')
    expect(text({}, 'RO', false)).toEqual({ subject: '', body: '' })
  })
})

describe('trying again', () => {
  test('goes on for two days and then ends; whoever asks for more time gets it', () => {
    const waits = Array.from({ length: 10 }, (_, at) => waitAfter(at + 1, 0, 0.5))
    const sum = waits.reduce<number>((total, wait) => total + (wait ?? 0), 0)
    expect(sum / DAY).toBeCloseTo(2, 1)
    expect(waits.at(-1)).toBeUndefined()
    expect(waitAfter(1, 3_600_000, 0)).toBe(3_600_000)
    expect(waitAfter(1, 1000 * DAY, 0)).toBeLessThan(DAY)
  })

  test('one address that hangs takes four places and no more', () => {
    const turns = createTurns(4)
    const taken = Array.from({ length: 5 }, () => turns.take('slow.example', 0))
    expect(taken.map((turn) => 'giveBack' in turn)).toEqual([true, true, true, true, false])
    expect(turns.take('other.example', 0)).toHaveProperty('giveBack')
    const [first] = taken
    if (first !== undefined && 'giveBack' in first) first.giveBack(1)
    expect(turns.take('slow.example', 1)).toHaveProperty('giveBack')
  })

  test('a thousand that wait for one that hangs ask as seldom as it answers, and soon again once it works', () => {
    const turns = createTurns(4)
    const CALL = 15_000
    const busy: { end: number; giveBack: (now: number) => void }[] = []
    const due = Array.from({ length: 1000 }, () => 0)
    let [asked, calls, now] = [0, 0, 0]
    for (; now < 600_000; now += 50) {
      for (const call of busy.splice(0))
        if (call.end <= now) call.giveBack(now)
        else busy.push(call)
      for (const [at, when] of due.entries()) {
        if (when > now) continue
        asked++
        const turn = turns.take('slow.example', now)
        if ('until' in turn) {
          expect(turn.until - now).toBeLessThanOrEqual(300_000)
          due[at] = turn.until
        } else {
          calls++
          busy.push({ end: now + CALL, giveBack: turn.giveBack })
          due[at] = Infinity
        }
      }
    }
    // Ten minutes hold 160 calls of a quarter of a minute, four at a time.
    expect(calls).toBeGreaterThan(120)
    expect(asked).toBeLessThan(5000)
    for (const { giveBack } of busy) giveBack(now)
    for (let at = 0; at < 20; at++) {
      const turn = turns.take('slow.example', now)
      now += 50
      if ('giveBack' in turn) turn.giveBack(now)
    }
    const fifth = Array.from({ length: 5 }, () => turns.take('slow.example', now)).at(-1)
    const wait = fifth !== undefined && 'until' in fifth ? fifth.until - now : expect.fail('taken')
    expect(wait).toBeLessThan(60_000)
  })
})
