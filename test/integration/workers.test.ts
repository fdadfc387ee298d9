import { describe, expect, test } from 'vitest'
import type { Order } from '../../src/core/order.ts'
import { anOrder } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { startRewriter } from '../support/rewriter.ts'
import { ACCOUNT, aShop, CIF, openRig, TOKEN, type Rig } from '../support/rig.ts'

/** What the simulator has, without what differs from run to run. */
const witness = (rig: Rig) =>
  rig.simulator.documents({ brief: true }).map(({ id, series, number, status }) => ({
    id,
    series,
    number,
    status,
  }))

describe('a worker that runs twice changes nothing the second time', () => {
  const ways = [
    ['in a row', async (work: () => Promise<unknown>) => void (await work(), await work())],
    [
      'at once',
      async (work: () => Promise<unknown>) => void (await Promise.allSettled([work(), work()])),
    ],
  ] as const

  test.each(ways)('route-order, %s', async (_way, twice) => {
    const rig = await openRig()
    const ref = await rig.receive()
    await twice(() => rig.route(ref))
    expect((await rig.document(rig.key('1001')))?.gen).toBe(1)
    expect(await rig.app.queues.counts()).toMatchObject({ 'issue-document': { waiting: 1 } })
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })

  test.each(ways)('issue-document, %s', async (_way, twice) => {
    const rig = await openRig()
    await rig.route(await rig.receive())
    await twice(() => rig.issue(rig.key('1001')))
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test.each(ways)('resolve-outcome, %s, of a document that exists', async (_way, twice) => {
    const rig = await openRig()
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(await rig.receive())
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow('did not answer')
    await twice(() => rig.resolve(rig.key('1001')))
    await rig.finish()
    const before = witness(rig)
    expect(before).toHaveLength(1)
    await twice(() => rig.resolve(rig.key('1001')))
    expect(witness(rig)).toEqual(before)
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
  })

  test.each(ways)('resolve-outcome, %s, of one that does not exist', async (_way, twice) => {
    const rig = await openRig({ clock: 'fast' })
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-before', times: 1 })
    await rig.route(await rig.receive())
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow('did not answer')
    rig.clock.advance(4001)
    await twice(() => rig.resolve(rig.key('1001')))
    expect(witness(rig)).toEqual([])
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })

  test.each(ways)('watch-series, %s', async (_way, twice) => {
    const rig = await openRig()
    rig.simulator.company(CIF)
    rig.simulator.issueAsOther(CIF)
    await twice(() => rig.watch())
    expect(witness(rig)).toHaveLength(1)
  })

  test.each(ways)('sweep-ledger, %s', async (_way, twice) => {
    const rig = await openRig()
    await rig.receive()
    await rig.route(await rig.receive({ id: '1002' }))
    await twice(() => rig.sweep())
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(2)
  })
})

describe('what the settings ask for reaches SmartBill', () => {
  const issued = async (rig: Rig, order = '1001', kind: 'invoice' | 'estimate' = 'invoice') => {
    await rig.finish()
    const [document, ...more] = rig.documentsOf(rig.key(order, kind))
    expect(more).toEqual([])
    if (document === undefined) throw new Error(JSON.stringify(await rig.show(order)))
    return document
  }

  test('an invoice with its number, link, total and payment in one call', async () => {
    const rig = await openRig()
    await rig.post({})
    const document = await issued(rig)
    expect(document).toMatchObject({
      kind: 'invoice',
      series: 'FCT',
      number: '0001',
      language: 'RO',
      totals: { gross: '136.00' },
      paid: '136.00',
      payments: [{ type: 'Card online', value: '136.00' }],
      savedClient: true,
      savedProducts: false,
    })
    expect(await rig.show('1001')).toMatchObject({
      documents: [{ state: 'issued', series: 'FCT', number: '0001', total: '136.00' }],
      payments: [{ amount: '136.00', currency: 'RON' }],
    })
    expect(rig.simulator.calls().byRoute['POST /invoice/v2']).toBe(1)
    expect(rig.simulator.calls().byRoute['POST /payment']).toBeUndefined()
  })

  test('a proforma on its own series, without a payment', async () => {
    const rig = await openRig({ shops: [aShop({ document: 'estimate', series: 'PRF' })] })
    await rig.post({})
    expect(await issued(rig, '1001', 'estimate')).toMatchObject({
      kind: 'estimate',
      series: 'PRF',
      number: '0001',
      payments: [],
    })
  })

  test('the language', async () => {
    const rig = await openRig({ shops: [aShop({ language: 'HU' })] })
    await rig.post({})
    expect((await issued(rig)).language).toBe('HU')
  })

  test('a company that is not registered for VAT', async () => {
    const rig = await openRig({ simulator: { companies: { [CIF]: { vat: 'not-payer' } } } })
    await rig.post(withoutVat())
    const document = await issued(rig)
    expect(document.totals).toEqual({ net: '136.00', vat: '0.00', gross: '136.00' })
  })

  test.each([
    [true, true],
    [false, false],
    [true, false],
    [false, true],
  ])('saveClients %s and saveProducts %s', async (saveClients, saveProducts) => {
    const rig = await openRig({ shops: [aShop({ saveClients, saveProducts })] })
    const [line] = anOrder().lines
    await rig.post({ lines: [{ ...line!, sku: 'NOU-1', name: 'Produs nou' }] })
    await issued(rig)
    const saved = rig.simulator.nomenclature().find(({ cif }) => cif === CIF)
    expect(saved?.clients.map(({ name }) => name)).toEqual(saveClients ? ['Ion Popescu'] : [])
    expect(saved?.products.some(({ code }) => code === 'NOU-1')).toBe(saveProducts)
  })

  test('an unpaid order records no payment; recordPayment never records none either', async () => {
    const rig = await openRig({
      shops: [
        aShop({ triggerStatuses: ['awaiting_payment'] }),
        aShop({ recordPayment: 'never' }, { id: 'never' }),
      ],
    })
    await rig.post({ status: 'awaiting_payment', paymentStatus: 'unpaid', payments: [] })
    await rig.post({}, { shop: 'never' })
    await rig.finish()
    expect(rig.simulator.documents().map(({ paid }) => paid)).toEqual(['0.00', '0.00'])
  })
})

describe('when a document is due', () => {
  test('a shop that issues by hand: nothing by itself, one on request, and no second one on a second request', async () => {
    const rig = await openRig({ shops: [aShop({ automatic: false })] })
    await rig.post({})
    await rig.finish()
    expect(rig.simulator.documents()).toEqual([])
    for (let i = 0; i < 2; i++) {
      const answer = await rig.call('POST', '/v1/shops/web/orders/1001/issue')
      expect(answer.status).toBe(202)
      await rig.finish()
    }
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })

  test('only with billing details: the person who gave none gets none, the company gets its invoice', async () => {
    const rig = await openRig({ shops: [aShop({ onlyWithBillingDetails: true })] })
    await rig.post({})
    await rig.post({
      id: '1002',
      customer: {
        ...anOrder().customer,
        kind: 'company',
        name: 'ACME PROD SRL',
        company: 'ACME PROD SRL',
        cif: 'RO14399840',
      },
    })
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toEqual([])
    expect(rig.documentsOf(rig.key('1002'))).toHaveLength(1)
  })

  test.each([
    ['a status of ours', { status: 'fulfilled' }, 1],
    ['the platform’s own word', { status: 'unknown', platformStatus: 'Gata-de-livrare' }, 1],
    ['another status', { status: 'authorized' }, 0],
  ])('triggerStatuses: %s', async (_what, order, documents) => {
    const rig = await openRig({
      shops: [aShop({ triggerStatuses: ['fulfilled', 'gata-de-livrare'] })],
    })
    await rig.post(order)
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(documents)
  })

  test('a line without code is held with the field named; a newer snapshot with the SKU is issued', async () => {
    const rig = await openRig()
    const [line] = anOrder().lines
    await rig.post({ lines: [{ ...line!, sku: '', barcode: '' }] })
    await rig.finish()
    const [held] = (await rig.show('1001')).documents
    expect(held).toMatchObject({
      state: 'held',
      reasons: [{ field: expect.stringContaining('lines') }],
    })
    await rig.post({ lines: [{ ...line!, sku: 'TS-1' }], updatedAt: '2026-11-24T09:00:00Z' })
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })

  test('an order cancelled while its document waited is not invoiced', async () => {
    const rig = await openRig({ shops: [aShop({ delayMinutes: 30 })], clock: 'fast' })
    await rig.post({})
    await rig.route(rig.ref('1001'))
    await rig.post({ status: 'cancelled', updatedAt: '2026-11-24T09:00:00Z' })
    await rig.finish()
    expect(rig.simulator.documents()).toEqual([])
    expect((await rig.document(rig.key('1001')))?.state).toBe('skipped')
  })
})

describe('dead letters', () => {
  const letters = async (rig: Rig) =>
    (await rig.call('GET', '/v1/dead-letters')).json as {
      total: number
      causes: { code: string; count: number }[]
      items: { id: string; cause: { code: string; said: string }; kind: string }[]
    }
  const replayAll = (rig: Rig, dryRun = false) =>
    rig.call('POST', '/v1/dead-letters/replay', { body: { filter: {}, dryRun } })

  test('an unknown series is one cause; created at SmartBill and replayed, each order is issued once', async () => {
    const rig = await openRig({ shops: [aShop({ series: 'WEB' })] })
    for (const id of ['1', '2', '3']) await rig.post({ id })
    await rig.finish()
    expect(await letters(rig)).toMatchObject({
      total: 3,
      causes: [
        {
          code: 'unknown-series',
          count: 3,
          firstAt: expect.stringMatching(/Z$/),
          wordings: [{ fingerprint: 'unknown-series', count: 3 }],
        },
      ],
    })
    const one = await rig.call('GET', '/v1/dead-letters?fingerprint=other')
    expect(one.json).toMatchObject({ total: 0 })
    rig.simulator.company(CIF, { series: [{ name: 'WEB', type: 'f' }] })
    expect((await replayAll(rig, true)).json).toMatchObject({ summary: { 'would-issue': 3 } })
    expect(rig.simulator.documents()).toEqual([])
    expect((await replayAll(rig)).json).toMatchObject({ summary: { replayed: 3 } })
    await rig.finish()
    for (const id of ['1', '2', '3']) expect(rig.documentsOf(rig.key(id))).toHaveLength(1)
    expect((await letters(rig)).total).toBe(0)
  })

  test('replayed twice at once while being issued: one document each', async () => {
    const rig = await openRig({ shops: [aShop({ series: 'WEB' })] })
    for (const id of ['1', '2', '3', '4']) await rig.post({ id })
    await rig.finish()
    rig.simulator.company(CIF, { series: [{ name: 'WEB', type: 'f' }] })
    await rig.startWorkers()
    await Promise.all([replayAll(rig), replayAll(rig)])
    await Promise.all([replayAll(rig), replayAll(rig)])
    await eventually(async () => (await rig.app.ledger.reports.counts()).issued === 4)
    expect(rig.simulator.documents()).toHaveLength(4)
  })

  test.each([
    ['with a payment', {}],
    ['without one', { paymentStatus: 'unpaid', payments: [] }],
  ] satisfies [string, Partial<Order>][])(
    'a refusal with status 200 dies with SmartBill’s literal text, %s',
    async (_what, order) => {
      const rig = await openRig()
      const errorText = 'Nu puteti emite: regula necunoscuta 17.'
      rig.simulator.faults({ route: 'POST /invoice/v2', fault: '200-error', errorText })
      await rig.post(order)
      await rig.finish()
      expect(await rig.show('1001')).toMatchObject({
        documents: [{ state: 'dead', attempts: 1, cause: { said: errorText } }],
      })
      expect(rig.simulator.calls().byRoute['POST /invoice/v2']).toBe(1)
    },
  )

  test('a payment refused after the invoice was issued: the invoice is found, not lost and not repeated', async () => {
    const rig = await openRig()
    const refused = { errorText: 'Incasarea nu a putut fi salvata.', message: '', number: '' }
    const origin = await startRewriter(rig.simulator.origin, (call) =>
      call === 'POST /SBORO/api/invoice/v2'
        ? { status: 200, body: JSON.stringify(refused) }
        : undefined,
    )
    const app = await rig.another({
      smartbill: { ...rig.config.smartbill, baseUrl: `${origin}/SBORO/api` },
    })
    await rig.receive()
    await rig.finish(app)
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    const { documents, timeline } = await rig.show('1001')
    expect(documents).toMatchObject([{ state: 'issued' }])
    const doubt = timeline.find(({ to }) => to === 'uncertain')
    expect(doubt?.facts).toMatchObject({ answered: refused.errorText })
  })

  test('dismissed with a reason: no document, not even when newer news of the order comes', async () => {
    const rig = await openRig({ shops: [aShop({ series: 'WEB' })] })
    await rig.post({})
    await rig.finish()
    const { items } = await letters(rig)
    const answer = await rig.call('POST', '/v1/dead-letters/dismiss', {
      body: { ids: items.map(({ id }) => id), reason: 'facturat de mana' },
    })
    expect(answer.json).toMatchObject({ summary: { dismissed: 1 } })
    rig.simulator.company(CIF, { series: [{ name: 'WEB', type: 'f' }] })
    await rig.post({ status: 'completed', updatedAt: '2026-11-24T09:00:00Z' })
    await rig.finish()
    expect(rig.simulator.documents()).toEqual([])
    // A person may still ask for it.
    await rig.call('POST', '/v1/shops/web/orders/1001/issue')
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
  })
})

describe('an account that rests', () => {
  const account = async (rig: Rig) => (await rig.app.ledger.registry.account(ACCOUNT))!
  const stateOf = async (rig: Rig) =>
    (await rig.app.smartbill.budget.look(await account(rig))).state

  test.each(['block-403', 'block-429'] as const)(
    '%s: waits without using attempts and goes on by itself',
    async (fault) => {
      const rig = await openRig()
      rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1, delayMs: 700 })
      await rig.startWorkers()
      await rig.post({})
      await eventually(async () => (await stateOf(rig)) === 'blocked')
      await eventually(async () => (await rig.document(rig.key('1001')))?.state === 'issued')
      expect(rig.simulator.calls()).toMatchObject({ overLimit: 0 })
      const jobs = await rig.app.queues.counts()
      expect(jobs['issue-document'].failed).toBe(0)
      expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    },
  )

  test('the plan is used up: waits, and nothing dies', async () => {
    const rig = await openRig({ simulator: { companies: { [CIF]: { planLeft: 0 } } } })
    await rig.startWorkers()
    await rig.post({})
    await eventually(async () => (await stateOf(rig)) === 'plan-limit')
    expect((await rig.app.ledger.reports.counts()).dead).toBe(0)
    rig.simulator.company(CIF, { planLeft: null })
    await rig.app.smartbill.budget.resume(await account(rig))
    await rig.post({ id: '1002' })
    await eventually(() => rig.simulator.documents().length === 2)
  })

  test('the login is refused: waits, and goes on with a new token', async () => {
    const rig = await openRig()
    rig.simulator.refuseLogins([TOKEN])
    await rig.startWorkers()
    await rig.post({})
    await eventually(async () => (await stateOf(rig)) === 'login-refused')
    await rig.app.ledger.registry.saveAccount({ ...(await account(rig)), token: '003|new' })
    await eventually(async () => (await rig.document(rig.key('1001')))?.state === 'issued')
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    expect((await rig.app.queues.counts())['issue-document'].failed).toBe(0)
  })
})

describe('a worker that keeps failing for a reason of our own', () => {
  test('a document in doubt never becomes a dead letter: replayed, it could be issued twice', async () => {
    const rig = await openRig()
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-after', times: 1 })
    await rig.route(await rig.receive())
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow('did not answer')
    const cause = { code: 'internal-error', said: '', ro: '', en: '' }
    expect(await rig.app.ledger.documents.bury(ACCOUNT, rig.key('1001'), cause, 'due')).toBe(false)
    expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
  })
})

const withoutVat = () => {
  const order = anOrder()
  return {
    lines: order.lines.map((line) => ({ ...line, vatRate: '' })),
    shippingLines: order.shippingLines.map((line) => ({ ...line, vatRate: '' })),
  }
}
