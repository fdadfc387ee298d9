import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Order } from '../../src/core/order.ts'
import { syncClients } from '../../workers/sync-clients.ts'
import { anOrder } from '../support/builders.ts'
import { someCifs } from '../support/cifs.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, aShop, openRig, rawRedis, type Rig } from '../support/rig.ts'

const company = (cif: string, more: Partial<Order['customer']> = {}): Partial<Order> => ({
  customer: { ...anOrder().customer, kind: 'company', company: 'Firma din magazin', cif, ...more },
})

/** Long enough for a machine that has much else to do. */
const patient = { SMARTBILL_TIMEOUT_MS: '10000' }
/** Calls are sent 1.1 s apart; a busy machine sees some of them late, by half a second at most. */
const SECOND_MS = 600

/** Everything queued, in this process, until the orders' documents rest. */
async function run(rig: Rig, orders: string[], state = 'issued', timeoutMs = 30_000) {
  const { stop } = await rig.startWorkers()
  for (const id of orders) {
    const order = rig.ref(id)
    await rig.app.queues.enqueue(
      'route-order',
      { order, account: ACCOUNT },
      { jobId: `${order}~1` },
    )
  }
  await eventually(
    async () => {
      const documents = await Promise.all(orders.map((id) => rig.document(rig.key(id))))
      return documents.every((document) => document?.state === state)
    },
    { timeoutMs, everyMs: 100, message: `not all ${state}` },
  )
  await stop()
}

const issued = (rig: Rig, id: string) => {
  const [document] = rig.documentsOf(rig.key(id))
  if (document === undefined) throw new Error(`no document for ${id}`)
  return document
}

const timelineFacts = async (rig: Rig, id: string) =>
  JSON.stringify((await rig.show(id)).timeline.map(({ facts }) => facts))

