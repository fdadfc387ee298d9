import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { anInvoice, callerOf, CIF, type Caller } from '../support/smartbill-caller.ts'

let simulator: Simulator
let call: Caller
let clock = 0

beforeEach(async () => {
  clock = Date.UTC(2026, 10, 24, 8)
  simulator = await startSimulator({ now: () => clock })
  call = callerOf(simulator)
})
afterEach(() => simulator.close())

const read = async () => {
  const { status, headers } = await call('GET', `/series?cif=${CIF}`)
  return { status, remaining: Number(headers['x-ratelimit-remaining']), headers }
}

async function readTimes(times: number): Promise<number[]> {
  const statuses = []
  for (let turn = 0; turn < times; turn += 1) statuses.push((await read()).status)
  return statuses
}

describe('call limit', () => {
  it('30 calls in 10 seconds pass; the 31st blocks the token for ten minutes', async () => {
    expect(new Set(await readTimes(30))).toEqual(new Set([200]))
    expect((await read()).status).toBe(429)
    clock += 599_999
    const posted = await call('POST', '/invoice/v2', anInvoice())
    expect(posted.status).toBe(429)
    expect(simulator.documents()).toEqual([])
    clock += 1
    expect((await read()).status).toBe(200)
    expect(simulator.calls()).toMatchObject({
      total: 33,
      overLimit: 1,
      whileBlocked: 1,
      maxInWindow: 31,
      byRoute: { 'GET /series': 32, 'POST /invoice/v2': 1 },
    })
  })

  it('slides: a call counts until ten seconds after it arrived', async () => {
    await readTimes(20)
    clock += 9_999
    expect((await read()).remaining).toBe(9)
    clock += 1
    expect((await read()).remaining).toBe(28)
  })

  it('every answer has the headers, refused ones too', async () => {
    const unknown = await call('GET', '/nothing')
    expect(unknown.status).toBe(404)
    expect(unknown.headers).toMatchObject({
      'x-ratelimit-limit': '30',
      'x-ratelimit-remaining': '29',
      'x-ratelimit-reset': String(clock / 1000 + 10),
    })
    simulator.switches({ resetSkewMs: 60_000 })
    expect((await read()).headers['x-ratelimit-reset']).toBe(String(clock / 1000 + 70))
  })

  it('is per token', async () => {
    await readTimes(31)
    const other = callerOf(simulator, 'b@acme.example', '003|xyz')
    expect((await other('GET', `/series?cif=${CIF}`)).status).toBe(200)
  })

  it('calls of somebody else use the same budget', async () => {
    simulator.useExternally('003|abc', 25)
    expect((await read()).remaining).toBe(4)
    const control = await fetch(`${simulator.origin}/__simulator/calls`, {
      method: 'POST',
      body: JSON.stringify({ token: '003|abc', calls: 4 }),
    })
    expect(await control.json()).toMatchObject({ remaining: 0, allowed: true })
    expect((await read()).status).toBe(429)
    expect(simulator.calls().tokens['003|abc']).toMatchObject({ total: 2, external: 29 })
    expect(simulator.arrivals('003|abc')).toHaveLength(2)
  })

  it('the block: 403, body, Retry-After and prolonging as switched', async () => {
    simulator.switches({ blockStatus: 403, blockBody: 'empty', blockRetryAfter: true })
    await readTimes(31)
    const said = await call('GET', `/series?cif=${CIF}`)
    expect([said.status, said.text, said.headers['retry-after']]).toEqual([403, '', '600'])
    simulator.switches({ blockBody: 'html', blockProlongs: true })
    clock += 500_000
    expect((await call('GET', `/series?cif=${CIF}`)).text).toMatch(/^<html>/)
    clock += 500_000
    expect((await read()).status).toBe(403)
    simulator.unblock()
    expect((await read()).status).toBe(200)
  })

  it('can be faster, or off', async () => {
    simulator.limit({ limit: 2, windowMs: 100, blockMs: 1000 })
    expect(await readTimes(3)).toEqual([200, 200, 429])
    simulator.limit({ limit: 0 })
    clock += 1000
    expect(new Set(await readTimes(40))).toEqual(new Set([200]))
  })
})

