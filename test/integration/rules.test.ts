import { describe, expect, test } from 'vitest'
import { ACCOUNT, aShop, openRig, type Rig } from '../support/rig.ts'

const MINUTE = 60_000
const jobOf = async (rig: Rig, id: string) => {
  const document = await rig.document(rig.key(id))
  const queue = rig.app.queues.shards[0]?.['issue-document']
  return queue?.getJob(`${rig.key(id)}~g${document?.gen}`)
}
const stateOf = async (rig: Rig, id: string, kind: 'invoice' | 'estimate' = 'invoice') =>
  (await rig.document(rig.key(id, kind)))?.state

describe('a delay', () => {
  test('the due time is in the ledger: a lost queue and an early job issue nothing before it', async () => {
    const rig = await openRig({ shops: [aShop({ delayMinutes: 30 })], clock: 'fast' })
    const from = rig.clock.now()
    await rig.route(await rig.receive({ id: '1' }))
    const document = await rig.document(rig.key('1'))
    expect(document?.notBefore).toBeGreaterThanOrEqual(from + 30 * MINUTE)
    await expect(rig.issue(rig.key('1'))).rejects.toMatchObject({ retryAt: document?.notBefore })

    await (await jobOf(rig, '1'))?.remove()
    await rig.sweep()
    expect(await jobOf(rig, '1')).toBeUndefined()
    expect(rig.simulator.documents()).toHaveLength(0)
    // News that change nothing about it do not bring the job forward either.
    await rig.route(
      await rig.receive({ id: '1', status: 'completed', updatedAt: '2026-11-24T09:00:00Z' }),
    )
    expect((await jobOf(rig, '1'))?.delay).toBeGreaterThan(29 * MINUTE)

    rig.clock.advance(30 * MINUTE + 1000)
    await (await jobOf(rig, '1'))?.remove()
    await rig.sweep()
    expect((await jobOf(rig, '1'))?.delay).toBeLessThan(MINUTE)
    await rig.finish()
    expect(rig.documentsOf(rig.key('1'))).toHaveLength(1)
  })

  test('cancelled or excluded meanwhile: no document; by hand: now; another delay: for what comes after', async () => {
    const shop = aShop({
      delayMinutes: 30,
      rules: [{ name: 'intern', when: { tags: ['intern'] }, set: { document: 'none' } }],
    })
    const rig = await openRig({ shops: [shop], clock: 'fast' })
    for (const id of ['cancelled', 'tagged', 'hand', 'waits'])
      await rig.route(await rig.receive({ id, number: id }))
    const later = '2026-11-24T09:00:00Z'
    await rig.route(await rig.receive({ id: 'cancelled', status: 'cancelled', updatedAt: later }))
    await rig.route(await rig.receive({ id: 'tagged', tags: ['intern'], updatedAt: later }))
    const known = rig.file.shops[0]
    if (known === undefined) throw new Error('no shop')
    await rig.app.ledger.registry.saveShop({
      ...known,
      settings: { ...known.settings, delayMinutes: 60 },
    })
    await rig.route(await rig.receive({ id: 'longer' }))

    const asked = await rig.call('POST', '/v1/shops/web/orders/hand/issue')
    expect(asked).toMatchObject({ status: 202, json: { state: 'due' } })
    expect((await jobOf(rig, 'hand'))?.delay).toBeLessThan(MINUTE)
    await rig.issue(rig.key('hand'))
    expect(await stateOf(rig, 'hand')).toBe('issued')

    rig.clock.advance(31 * MINUTE)
    for (const id of ['cancelled', 'tagged', 'waits']) await rig.issue(rig.key(id))
    await expect(rig.issue(rig.key('longer'))).rejects.toThrow('has it')
    expect(
      await Promise.all(['cancelled', 'tagged', 'waits'].map((id) => stateOf(rig, id))),
    ).toEqual(['skipped', 'skipped', 'issued'])
    expect(rig.simulator.documents()).toHaveLength(2)
    const { timeline } = await rig.show('tagged')
    expect(timeline.at(-1)).toMatchObject({
      to: 'skipped',
      facts: { rule: 'excluded', by: 'intern' },
    })
  })
})

