import { describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { redisUrl } from '../support/redis.ts'
import { Readable } from 'node:stream'
import {
  ACCOUNT,
  aShop,
  CIF,
  environment,
  openRig,
  type Rig,
  type RigOptions,
} from '../support/rig.ts'

const signed = { who: 'Ana', reason: 'seen in SmartBill' }
const decide = (rig: Rig, body: object, order = '1001') =>
  rig.call('POST', `/v1/shops/web/orders/${order}/decide`, { body: { ...signed, ...body } })

/** An order whose request got no answer; `fault` says whether SmartBill issued it all the same. */
async function inDoubt(fault: 'close-after' | 'close-before', options: RigOptions = {}) {
  const rig = await openRig({ clock: 'fast', ...options })
  await rig.watch()
  rig.simulator.faults({ route: 'POST /invoice/v2', fault, times: 1 })
  await rig.route(await rig.receive())
  await expect(rig.issue(rig.key('1001'))).rejects.toThrow()
  return rig
}
const unreadable = (rig: Rig) =>
  rig.simulator.faults({ route: 'GET /invoice/pdf', fault: 'pdf-without-text', times: 1000 })

describe('a person says that it was issued', () => {
  test('the marker on the document bears it out: adopted, with name and reason in the timeline', async () => {
    const rig = await inDoubt('close-after')
    const answer = await decide(rig, { answer: 'issued', number: '0001' })
    expect(answer.json).toMatchObject({ state: 'issued', series: 'FCT', number: '0001' })
    const shown = await rig.show('1001')
    expect(shown.documents).toMatchObject([{ state: 'issued', number: '0001', total: '136.00' }])
    expect(shown.timeline.at(-1)).toMatchObject({
      who: 'Ana',
      to: 'issued',
      facts: { by: 'hand', reason: 'seen in SmartBill', evidence: 'its marker is printed on it' },
    })
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
    expect((await decide(rig, { answer: 'issued', number: '0001' })).status).toBe(409)
  })

  test('the PDF cannot be read: the same total is enough, another one is not', async () => {
    const rig = await inDoubt('close-after')
    unreadable(rig)
    expect((await decide(rig, { answer: 'issued', number: '1' })).status).toBe(409)
    const answer = await decide(rig, { answer: 'issued', number: '0001' })
    expect(answer.json).toMatchObject({ state: 'issued', number: '0001' })
    expect((await rig.show('1001')).timeline.at(-1)?.facts).toMatchObject({
      evidence: 'its total is the same; its PDF cannot be read',
    })

    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-before', times: 1 })
    await rig.route(await rig.receive({ id: 'b' }))
    await expect(rig.issue(rig.key('b'))).rejects.toThrow()
    rig.simulator.issueAsOther(CIF, 'FCT')
    const wrong = await decide(rig, { answer: 'issued', number: '0002' }, 'b')
    expect(wrong.status).toBe(409)
    expect(wrong.json).toMatchObject({ error: { code: 'other-total' } })
    expect((await rig.document(rig.key('b')))?.state).toBe('uncertain')
  })

  test('a number of another order, of nobody, or of no document is refused with what was found', async () => {
    const rig = await openRig({ clock: 'fast' })
    await rig.receive({ id: 'a' })
    await rig.finish()
    rig.simulator.issueAsOther(CIF, 'FCT')
    rig.simulator.faults({ route: 'POST /invoice/v2', fault: 'close-before', times: 1 })
    await rig.route(await rig.receive())
    await expect(rig.issue(rig.key('1001'))).rejects.toThrow()
    const codes = ['0001', '0002', '0099'].map(async (number) => {
      const { status, json } = await decide(rig, { answer: 'issued', number })
      return [status, (json as { error: { code: string } }).error.code]
    })
    expect(await Promise.all(codes)).toEqual([
      [409, 'other-document'],
      [409, 'no-marker'],
      [409, 'no-such-number'],
    ])
    expect((await decide(rig, { answer: 'issued', number: '' })).status).toBe(409)
    expect((await decide(rig, { answer: 'issued', number: 'FCT1' })).status).toBe(400)
    expect((await decide(rig, { answer: 'issued', number: '0001' }, 'none')).status).toBe(404)
  })

  test('SmartBill is away: nothing changes, and the answer says when to try again', async () => {
    const rig = await inDoubt('close-after')
    await rig.simulator.outage('refuse')
    const answer = await decide(rig, { answer: 'issued', number: '0001' })
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('10')
    expect((await rig.document(rig.key('1001')))?.state).toBe('uncertain')
  })
})

describe('a person says that it was not issued', () => {
  test('only after the grace period; then it is sent again, once', async () => {
    const rig = await inDoubt('close-before')
    const early = await decide(rig, { answer: 'not-issued' })
    expect(early.json).toMatchObject({ error: { code: 'too-early' } })
    rig.clock.advance(5000)
    expect((await decide(rig, { answer: 'not-issued' })).json).toMatchObject({ state: 'due' })
    expect(await rig.app.queues.counts()).toMatchObject({ 'issue-document': { waiting: 2 } })
    await rig.finish()
    expect(rig.documentsOf(rig.key('1001'))).toHaveLength(1)
    expect((await rig.show('1001')).timeline.map(({ who, to }) => [who, to])).toContainEqual([
      'Ana',
      'due',
    ])
  })

  test('although it was: it is found before anything is sent', async () => {
    const rig = await inDoubt('close-after')
    rig.clock.advance(5000)
    await decide(rig, { answer: 'not-issued' })
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'issued', number: '0001' })
  })

  test('a document that is not in doubt is left alone', async () => {
    const rig = await openRig()
    await rig.route(await rig.receive())
    expect((await decide(rig, { answer: 'not-issued' })).json).toMatchObject({
      error: { code: 'not-uncertain' },
    })
    expect((await rig.document(rig.key('1001')))?.state).toBe('due')
  })
})

