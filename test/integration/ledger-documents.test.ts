import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alertPicture } from '../../src/alert-picture.ts'
import { Thresholds } from '../../src/core/alerting.ts'
import { evaluate } from '../../src/core/alerts.ts'
import { decide, type DocumentDraft } from '../../src/core/document.ts'
import { RejectedError, TransientError, UncertainError } from '../../src/core/errors.ts'
import type { DocumentKey } from '../../src/core/ids.ts'
import { documentStates, lifecycle, type DocumentState } from '../../src/core/lifecycle.ts'
import type { Issued } from '../../src/ledger/documents.ts'
import { someInput } from '../support/builders.ts'
import { ACCOUNT, openRig, rawRedis, type Rig } from '../support/rig.ts'

const SERIES = { account: ACCOUNT, kind: 'invoice', series: 'FCT' } as const

const draft = (): DocumentDraft => {
  const decision = decide(someInput())
  if (decision.kind !== 'issue') throw new Error('the usual order cannot be issued')
  return decision.document
}
const answer = (number: string): Issued => ({
  series: 'FCT',
  number,
  documentId: '',
  url: '',
  viewUrl: '',
  paid: '',
})

/** A rig whose series has been looked at, so that an intent is let through. */
async function ready() {
  const rig = await openRig()
  await rig.watch()
  const { documents } = rig.app.ledger
  return {
    rig,
    documents,
    due: async (order = '1001'): Promise<DocumentKey> => {
      await rig.receive({ id: order })
      const key = rig.key(order)
      await documents.makeDue(ACCOUNT, key, 'test', {})
      return key
    },
    claimed: async (key: DocumentKey): Promise<string> => {
      const claim = await documents.claim(ACCOUNT, key)
      if (claim.status !== 'claimed') throw new Error(`not claimed but ${claim.status}`)
      return claim.fence
    },
    attempt: (key: DocumentKey, fence: string, act: () => Promise<Issued>, rechecked = false) =>
      documents.attempt(ACCOUNT, key, { fence, rechecked, version: '1' }, draft(), act),
  }
}

