import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import {
  aLine,
  anEstimate,
  anInvoice,
  callerOf,
  CIF,
  query,
  type Caller,
} from '../support/smartbill-caller.ts'

let simulator: Simulator
let call: Caller

beforeAll(async () => {
  simulator = await startSimulator({ limit: 0 })
  call = callerOf(simulator)
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const issue = (more?: Record<string, unknown>) => call('POST', '/invoice/v2', anInvoice(more))
const propose = (more?: Record<string, unknown>) => call('POST', '/estimate/v2', anEstimate(more))

describe('issuing', () => {
  it('answers a padded number and the links, and the witness has the document', async () => {
    const body = anInvoice({ mentions: 'Ref A-1' })
    const said = await call('POST', '/invoice/v2', body)
    expect(said.status).toBe(200)
    expect(said.json).toMatchObject({ errorText: '', number: '0001', series: 'FCT', url: '' })
    expect(said.json['documentUrl']).toBe(
      `https://cloud.smartbill.ro/documente/editare/factura/${String(said.json['documentId'])}/`,
    )
    expect(said.json['documentViewUrl']).toMatch(/\/documente\/extern\/pf\/factura\/\w+\?srvid=2$/)
    expect(simulator.documents()).toMatchObject([
      {
        kind: 'invoice',
        series: 'FCT',
        number: '0001',
        status: 'issued',
        totals: { net: '100.00', vat: '21.00', gross: '121.00' },
        unpaid: '121.00',
        lines: [{ code: 'TS-1', name: 'Tricou', quantity: '1', price: '100' }],
        mentions: 'Ref A-1',
        by: 'api',
        body,
      },
    ])
  })

  it('gives 200 parallel calls 200 consecutive numbers', async () => {
    const said = await Promise.all(Array.from({ length: 200 }, () => issue()))
    const numbers = said.map(({ json }) => String(json['number'])).toSorted()
    expect(numbers).toEqual(
      Array.from({ length: 200 }, (_, index) => String(index + 1).padStart(4, '0')),
    )
  })

  it('counts each series by itself, and longer numbers are simply longer', async () => {
    simulator.company(CIF, {
      series: [
        { name: 'FCT', type: 'f', next: 9999 },
        { name: 'WEB', type: 'f', width: 7 },
      ],
    })
    const numbers = []
    for (const seriesName of ['FCT', 'WEB', 'FCT']) {
      numbers.push((await issue({ seriesName })).json['number'])
    }
    expect(numbers).toEqual(['9999', '0000001', '10000'])
  })

  it('leaves a draft without number, and the counter where it was', async () => {
    const draft = await issue({ isDraft: true })
    expect(draft.json).toMatchObject({ number: '', series: 'FCT', errorText: '' })
    expect((await issue()).json['number']).toBe('0001')
    expect(simulator.documents({ status: 'draft' })).toHaveLength(1)
  })

  it('answers POST /invoice without the document fields', async () => {
    const said = await call('POST', '/invoice', anInvoice())
    expect(said.json).toEqual({
      errorText: '',
      message: '',
      number: '0001',
      series: 'FCT',
      url: '',
    })
    simulator.switches({ olderEndpoints: false })
    expect((await call('POST', '/invoice', anInvoice())).status).toBe(405)
  })

  it('accepts quantities of zero and below', async () => {
    const said = await issue({ products: [aLine({ quantity: 0 }), aLine({ quantity: -2 })] })
    expect(said.status).toBe(200)
    expect(simulator.documents()[0]?.totals.gross).toBe('-242.00')
  })

  it('saves clients and products only when told', async () => {
    await issue()
    expect(simulator.nomenclature()[0]?.clients).toEqual([])
    const client = { name: 'Ana SRL', vatCode: 'RO55', country: 'Romania', saveToDb: true }
    await issue({ client, products: [aLine({ name: 'Nou', code: 'N-1', saveToDb: true })] })
    const [saved] = simulator.nomenclature()
    expect(saved?.clients).toMatchObject([{ name: 'Ana SRL', vatCode: 'RO55' }])
    expect(saved?.products.at(-1)).toMatchObject({ name: 'Nou', code: 'N-1' })
    const clash = await issue({ client: { ...client, vatCode: 'RO66' } })
    expect(clash.json['errorText']).toBe('Clientul exista deja pe server')
  })

  it('sends the e-mail of sendEmail, or refuses before issuing', async () => {
    const refused = await issue({ sendEmail: true })
    expect(refused.json['errorText']).toBe('Trebuie specificata adresa de email a clientului.')
    await issue({ sendEmail: true, email: { to: 'ion@example.ro' } })
    expect(simulator.emails()).toMatchObject([{ to: 'ion@example.ro', number: '0001' }])
    simulator.company(CIF, { mailServer: false })
    const noServer = await issue({ sendEmail: true, email: { to: 'ion@example.ro' } })
    expect(noServer.json['errorText']).toBe('Server-ul de email nu a fost configurat.')
    expect(simulator.documents()).toHaveLength(1)
  })
})

describe('PDF', () => {
  const textOf = async (bytes: Uint8Array) =>
    (await extractText(await getDocumentProxy(bytes), { mergePages: true })).text

  it('has a text layer with everything printed, mentions and observations included', async () => {
    await issue({
      client: { name: 'Ștefăniță Țânțaru SRL', vatCode: 'RO55443322', country: 'Romania' },
      mentions: 'Comanda 1001 RLY7K2M9QXW4TZ',
      observations: 'fragil',
      products: [aLine({ quantity: 2, price: 60.5, isTaxIncluded: true })],
    })
    const pdf = await call('GET', `/invoice/pdf${query('FCT', '0001')}`)
    expect(pdf.headers['content-disposition']).toBe('attachment; filename=facturaFCT0001.pdf')
    const text = await textOf(pdf.bytes)
    for (const part of [
      'FCT nr. 0001',
      'Stefanita Tantaru SRL',
      'RO55443322',
      'Tricou',
      '121.00 RON',
      'RLY7K2M9QXW4TZ',
      'fragil',
    ]) {
      expect(text).toContain(part)
    }
    simulator.switches({ printObservations: false })
    expect(
      await textOf((await call('GET', `/invoice/pdf${query('FCT', '0001')}`)).bytes),
    ).not.toContain('fragil')
  })

  it('repeats the Accept header as its type, and refuses application/pdf', async () => {
    await issue()
    const path = `/invoice/pdf${query('FCT', '0001')}`
    for (const accept of ['application/octet-stream', '*/*', 'application/json']) {
      const pdf = await call('GET', path, undefined, { accept })
      expect([pdf.status, pdf.headers['content-type']]).toEqual([200, accept])
      expect(pdf.text.startsWith('%PDF')).toBe(true)
    }
    const refused = await call('GET', path, undefined, { accept: 'application/pdf' })
    expect(refused.status).toBe(406)
    expect(refused.json).toMatchObject({ errors: [{ code: 'invalid_accept_header' }] })
  })

  it('is an nginx 502 for a missing invoice, and JSON for a missing proforma', async () => {
    const invoice = await call('GET', `/invoice/pdf${query('FCT', '0001')}`)
    expect([invoice.status, invoice.headers['content-type']]).toEqual([502, 'text/html'])
    const estimate = await call('GET', `/estimate/pdf${query('PRF', '0001')}`)
    expect(estimate.status).toBe(400)
    expect(estimate.json['errorText']).toBe(
      'Proforma cu seria si numarul PRF0001 nu a fost gasita!',
    )
    await propose()
    const pdf = await call('GET', `/estimate/pdf${query('PRF', '0001')}`)
    expect(pdf.headers['content-disposition']).toBe('attachment; filename=facturaPRF0001.pdf')
  })

  it('opens from the public link when links are local', async () => {
    simulator.switches({ localLinks: true })
    const link = String((await issue()).json['documentViewUrl'])
    expect(link.startsWith(simulator.origin)).toBe(true)
    expect((await (await fetch(link)).text()).startsWith('%PDF')).toBe(true)
  })
})

describe('storno, cancel, restore, delete', () => {
  const text = async (method: 'PUT' | 'DELETE', path: string) => {
    const { status, json } = await call(method, path)
    return [status, json['errorText'] || json['message']]
  }

  it('reverses once, in the same series with the next number and the signs turned', async () => {
    await issue({ issueDate: '2026-11-20' })
    const ref = { companyVatCode: CIF, seriesName: 'FCT', number: '0001' }
    const reverse = async (more = {}) => {
      const { status, json } = await call('POST', '/invoice/reverse', { ...ref, ...more })
      return [status, json['errorText'] || json['number']]
    }
    expect(await reverse({ issueDate: '2026-11-19' })).toEqual([
      400,
      'Data emiterii facturii storno nu poate fi anterioara datei emiterii facturii stornate.',
    ])
    expect(await reverse()).toEqual([200, '0002'])
    expect(await reverse()).toEqual([400, 'Factura este deja stornata.'])
    expect(await reverse({ number: '0002' })).toEqual([
      400,
      'Factura FCT0002 este de tip storno. Nu se poate storna.',
    ])
    expect(await reverse({ number: '0009' })).toEqual([
      400,
      'Factura cu seria si numarul FCT0009 nu a fost gasita!',
    ])
    expect(await reverse({ number: null })).toEqual([
      400,
      "Numarul facturii trebuie specificat in parametrul 'number'!",
    ])
    const [original, storno] = simulator.documents()
    expect(original).toMatchObject({ status: 'reversed', reversedBy: { number: '0002' } })
    expect(storno).toMatchObject({ totals: { gross: '-121.00' }, stornoOf: { number: '0001' } })
    const bad = await call('POST', '/invoice/reverse', { ...ref, issueDate: '20.11.2026' })
    expect(bad.json).toMatchObject({ errors: [{ message: 'Could not map property: issueDate.' }] })
  })

  it('cancels and restores any number of times', async () => {
    await issue()
    const at = query('FCT', '0001')
    expect(await text('PUT', `/invoice/restore${at}`)).toEqual([
      200,
      'Factura FCT0001 nu necesita restaurare.',
    ])
    expect(await text('PUT', `/invoice/cancel${at}`)).toEqual([
      200,
      'Factura cu seria si numarul FCT0001 a fost anulata cu succes.',
    ])
    expect(await text('PUT', `/invoice/cancel${at}`)).toEqual([
      200,
      'Factura FCT0001 este deja anulata.',
    ])
    expect(await text('PUT', `/invoice/restore${at}`)).toEqual([
      200,
      'Factura cu seria si numarul FCT0001 a fost restaurata cu succes.',
    ])
    expect(await text('PUT', `/estimate/cancel${query('PRF', '0001')}`)).toEqual([
      400,
      'Proforma cu seria si numarul PRF0001 nu a fost gasita!',
    ])
  })

  it('deletes only the last of a series, and gives its number to the next', async () => {
    await issue()
    await issue()
    expect(await text('DELETE', `/invoice${query('FCT', '0001')}`)).toEqual([
      403,
      'Nu poti sterge documentul cu seria si numarul FCT 0001, deoarece nu este ultimul din serie!',
    ])
    expect(await text('DELETE', `/invoice${query('FCT', '0002')}`)).toEqual([
      200,
      'Factura cu seria si numarul FCT0002 a fost stearsa cu succes.',
    ])
    expect((await issue()).json['number']).toBe('0002')
    simulator.switches({ deleteKeepsCounter: true })
    await text('DELETE', `/invoice${query('FCT', '0002')}`)
    expect((await issue()).json['number']).toBe('0003')
    expect(simulator.documents({ status: 'deleted' })).toHaveLength(2)
  })

  it('wants the padded number and the lower-case seriesname', async () => {
    await issue()
    expect(await text('PUT', `/invoice/cancel${query('FCT', '1')}`)).toEqual([
      400,
      'Factura cu seria si numarul FCT1 nu a fost gasita!',
    ])
    expect(await text('PUT', `/invoice/cancel?cif=${CIF}&seriesName=FCT&number=0001`)).toEqual([
      400,
      "Seria facturii trebuie specificata in url in parametrul 'seriesname'!",
    ])
    expect(await text('PUT', `/invoice/cancel?cif=${CIF}&seriesname=FCT`)).toEqual([
      400,
      "Numarul facturii trebuie specificat in url in parametrul 'number'!",
    ])
  })
})

describe('proforma to invoice', () => {
  it('tells in errorText, with 200, that a proforma has no invoice yet; 410 when it is missing', async () => {
    await propose()
    const none = await call('GET', `/estimate/invoices${query('PRF', '0001')}`)
    expect(none.status).toBe(200)
    expect(none.json).toMatchObject({
      areInvoicesCreated: false,
      errorText: 'Proforma cu seria PRF si numarul 0001 nu a fost facturata.',
    })
    const missing = await call('GET', `/estimate/invoices${query('PRF', '0002')}`)
    expect([missing.status, missing.json['errorText']]).toEqual([
      410,
      'Proforma cu seria PRF si numarul 0002 nu a fost gasita.',
    ])
  })

  it('copies client and lines, and lists invoices and drafts', async () => {
    await propose({ products: [aLine({ quantity: 3 })] })
    const from = (number: string, more = {}) => ({
      companyVatCode: CIF,
      seriesName: 'FCT',
      useEstimateDetails: true,
      estimate: { seriesName: 'PRF', number },
      ...more,
    })
    await call('POST', '/invoice/v2', from('0001'))
    await call('POST', '/invoice/v2', from('0001', { isDraft: true }))
    const missing = await call('POST', '/invoice/v2', from('0007'))
    expect(missing.json['errorText']).toBe('Factura proforma PRF0007 nu a fost gasita!')
    expect(simulator.documents({ kind: 'invoice' })[0]).toMatchObject({
      totals: { gross: '363.00' },
      client: { name: 'Ion Popescu' },
      fromEstimate: { series: 'PRF', number: '0001' },
    })
    const list = await call('GET', `/estimate/invoices${query('PRF', '0001')}`)
    expect(list.json).toMatchObject({
      areInvoicesCreated: true,
      errorText: '',
      invoices: [
        { series: 'FCT', number: '0001' },
        { series: 'FCT', number: '' },
      ],
    })
  })
})
