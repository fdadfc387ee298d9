import { describe, expect, test } from 'vitest'
import { faultKinds, type FaultKind } from '../../src/simulator/faults.ts'
import type { RuleInput } from '../../src/simulator/simulator.ts'
import type { DocumentDraft } from '../../src/core/document.ts'
import { UncertainError } from '../../src/core/errors.ts'
import { ACCOUNT, aShop, CIF, openRig, type Rig, type RigOptions } from '../support/rig.ts'

const shops = [aShop(), aShop({ document: 'estimate', series: 'PRF' }, { id: 'proforma' })]
const times = { SMARTBILL_TIMEOUT_MS: '600', SMARTBILL_GRACE_MS: '1800' }
const open = (more: RigOptions = {}) => openRig({ shops, env: times, ...more })

/** How long what takes time takes; `slow` ends after the time-out and inside the grace period. */
const delays: Partial<Record<FaultKind, number>> = {
  slow: 1000,
  'slow-answer': 1000,
  'late-commit': 700,
  'block-403': 300,
  'block-429': 300,
}
const armed = (fault: FaultKind): RuleInput => {
  const delayMs = delays[fault]
  return { fault, ...(delayMs === undefined ? {} : { delayMs }) }
}

async function exactlyOne(rig: Rig, order: string, kind: 'invoice' | 'estimate', shop: string) {
  const key = rig.key(order, kind, shop)
  const [document, ...more] = rig.documentsOf(key)
  expect(more).toEqual([])
  expect(await rig.document(key)).toMatchObject({
    state: 'issued',
    series: document?.series,
    number: document?.number,
  })
}

/** Those of a read leave the POST alone; the login has its own test; a refusal is not a fault of the line. */
const elsewhere = new Set<FaultKind>([
  'pdf-unreadable',
  'pdf-without-text',
  'login-401',
  '200-error',
])

describe('whatever goes wrong once with the request, each order ends with exactly one document', () => {
  test.each(faultKinds.filter((kind) => !elsewhere.has(kind)))('%s', async (fault) => {
    const rig = await open()
    // A document of ours above which the fault happens, so that deleting the last one has something to delete.
    rig.simulator.company(CIF)
    rig.simulator.issueAsOther(CIF, 'FCT')
    rig.simulator.issueAsOther(CIF, 'PRF')
    rig.simulator.faults(
      (['/invoice/v2', '/estimate/v2'] as const).map((path) => ({
        ...armed(fault),
        route: `POST ${path}`,
        times: 1,
      })),
    )
    await Promise.all([rig.post({}), rig.post({}, { shop: 'proforma' })])
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    await exactlyOne(rig, '1001', 'estimate', 'proforma')
    expect(rig.simulator.faults().map(({ fired }) => fired)).toEqual([1, 1])
    expect(rig.simulator.documents().filter(({ by }) => by === 'api')).toHaveLength(2)
    expect(rig.simulator.documents({ kind: 'invoice' }).at(-1)?.paid).toBe('136.00')
    expect(await rig.alerts()).toEqual([])
    expect(rig.simulator.calls()).toMatchObject({ overLimit: 0, whileBlocked: 0 })
  })

  test.each(['refuse', 'silence', '503', '502-html'] as const)(
    'an outage (%s) while documents wait and one is on its way',
    async (mode) => {
      const rig = await open()
      rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
      for (const id of ['1', '2', '3']) await rig.post({ id })
      await rig.route(rig.ref('1'))
      await expect(rig.issue(rig.key('1'))).rejects.toThrow('did not answer')
      await rig.simulator.outage(mode, 1500)
      await rig.finish()
      for (const id of ['1', '2', '3']) await exactlyOne(rig, id, 'invoice', 'web')
      expect(rig.simulator.documents()).toHaveLength(3)
    },
  )

  test('an outage that answers 502 in HTML does not pass for a missing proforma', async () => {
    const rig = await open({ clock: 'fast' })
    // One that shows how numbers are printed: only then a missing one proves anything.
    await rig.receive({ id: '1' }, 'proforma')
    await rig.finish()
    await rig.receive({}, 'proforma')
    await rig.route(rig.ref('1001', 'proforma'))
    const key = rig.key('1001', 'estimate', 'proforma')
    rig.simulator.faults([
      { route: 'POST /estimate/v2', fault: 'close-after', times: 1 },
      { route: 'GET /estimate/pdf', fault: '502-html-before', times: 3 },
    ])
    await expect(rig.issue(key)).rejects.toThrow('did not answer')
    rig.clock.advance(1900)
    await expect(rig.resolve(key)).rejects.toThrow()
    expect((await rig.document(key))?.state).toBe('uncertain')
    await rig.finish()
    await exactlyOne(rig, '1001', 'estimate', 'proforma')
  })
})

