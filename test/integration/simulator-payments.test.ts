import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { anInvoice, callerOf, CIF, query, type Caller } from '../support/smartbill-caller.ts'

let simulator: Simulator
let call: Caller

beforeAll(async () => {
  simulator = await startSimulator({ limit: 0 })
  call = callerOf(simulator)
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const issue = (more?: Record<string, unknown>) => call('POST', '/invoice/v2', anInvoice(more))
const pay = async (more: Record<string, unknown>) => {
  const said = await call('POST', '/payment', {
    companyVatCode: CIF,
    type: 'Card online',
    isCash: false,
    useInvoiceDetails: true,
    invoicesList: [{ seriesName: 'FCT', number: '0001' }],
    ...more,
  })
  return { ...said, text: `${said.status} ${String(said.json['errorText'])}` }
}
const status = async (number = '0001') => {
  const { json } = await call('GET', `/invoice/paymentstatus${query('FCT', number)}`)
  const { invoiceTotalAmount, paidAmount, unpaidAmount, paid } = json
  return [invoiceTotalAmount, paidAmount, unpaidAmount, paid]
}

describe('payment status', () => {
  it('has amounts without currency, and empty number and series', async () => {
    await issue({ currency: 'EUR', products: [{ ...anInvoice().products[0], currency: 'EUR' }] })
    const { json } = await call('GET', `/invoice/paymentstatus${query('FCT', '0001')}`)
    expect(json).toEqual({
      errorText: '',
      message: '',
      number: '',
      series: '',
      url: '',
      invoiceTotalAmount: 121,
      paidAmount: 0,
      unpaidAmount: 121,
      paid: false,
    })
  })

  it('refuses a missing number, and does not find what is not there', async () => {
    await issue()
    const missing = await call('GET', `/invoice/paymentstatus?cif=${CIF}&seriesname=FCT`)
    expect([missing.status, missing.json['errorText'], missing.json['paid']]).toEqual([
      400,
      'Numarul facturii trebuie specificat',
      false,
    ])
    for (const number of ['1', '0002']) {
      const said = await call('GET', `/invoice/paymentstatus${query('FCT', number)}`)
      expect([said.status, said.json['errorText']]).toEqual([400, 'Factura nu a fost gasita'])
    }
  })

  it('of a cancelled invoice, a reversed one and its storno', async () => {
    await issue({ payment: { type: 'Card online', value: 50, isCash: false } })
    expect(await status()).toEqual([121, 50, 71, false])
    await call('PUT', `/invoice/cancel${query('FCT', '0001')}`)
    expect(await status()).toEqual([121, 0, 121, false])
    await call('PUT', `/invoice/restore${query('FCT', '0001')}`)
    expect(await status()).toEqual([121, 0, 121, false])
    await call('POST', '/invoice/reverse', {
      companyVatCode: CIF,
      seriesName: 'FCT',
      number: '0001',
    })
    expect((await status()).slice(2)).toEqual([0, true])
    expect((await status('0002'))[0]).toBe(-121)
  })
})

describe('payment inside the invoice', () => {
  it('is recorded with it, whatever the total is', async () => {
    await issue({ payment: { type: 'card online', value: 500, isCash: false } })
    expect(await status()).toEqual([121, 500, -379, true])
    expect(simulator.documents()[0]?.payments).toMatchObject([
      { type: 'Card online', value: '500.00', isCash: false },
    ])
  })

  it('makes a receipt with its own number for Chitanta', async () => {
    await issue({ payment: { type: 'Chitanta', value: 121, paymentSeries: 'CHT' } })
    expect(simulator.payments()).toMatchObject([{ series: 'CHT', number: '0001', isCash: true }])
  })

  it('leaves the invoice issued when it is refused and the switch says so', async () => {
    const bad = { payment: { type: 'Bitcoin', value: 1 } }
    expect((await issue(bad)).status).toBe(400)
    expect(simulator.documents()).toHaveLength(0)
    simulator.switches({ paymentNotAtomic: true })
    const said = await issue(bad)
    expect(said.json).toMatchObject({
      number: '0001',
      errorText: 'Tipul documentului nu a fost gasit pe server!',
    })
    expect(simulator.documents()).toHaveLength(1)
  })
})

describe('POST /payment', () => {
  it('collects what is unpaid, or the value given, without an identifier', async () => {
    await issue()
    const part = await pay({ value: 50 })
    expect(part.json).toMatchObject({ errorText: '', number: '', series: '' })
    expect(await status()).toEqual([121, 50, 71, false])
    await pay({})
    expect(await status()).toEqual([121, 121, 0, true])
    expect((await pay({})).text).toBe('400 Factura este incasata sau stornata in totalitate.')
  })

  it('splits over several invoices in their order', async () => {
    await issue()
    await issue()
    const both = ['0001', '0002'].map((number) => ({ seriesName: 'FCT', number }))
    await pay({ value: 200, invoicesList: both })
    expect(await status('0001')).toEqual([121, 121, 0, true])
    expect(await status('0002')).toEqual([121, 79, 42, false])
  })

  it('its refusals', async () => {
    await issue()
    await issue()
    await call('PUT', `/invoice/cancel${query('FCT', '0002')}`)
    const second = { invoicesList: [{ seriesName: 'FCT', number: '0002' }] }
    expect((await pay(second)).text).toBe(
      '400 Factura FCT0002 este anulata, nu o puteti incasa. Restaurati intai factura sau emiteti incasarea independent de factura.',
    )
    expect((await pay({ type: null })).text).toBe('400 Tipul incasarii trebuie specificat.')
    expect((await pay({ type: 'Card ' })).text).toBe(
      '404 Tipul documentului nu a fost gasit pe server!',
    )
    expect((await pay({ invoicesList: { seriesName: 'FCT', number: '9' } })).text).toBe(
      '400 Factura nu a fost gasita!',
    )
    expect((await pay({ useInvoiceDetails: false, value: 5 })).text).toBe(
      '400 Datele clientului trebuie specificate. Ele se preiau din factura doar in cazul in care usePaymentDetails = true.',
    )
    const client = { name: 'Ion', country: 'Romania', vatCode: 'RO9' }
    expect((await pay({ useInvoiceDetails: false, client })).text).toBe(
      '400 Ciful clientului de pe factura FCT0001 difera de ciful clientului incasarii!',
    )
    expect((await pay({ useInvoiceDetails: false, client, invoicesList: [] })).text).toBe(
      '400 Valoarea incasarii trebuie specificata.',
    )
    expect((await pay({ type: 'Chitanta', seriesName: 'FCT' })).text).toMatch(
      /^400 Seria nu a fost gasita!/,
    )
    expect((await pay({ cif: CIF })).json).toMatchObject({
      errors: [{ message: 'Unrecognized property: cif.' }],
    })
    expect((await pay({ value: 500 })).text).toBe('200 ')
    simulator.switches({ refuseOverpayment: true })
    await issue()
    expect(
      (await pay({ value: 500, invoicesList: [{ seriesName: 'FCT', number: '0003' }] })).status,
    ).toBe(400)
  })

  it('a receipt has a number; a fiscal receipt an id and a text', async () => {
    await issue()
    const receipt = await pay({ type: 'Chitanta', seriesName: 'CHT', value: 20 })
    expect(receipt.json).toMatchObject({ number: '0001', series: 'CHT' })
    const till = await pay({ type: 'Bon', value: 20, returnFiscalPrinterText: true })
    expect(till.json).toMatchObject({ number: '0', errorText: '' })
    const text = await call('GET', `/payment/text?cif=${CIF}&id=${String(till.json['id'])}`)
    expect(text.json['message']).toBe(till.json['message'])
    const unknown = await call('GET', `/payment/text?cif=${CIF}&id=1`)
    expect([unknown.status, unknown.headers['content-type']]).toEqual([500, 'text/html'])
    expect(
      (
        await pay({
          type: 'Bon',
          useInvoiceDetails: false,
          invoicesList: [],
          value: 1,
          currency: 'EUR',
          client: { name: 'x', country: 'RO' },
        })
      ).text,
    ).toBe('400 Bonurile fiscale pot fi emise doar in Lei!')
  })
})

describe('taking payments back', () => {
  const remove = async (path: string) => {
    const { status, json } = await call('DELETE', path)
    return `${status} ${String(json['errorText'] || json['message'])}`
  }
  const byInvoice = (type: string) =>
    `/payment/v2?cif=${CIF}&paymentType=${encodeURIComponent(type)}&invoiceSeries=FCT&invoiceNumber=0001`

  it('deletes the first that fits; a repeat deletes the next', async () => {
    await issue()
    await pay({ type: 'Card', value: 10, issueDate: '2026-11-24' })
    await pay({ type: 'Card', value: 10, issueDate: '2026-11-24' })
    expect(await remove(byInvoice('CEC'))).toBe(
      '400 Nu au fost gasite incasari conform datelor specificate.',
    )
    expect(await remove(byInvoice('Card'))).toBe(
      '200 Incasarea emisa catre clientul Ion Popescu - in data de 24/11/2026 cu valoare de 10 de tip Card a fost stearsa cu succes.',
    )
    expect(await status()).toEqual([121, 10, 111, false])
    const details = '&paymentDate=2026-11-24&paymentValue=10&clientName=Ion%20Popescu&clientCif=-'
    expect(await remove(`/payment/v2?cif=${CIF}&paymentType=Card${details}`)).toMatch(/^200/)
    expect(await remove(byInvoice('Card'))).toBe(
      '400 Nu au fost gasite incasari conform datelor specificate.',
    )
  })

  it('refuses the doubtful types until switched, and other capitals always', async () => {
    await issue()
    await pay({ type: 'Ramburs', value: 10 })
    const text =
      "400 Tipul incasarii (paymentType) poate fi 'Card', 'CEC', 'Bilet ordin', 'Ordin plata', 'Mandat postal', 'Alta incasare'."
    expect(await remove(byInvoice('Ramburs'))).toBe(text)
    simulator.switches({ deleteEveryPaymentType: true })
    expect(await remove(byInvoice('ramburs'))).toBe(text)
    expect(await remove(byInvoice('Ramburs'))).toMatch(/^200/)
  })

  it('deletes only the last receipt', async () => {
    await issue()
    await pay({ type: 'Chitanta', seriesName: 'CHT', value: 20 })
    await pay({ type: 'Chitanta', seriesName: 'CHT', value: 20 })
    expect(await remove(`/payment/chitanta${query('CHT', '0001')}`)).toBe(
      '403 Nu poti sterge documentul cu seria si numarul CHT 0001, deoarece nu este ultimul din serie!',
    )
    expect(await remove(`/payment/chitanta${query('CHT', '0002')}`)).toBe(
      '200 Chitanta cu seria si numarul CHT0002 a fost stearsa cu succes.',
    )
    expect(await remove(`/payment/chitanta${query('CHT', '0002')}`)).toBe(
      '400 Chitanta nu a fost gasita.',
    )
    expect(await status()).toEqual([121, 20, 101, false])
  })
})

describe('POST /document/send (shape D)', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const send = async (more: Record<string, unknown> = {}) => {
    const said = await call('POST', '/document/send', {
      companyVatCode: CIF,
      seriesName: 'FCT',
      number: '0001',
      type: 'Factura',
      to: 'ion@example.ro',
      ...more,
    })
    const { code, message } = said.json['status'] as { code: number; message: string }
    return `${said.status} ${code} ${message}`
  }

  it('sends, and fills the markers of the text', async () => {
    await issue()
    const bodyText = base64('Buna #nume client#, #serie numar document#: #total document# #x#')
    expect(await send({ bodyText })).toBe('200 0 Documentul a fost trimis cu succes.')
    expect(simulator.emails()).toMatchObject([
      { to: 'ion@example.ro', body: 'Buna Ion Popescu, FCT0001: 121.00 RON #x#' },
    ])
  })

  it.each([
    [{ type: '' }, 'type  trebuie specificat. Valorile acceptate sunt: factura, proforma.'],
    [
      { type: 'aviz' },
      "Valoarea campului 'type' nu este suportata (aviz). Valorile acceptate sunt: factura, proforma.",
    ],
    [{ number: '0002' }, 'Documentul nu a fost gasit'],
    [{ number: null }, 'Numarul documentului  trebuie specificat'],
    [{ type: 'proforma' }, 'Seria nu a fost gasita! Folositi o serie creata in contul de cloud.'],
    [{ subject: 'nu e base64' }, 'Subiectul emailului trebuie sa fie codat folosind Base64.'],
    [{ bodyText: 'nu' }, 'Continutul emailului trebuie sa fie codat folosind Base64.'],
    [{ to: null }, 'Invalid Addresses'],
    [{ cc: 'ana' }, 'Missing domain'],
    [{ to: '@example.ro' }, 'Missing local name'],
    [{ to: 'ion@exa_mple.ro' }, 'Domain contains illegal character'],
  ])('%j → %s', async (more, text) => {
    await issue()
    expect(await send(more)).toBe(`400 1 ${text}`)
    simulator.switches({ sendRefusalsAs200: true })
    expect(await send(more)).toBe(`200 1 ${text}`)
    expect(simulator.emails()).toEqual([])
  })
})