/** An act that the test ends when it wants to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<Issued>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const act = () => {
    begin()
    return promise
  }
  return { act, begun, answer: resolve, fail: reject }
}

const stateOf = async (rig: Rig, key: DocumentKey) => (await rig.document(key))?.state

describe('at most one', () => {
  test('of fifty claims at once one wins', async () => {
    const { documents, due } = await ready()
    const key = await due()
    const claims = await Promise.all(
      Array.from({ length: 50 }, () => documents.claim(ACCOUNT, key)),
    )
    const counted = Object.groupBy(claims, ({ status }) => status)
    expect(counted['claimed']).toHaveLength(1)
    expect(counted['busy']).toHaveLength(49)
  })

  test('of fifty intents with one fence one goes, and one request leaves', async () => {
    const { due, claimed, attempt } = await ready()
    const key = await due()
    const fence = await claimed(key)
    let sent = 0
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        attempt(key, fence, async () => {
          sent++
          return answer('0001')
        }),
      ),
    )
    expect(sent).toBe(1)
    expect(results.filter(({ status }) => status === 'issued')).toHaveLength(1)
    expect(results.filter(({ status }) => status === 'lost')).toHaveLength(49)
  })

  test('an intent with an older fence is lost and sends nothing', async () => {
    const { rig, due, claimed, attempt } = await ready()
    const key = await due()
    const old = await claimed(key)
    rig.clock.advance(31_000)
    await claimed(key)
    const act = async () => {
      throw new Error('sent')
    }
    expect(await attempt(key, old, act)).toEqual({ status: 'lost' })
  })

  test('made due twice at once it has one generation', async () => {
    const { rig, documents } = await ready()
    await rig.receive()
    const key = rig.key('1001')
    const made = await Promise.all(
      Array.from({ length: 20 }, () => documents.makeDue(ACCOUNT, key, 'test', {}, '1')),
    )
    expect(made.filter(({ status }) => status === 'due')).toHaveLength(1)
    expect(new Set(made.map(({ generation }) => generation))).toEqual(new Set(['1']))
  })

  test('the intent is on record, with series, floor and marker, before the request leaves', async () => {
    const { rig, due, claimed, attempt } = await ready()
    const key = await due()
    const fence = await claimed(key)
    let seen: Awaited<ReturnType<Rig['document']>>
    await attempt(key, fence, async () => {
      seen = await rig.document(key)
      return answer('0001')
    })
    expect(seen).toMatchObject({ state: 'attempting', series: 'FCT', floor: 0, attempts: 1 })
    const entry = (await rig.app.ledger.reports.timeline(ACCOUNT, rig.ref('1001'))).find(
      ({ to }) => to === 'attempting',
    )
    expect(entry?.facts).toMatchObject({ marker: rig.app.markerOf(key), fence })
  })
})

describe('what an attempt leaves behind', () => {
  test.each([
    ['nothing happened', new TransientError('not sent'), 'due'],
    [
      'it was refused',
      new RejectedError({ code: 'refused', said: 'Nu.', ro: 'Nu.', en: 'No.' }),
      'dead',
    ],
    ['nobody knows', new UncertainError('no answer', ''), 'uncertain'],
    ['a bug of our own', new TypeError('x is not a function'), 'uncertain'],
  ])('%s', async (_what, error, state) => {
    const { rig, due, claimed, attempt } = await ready()
    const key = await due()
    await expect(attempt(key, await claimed(key), () => Promise.reject(error))).rejects.toBe(error)
    expect(await stateOf(rig, key)).toBe(state)
  })

  test('a worker that never reports back: busy until its lease is over, then uncertain', async () => {
    const { rig, documents, due, claimed, attempt } = await ready()
    const key = await due()
    const { act, begun, answer: reply } = held()
    const gone = attempt(key, await claimed(key), act)
    await begun
    expect((await documents.claim(ACCOUNT, key)).status).toBe('busy')
    rig.clock.advance(rig.config.smartbill.timeoutMs + 5001)
    expect((await documents.claim(ACCOUNT, key)).status).toBe('uncertain')
    reply(answer('0001'))
    await gone
    expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0001' })
  })
})

describe('an outcome that comes late, with an old fence', () => {
  /** A first attempt that hangs and was given up; the document is due again. */
  async function givenUp() {
    const all = await ready()
    const { rig, documents, due, claimed, attempt } = all
    const key = await due()
    const first = held()
    const late = attempt(key, await claimed(key), first.act)
    await first.begun
    rig.clock.advance(10_000)
    await documents.claim(ACCOUNT, key)
    return {
      ...all,
      key,
      arrive: async (number: string) => {
        first.answer(answer(number))
        await late
      },
      conclude: () => documents.conclude(ACCOUNT, key, 1, {}),
    }
  }

  test('of an uncertain document: it is issued', async () => {
    const { rig, key, arrive } = await givenUp()
    await arrive('0001')
    expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0001' })
    expect(await rig.alerts()).toEqual([])
  })

  test('of a document that is due again: it is issued, and the claim of the second worker is lost', async () => {
    const { rig, key, arrive, conclude, claimed, attempt } = await givenUp()
    await conclude()
    const fence = await claimed(key)
    await arrive('0001')
    expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0001' })
    const act = async () => answer('0002')
    expect(await attempt(key, fence, act, true)).toEqual({ status: 'lost' })
  })

  test('while a newer attempt is on its way: an alert, and both numbers once the newer one is issued too', async () => {
    const { rig, key, arrive, conclude, claimed, attempt } = await givenUp()
    await conclude()
    const second = held()
    const newer = attempt(key, await claimed(key), second.act, true)
    await second.begun
    await arrive('0001')
    expect(await stateOf(rig, key)).toBe('attempting')
    expect(await rig.alerts()).toMatchObject([{ alert: 'late-commit', number: '0001' }])
    second.answer(answer('0002'))
    await newer
    expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0002' })
    expect((await rig.alerts())[0]).toMatchObject({
      alert: 'double',
      number: '0002',
      other: '0001',
    })
  })

  test('while a newer attempt turns out not to have been sent: the next intent finds the number', async () => {
    const { rig, key, arrive, conclude, claimed, attempt } = await givenUp()
    await conclude()
    const second = held()
    const newer = attempt(key, await claimed(key), second.act, true)
    await second.begun
    await arrive('0001')
    second.fail(new TransientError('not sent'))
    await expect(newer).rejects.toThrow('not sent')
    expect(await attempt(key, await claimed(key), async () => answer('0002'), true)).toEqual({
      status: 'found',
      number: '0001',
      series: 'FCT',
    })
    expect(await stateOf(rig, key)).toBe('due')
  })

  test('of a document issued by a newer attempt with another number: the first one stands, an alert names both', async () => {
    const { rig, key, arrive, conclude, claimed, attempt } = await givenUp()
    await conclude()
    await attempt(key, await claimed(key), async () => answer('0002'), true)
    await arrive('0001')
    expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0002' })
    expect(await rig.alerts()).toMatchObject([{ alert: 'double', number: '0001', other: '0002' }])
  })

  test('of a document found with the same number meanwhile: nothing changes', async () => {
    const { rig, key, arrive, documents } = await givenUp()
    await documents.issued(ACCOUNT, key, 'series watch', answer('0001'), {})
    const before = await rig.document(key)
    await arrive('0001')
    expect(await rig.document(key)).toEqual(before)
    expect(await rig.alerts()).toEqual([])
  })

  test.each(['held', 'dead', 'skipped'] as const)(
    'of a document that is %s meanwhile: it is issued all the same',
    async (state) => {
      const { rig, key, arrive, documents, conclude } = await givenUp()
      await conclude()
      await documents.move(ACCOUNT, key, state, { who: 'test', from: ['due'] })
      await arrive('0001')
      expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0001' })
    },
  )
})

