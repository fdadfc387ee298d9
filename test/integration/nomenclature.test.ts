import { describe, expect, test } from 'vitest'
import type { Order } from '../../src/core/order.ts'
import { anOrder } from '../support/builders.ts'
import { aShop, openRig, type Rig } from '../support/rig.ts'

async function issue(rig: Rig, id: string, order: Partial<Order> = {}) {
  await rig.receive({ id, ...order })
  await rig.finish()
}
/** What was sent for each document, in order: does it save the client, and the first product? */
const saves = (rig: Rig) =>
  rig.simulator.documents().map(({ body }) => {
    const { client, products } = body as {
      client: { saveToDb: boolean }
      products: { saveToDb: boolean }[]
    }
    return [client.saveToDb, products[0]?.saveToDb]
  })
const customer = (more: Partial<Order['customer']>) => ({
  customer: { ...anOrder().customer, ...more },
})
const nomenclature = (rig: Rig) => rig.simulator.nomenclature()[0]

describe('clients and products are saved at SmartBill', () => {
  test('when they are new, and again only when they change', async () => {
    const rig = await openRig({ shops: [aShop({ saveProducts: true })] })
    await issue(rig, '1')
    await issue(rig, '2')
    await issue(rig, '3', customer({ phone: '0799' }))
    await issue(rig, '4', customer({ phone: '0799' }))
    const [line] = anOrder().lines
    if (line === undefined) throw new Error('no line')
    await issue(rig, '5', {
      ...customer({ phone: '0799' }),
      lines: [{ ...line, name: 'Tricou nou' }],
    })
    expect(saves(rig)).toEqual([
      [true, true],
      [false, false],
      [true, false],
      [false, false],
      [false, true],
    ])
    const saved = nomenclature(rig)
    expect(saved?.clients.filter(({ name }) => name === 'Ion Popescu')).toMatchObject([
      { phone: '0799' },
    ])
    expect(saved?.products.some(({ name }) => name === 'Tricou nou')).toBe(true)
  })

  test('not at all when the settings say so', async () => {
    const rig = await openRig({ shops: [aShop({ saveClients: false })] })
    await issue(rig, '1')
    expect(saves(rig)).toEqual([[false, false]])
    expect(nomenclature(rig)?.clients).toEqual([])
  })

  test('by the next document, when the one that should have saved them was refused', async () => {
    const rig = await openRig()
    rig.simulator.faults({
      route: 'POST /invoice/v2',
      fault: '200-error',
      times: 1,
      errorText: 'Seria nu a fost gasita',
    })
    await issue(rig, '1')
    expect((await rig.document(rig.key('1')))?.state).toBe('dead')
    await issue(rig, '2')
    await issue(rig, '3')
    expect(saves(rig)).toEqual([
      [true, false],
      [false, false],
    ])
  })

  test('by the document whose answer was lost, once it is found', async () => {
    const rig = await openRig()
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'silence-after', times: 1 })
    await issue(rig, '1')
    await issue(rig, '2')
    expect(saves(rig)).toEqual([
      [true, false],
      [false, false],
    ])
  })

  test('by one document, when many are issued at once', async () => {
    const rig = await openRig({ env: { SMARTBILL_TIMEOUT_MS: '10000' } })
    const ids = Array.from({ length: 12 }, (_, at) => `${at}`)
    for (const id of ids) {
      const ref = await rig.receive({ id })
      await rig.route(ref)
    }
    const other = await rig.another()
    await rig.watch()
    await Promise.all(ids.map((id, at) => rig.issue(rig.key(id), at % 2 === 0 ? rig.app : other)))
    const asked = saves(rig).filter(([client]) => client)
    expect(rig.simulator.documents()).toHaveLength(12)
    expect(asked).toHaveLength(1)
  })

  test('the same document says the same when it is sent again', async () => {
    const rig = await openRig()
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'reset-before', times: 1 })
    await issue(rig, '1')
    expect(saves(rig)).toEqual([[true, false]])
  })
})
