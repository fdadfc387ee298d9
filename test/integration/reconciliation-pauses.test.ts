import { describe, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'
import { ThrottledError, TransientError } from '../../src/core/errors.ts'
import type { DayResult } from '../../src/core/reconcile-day.ts'
import { addDays, civilDate } from '../../src/core/time.ts'
import { reconcileDay } from '../../src/reconciling/day.ts'
import { reconcileNow } from '../../src/reconciling/run-now.ts'
import { reconcile } from '../../workers/reconcile.ts'
import { eventually } from '../support/eventually.ts'
import { ACCOUNT, aShop, openRig, rawRedis, secretOf, type Rig } from '../support/rig.ts'
import { startShopApi } from '../support/shop-apis.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const settings = { triggerStatuses: ['paid', 'fulfilled'], companyLookup: 'off' as const }

async function invoiced(rig: Rig, id: string): Promise<string> {
  const at = new Date(rig.clock.now()).toISOString()
  const payments = [{ id: 'p1', method: 'card', amount: '136.00', at }]
  await rig.receive({ id, number: id, createdAt: at, updatedAt: at, payments })
  await rig.finish()
  return (await rig.document(rig.key(id)))?.number ?? ''
}

/** Counts by printed number what is read at SmartBill; `mayRead` may throw instead. */
function counting(app: App, mayRead: (number: string, what: 'pdf' | 'status') => void) {
  const { patient } = app.smartbill
  const pdfs = new Map<string, number>()
  const statuses = new Map<string, number>()
  const add = (to: Map<string, number>, number: string) => to.set(number, (to.get(number) ?? 0) + 1)
  const counted: typeof patient = {
    ...patient,
    async pdfText(...args) {
      mayRead(args[3], 'pdf')
      add(pdfs, args[3])
      return patient.pdfText(...args)
    },
    async paymentStatus(...args) {
      mayRead(args[2], 'status')
      add(statuses, args[2])
      return patient.paymentStatus(...args)
    },
  }
  return { app: { ...app, smartbill: { ...app.smartbill, patient: counted } }, pdfs, statuses }
}

/** Goes of a day, one after the other, as a job that is put off each time. */
async function inGoes(go: () => Promise<DayResult | undefined>) {
  for (let goes = 1; goes <= 30; goes++) {
    try {
      return { goes, result: await go() }
    } catch (error) {
      if (!(error instanceof ThrottledError)) throw error
    }
  }
  throw new Error('the day is never done')
}

describe('a day that is reconciled in several goes', () => {
  test('reads each number of others once, however few the call limit leaves', async () => {
    const rig = await openRig({ shops: [aShop(settings)], clock: 'fast' })
    const [shop] = rig.file.shops
    if (shop === undefined) throw new Error('no shop')
    rig.clock.advance(-2 * DAY_MS)
    const day = civilDate(rig.clock.now())
    const own = await invoiced(rig, '1')
    await rig.watch()
    const others = Array.from(
      { length: 6 },
      () => rig.simulator.issueAsOther('RO12345674', 'FCT')?.number ?? '',
    )
    rig.simulator.issueAsOther('RO12345674', 'FCT', `Copie. Ref ${rig.app.markerOf(rig.key('1'))}`)
    await rig.watch()
    await invoiced(rig, '2')
    rig.clock.advance(2 * DAY_MS)

    let left = 0
    const { app, pdfs } = counting(rig.app, (number) => {
      if (others.includes(number) && left-- <= 0)
        throw new ThrottledError('the call limit is used up', rig.clock.now() + 60_000)
    })
    // Two numbers in each go; its time would be enough for one more.
    const { goes, result } = await inGoes(() => {
      left = 2
      return reconcileDay(app, shop, day, { form: 'smartbill', forMs: 5000 })
    })
    expect(goes).toBe(3)
    expect(others.map((number) => pdfs.get(number))).toEqual(others.map(() => 1))
    expect(result?.findings.map(({ id }) => id)).toEqual([
      `double ${rig.key('1')}`,
      ...others.map((number) => `foreign-number FCT ${number}`),
    ])

    // The next night looks at what was found, and reads none of the numbers again; a person who asks has them read anew.
    pdfs.clear()
    left = 100
    const night = { shard: 0, shop: shop.id, day: addDays(day, 1) }
    expect(await reconcile(night, app)).toContain('1 earlier days again')
    expect([...others, own].map((number) => pdfs.get(number) ?? 0)).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(await rig.app.ledger.reconciliations.result(ACCOUNT, shop.id, day)).toMatchObject({
      findings: result?.findings,
    })
    await reconcileDay(app, shop, day, { form: 'smartbill' })
    expect(others.map((number) => pdfs.get(number))).toEqual(others.map(() => 1))
  })

  test('is not begun again when an earlier day has to wait, nor by another job', async () => {
    const rig = await openRig({ shops: [aShop(settings)], clock: 'fast' })
    const [shop] = rig.file.shops
    if (shop === undefined) throw new Error('no shop')
    const { ledger, queues } = rig.app
    rig.clock.advance(-2 * DAY_MS)
    const day = civilDate(rig.clock.now())
    const first = await invoiced(rig, '1')
    rig.simulator.raiseAsOther('RO12345674', 'FCT', first)

    // News is filed page by page, and the time that a go has holds for it, too.
    let pages = 0
    const news: typeof ledger.reconciliations.news = (...args) => {
      pages++
      return ledger.reconciliations.news(...args)
    }
    const reading = { ...ledger, reconciliations: { ...ledger.reconciliations, news } }
    await expect(
      reconcileDay({ ...rig.app, ledger: reading }, shop, day, { form: 'smartbill', forMs: -1 }),
    ).rejects.toThrow(ThrottledError)
    expect(pages).toBe(1)
    // A look at a day that is not over is not yet the night's.
    await reconcileDay(rig.app, shop, day, { form: 'smartbill' })
    rig.clock.advance(DAY_MS + HOUR_MS)
    expect(await reconcile({ shard: 0 }, rig.app)).toMatch(/, 1 days to reconcile/)
    expect(await reconcile({ shard: 0 }, rig.app)).toMatch(/, 0 days to reconcile/)
    expect(await reconcile({ shard: 0, shop: shop.id, day }, rig.app)).toContain('1 findings')

    const today = addDays(day, 1)
    const second = await invoiced(rig, '2')
    rig.clock.advance(DAY_MS)
    let isAway = true
    const { app, statuses } = counting(rig.app, (number, what) => {
      if (number === first && what === 'status' && isAway)
        throw new TransientError('SmartBill does not answer')
    })
    const night = { shard: 0, shop: shop.id, day: today }
    await expect(reconcile(night, app)).rejects.toThrow(TransientError)
    isAway = false
    expect(await reconcile(night, app)).toBe(`${today}: done before; 1 earlier days again`)
    expect(await reconcile(night, app)).toBe(`${today}: done before; 0 earlier days again`)
    expect([statuses.get(second), statuses.get(first)]).toEqual([1, 1])
    // Only the newest night looks at earlier days; what a person asks for is done anew, and nothing else.
    expect(await reconcile({ ...night, day }, app)).toBe(`${day}: done before`)
    expect(await reconcile({ ...night, form: 'smartbill' }, app)).toBe(
      `${today}: 0 findings in 1 orders`,
    )

    // One job for each piece of work, until it has ended.
    const bad = { shard: 0, shop: shop.id, day, form: 'none' } as never
    const again = (failedBefore: number) =>
      queues.enqueueAgain('reconcile', bad, { jobId: 'one', failedBefore })
    expect([await again(Infinity), await again(Infinity)]).toEqual([true, false])
    await rig.startWorkers()
    await eventually(async () =>
      (await queues.counts()).reconcile.failed === 1 ? true : undefined,
    )
    expect([await again(0), await again(Infinity)]).toEqual([false, true])
  })

  test('stays the one run of its day for as long as it lasts', async () => {
    const rig = await openRig({ shops: [aShop(settings)] })
    const { reconciliations } = rig.app.ledger
    const [shop] = rig.file.shops
    if (shop === undefined) throw new Error('no shop')
    const redis = rawRedis()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      await reconciliations.alone(ACCOUNT, shop.id, '2026-11-24', async () => {
        const [lock = ''] = await redis.keys(`${rig.prefix}*:lock:2026-11-24`)
        await redis.pexpire(lock, 5000)
        vi.advanceTimersByTime(30_000)
        await eventually(async () => ((await redis.pttl(lock)) > 60_000 ? true : undefined))
        await redis.set(lock, "another's", 'PX', 5000)
        vi.advanceTimersByTime(30_000)
        // Sent on the same connection, so answered after it.
        await rig.app.redis.get(lock)
        expect(await redis.pttl(lock)).toBeLessThan(6000)
      })
    } finally {
      vi.useRealTimers()
    }
  })

  test("the shop's own list: pauses are taken, and it goes on page by page", async () => {
    const server = await startShopApi('cloudcart', { pageSize: 2 })
    const rig = await openRig({
      env: { RELAY_ALLOW_PRIVATE_URLS: 'true' },
      shops: [
        { ...aShop(settings), platform: 'cloudcart', secret: secretOf('web'), api: server.api },
      ],
      clock: 'fast',
    })
    const shop = await rig.app.ledger.registry.shop(rig.file.shops[0]!.id)
    if (shop === undefined) throw new Error('no shop')
    const at = Math.floor((rig.clock.now() - DAY_MS) / 1000) * 1000
    const day = civilDate(at)
    const placed = { date_added: new Date(at).toISOString(), status: 'paid' }
    for (let i = 0; i < 5; i++) server.put(String(5000 + i), at, placed)
    const go = (forMs: number) => () =>
      reconcileDay(rig.app, shop, day, { form: 'smartbill', forMs })
    const untold = (result: DayResult | undefined) =>
      result?.findings.map(({ id }) => id).toSorted()
    const all = ['5000', '5001', '5002', '5003', '5004'].map((id) => `missing ${id}`)

    // A pause that ends in time is waited for.
    server.fail('429', 2)
    expect(untold(await go(20_000)())).toEqual(all)
    // A page more in each go: what was read stays read. A longer pause is the job's.
    server.calls.length = 0
    const { goes, result } = await inGoes(go(-1))
    expect([goes, untold(result)]).toEqual([3, all])
    server.fail('429', 1)
    await expect(go(0)()).rejects.toThrow('the shop asks for a pause')

    // A later look does not ask the shop; what has come since is no longer missing.
    await rig.receive({ id: '5003' })
    server.calls.length = 0
    const again = await reconcileDay(rig.app, shop, day, { form: 'smartbill', only: new Set() })
    expect(untold(again)).not.toContain('missing 5003')
    expect(again?.findings.filter(({ state }) => state === 'never-told')).toHaveLength(4)
    expect(server.calls).toEqual([])
    // A list that cannot be read takes nothing off.
    server.fail('500', 1)
    expect(
      (await go(20_000)())?.findings.filter(({ state }) => state === 'never-told'),
    ).toHaveLength(4)

    // A person who asks is told that it goes on; pressed twice, it is one job.
    expect(
      await Promise.all([1, 2].map(() => reconcileNow(waiting(rig.app), shop, day, 'ledger'))),
    ).toEqual(['goes-on', 'goes-on'])
    expect((await rig.app.queues.counts()).reconcile.waiting).toBe(1)
  })
})

/** An app whose ledger has news without end. */
function waiting(app: App): App {
  const news = () => Promise.reject(new ThrottledError('goes on', app.now()))
  const reconciliations = { ...app.ledger.reconciliations, news }
  return { ...app, ledger: { ...app.ledger, reconciliations } }
}
