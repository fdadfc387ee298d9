import { describe, expect, test } from 'vitest'
import { alertPicture } from '../../src/alert-picture.ts'
import { evaluate } from '../../src/core/alerts.ts'
import { Thresholds } from '../../src/core/alerting.ts'
import { ThrottledError } from '../../src/core/errors.ts'
import { addDays, civilDate } from '../../src/core/time.ts'
import { runCli } from '../../src/cli/program.ts'
import { reconcileDay } from '../../src/reconciling/day.ts'
import { reconcile } from '../../workers/reconcile.ts'
import { callerOf, query } from '../support/smartbill-caller.ts'
import { redisUrl } from '../support/redis.ts'
import { ACCOUNT, aShop, environment, openRig, type Rig } from '../support/rig.ts'
import { visitorAs } from '../support/visitor.ts'

const DAY_MS = 86_400_000
const unpaid = { status: 'fulfilled', paymentStatus: 'unpaid' as const, payments: [] }
const settings = { triggerStatuses: ['paid', 'fulfilled'], companyLookup: 'off' as const }

/** Three invoices of yesterday; the last one is not paid yet. */
async function aDay(rig: Rig) {
  rig.clock.advance(-DAY_MS)
  const at = new Date(rig.clock.now()).toISOString()
  const placed = { createdAt: at, updatedAt: at }
  const payments = [{ id: 'p1', method: 'card', amount: '136.00', at }]
  for (const id of ['1', '2']) await rig.receive({ id, number: id, ...placed, payments })
  await rig.receive({ id: '3', number: '3', ...placed, ...unpaid })
  await rig.finish()
  const day = civilDate(rig.clock.now())
  rig.clock.advance(DAY_MS)
  return day
}
const run = (rig: Rig, day: string) =>
  reconcile({ shard: 0, shop: rig.file.shops[0]!.id, day }, rig.app)
const reads = (rig: Rig) => rig.simulator.calls().byRoute['GET /invoice/paymentstatus'] ?? 0
const url = '/v1/shops/web/reconciliation'