describe('a number that another document has', () => {
  const kept = (rig: Rig) => rig.app.ledger.series.explained(SERIES, 1)
  const ofRule = async (rig: Rig) =>
    evaluate(await alertPicture(rig.app), Thresholds.parse({})).filter(
      ({ rule }) => rule === 'number-taken',
    )

  test('is recorded for the second one too, stays the number of the first, and an alert names both', async () => {
    const { rig, documents, due, claimed, attempt } = await ready()
    const [first, second] = [await due('1'), await due('2')]
    await attempt(first, await claimed(first), async () => answer('0001'))
    await attempt(second, await claimed(second), async () => answer('0001'))
    // Every look that finds it again says so again.
    for (let i = 0; i < 2; i++)
      await documents.issued(ACCOUNT, second, 'series watch', answer('0001'), {})

    expect(await kept(rig)).toBe(first)
    for (const key of [first, second])
      expect(await rig.document(key)).toMatchObject({ state: 'issued', number: '0001' })
    expect(await rig.alerts()).toMatchObject([
      { alert: 'number-taken', document: second, number: '0001', owner: first },
    ])
    const timeline = await rig.app.ledger.reports.timeline(ACCOUNT, rig.ref('2'))
    expect(timeline.map(({ to }) => to)).toEqual([
      'received',
      'due',
      'attempting',
      'number-taken',
      'issued',
    ])
    expect(timeline.at(3)?.facts).toMatchObject({ number: '0001', owner: first, series: 'FCT' })

    const [alert, ...more] = await ofRule(rig)
    expect(more).toEqual([])
    for (const text of [alert?.ro, alert?.en])
      for (const name of ['0001', first, second]) expect(text).toContain(name)
    const { alerts } = rig.app.ledger
    const open = { ...alert!, openedAt: 1, toldAt: 1, told: 1 }
    await alerts.save({ open: [open], over: [], messages: [], channels: [], at: 1 })
    const closing = await rig.call('POST', '/v1/alerts/close', {
      body: { id: alert?.id, reason: 'order 1 has another one' },
    })
    expect(closing.status).toBe(204)
    expect(await ofRule(rig)).toEqual([])
  })

  test('as a second number of its own: both alerts, once, and both first numbers stand', async () => {
    const { rig, documents, due, claimed, attempt } = await ready()
    const [first, second] = [await due('1'), await due('2')]
    await attempt(first, await claimed(first), async () => answer('0001'))
    await attempt(second, await claimed(second), async () => answer('0002'))
    for (let i = 0; i < 3; i++)
      await documents.issued(ACCOUNT, second, 'series watch', answer('0001'), {})
    expect(await kept(rig)).toBe(first)
    expect(await rig.document(second)).toMatchObject({ number: '0002' })
    expect((await rig.alerts()).map((one) => (one as { alert: string }).alert).toSorted()).toEqual([
      'double',
      'number-taken',
    ])
  })

  test.each(['foreign', 'gone', 'forgotten'] as const)(
    'is not one that was %s: it was deleted, and that hurts nobody',
    async (what) => {
      const { rig, due, claimed, attempt } = await ready()
      const key = await due()
      const { run } = await rig.app.ledger.series.known(SERIES)
      await rig.app.ledger.series.finish(SERIES, {
        run,
        highest: 1,
        startedAt: rig.clock.now(),
        complete: true,
        numbers: { 1: what },
        markers: {},
      })
      await attempt(key, await claimed(key), async () => answer('0001'))
      expect(await kept(rig)).toBe(key)
      expect(await rig.alerts()).toEqual([])
    },
  )
})

