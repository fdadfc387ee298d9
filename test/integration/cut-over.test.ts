import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { importDocuments, revokeImport } from '../../src/cut-over.ts'
import { ShopId } from '../../src/core/ids.ts'
import { redisUrl } from '../support/redis.ts'
import { ACCOUNT, aShop, environment, openRig, type Rig } from '../support/rig.ts'

const shopOf = async (rig: Rig, id = 'web') => {
  const shop = await rig.app.ledger.registry.shop(ShopId.parse(id))
  if (shop === undefined) throw new Error('no shop')
  return shop
}
const load = async (rig: Rig, csv: string, how: { dryRun?: boolean; skipBad?: boolean } = {}) => {
  const done = await importDocuments(rig.app, await shopOf(rig), csv, { ...how, by: 'ana' })
  if (done.kind !== 'report') throw new Error(done.en)
  return done.report
}
const later = '2026-11-24T10:00:00Z'

describe('documents from another program', () => {
  test('no order that has one is ever invoiced: known or not, by id or number, at any moment', async () => {
    const rig = await openRig({ shops: [aShop({ delayMinutes: 1 })], clock: 'fast' })
    await rig.route(await rig.receive({ id: 'due', number: 'A-1' }))
    // Its data is short of a unit that SmartBill needs: it waits for a person.
    await rig.route(await rig.receive({ id: 'held', currency: 'EUR' }))
    rig.clock.advance(61_000)
    await rig.issue(rig.key('held'))
    await rig.receive({ id: 'claimed' })
    await rig.route(rig.ref('claimed'))
    rig.clock.advance(61_000)
    const csv = `Comanda;Serie;Numar;Data;Total\n#A-1;OLD;1;24.11.2026;136,00\nheld;OLD;2;;\nlater;OLD;3;;\nclaimed;OLD;4;;\n`

    expect(await load(rig, csv, { dryRun: true })).toMatchObject({ status: 'dry-run', added: 4 })
    expect(await rig.app.ledger.imports.count(ACCOUNT, ShopId.parse('web'))).toBe(0)

    // A worker that has decided already is stopped at the intent, the last step before the request.
    const { smartbill } = rig.app
    let entered = () => {}
    let go = () => {}
    const atAdmit = new Promise<void>((resolve) => (entered = resolve))
    const gate = new Promise<void>((resolve) => (go = resolve))
    const slow = {
      ...rig.app,
      smartbill: {
        ...smartbill,
        async admit(...args: Parameters<typeof smartbill.admit>) {
          entered()
          await gate
          return smartbill.admit(...args)
        },
      },
    }
    const running = rig.issue(rig.key('claimed'), slow)
    await atAdmit
    const report = await load(rig, csv)
    go()
    await expect(running).rejects.toThrow('changed meanwhile')
    expect(report).toMatchObject({ status: 'recorded', added: 4, notReceived: 1, badRows: 0 })
    expect(await load(rig, csv)).toMatchObject({ added: 0, known: 4 })

    await rig.receive({ id: 'later' })
    await rig.finish()
    expect(rig.simulator.documents()).toHaveLength(0)
    for (const id of ['due', 'held', 'claimed'])
      expect((await rig.document(rig.key(id)))?.state).toBe('skipped')
    expect(await rig.route(rig.ref('later'))).toBe('not-due: imported-document')
    expect(await rig.call('POST', '/v1/shops/web/orders/later/issue')).toMatchObject({
      status: 409,
      json: { error: { code: 'imported-document' } },
    })

    // Taken back, the order is like any other.
    const revoked = await revokeImport(rig.app, await shopOf(rig), 'later', 'ana', 'wrong file')
    expect(revoked).toMatchObject({ series: 'OLD', number: '3' })
    await rig.route(await rig.receive({ id: 'later', updatedAt: later }))
    rig.clock.advance(61_000)
    await rig.finish()
    expect(rig.documentsOf(rig.key('later'))).toHaveLength(1)
  })

  test('a bad row lets nothing in, a bad row that is skipped is named, and our own numbers are told apart', async () => {
    const rig = await openRig()
    await rig.route(await rig.receive({ id: 'ours' }))
    await rig.route(await rig.receive({ id: 'twice' }))
    await rig.finish()
    const number = (await rig.document(rig.key('ours')))?.number ?? ''
    await rig.app.ledger.documents.makeDue(ACCOUNT, rig.key('doubt'), 'rules', {}, '1')
    await rig.app.ledger.documents.move(ACCOUNT, rig.key('doubt'), 'attempting', {
      who: 'relay',
      from: ['due'],
    })
    const csv = [
      'order,series,number,total',
      `ours,FCT,${number},136.00`,
      'twice,OLD,9,136.00',
      'good,OLD,10,',
      'good,OLD,11,',
      'fine,OLD,12,',
      'doubt,OLD,13,',
    ].join('\n')
    const refused = await load(rig, csv)
    expect(refused).toMatchObject({ status: 'refused', added: 0, ours: 1, badRows: 3 })
    expect(refused.bad.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 issued-here',
      '5 two-documents',
      '7 under-way',
    ])
    expect(await rig.app.ledger.imports.count(ACCOUNT, ShopId.parse('web'))).toBe(0)
    expect(await load(rig, csv, { skipBad: true })).toMatchObject({ status: 'recorded', added: 2 })
    const other = await load(rig, 'order,number\nfine,99\n')
    expect(other).toMatchObject({ status: 'refused', bad: [{ line: 2, code: 'imported-already' }] })
  })

  test('what is issued, sent or received while the rows are read is told, and told again', async () => {
    const rig = await openRig()
    for (const id of ['same', 'issued', 'sent']) await rig.route(await rig.receive({ id }))
    const { ledger } = rig.app
    let meanwhile: Promise<void> | undefined
    const between = async () => {
      await rig.issue(rig.key('same'))
      await rig.issue(rig.key('issued'))
      await ledger.documents.move(ACCOUNT, rig.key('sent'), 'attempting', {
        who: 'relay',
        from: ['due'],
      })
      await rig.route(await rig.receive({ id: 'comes', currency: 'EUR' }))
      await rig.issue(rig.key('comes'))
    }
    const add: typeof ledger.imports.add = async (...row) => {
      await (meanwhile ??= between())
      return ledger.imports.add(...row)
    }
    const app = { ...rig.app, ledger: { ...ledger, imports: { ...ledger.imports, add } } }
    const csv = 'order,series,number\nissued,OLD,1\nsame,FCT,1\nsent,OLD,2\ncomes,OLD,3\n'
    const codes = ['2 issued-here', '4 under-way']
    const told = async (from: typeof rig.app) => {
      const done = await importDocuments(from, await shopOf(rig), csv, { by: 'ana' })
      if (done.kind !== 'report') throw new Error(done.en)
      const { bad, ...rest } = done.report
      return { ...rest, codes: bad.map(({ line, code }) => `${line} ${code}`) }
    }
    expect(await told(app)).toMatchObject({
      status: 'recorded',
      added: 3,
      ours: 1,
      notReceived: 0,
      badRows: 2,
      codes,
    })
    expect((await rig.document(rig.key('comes')))?.state).toBe('skipped')
    expect(await ledger.imports.count(ACCOUNT, ShopId.parse('web'))).toBe(3)
    expect(await told(rig.app)).toMatchObject({ status: 'refused', known: 1, ours: 1, codes })
  })

  test('two thousand rows, and what the order page and its API say', async () => {
    const rig = await openRig()
    await rig.receive({ id: '7', number: '7' })
    const rows = Array.from({ length: 2000 }, (_, i) => `${i},OLD,${i + 1},24.11.2026,10.00`)
    const body = { csv: `order,series,number,date,total\n${rows.join('\n')}`, who: 'ana' }
    const done = await rig.call('POST', '/v1/shops/web/imports', { body })
    expect(done).toMatchObject({
      status: 200,
      json: { status: 'recorded', added: 2000, notReceived: 1999 },
    })
    const imported = { series: 'OLD', number: '8', date: '2026-11-24', total: '10.00', by: 'ana' }
    expect(await rig.call('GET', '/v1/shops/web/orders/7')).toMatchObject({ json: { imported } })
    expect(await rig.call('GET', '/v1/shops/web/orders/1711')).toMatchObject({
      status: 200,
      json: { order: null, documents: [], imported: { number: '1712' } },
    })
    const url = '/v1/shops/web/imports/7/revoke'
    expect(await rig.call('POST', url, { body: {} })).toMatchObject({ status: 400 })
    const signed = { body: { reason: 'wrong file', who: 'ana' } }
    expect(await rig.call('POST', url, signed)).toMatchObject({
      status: 200,
      json: { number: '8' },
    })
    expect(await rig.call('POST', url, signed)).toMatchObject({ status: 404 })
    expect(
      await rig.call('POST', '/v1/shops/web/imports', { body: { csv: 'a,b\n1,2' } }),
    ).toMatchObject({
      status: 400,
      json: { error: { code: 'column-missing' } },
    })
    expect(await rig.call('POST', '/v1/shops/none/imports', { body })).toMatchObject({
      status: 404,
    })
  })

  test('an import outlives the order it is about, and a restored ledger has it, and what shadow mode and delays left', async () => {
    const rig = await openRig({
      shops: [aShop({ delayMinutes: 60 })],
      env: { RELAY_RETENTION_DAYS: '1' },
      clock: 'fast',
    })
    await rig.receive({ id: 'gone' })
    await load(rig, 'order,series,number\ngone,OLD,1\nrevoked,OLD,2\nnever,OLD,3\n')
    await revokeImport(rig.app, await shopOf(rig), 'revoked', 'ana', 'wrong file')
    await rig.route(rig.ref('gone'))
    await rig.route(await rig.receive({ id: 'waits' }))
    const shop = await shopOf(rig)
    await rig.app.ledger.registry.saveShop({
      ...shop,
      settings: { ...shop.settings, shadow: true, delayMinutes: 0 },
    })
    await rig.route(await rig.receive({ id: 'dark' }))
    await rig.issue(rig.key('dark'))
    const { notBefore = 0 } = (await rig.document(rig.key('waits'))) ?? {}
    rig.clock.advance(3 * 86_400_000)
    expect(await rig.app.ledger.retention.purge(ACCOUNT, rig.ref('gone'))).toBe('purged')
    expect(await rig.app.ledger.retention.purge(ACCOUNT, rig.ref('dark'))).toBe('purged')
    await rig.receive({ id: 'gone', updatedAt: later })
    expect(await rig.route(rig.ref('gone'))).toBe('due: status:paid')

    const other = await openRig({
      shops: [aShop()],
      env: { RELAY_PREFIX: `${rig.prefix}r` },
    })
    for await (const page of rig.app.ledger.journal.pages(0))
      for (const entry of page) await other.app.ledger.restoring.put(ACCOUNT, entry)
    const { imports } = other.app.ledger
    const names = ['gone', 'revoked', 'never']
    const found = await imports.ofNames(ACCOUNT, shop.id, names)
    expect(found.map((one) => one?.number)).toEqual(['1', undefined, '3'])
    expect(await other.document(other.key('waits'))).toMatchObject({ state: 'due', notBefore })
    expect(await other.document(other.key('dark'))).toMatchObject({ state: 'skipped', shadow: '1' })
    // The order comes again from the shop, which no longer is in shadow mode.
    expect(await other.route(await other.receive({ id: 'gone', updatedAt: later }))).toBe(
      'not-due: imported-document',
    )
    await other.route(await other.receive({ id: 'dark', updatedAt: later }))
    expect(await other.document(other.key('dark'))).toMatchObject({ state: 'skipped' })
    await expect(other.issue(other.key('waits'))).rejects.toMatchObject({ retryAt: notBefore })
  })
})