test('kind, series and who said so: by the rule that made it due, one document of a kind', async () => {
  const shop = aShop({
    rules: [
      {
        name: 'OP',
        when: { statuses: ['awaiting_payment'], methods: ['bank_transfer'] },
        set: { document: 'estimate', series: 'PRF' },
      },
      { name: 'pos', when: { channels: ['pos'] }, set: { draft: true } },
    ],
  })
  const rig = await openRig({ shops: [shop] })
  const unpaid = {
    id: '1',
    status: 'awaiting_payment',
    paymentStatus: 'unpaid' as const,
    paymentMethod: 'bank_transfer',
    payments: [],
  }
  await rig.route(await rig.receive(unpaid))
  // The order changes before its document is sent: the kind stays, and so does the series of its rule.
  await rig.route(
    await rig.receive({ ...unpaid, status: 'authorized', updatedAt: '2026-11-24T09:00:00Z' }),
  )
  await rig.finish()
  expect(rig.simulator.documents()).toMatchObject([{ kind: 'estimate', series: 'PRF' }])
  const { timeline } = await rig.show('1')
  expect(timeline.find(({ to }) => to === 'due')).toMatchObject({ facts: { by: 'OP' } })

  // Another setting alone brings no invoice beside the proforma; money does.
  const known = rig.file.shops[0]
  if (known === undefined) throw new Error('no shop')
  const triggerStatuses = ['paid', 'completed', 'authorized']
  await rig.app.ledger.registry.saveShop({
    ...known,
    settings: { ...known.settings, triggerStatuses, rules: [] },
  })
  const news = { ...unpaid, status: 'authorized', updatedAt: '2026-11-24T09:10:00Z' }
  expect(await rig.route(await rig.receive(news))).toBe('not-due: has-proforma')
  const paid = { id: '1', paymentMethod: 'bank_transfer', updatedAt: '2026-11-24T10:00:00Z' }
  expect(await rig.route(await rig.receive(paid))).toBe('due: status:paid')
  await rig.finish()
  expect(rig.simulator.documents().map(({ kind }) => kind)).toEqual(['estimate', 'invoice'])
  // And a proforma never follows an invoice, whatever the rules say.
  await rig.app.ledger.registry.saveShop({
    ...known,
    settings: { ...known.settings, document: 'estimate', series: 'PRF', rules: [] },
  })
  const again = { ...paid, updatedAt: '2026-11-24T11:00:00Z' }
  await rig.receive({ id: '2' })
  await rig.route(await rig.receive(again))
  await rig.finish()
  expect(rig.documentsOf(rig.key('1', 'estimate'))).toHaveLength(1)
  expect(await rig.app.ledger.documents.get(ACCOUNT, rig.key('1'))).toMatchObject({
    state: 'issued',
  })
})

test('the e-mail that a rule asks for goes out with the document, also when the order has moved on meanwhile', async () => {
  const moved = aShop({
    rules: [
      { name: 'paid', when: { statuses: ['paid'] }, set: { email: 'issued', delayMinutes: 60 } },
      { name: 'rest', when: {}, set: { email: 'never' } },
    ],
  })
  // A rule that names no document is one about the shop's own kind.
  const proforma = aShop(
    {
      document: 'estimate',
      series: 'PRF',
      invoiceSeries: 'FCT',
      email: { when: 'issued' },
      rules: [{ name: 'quiet', when: {}, set: { email: 'never' } }],
    },
    { id: 'proforma' },
  )
  const rig = await openRig({ shops: [moved, proforma], clock: 'fast' })
  await rig.route(await rig.receive({ id: '1' }))
  const news = { id: '1', status: 'completed', updatedAt: '2026-11-24T09:00:00Z' }
  await rig.route(await rig.receive(news))
  rig.clock.advance(61 * MINUTE)
  await rig.receive({ id: '2' }, 'proforma')
  await rig.finish()
  const invoice = rig.key('2', 'invoice', 'proforma')
  await rig.app.ledger.documents.makeDue(ACCOUNT, invoice, 'Maria', {})
  await rig.finish()
  const kinds = rig.simulator.documents().map(({ kind }) => kind)
  expect(kinds.toSorted()).toEqual(['estimate', 'invoice', 'invoice'])
  expect(rig.simulator.emails().map(({ kind }) => kind)).toEqual(['invoice', 'invoice'])
})