describe('control over HTTP', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const said = await fetch(`${simulator.origin}/__simulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const json: unknown = await said.json()
    return { status: said.status, json }
  }

  it('the witness filters by mention and series, and counts', async () => {
    for (const mentions of ['Ref RLYAAA', 'Ref RLYBBB']) {
      await call('POST', '/invoice/v2', anInvoice({ mentions }))
    }
    const found = await control('GET', '/documents?mention=RLYBBB')
    expect(found.json).toMatchObject([{ number: '0002', body: { mentions: 'Ref RLYBBB' } }])
    expect((await control('GET', '/documents?series=PRF')).json).toEqual([])
    expect((await control('GET', '/documents?count')).json).toEqual({ count: 2 })
    expect(JSON.stringify((await control('GET', '/documents?brief')).json)).not.toContain('"body"')
  })

  it('configures companies, switches, limit, latency and faults, and starts afresh', async () => {
    await control('POST', '/companies', {
      cif: CIF,
      vat: 'not-payer',
      series: [{ name: 'WEB', type: 'f', next: 7, width: 5 }],
    })
    await control('POST', '/switches', { refusalsAs200: true })
    await control('POST', '/switches', { blockStatus: 403 })
    await control('POST', '/limit', { limit: 5 })
    const armed = await control('POST', '/faults', {
      rules: [{ route: 'GET /tax', fault: '503-before', times: 1 }],
      latency: { minMs: 1, maxMs: 2 },
    })
    expect(armed.json).toEqual({ armed: [1] })
    expect((await call('GET', `/tax?cif=${CIF}`)).status).toBe(503)
    expect((await call('GET', `/tax?cif=${CIF}`)).status).toBe(200)
    expect((await control('GET', '/faults')).json).toMatchObject([{ fired: 1, seen: 2 }])
    expect((await control('GET', '/companies')).json).toMatchObject([
      { cif: CIF, series: [{ name: 'WEB', next: 7, width: 5 }] },
    ])
    await control('DELETE', '/faults')
    expect((await control('GET', '/faults')).json).toEqual([])
    await control('POST', '/reset')
    expect((await control('GET', '/')).json).toMatchObject({
      companies: [],
      limit: { limit: 5 },
      switches: { refusalsAs200: false, blockStatus: 429 },
    })
  })

  it('lets somebody else issue and delete, and keeps e-mails, payments and calls', async () => {
    const other = await control('POST', '/others', { cif: CIF, series: 'FCT', act: 'issue' })
    expect(other.json).toMatchObject({ number: '0001', by: 'other' })
    const gone = await control('POST', '/others', { cif: CIF, act: 'delete-last' })
    expect(gone.json).toMatchObject({ number: '0001', status: 'deleted' })
    await control('POST', '/logins', { refused: ['003|abc'] })
    expect((await read()).status).toBe(401)
    expect((await control('GET', '/calls?token=003|abc')).json).toMatchObject({
      total: 1,
      arrivals: [clock],
      log: [{ method: 'GET', path: '/series', result: 401, fault: null }],
    })
    expect((await control('GET', '/emails')).json).toEqual([])
    expect((await control('GET', '/payments')).json).toEqual([])
    expect((await control('GET', '/nomenclature')).json).toMatchObject([{ cif: CIF }])
  })

  it('says what is wrong with a request', async () => {
    const bad = await control('POST', '/faults', [{ fault: 'explosion' }])
    expect(bad.status).toBe(400)
    expect(JSON.stringify(bad.json)).toContain('silence-before')
    expect((await control('GET', '/nowhere')).status).toBe(404)
  })
})