test('the command line says the same: import, rehearsal, shadow report and backfill', async () => {
  const rig = await openRig({ shops: [aShop({ shadow: true })] })
  const env = environment(rig.prefix, rig.simulator.url, redisUrl())
  const relay = async (args: readonly string[], stdin = '') => {
    const said = { out: '', err: '' }
    const code = await runCli(['--data', '/nowhere', ...args], env, {
      stdin: Readable.from([stdin]),
      stdout: { write: (text) => (said.out += text) },
      stderr: { write: (text) => (said.err += text) },
    })
    return { code, ...said }
  }
  await rig.receive({ id: '1', number: '1' })
  await rig.finish()
  const csv = 'Ref;Factura\n1;OLD7\n2;OLD8\n;OLD9\n'
  const columns = ['--column', 'order=Ref', '--column', 'number=Factura']
  const refused = await relay(['cut-over', 'import', 'web', '-', ...columns], csv)
  expect(refused.code).toBe(1)
  expect(refused.out).toContain('line 4: The row does not name an order')
  const done = await relay(['cut-over', 'import', 'web', '-', '--skip-bad', ...columns], csv)
  expect(done.out).toContain('3 rows: 2 documents recorded')
  const misnamed = await relay(['cut-over', 'import', 'web', '-', '--column', 'x=y'], csv)
  expect(misnamed.code).toBe(2)
  const report = await relay(['shadow', 'report', 'web'])
  expect(report.out).toMatch(/shadow mode is on[^]*1 +136\.00 RON/)
  expect((await relay(['shadow', 'report', 'web', '--csv'])).out).toMatch(/order,number[^]*OLD7/)
  const rules = '[{"name":"all","set":{"series":"NEW"}}]'
  const rehearsed = await relay(['rules', 'dry-run', 'web', '--file', '-'], rules)
  expect(rehearsed.out).toContain('1: invoice FCT RO → invoice NEW RO')
  expect((await relay(['rules', 'dry-run', 'web', '--file', '-'], '[{"name":1}]')).code).toBe(2)
  const backfilled = await relay(['backfill', '--since', '2026-11-01', '--dry-run'])
  expect(backfilled.code).toBe(0)
  expect(backfilled.out).toContain('web: 1 orders')
  expect((await relay(['backfill', '--since', 'soon'])).code).toBe(2)
  const revoke = ['cut-over', 'revoke', 'web', '2', '--reason', 'wrong']
  expect((await relay(revoke)).out).toContain('OLD8 is taken back')
  expect((await relay(revoke)).code).toBe(1)
})
