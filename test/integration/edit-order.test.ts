import { expect, test } from 'vitest'
import { mergePatch, touchedBy } from '../../src/core/merge-patch.ts'
import { anOrder } from '../support/builders.ts'
import { aShop, CIF, openRig, type Rig } from '../support/rig.ts'

const edit = (rig: Rig, patch: object) =>
  rig.call('POST', '/v1/dead-letters/edit', {
    body: { id: rig.key('1001'), patch, who: 'Ana', reason: 'the buyer called' },
  })

async function deadLetter() {
  const rig = await openRig({ shops: [aShop({ series: 'WEB' })] })
  await rig.post({})
  await rig.finish()
  expect((await rig.document(rig.key('1001')))?.state).toBe('dead')
  rig.simulator.company(CIF, { series: [{ name: 'WEB', type: 'f' }] })
  return rig
}

test('an order is corrected and replayed: one document with the new data, before and after in the timeline', async () => {
  const rig = await deadLetter()
  const answer = await edit(rig, { customer: { name: 'Maria Popa', phone: null } })
  expect(answer).toMatchObject({ status: 200, json: { outcome: 'replayed' } })
  await rig.finish()
  const documents = rig.documentsOf(rig.key('1001'))
  expect(documents).toHaveLength(1)
  expect(JSON.stringify(documents)).toContain('Maria Popa')
  expect((await rig.show('1001')).timeline).toContainEqual(
    expect.objectContaining({
      who: 'Ana',
      to: 'due',
      facts: {
        rule: 'edited',
        reason: 'the buyer called',
        before: { customer: { name: 'Ion Popescu', phone: '0721000000' } },
        after: { customer: { name: 'Maria Popa', phone: '' } },
      },
    }),
  )
  expect((await edit(rig, { note: 'x' })).status).toBe(409)
  expect(rig.simulator.documents()).toHaveLength(1)
})

test('a patch that breaks the order is refused by its field, and nothing changes', async () => {
  const rig = await deadLetter()
  const wrong = await edit(rig, { total: '12,50' })
  expect(wrong).toMatchObject({ status: 400, json: { error: { reasons: [{ field: 'total' }] } } })
  expect((await edit(rig, { id: '2' })).status).toBe(400)
  expect((await edit(rig, {})).status).toBe(400)
  expect((await rig.document(rig.key('1001')))?.state).toBe('dead')
})

test('a merge patch removes, merges and replaces', () => {
  const before = { a: 1, b: { c: 2, d: [1] } }
  expect(mergePatch(before, { a: null, b: { d: [] }, e: { f: null } })).toEqual({
    b: { c: 2, d: [] },
    e: {},
  })
  expect(touchedBy({ b: { c: 0 }, e: 1 }, before)).toEqual({ b: { c: 2 }, e: null })
  expect(mergePatch(anOrder(), {})).toEqual(anOrder())
})
