import { describe, expect, test } from 'vitest'
import { ThrottledError } from '../../src/core/errors.ts'
import { addDays, civilDate } from '../../src/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { aShop, openRig, type Rig } from '../support/rig.ts'

const today = civilDate(Date.now())
const bnrShop = aShop({ currency: 'order', exchangeRateSource: 'bnr' })
const open = () => openRig({ shops: [bnrShop] })
const sent = (rig: Rig, id: string) => rig.documentsOf(rig.key(id))[0]

describe("the National Bank's rate on a document", () => {
  test('is that of the day before, and the timeline names it', async () => {
    const rig = await open()
    rig.simulator.bnr({
      days: [
        { date: addDays(today, -3), rates: { EUR: '5.0100' } },
        { date: addDays(today, -1), rates: { EUR: '5.0234', HUF: ['1.3118', 100] } },
        { date: today, rates: { EUR: '5.0999' } },
      ],
    })
    await rig.receive({ id: '1', currency: 'EUR' })
    await rig.finish()
    expect(sent(rig, '1')).toMatchObject({ currency: 'EUR', exchangeRate: 5.0234 })
    const { timeline } = await rig.show('1')
    expect(JSON.stringify(timeline)).toContain(`bnr ${addDays(today, -1)} 5.0234`)
    await rig.receive({ id: '2', currency: 'HUF' })
    await rig.finish()
    expect(sent(rig, '2')?.exchangeRate).toBe(0.013118)
    expect(rig.simulator.bnrCalls()).toBe(1)
  })

  test('in RON, or without the setting, nobody is asked', async () => {
    const rig = await openRig({ shops: [bnrShop, aShop({ currency: 'order' }, { id: 'plain' })] })
    await rig.receive({ id: '1' })
    await rig.receive({ id: '2', currency: 'EUR' }, 'plain')
    await rig.finish()
    expect(rig.simulator.bnrCalls()).toBe(0)
    expect(rig.simulator.documents()).toHaveLength(2)
  })

  test.each(['down', 'html', 'silence'] as const)(
    'the bank is %s: the last list serves, and without one the document waits without attempts',
    async (mode) => {
      const rig = await openRig({ shops: [bnrShop], env: { REGISTERS_TIMEOUT_MS: '300' } })
      rig.simulator.bnr({ mode })
      await rig.route(await rig.receive({ id: '1', currency: 'EUR' }))
      await expect(rig.issue(rig.key('1'))).rejects.toThrow(ThrottledError)
      expect(await rig.document(rig.key('1'))).toMatchObject({ state: 'due', attempts: 0 })
      rig.simulator.bnr({ mode: 'ok' })
      await eventually(
        async () => {
          await rig.issue(rig.key('1')).catch(() => {})
          return (await rig.document(rig.key('1')))?.state === 'issued'
        },
        { everyMs: 300 },
      )
      rig.simulator.bnr({ mode })
      rig.clock.advance(2 * 3_600_000)
      await rig.route(await rig.receive({ id: '2', currency: 'EUR' }))
      await rig.issue(rig.key('2'))
      expect(sent(rig, '2')?.exchangeRate).toBe(sent(rig, '1')?.exchangeRate)
    },
  )

  test('a currency that the bank does not list is held, with the reason', async () => {
    const rig = await open()
    rig.simulator.bnr({ days: [{ date: addDays(today, -1), rates: { EUR: '5.0234' } }] })
    await rig.receive({ id: '1', currency: 'MXN' })
    await rig.finish()
    expect((await rig.show('1')).documents[0]?.reasons).toMatchObject([
      { code: 'exchange-rate-missing', field: 'settings.exchangeRateSource' },
    ])
  })

  test('a list that is too old is no list', async () => {
    const rig = await open()
    rig.simulator.bnr({ days: [{ date: addDays(today, -15), rates: { EUR: '4.9' } }] })
    await rig.receive({ id: '1', currency: 'EUR' })
    await rig.finish()
    expect((await rig.document(rig.key('1')))?.state).toBe('held')
  })
})