describe('companies at ANAF', () => {
  test('250 company orders need at most three calls, a second apart, and no order is issued before', async () => {
    const rig = await openRig({ env: patient })
    const cifs = someCifs(250)
    for (const cif of cifs) await rig.route(await rig.receive({ id: cif, ...company(cif) }))
    await run(rig, cifs, 'issued', 90_000)
    const calls = rig.simulator.anafCalls()
    expect(calls.length).toBeLessThanOrEqual(3)
    expect(calls.flatMap((call) => call.cifs).toSorted()).toEqual(cifs.toSorted())
    for (const [at, call] of calls.entries())
      if (at > 0) expect(call.at - (calls[at - 1]?.at ?? 0)).toBeGreaterThanOrEqual(SECOND_MS)
    const documents = rig.simulator.documents()
    expect(documents).toHaveLength(250)
    expect(new Set(documents.map(({ client }) => client.name)).size).toBe(250)
    expect(issued(rig, cifs[0] ?? '').client).toMatchObject({
      name: `FIRMA ${cifs[0]} S.R.L.`,
      vatCode: `RO${cifs[0]}`,
      isTaxPayer: true,
      regCom: 'J08/100/2020',
      city: 'Braşov',
      county: 'Brasov',
    })
    const attempts = await Promise.all(cifs.map((cif) => rig.document(rig.key(cif))))
    expect(attempts.every((document) => document?.attempts === 1)).toBe(true)
  }, 120_000)

  test('the VAT status of the register decides the prefix, whatever the shop wrote', async () => {
    const rig = await openRig()
    const [payer = '', other = ''] = someCifs(2)
    rig.simulator.anaf({ companies: [{ cif: other, name: 'FARA TVA SRL', vatPayer: false }] })
    await rig.receive({ id: 'payer', ...company(payer) })
    await rig.receive({ id: 'other', ...company(`RO${other}`) })
    await run(rig, ['payer', 'other'])
    expect(issued(rig, 'payer').client).toMatchObject({ vatCode: `RO${payer}`, isTaxPayer: true })
    expect(issued(rig, 'other').client).toMatchObject({ vatCode: other, isTaxPayer: false })
  })

  test('persons and foreign buyers never wait and are never looked up', async () => {
    const rig = await openRig()
    rig.simulator.anaf({ mode: 'silence' })
    await rig.receive({ id: 'person' })
    await rig.receive({
      id: 'abroad',
      ...company('DE123456789'),
      billing: { ...anOrder().billing, country: 'DE' },
    })
    await run(rig, ['person'])
    await rig.route(rig.ref('abroad'))
    await rig.issue(rig.key('abroad'))
    expect((await rig.document(rig.key('abroad')))?.state).not.toBe('due')
    expect(rig.simulator.anafCalls()).toEqual([])
  })

  test('an address of the register takes the place of one that e-Factura would refuse', async () => {
    const rig = await openRig()
    const [cif = ''] = someCifs(1)
    rig.simulator.anaf({
      companies: [
        {
          cif,
          name: 'CAPITALA SRL',
          county: 'MUNICIPIUL BUCUREŞTI',
          city: 'Sector 6 Mun. Bucureşti',
        },
      ],
    })
    await rig.receive({
      id: '1',
      ...company(cif),
      billing: { ...anOrder().billing, city: 'Bucuresti', county: '', postcode: '' },
    })
    await run(rig, ['1'])
    expect(issued(rig, '1').client).toMatchObject({ city: 'Sector 6', county: 'Bucuresti' })
  })

  test('a CIF that ANAF does not know is held, an inactive company is noted or held by setting', async () => {
    const rig = await openRig({
      shops: [aShop(), aShop({ inactiveCompany: 'hold' }, { id: 'strict' })],
    })
    const [unknown = '', inactive = ''] = someCifs(2)
    rig.simulator.anaf({
      unknown: [unknown],
      companies: [{ cif: inactive, name: 'STINS SRL', inactive: true }],
    })
    await rig.receive({ id: 'unknown', ...company(unknown) })
    await rig.receive({ id: 'inactive', ...company(inactive) })
    await run(rig, ['unknown'], 'held')
    await run(rig, ['inactive'])
    expect((await rig.show('unknown')).documents[0]?.reasons).toMatchObject([
      { code: 'cif-unknown-at-anaf', field: 'customer.cif' },
    ])
    expect(await timelineFacts(rig, 'inactive')).toContain('company-inactive')

    const ref = await rig.receive({ id: '2', ...company(inactive) }, 'strict')
    await rig.route(ref)
    await rig.issue(rig.key('2', 'invoice', 'strict'))
    expect((await rig.show('2', 'strict')).documents[0]?.reasons).toMatchObject([
      { code: 'company-inactive' },
    ])
  })

  test('turned off: nobody is asked and the shop is believed', async () => {
    const rig = await openRig({ shops: [aShop({ companyLookup: 'off' })] })
    const [cif = ''] = someCifs(1)
    await rig.receive({ id: '1', ...company(cif) })
    await run(rig, ['1'])
    expect(issued(rig, '1').client).toMatchObject({ name: 'Firma din magazin', vatCode: cif })
    expect(rig.simulator.anafCalls()).toEqual([])
  })
})