describe('a document that is committed after its caller has gone', () => {
  const minutes = { ...times, SMARTBILL_GRACE_MS: '300000' }

  /** A first request without an answer; SmartBill carries it out when the test says so. */
  async function slowSmartBill() {
    const rig = await open({ clock: 'fast', env: minutes })
    const { smartbill, ledger } = rig.app
    const { documents } = smartbill
    const account = (await ledger.registry.account(ACCOUNT))!
    const real = documents.issue.bind(documents)
    const { promise: first, resolve: sent } = Promise.withResolvers<DocumentDraft>()
    documents.issue = async (_account, grant, draft) => {
      documents.issue = real
      await smartbill.cancel(account, grant)
      sent(draft)
      throw new UncertainError('SmartBill did not answer', '')
    }
    await rig.route(await rig.receive())
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow('did not answer')
    return {
      rig,
      commit: async () => void (await real(account, await smartbill.admit(account), await first)),
      giveUp: async () => {
        rig.clock.advance(300_000)
        expect(await rig.resolve(rig.key('1001'))).toBe('it did not happen')
        expect(rig.simulator.documents()).toEqual([])
      },
    }
  }

  test('within the grace period: it is waited for, and nothing is sent again', async () => {
    const { rig, commit } = await slowSmartBill()
    for (const minute of [1, 1, 1, 1]) {
      await expect(rig.resolve(rig.key('1001'))).rejects.toThrow('not found so far')
      rig.clock.advance(minute * 60_000)
    }
    expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
    await commit()
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test('before the second request: the second one is never sent', async () => {
    const { rig, commit, giveUp } = await slowSmartBill()
    await giveUp()
    await commit()
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test('after the second request: an alert names both numbers', async () => {
    const { rig, commit, giveUp } = await slowSmartBill()
    await giveUp()
    await rig.issue(rig.key('1001'))
    await commit()
    expect(await rig.watch()).toBe('every number is explained')
    expect(await rig.alerts()).toMatchObject([{ alert: 'double', number: '0002', other: '0001' }])
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
  })

  test('between the last look and the second request: an alert names both numbers', async () => {
    const { rig, commit, giveUp } = await slowSmartBill()
    await giveUp()
    const { documents } = rig.app.smartbill
    const real = documents.issue.bind(documents)
    documents.issue = async (...args) => {
      documents.issue = real
      await commit()
      return real(...args)
    }
    await rig.issue(rig.key('1001'))
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0002' })
    await rig.watch()
    expect(await rig.alerts()).toMatchObject([{ alert: 'double', number: '0001', other: '0002' }])
  })

  test('while the number cannot be read: the second request waits until it can', async () => {
    const { rig, commit, giveUp } = await slowSmartBill()
    await giveUp()
    await commit()
    rig.simulator.faults({ route: 'GET /invoice/pdf', fault: 'pdf-unreadable', times: 4 })
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow('cannot be read yet')
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    expect(rig.simulator.documents()).toHaveLength(1)
  })
})

describe('a lost answer', () => {
  async function lost(rig: Rig, order = '1001') {
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(await rig.receive({ id: order }))
    await expect(rig.issue(rig.key(order))).rejects.toThrow('did not answer')
    rig.clock.advance(1900)
  }

  test.each(['pdf-unreadable', 'pdf-without-text'] as const)(
    'with a %s stays uncertain and sends nothing, until the PDF can be read',
    async (fault) => {
      const rig = await open({ clock: 'fast' })
      await lost(rig)
      const [id] = rig.simulator.faults([{ route: 'GET /invoice/pdf', fault }])
      for (let i = 0; i < 5; i++) {
        await expect(rig.resolve(rig.key('1001'))).rejects.toThrow('not found so far')
        rig.clock.advance(60_000)
      }
      expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
      expect(rig.simulator.documents()).toHaveLength(1)
      rig.simulator.disarm(id)
      await rig.finish()
      await exactlyOne(rig, '1001', 'invoice', 'web')
      expect(rig.simulator.documents()).toHaveLength(1)
    },
  )

  test('among documents that others issued on the series', async () => {
    const rig = await open({ clock: 'fast' })
    await rig.watch()
    rig.simulator.issueAsOther(CIF, 'FCT')
    rig.simulator.issueAsOther(CIF, 'FCT', 'Ref RLY00000000000A')
    await lost(rig)
    rig.simulator.issueAsOther(CIF, 'FCT')
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    expect(await rig.document(rig.key('1001'))).toMatchObject({ number: '0003' })
  })

  test('on the number of a document that somebody deleted', async () => {
    const rig = await open({ clock: 'fast' })
    await rig.post({ id: '1' })
    await rig.post({ id: '2' })
    await rig.finish()
    rig.simulator.deleteLastAsOther(CIF, 'FCT')
    await lost(rig, '3')
    await rig.finish()
    await exactlyOne(rig, '3', 'invoice', 'web')
    expect(await rig.document(rig.key('3'))).toMatchObject({ number: '0002' })
  })

  test('on the number of a deleted document, with twenty more issued before anybody looks', async () => {
    const rig = await open({ clock: 'fast' })
    await rig.post({ id: '1' })
    await rig.finish()
    rig.simulator.deleteLastAsOther(CIF, 'FCT')
    await lost(rig, '2')
    for (let i = 0; i < 20; i++) {
      await rig.route(await rig.receive({ id: `more-${i}` }))
      await rig.issue(rig.key(`more-${i}`))
    }
    await rig.finish()
    await exactlyOne(rig, '2', 'invoice', 'web')
    expect(await rig.document(rig.key('2'))).toMatchObject({ number: '0001' })
    expect(rig.simulator.calls().byRoute['POST /invoice/v2']).toBe(22)
  })

  test.each([
    [1, 9],
    [1, 10],
    [2, 99],
    [4, 1],
    [6, 1],
    [6, 1_000_000],
  ])(
    'on the first number we ever see of a series, printed with at least %i digits, from %i',
    async (width, next) => {
      const rig = await open({
        clock: 'fast',
        simulator: { companies: { [CIF]: { series: [{ name: 'FCT', type: 'f', width, next }] } } },
      })
      await lost(rig)
      await rig.finish()
      await exactlyOne(rig, '1001', 'invoice', 'web')
    },
  )

  test('below a number that has one more digit', async () => {
    const rig = await open({
      clock: 'fast',
      simulator: {
        companies: { [CIF]: { series: [{ name: 'FCT', type: 'f', width: 1, next: 9 }] } },
      },
    })
    await lost(rig, '1')
    await rig.route(await rig.receive({ id: '2' }))
    await rig.issue(rig.key('2'))
    await rig.finish()
    await exactlyOne(rig, '1', 'invoice', 'web')
    await exactlyOne(rig, '2', 'invoice', 'web')
    expect(rig.simulator.documents()).toHaveLength(2)
  })

  test('among more foreign numbers than one window of the limit has calls', async () => {
    const rig = await open({
      clock: 'fast',
      env: { ...times, SMARTBILL_CALLS: '10', SMARTBILL_WINDOW_MS: '4000' },
      simulator: { limit: 10, windowMs: 4000 },
    })
    await rig.watch()
    for (let i = 0; i < 16; i++) rig.simulator.issueAsOther(CIF, 'FCT')
    await lost(rig)
    await rig.finish()
    await exactlyOne(rig, '1001', 'invoice', 'web')
    expect(rig.simulator.calls().overLimit).toBe(0)
  })

  test('of a draft: it is held for a person and never repeated', async () => {
    const rig = await open({ clock: 'fast', shops: [aShop({ draft: true })] })
    await lost(rig)
    await rig.finish()
    expect(await rig.document(rig.key('1001'))).toMatchObject({
      state: 'held',
      reasons: [{ code: 'uncertain-draft' }],
    })
    expect(rig.simulator.documents({ status: 'draft' })).toHaveLength(1)
  })

  test('of an invoice made of a proforma by hand: its copied marker does not make it the proforma', async () => {
    const rig = await open({ clock: 'fast' })
    await rig.receive({}, 'proforma')
    await rig.route(rig.ref('1001', 'proforma'))
    const key = rig.key('1001', 'estimate', 'proforma')
    rig.simulator.faults({ route: 'POST /estimate/v2', fault: 'close-before', times: 1 })
    await expect(rig.issue(key)).rejects.toThrow('did not answer')
    await rig.watch()
    rig.simulator.issueAsOther(CIF, 'FCT', `Ref ${rig.app.markerOf(key)}`)
    await rig.watch()
    expect((await rig.document(key))?.state).toBe('uncertain')
    await rig.finish()
    expect(rig.simulator.documents({ kind: 'estimate' })).toHaveLength(1)
  })
})