describe('a draft in doubt, held for a person', () => {
  const held = async () => {
    const rig = await inDoubt('close-after', { shops: [aShop({ draft: true })] })
    await rig.resolve(rig.key('1001'))
    expect(await rig.document(rig.key('1001'))).toMatchObject({ state: 'held' })
    return rig
  }

  test('it is there: the order has its document and none is sent', async () => {
    const rig = await held()
    expect((await decide(rig, { answer: 'issued', number: '' })).json).toMatchObject({
      state: 'issued',
      number: '',
    })
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(1)
  })

  test('it is not there: it is sent again, and its old reasons are gone', async () => {
    const rig = await held()
    rig.clock.advance(5000)
    expect((await decide(rig, { answer: 'not-issued' })).json).toMatchObject({ state: 'due' })
    expect((await rig.document(rig.key('1001')))?.reasons).toBeUndefined()
    await rig.finish()
    expect((await rig.document(rig.key('1001')))?.state).toBe('issued')
    expect(rig.simulator.documents()).toHaveLength(2)
  })
})

test('the command line decides too, and says what is wrong', async () => {
  const rig = await inDoubt('close-after')
  const env = environment(rig.prefix, rig.simulator.url, redisUrl())
  const relay = async (...args: string[]) => {
    const output = { stdout: '', stderr: '' }
    const code = await runCli(
      ['--data', '/nowhere', 'order', 'decide', 'web', '1001', ...args],
      env,
      {
        stdin: Readable.from([]),
        stdout: { write: (text) => (output.stdout += text) },
        stderr: { write: (text) => (output.stderr += text) },
      },
    )
    return { code, ...output }
  }
  expect((await relay('--reason', 'seen')).code).toBe(2)
  expect((await relay('--not-issued', '--issued', '1', '--reason', 'seen')).code).toBe(2)
  expect((await relay('--issued', '0007', '--reason', 'seen')).stderr).toContain('FCT0007')
  const done = await relay('--issued', '0001', '--reason', 'seen')
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('FCT0001') })
  expect(await rig.app.ledger.documents.get(ACCOUNT, rig.key('1001'))).toMatchObject({
    state: 'issued',
  })
})
