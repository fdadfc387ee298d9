import { expect, test } from 'vitest'
import { difference, mergePatch, patchBetween, withValue } from '../../src/core/merge-patch.ts'
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
  expect(mergePatch(anOrder(), {})).toEqual(anOrder())
})

test('a patch between two orders leads from one to the other, and a difference names nothing else', () => {
  const before = anOrder({ deliveredAt: '2026-11-24T08:00:00Z' })
  const { deliveredAt: _, ...after } = anOrder({ total: '12.00' })
  const line = { ...after.lines[0]!, sku: 'NEW' }
  const changed = { ...after, lines: [line] }
  const patch = patchBetween(before, changed)
  expect(mergePatch(before, patch)).toEqual(changed)
  expect(patch).toEqual({ deliveredAt: null, total: '12.00', lines: [line] })
  expect(difference(before, changed)).toEqual({
    before: { deliveredAt: '2026-11-24T08:00:00Z', lines: { 0: { sku: 'TS-1' } }, total: '136.00' },
    after: { deliveredAt: null, lines: { 0: { sku: 'NEW' } }, total: '12.00' },
  })
})

test('a value is set by its path, and a path that leads nowhere changes nothing', () => {
  const tree = { a: [{ b: 1 }, { b: 2 }], c: 'x' }
  expect(withValue(tree, 'a.1.b', 3)).toEqual({ ...tree, a: [{ b: 1 }, { b: 3 }] })
  expect(withValue(tree, 'a.0', undefined)).toEqual({ ...tree, a: [{ b: 2 }] })
  expect(withValue(tree, 'd.e', 1)).toEqual({ ...tree, d: { e: 1 } })
  expect(withValue(tree, 'c', undefined)).toEqual({ a: tree.a })
  for (const nowhere of ['a.2.b', 'a.x.b', 'c.d']) expect(withValue(tree, nowhere, 1)).toEqual(tree)
})