describe('the daily reconciliation', () => {
  test('by the worker, the API, CSV, an alert and a page, until a person accepts', async () => {
    const rig = await openRig({ shops: [aShop(settings)], clock: 'fast' })
    const day = await aDay(rig)
    const alerts = async () =>
      evaluate(await alertPicture(rig.app), Thresholds.parse({})).filter(
        ({ rule }) => rule === 'reconciliation',
      )

    expect(await reconcile({ shard: 0 }, rig.app)).toMatch(/orders with news, 1 days/)
    expect(await run(rig, day)).toBe(`${day}: 0 findings in 3 orders; 0 earlier days again`)
    expect(await reconcile({ shard: 0 }, rig.app)).toBe('0 orders with news, 0 days to reconcile')
    expect((await rig.call('GET', url)).json).toMatchObject({
      days: [
        {
          day,
          form: 'smartbill',
          open: 0,
          totals: [{ orders: '408.00', documents: '408.00', captured: '272.00', paid: '272.00' }],
        },
      ],
    })
    expect(await alerts()).toEqual([])

    const third = await rig.document(rig.key('3'))
    await callerOf(rig.simulator)('PUT', `/invoice/cancel${query('FCT', third?.number ?? '')}`)
    const found = await rig.call('POST', url, { body: { day } })
    expect(found).toMatchObject({
      status: 200,
      json: { open: 1, findings: [{ code: 'cancelled-at-smartbill', order: '3' }] },
    })
    const csv = await rig.call('GET', `${url}?day=${day}&format=csv`)
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.text).toMatch(/^\uFEFFZi;Magazin;.*\r\n.*;web;cancelled-at-smartbill;.*\r\nTOTAL;/)
    expect(await alerts()).toMatchObject([
      { id: 'reconciliation web', en: expect.stringContaining(day) },
    ])

    const visitor = await visitorAs(rig, 'operator')
    expect((await visitor.get('/reconciliation')).text).toContain(`/reconciliation/web/${day}`)
    const page = `/reconciliation/web/${day}`
    expect((await visitor.get(page)).text).toContain('anulat în SmartBill')
    expect((await visitor.get(`${page}/csv`)).headers['content-disposition']).toContain('.csv')
    const finding = `cancelled-at-smartbill ${rig.key('3')}`
    const form = { finding, day, reason: 'the client changed his mind' }
    expect((await visitor.press('/reconciliation/web/accept', form, page)).location).toBe(page)
    expect((await visitor.get(page)).text).toContain('the client changed his mind')
    expect(await alerts()).toEqual([])
    // Found again, it stays accepted.
    await rig.call('POST', url, { body: { day } })
    expect((await rig.call('GET', `${url}?day=${day}`)).json).toMatchObject({ found: 1, open: 0 })
  })

  test('goes on where it stopped, asks once, and looks again at days with findings', async () => {
    const rig = await openRig({ shops: [aShop(settings)], clock: 'fast' })
    const day = await aDay(rig)
    const [shop] = rig.file.shops
    if (shop === undefined) throw new Error('no shop')
    const { number = '' } = (await rig.document(rig.key('2'))) ?? {}
    const raised = rig.simulator.raiseAsOther('RO12345674', 'FCT', number)
    const before = reads(rig)
    await rig.app.ledger.reconciliations.noteSeen(ACCOUNT, shop.id, day, rig.ref('1'), {})
    await expect(
      reconcileDay(rig.app, shop, day, { form: 'smartbill', forMs: -1 }),
    ).rejects.toThrow(ThrottledError)
    const result = await reconcileDay(rig.app, shop, day, { form: 'smartbill' })
    expect(result?.findings).toMatchObject([{ code: 'total-changed', found: raised?.totals.gross }])
    // Two of three documents: the first one was asked about in an earlier go.
    expect(reads(rig) - before).toBe(2)

    // In the ledger the total follows, and the next night takes the finding off.
    await rig.app.ledger.documents.move(ACCOUNT, rig.key('2'), 'reversing', { who: 'test' })
    await rig.app.ledger.documents.move(ACCOUNT, rig.key('2'), 'reversed', { who: 'test' })
    await rig.receive({
      id: '2',
      number: '2',
      status: 'cancelled',
      updatedAt: new Date(rig.clock.now()).toISOString(),
    })
    await rig.finish()
    rig.clock.advance(DAY_MS)
    expect(await run(rig, addDays(day, 1))).toContain('1 earlier days again')
    expect(await rig.app.ledger.reconciliations.summaries(ACCOUNT, shop.id)).toMatchObject([
      { day: addDays(day, 1), open: 0 },
      { day, open: 0 },
    ])
  })

  test('as the settings say: not at all, or without asking SmartBill', async () => {
    const rig = await openRig({
      shops: [
        aShop({ ...settings, reconcile: 'ledger' }),
        aShop({ ...settings, reconcile: 'off' }, { id: 'quiet' }),
      ],
      clock: 'fast',
    })
    const day = await aDay(rig)
    const before = rig.simulator.calls().total
    expect(await run(rig, day)).toContain('0 findings in 3 orders')
    expect(await reconcile({ shard: 0, shop: rig.file.shops[1]!.id, day }, rig.app)).toBe(
      'this shop is not reconciled',
    )
    expect(rig.simulator.calls().total).toBe(before)
    const relay = async (...args: string[]) => {
      let said = ''
      const write = (text: string) => void (said += text)
      const env = environment(rig.prefix, rig.simulator.url, redisUrl())
      const code = await runCli(['--data', '/nowhere', 'reconcile', 'web', ...args], env, {
        stdin: process.stdin,
        stdout: { write },
        stderr: { write },
      })
      return { code, said }
    }
    expect(await relay('--day', day)).toEqual({
      code: 0,
      said: expect.stringMatching(/3 orders, 3 documents, 0 open findings\nRON {2}orders 408\.00/),
    })
    rig.simulator.deleteLastAsOther('RO12345674', 'FCT')
    expect(await relay('--deep', '--csv', '-')).toEqual({
      code: 1,
      said: expect.stringMatching(/^\uFEFFZi;.*;gone;gone;/s),
    })
    expect((await relay('--day', 'tomorrow')).code).toBe(2)
    const bad = await rig.call('POST', url, { body: { day: '2099-01-01' } })
    expect(bad).toMatchObject({ status: 400, json: { error: { code: 'not-a-day' } } })
    expect((await rig.call('GET', `${url}?day=2020-01-01`)).status).toBe(404)
    expect((await rig.call('GET', '/v1/shops/none/reconciliation')).status).toBe(404)
  })
})
