import { setTimeout as sleep } from 'node:timers/promises'
import { extractText, getDocumentProxy } from 'unpdf'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type FaultKind, type Simulator } from '../../src/simulator/simulator.ts'
import { eventually } from '../support/eventually.ts'
import { anInvoice, callerOf, CIF, query, type Caller } from '../support/smartbill-caller.ts'

let simulator: Simulator
let call: Caller

beforeAll(async () => {
  simulator = await startSimulator({ limit: 0 })
  call = callerOf(simulator)
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const authorization = `Basic ${Buffer.from('a@acme.example:003|abc').toString('base64')}`

/** Issues on a connection of its own: status and text, or the code with which the call failed. */
async function issueOnce(timeoutMs = 150): Promise<string> {
  const dispatcher = new Agent({ pipelining: 0 })
  try {
    const answer = await request(`${simulator.url}/invoice/v2`, {
      method: 'POST',
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(anInvoice()),
    })
    return `${answer.statusCode} ${await answer.body.text()}`
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    return name === 'TimeoutError' ? 'no answer' : (code ?? String(error))
  } finally {
    await dispatcher.destroy()
  }
}

const issuedCount = () => simulator.documents().length

describe('one fault each', () => {
  it.each<[FaultKind, RegExp, number]>([
    ['silence-before', /^no answer$/, 0],
    ['silence-after', /^no answer$/, 1],
    ['reset-before', /^ECONNRESET$/, 0],
    ['reset-after', /^ECONNRESET$/, 1],
    ['close-before', /^UND_ERR_SOCKET$/, 0],
    ['close-after', /^UND_ERR_SOCKET$/, 1],
    ['500-before', /^500 .*Internal Server Error!/, 0],
    ['500-after', /^500 .*Internal Server Error!/, 1],
    ['html-500-before', /^500 <!doctype html>/, 0],
    ['html-500-after', /^500 <!doctype html>/, 1],
    ['502-html-before', /^502 <html>/, 0],
    ['502-html-after', /^502 <html>/, 1],
    ['503-before', /^503 <html>/, 0],
    ['503-after', /^503 <html>/, 1],
    ['truncated', /^200 {"errorText":"","message":"","number":"0001"[^}]*$/, 1],
    ['cut', /^UND_ERR_(SOCKET|RES_CONTENT_LENGTH_MISMATCH)$/, 1],
    ['empty-body', /^200 $/, 1],
    ['empty-number', /^200 .*"number":"","series":"FCT"/, 1],
    ['200-error', /^200 {"errorText":"A aparut o eroare/, 0],
    ['login-401', /^401 .*Autentificare esuata/, 0],
  ])('%s', async (fault, seen, documents) => {
    const [id] = simulator.faults({
      route: 'POST /invoice/v2',
      fault,
      times: 1,
    })
    expect(await issueOnce()).toMatch(seen)
    expect(issuedCount()).toBe(documents)
    expect(simulator.faults()).toMatchObject([{ id, fired: 1 }])
    expect(await issueOnce()).toMatch(/^200 {"errorText":"","message":"","number":"000[12]"/)
  })

  it('late-commit: the caller sees a reset, and the invoice exists later', async () => {
    simulator.faults({ fault: 'late-commit', delayMs: 120, times: 1 })
    expect(await issueOnce()).toBe('ECONNRESET')
    expect(issuedCount()).toBe(0)
    await eventually(() => issuedCount() === 1)
  })

  it('slow: the caller gave up, and the invoice is issued all the same', async () => {
    simulator.faults({ fault: 'slow', delayMs: 200, times: 1 })
    expect(await issueOnce(50)).toBe('no answer')
    expect(issuedCount()).toBe(0)
    await eventually(() => issuedCount() === 1)
  })

  it('slow-answer: issued at once, answered later', async () => {
    simulator.faults({ fault: 'slow-answer', delayMs: 200, times: 1 })
    const said = issueOnce(5000)
    await eventually(() => issuedCount() === 1)
    expect(await said).toMatch(/^200/)
  })

  it.each([403, 429] as const)(
    'block-%i: the token stays blocked until the time is over',
    async (status) => {
      simulator.faults({ fault: `block-${status}`, times: 1, delayMs: 150 })
      expect(await issueOnce()).toMatch(new RegExp(`^${status}`))
      expect(await issueOnce()).toMatch(new RegExp(`^${status}`))
      await eventually(async () => (await issueOnce()).startsWith('200'))
      expect(issuedCount()).toBe(1)
    },
  )

  it('foreign-document: somebody else takes the number first', async () => {
    simulator.faults({ fault: 'foreign-document', times: 1 })
    expect(await issueOnce()).toMatch(/"number":"0002"/)
    expect(simulator.documents()).toMatchObject([
      { number: '0001', by: 'other', client: { name: 'Alt Client SRL' } },
      { number: '0002', by: 'api' },
    ])
  })

  it('delete-last: the number of the deleted document is given again', async () => {
    await issueOnce()
    simulator.faults({ fault: 'delete-last', times: 1 })
    expect(await issueOnce()).toMatch(/"number":"0001"/)
    expect(simulator.documents().map(({ status }) => status)).toEqual(['deleted', 'issued'])
  })

  it('a PDF that cannot be read, and one without text', async () => {
    await issueOnce()
    const path = `/invoice/pdf${query('FCT', '0001')}`
    simulator.faults([
      { route: 'GET /invoice/pdf', fault: 'pdf-unreadable', times: 1 },
      { route: 'GET /invoice/pdf', fault: 'pdf-without-text', times: 1 },
    ])
    const unreadable = await call('GET', path)
    expect(unreadable.text.startsWith('%PDF')).toBe(true)
    await expect(getDocumentProxy(unreadable.bytes)).rejects.toThrow(/PDF/)
    const picture = await call('GET', path)
    const { text } = await extractText(await getDocumentProxy(picture.bytes), { mergePages: true })
    expect(text.trim()).toBe('')
  })
})

describe('rules', () => {
  it('fire by route, after some calls, some times, for a text in the body', async () => {
    simulator.faults([
      { route: 'POST', fault: '503-before', afterCalls: 1, times: 2 },
      { route: '/series', fault: '200-error' },
      { fault: '500-before', bodyHas: 'Ref 77' },
    ])
    const statuses = []
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await issueOnce()).slice(0, 3))
    expect(statuses).toEqual(['200', '503', '503', '200'])
    expect((await call('GET', `/series?cif=${CIF}`)).json['errorText']).toMatch(/eroare/)
    expect((await call('GET', `/tax?cif=${CIF}`)).json['errorText']).toBe('')
    expect((await call('POST', '/invoice/v2', anInvoice({ mentions: 'Ref 77' }))).status).toBe(500)
    simulator.disarm()
    expect(simulator.faults()).toEqual([])
  })

  it('with the same seed fire on the same calls', async () => {
    const run = async () => {
      await simulator.reset()
      simulator.faults({ fault: '503-before', probability: 0.4, seed: 7 })
      const statuses = []
      for (let turn = 0; turn < 20; turn += 1) {
        statuses.push((await call('GET', `/series?cif=${CIF}`)).status)
      }
      return statuses
    }
    const first = await run()
    expect(new Set(first)).toEqual(new Set([200, 503]))
    expect(await run()).toEqual(first)
  })
})

describe('outage', () => {
  it('refuse: nobody can connect; afterwards the same port listens again', async () => {
    await issueOnce()
    await simulator.outage('refuse')
    expect(await issueOnce()).toBe('ECONNREFUSED')
    await simulator.endOutage()
    expect(await issueOnce()).toMatch(/"number":"0002"/)
  })

  it('refuse over HTTP needs a duration and ends by itself', async () => {
    const post = (body: unknown) =>
      fetch(`${simulator.origin}/__simulator/outage`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
    expect((await post({ mode: 'refuse' })).status).toBe(400)
    expect((await post({ mode: 'refuse', durationMs: 150 })).status).toBe(200)
    await eventually(async () => (await issueOnce()) === 'ECONNREFUSED')
    await eventually(async () => (await issueOnce()).startsWith('200'))
  })

  it.each<['silence' | '503' | '502-html', RegExp]>([
    ['silence', /^no answer$/],
    ['503', /^503/],
    ['502-html', /^502 <html>/],
  ])('%s', async (mode, seen) => {
    await simulator.outage(mode)
    expect(await issueOnce()).toMatch(seen)
    await simulator.endOutage()
    expect(issuedCount()).toBe(0)
    expect(await issueOnce()).toMatch(/^200/)
  })

  it('reset() drops silent connections and commits that were still to come', async () => {
    simulator.faults([
      { fault: 'silence-after', times: 1 },
      { fault: 'late-commit', delayMs: 100, times: 1 },
    ])
    const waiting = issueOnce(5000)
    await eventually(() => issuedCount() === 1)
    expect(await issueOnce()).toBe('ECONNRESET')
    await simulator.reset()
    expect(await waiting).toBe('UND_ERR_SOCKET')
    await sleep(150)
    expect(issuedCount()).toBe(0)
  })

  it('close() ends silent connections, so that nothing waits for them', async () => {
    const own = await startSimulator({ limit: 0 })
    own.faults({ fault: 'silence-after' })
    const waiting = callerOf(own)('POST', '/invoice/v2', anInvoice()).catch(
      (error: { code: string }) => error.code,
    )
    await eventually(() => own.documents().length === 1)
    await own.close()
    expect(await waiting).toBe('UND_ERR_SOCKET')
  })
})
