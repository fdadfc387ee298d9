import { expect, test } from 'vitest'
import { documentKey } from '../../src/core/ids.ts'
import { runCli } from '../../src/cli/program.ts'
import { aShop, environment, openRig, type Rig } from '../support/rig.ts'
import { redisUrl } from '../support/redis.ts'

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`

async function anInvoice(rig: Rig, id: string) {
  await rig.receive({ id, updatedAt: at(1) })
  await rig.finish()
}
const post = (rig: Rig, path: string, body?: object) =>
  rig.call('POST', `/v1/shops/web/orders/${path}`, body === undefined ? {} : { body })
const code = (answer: { json: unknown }) => (answer.json as { error: { code: string } }).error.code
const proposals = async (rig: Rig) =>
  ((await rig.call('GET', '/v1/corrections')).json as { corrections: { key: string }[] })
    .corrections

test('a document reversed by hand, twenty times at once, is reversed once and stays so', async () => {
  const rig = await openRig({ shops: [aShop()], clock: 'fast' })
  await anInvoice(rig, '1')
  // One server answers all of them.
  expect(await proposals(rig)).toEqual([])
  const asked = await Promise.all(
    Array.from({ length: 20 }, () => post(rig, '1/reverse', { reason: 'ordered twice' })),
  )
  expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([202]))
  await rig.finish()
  const again = await post(rig, '1/reverse')
  expect([again.status, code(again)]).toEqual([409, 'already-reversed'])
  expect(rig.simulator.documents().filter(({ stornoOf }) => stornoOf !== null)).toHaveLength(1)
  // The order still lives, but what a person undid only a person issues again.
  await rig.receive({ id: '1', updatedAt: at(5) })
  await rig.finish()
  expect(await rig.document(documentKey(rig.ref('1'), 'invoice', 2))).toBeUndefined()
  expect((await post(rig, '1/issue')).status).toBe(202)
  await rig.finish()
  expect(await rig.document(documentKey(rig.ref('1'), 'invoice', 2))).toMatchObject({
    state: 'issued',
    paid: '',
  })

  // An order without a document, and one that is not known.
  await rig.receive({ id: '5', status: 'awaiting_payment', updatedAt: at(1) })
  expect(code(await post(rig, '5/reverse'))).toBe('no-document')
  expect((await post(rig, 'nothing/reverse')).status).toBe(404)
  expect(await rig.alerts()).toEqual([])
})

test('parts by hand: by amount, by lines, and what is left', async () => {
  const rig = await openRig({ shops: [aShop()], clock: 'fast' })
  await anInvoice(rig, '2')
  expect((await post(rig, '2/reverse', { amount: '30.00' })).json).toMatchObject({
    status: 'asked',
  })
  expect((await post(rig, '2/reverse', { amount: '30.00' })).json).toMatchObject({
    status: 'known',
  })
  await rig.finish()
  const much = await post(rig, '2/reverse', { amount: '106.01' })
  expect([much.status, code(much)]).toEqual([409, 'refund-exceeds-invoice'])
  await post(rig, '2/reverse', { lines: [{ id: '1', quantity: '1' }] })
  await rig.finish()
  await post(rig, '2/reverse')
  await rig.finish()
  const corrections = rig.simulator.documents().filter(({ totals }) => Number(totals.gross) < 0)
  expect(corrections.map(({ totals }) => totals.gross)).toEqual(['-30.00', '-60.50', '-45.50'])
  expect(code(await post(rig, '2/reverse', { amount: '0.01' }))).toBe('refund-exceeds-invoice')
})

test('what is proposed is approved by API, and dismissed on the command line', async () => {
  const rig = await openRig({ shops: [aShop()], clock: 'fast' })
  for (const id of ['3', '4']) await anInvoice(rig, id)
  for (const id of ['3', '4']) await rig.receive({ id, status: 'cancelled', updatedAt: at(6) })
  await rig.finish()
  const [third, fourth] = await proposals(rig)
  const sign = { who: 'Ana', reason: 'goods came back' }
  const path = (id: string, what: string) => `3/corrections/${encodeURIComponent(id)}/${what}`
  expect((await post(rig, path(fourth!.key, 'approve'), sign)).status).toBe(404)
  expect((await post(rig, path(third!.key, 'approve'), { who: 'Ana' })).status).toBe(400)
  expect((await post(rig, path(third!.key, 'approve'), sign)).status).toBe(200)
  await rig.finish()
  expect((await post(rig, path(third!.key, 'approve'), sign)).status).toBe(409)
  expect(await rig.document(rig.key('3'))).toMatchObject({ state: 'reversed' })

  const said: string[] = []
  const relay = (...args: string[]) =>
    runCli(args, environment(rig.prefix, rig.simulator.url, redisUrl()), {
      stdin: process.stdin,
      stdout: { write: (text) => said.push(text) },
      stderr: { write: (text) => said.push(text) },
    })
  expect(await relay('corrections', 'list')).toBe(0)
  expect(said.join('')).toContain('web~4~invoice~1~reversal~full  cancelled: undo 136.00 RON')
  expect(await relay('corrections', 'dismiss', fourth!.key, '--reason', 'a mistake')).toBe(0)
  expect(await relay('corrections', 'approve', 'nonsense', '--reason', 'x')).toBe(2)
  expect(await proposals(rig)).toEqual([])
  await rig.receive({ id: '4', status: 'cancelled', updatedAt: at(7) })
  await rig.finish()
  expect(await proposals(rig)).toEqual([])
  expect(await rig.document(rig.key('4'))).toMatchObject({ state: 'issued' })
  expect(await relay('corrections', 'reverse', 'web', '4', '--by', 'cancel')).toBe(0)
  await rig.finish()
  expect(await rig.document(rig.key('4'))).toMatchObject({ state: 'cancelled' })

  const { timeline } = await rig.show('3')
  expect(timeline).toContainEqual(
    expect.objectContaining({ who: 'Ana', from: 'proposed', to: 'due' }),
  )
  expect(await rig.alerts()).toEqual([])
})
