import { expect, test } from 'vitest'
import { anOrder } from '../support/builders.ts'
import { aShop, openRig } from '../support/rig.ts'

test('two companies of one name: the second is invoiced too, only not saved over the first', async () => {
  const rig = await openRig({ shops: [aShop({ companyLookup: 'off' })] })
  const company = (cif: string) => ({
    ...anOrder().customer,
    kind: 'company' as const,
    name: 'Brad Construct SRL',
    company: 'Brad Construct SRL',
    cif,
  })
  await rig.post({ id: '1', customer: company('RO12345674') })
  await rig.finish()
  await rig.post({ id: '2', customer: company('18547290') })
  await rig.finish()

  expect(rig.documentsOf(rig.key('1'))).toHaveLength(1)
  expect(rig.documentsOf(rig.key('2'))).toHaveLength(1)
  const saved = rig.simulator.nomenclature()[0]?.clients.map(({ vatCode }) => vatCode)
  expect(saved).toEqual(['RO12345674'])
})