describe('a newer snapshot that comes while a worker looks at the older one', () => {
  test.each(['hold', 'skip'] as const)('is not lost in a %s', async (what) => {
    const { rig, documents, due, claimed } = await ready()
    const key = await due()
    const fence = await claimed(key)
    await rig.receive({ updatedAt: '2026-11-24T09:00:00Z' })
    await rig.route(rig.ref('1001'))
    const settled =
      what === 'hold'
        ? await documents.hold(ACCOUNT, key, fence, '1', [])
        : await documents.skip(ACCOUNT, key, fence, '1', {})
    expect(settled).toBe(false)
    expect(await stateOf(rig, key)).toBe('due')
  })

  test('is what the document is made of', async () => {
    const { rig, due, claimed, documents } = await ready()
    const key = await due()
    const fence = await claimed(key)
    await rig.receive({ updatedAt: '2026-11-24T09:00:00Z' })
    let sent = 0
    const result = await documents.attempt(
      ACCOUNT,
      key,
      { fence, rechecked: false, version: '1' },
      draft(),
      async () => {
        sent++
        return answer('0001')
      },
    )
    expect(result).toEqual({ status: 'newer' })
    expect(sent).toBe(0)
  })
})

describe('the journal', () => {
  test('has one entry per move, and the timeline shows them in order', async () => {
    const { rig, documents, due, claimed, attempt } = await ready()
    const key = await due()
    await expect(
      attempt(key, await claimed(key), () => Promise.reject(new UncertainError('no answer', ''))),
    ).rejects.toThrow('no answer')
    await documents.conclude(ACCOUNT, key, 1, {})
    await attempt(key, await claimed(key), async () => answer('0001'), true)
    const timeline = await rig.app.ledger.reports.timeline(ACCOUNT, rig.ref('1001'))
    expect(timeline.map(({ from, to }) => `${from}→${to}`)).toEqual([
      '→received',
      '→due',
      'due→attempting',
      'attempting→uncertain',
      'uncertain→due',
      'due→attempting',
      'attempting→issued',
    ])
    const journal = await rawRedis().xlen(`${rig.prefix}:{0}:journal`)
    expect(journal).toBe(timeline.length)
  })
})

describe('counts and indexes', () => {
  test('are equal to a recount after any sequence of moves, and illegal moves are refused', async () => {
    const rig = await openRig()
    const redis = rawRedis()
    const { documents, reports } = rig.app.ledger
    const orders = ['1', '2', '3']
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            order: fc.constantFrom(...orders),
            to: fc.constantFrom(...documentStates),
          }),
          { maxLength: 25 },
        ),
        async (moves) => {
          round++
          const model = new Map<DocumentKey, DocumentState>()
          const keyOf = (order: string) => rig.key(`${round}-${order}`)
          for (const order of orders) {
            await documents.makeDue(ACCOUNT, keyOf(order), 'test', {})
            model.set(keyOf(order), 'due')
          }
          const before = await reports.counts()
          for (const { order, to } of moves) {
            const key = keyOf(order)
            const from = model.get(key) ?? 'due'
            const legal = (lifecycle[from] as readonly string[]).includes(to)
            expect(await documents.move(ACCOUNT, key, to, { who: 'test' })).toBe(legal)
            if (legal) model.set(key, to)
          }
          const after = await reports.counts()
          for (const state of documentStates) {
            const mine = [...model.values()].filter((now) => now === state).length
            const was = state === 'due' ? orders.length : 0
            expect(after[state] - before[state]).toBe(mine - was)
          }
          for (const [key, state] of model) expect((await rig.document(key))?.state).toBe(state)
          const base = `${rig.prefix}:{0}`
          for (const state of ['due', 'attempting', 'uncertain', 'held', 'dead'] as const) {
            const indexed = await redis.zrange(`${base}:state:${state}`, 0, -1)
            for (const [key, now] of model) expect(indexed.includes(key)).toBe(now === state)
          }
          const pending = await redis.zrange(`${base}:pending:${ACCOUNT}`, 0, -1)
          for (const [key, now] of model) {
            expect(pending.includes(key)).toBe(['due', 'attempting', 'uncertain'].includes(now))
          }
        },
      ),
      { numRuns: 30 },
    )
    // Over everything that all rounds left behind.
    const stored = await redis.keys(`${rig.prefix}:{0}:doc:*`)
    const states = await Promise.all(stored.map((key) => redis.hget(key, 'state')))
    const counts = await reports.counts()
    for (const state of documentStates) {
      expect(counts[state]).toBe(states.filter((now) => now === state).length)
    }
  })
})

describe('the numbers of a series', () => {
  test('the lowest number that a late commit may have taken is kept when many attempts are in doubt at once', async () => {
    const { rig } = await ready()
    const { series } = rig.app.ledger
    await series.finish(SERIES, {
      run: (await series.known(SERIES)).run,
      highest: 100,
      startedAt: Date.now(),
      complete: true,
      numbers: {},
      markers: {},
    })
    await Promise.all([90, 20, 50, 10, 70].map((floor) => series.expectLate(SERIES, floor)))
    expect((await series.known(SERIES)).floor).toBe(10)
  })
})