describe('ANAF is down', () => {
  test.each(['down', 'html', 'refused', 'silence'] as const)(
    '%s: by default the order is issued with the shop’s data, and the timeline says so',
    async (mode) => {
      const rig = await openRig({ env: { REGISTERS_TIMEOUT_MS: '2000' } })
      rig.simulator.anaf({ mode })
      const [cif = ''] = someCifs(1)
      await rig.receive({ id: '1', ...company(`RO${cif}`) })
      await run(rig, ['1'])
      expect(issued(rig, '1').client).toMatchObject({
        name: 'Firma din magazin',
        vatCode: `RO${cif}`,
      })
      expect(await timelineFacts(rig, '1')).toContain('anaf-unavailable')
      expect((await rig.document(rig.key('1')))?.attempts).toBe(1)
    },
    40_000,
  )

  test('by the other policy it is held, and goes on by itself when ANAF answers', async () => {
    const rig = await openRig({ shops: [aShop({ companyLookup: 'hold' })] })
    rig.simulator.anaf({ mode: 'down' })
    const [cif = ''] = someCifs(1)
    await rig.receive({ id: '1', ...company(cif) })
    await run(rig, ['1'], 'held')
    expect((await rig.show('1')).documents[0]?.reasons).toMatchObject([
      { code: 'anaf-unavailable', field: 'customer.cif' },
    ])
    rig.simulator.anaf({ mode: 'ok' })
    await eventually(
      async () => {
        await syncClients({ shard: 0 }, rig.app)
        return (await rig.document(rig.key('1')))?.state === 'due'
      },
      { everyMs: 500 },
    )
    await rig.finish()
    expect(rig.documentsOf(rig.key('1'))).toHaveLength(1)
    expect(issued(rig, '1').client.vatCode).toBe(`RO${cif}`)
  })

  test('what the register said long ago still serves', async () => {
    const rig = await openRig()
    const [cif = ''] = someCifs(1)
    await rig.receive({ id: '1', ...company(cif) })
    await run(rig, ['1'])
    rig.simulator.anaf({ mode: 'down' })
    const redis = rawRedis()
    const stored = `${rig.prefix}:{companies}:company:${cif}`
    const text = await redis.get(stored)
    await redis.set(stored, (text ?? '').replace(/"at":\d+/, `"at":${Date.now() - 2 * 86_400_000}`))
    await rig.receive({ id: '2', ...company(cif) })
    await run(rig, ['2'])
    expect(issued(rig, '2').client.name).toBe(`FIRMA ${cif} S.R.L.`)
    expect(await timelineFacts(rig, '2')).toContain('company-data-old')
  })

  test('a company left out of the answer is asked for again a little later', async () => {
    const rig = await openRig()
    const [one = '', two = ''] = someCifs(2)
    await rig.app.ledger.companies.want(one)
    await rig.app.ledger.companies.want(two)
    rig.simulator.anaf({ mode: 'half' })
    expect(await syncClients({ shard: 0 }, rig.app)).toBe('1 companies looked up')
    rig.simulator.anaf({ mode: 'ok' })
    rig.clock.advance(31_000)
    await sleep(1100)
    expect(await syncClients({ shard: 0 }, rig.app)).toBe('1 companies looked up')
    const known = await Promise.all([one, two].map((cif) => rig.app.ledger.companies.get(cif)))
    expect(known).toMatchObject([{ fresh: true }, { fresh: true }])
  })
})

describe('many workers', () => {
  test('share one call a second and never ask for the same company twice', async () => {
    const rig = await openRig()
    const apps = [rig.app, await rig.another(), await rig.another()]
    const cifs = someCifs(350)
    for (const cif of cifs) await rig.app.ledger.companies.want(cif)
    await Promise.all([...apps, ...apps].map((app) => syncClients({ shard: 0 }, app)))
    while ((await rig.app.ledger.companies.waiting()) > 0) await syncClients({ shard: 0 }, rig.app)
    const calls = rig.simulator.anafCalls()
    expect(calls.map((call) => call.cifs.length)).toEqual([100, 100, 100, 50])
    expect(new Set(calls.flatMap((call) => call.cifs)).size).toBe(350)
    for (const [at, call] of calls.entries())
      if (at > 0) expect(call.at - (calls[at - 1]?.at ?? 0)).toBeGreaterThanOrEqual(SECOND_MS)
  })

  test('run twice, the second run asks nothing', async () => {
    const rig = await openRig()
    const [cif = ''] = someCifs(1)
    await rig.app.ledger.companies.want(cif)
    expect(await syncClients({ shard: 0 }, rig.app)).toBe('1 companies looked up')
    expect(await syncClients({ shard: 0 }, rig.app)).toBe('0 companies looked up')
    expect(rig.simulator.anafCalls()).toHaveLength(1)
  })
})

test('an answer that comes while an order is being held does not leave it behind', async () => {
  const rig = await openRig({ shops: [aShop({ companyLookup: 'hold' })] })
  rig.simulator.anaf({ mode: 'down' })
  const [cif = ''] = someCifs(1)
  await rig.receive({ id: '1', ...company(cif) })
  await run(rig, ['1'], 'held')
  // The answer was saved just before the order was noted as waiting for it.
  const { companies } = rig.app.ledger
  await companies.released(cif, await companies.heldUp(cif))
  await companies.take(100)
  await companies.save(new Map([[cif, 'unknown']]))
  await companies.holdsUp(cif, ACCOUNT, rig.key('1'))
  rig.simulator.anaf({ mode: 'ok' })
  await eventually(
    async () => {
      await syncClients({ shard: 0 }, rig.app)
      return (await rig.document(rig.key('1')))?.state === 'due'
    },
    { everyMs: 500 },
  )
})
