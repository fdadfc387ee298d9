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

const refused = async (more: Record<string, unknown>) => {
  const { status, json } = await call('POST', '/invoice/v2', anInvoice(more))
  return `${status} ${String(json['errorText'])}`
}

describe('before the account is looked at (shape B)', () => {
  const code = (json: Record<string, unknown>) =>
    (json as { errors?: { code: string; message: string; param?: string }[] }).errors?.[0]

  it.each([
    [{ produse: [] }, 'Unrecognized property: produse.', 'produse'],
    [{ number: '0007' }, 'Unrecognized property: number.', 'number'],
    [
      { products: [aLine({ nume: 'x' })] },
      'Unrecognized property: products[0].nume.',
      'products[0].nume',
    ],
    [
      { products: [aLine(), aLine({ quantity: '2' })] },
      'Could not map property: products[1].quantity.',
      'products[1].quantity',
    ],
    [
      { payment: { type: 'Card', value: 1, isCash: 'da' } },
      'Could not parse property: payment.isCash.',
      'payment.isCash',
    ],
    [
      { estimate: { paymentUrl: 'x' } },
      'Unrecognized property: estimate.paymentUrl.',
      'estimate.paymentUrl',
    ],
  ])('%j → %s', async (more, message, param) => {
    const said = await call('POST', '/invoice/v2', anInvoice(more))
    expect(said.status).toBe(400)
    expect(said.json).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      instance: '/SBORO/api/invoice/v2',
    })
    expect(code(said.json)).toMatchObject({ code: 'json_mapping_error', message, param })
  })

  it('refuses what an invoice may have and a proforma may not', async () => {
    const said = await call('POST', '/estimate/v2', anEstimate({ useStock: true }))
    expect(code(said.json)?.message).toBe('Unrecognized property: useStock.')
  })

  it('answers an unknown property with the HTML 500 when switched', async () => {
    simulator.switches({ unknownProperty: 'html-500' })
    const said = await call('POST', '/invoice/v2', anInvoice({ produse: [] }))
    expect([said.status, said.headers['content-type']]).toEqual([500, 'text/html'])
  })

  it('broken JSON, unknown path, method, Accept and Content-Type', async () => {
    const broken = await call('POST', '/invoice/v2', '{"companyVatCode":')
    expect([broken.status, code(broken.json)?.message]).toEqual([
      400,
      'Error parsing JSON request input.',
    ])
    const path = await call('GET', `/invoice/list?cif=${CIF}`)
    expect([path.status, code(path.json)?.code]).toEqual([404, 'resource_not_found'])
    const method = await call('GET', '/invoice/v2')
    expect([method.status, method.headers['allow']]).toEqual([405, 'POST'])
    expect(code(method.json)?.message).toBe(
      'The HTTP method is not allowed for the requested resource.',
    )
    const accept = await call('GET', `/series?cif=${CIF}`, undefined, { accept: 'text/html' })
    expect([accept.status, code(accept.json)?.message]).toEqual([
      406,
      'The requested resource is not available in the requested format.',
    ])
    const type = await call('POST', '/invoice/v2', anInvoice(), { 'content-type': 'text/xml' })
    expect([type.status, code(type.json)?.code]).toEqual([415, 'invalid_content_type'])
  })

  it('comes before the login', async () => {
    simulator.refuseLogins(['a@acme.example'])
    expect((await call('POST', '/invoice/v2', anInvoice({ produse: [] }))).status).toBe(400)
    expect((await call('POST', '/invoice/v2', anInvoice())).status).toBe(401)
  })
})

describe('login and company (shape C)', () => {
  const shape = { key: '!.oresp@&', successfully: false, errorCode: '0', operationExecuted: false }

  it('refuses a login, until it is good again', async () => {
    simulator.refuseLogins(['003|abc'])
    const said = await call('GET', `/series?cif=${CIF}`)
    expect(said.status).toBe(401)
    expect(said.json).toMatchObject({
      ...shape,
      errorText: 'Autentificare esuata. Va rugam verificati datele si incercati din nou.',
    })
    simulator.refuseLogins([])
    expect((await call('GET', `/series?cif=${CIF}`)).status).toBe(200)
  })

  it('no login is 401, a malformed one an HTML 500', async () => {
    const none = await fetch(`${simulator.url}/series?cif=${CIF}`)
    expect(none.status).toBe(401)
    const malformed = await call('GET', `/series?cif=${CIF}`, undefined, {
      authorization: 'Basic %%%',
    })
    expect([malformed.status, malformed.headers['content-type']]).toEqual([500, 'text/html'])
  })

  it('unknown company, somebody else’s company, and null', async () => {
    const gone = 'Firma la care incercati sa va conectati nu mai este disponibila in Cloud.'
    expect(await refused({ companyVatCode: '' })).toBe(`401 ${gone}`)
    simulator.switches({ anyCompany: false })
    expect(await refused({})).toBe(`401 ${gone}`)
    simulator.company(CIF, { users: ['b@acme.example'] })
    expect(await refused({})).toBe(
      '401 Firma la care incercati sa va conectati nu este disponibila pentru acest utilizator.',
    )
    expect(await refused({ companyVatCode: null })).toBe('500 Internal Server Error!')
  })
})

describe('business refusals (shape A)', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ seriesName: 'XXX' }, 'Seria nu a fost gasita! Folositi o serie creata in contul de cloud.'],
    [{ seriesName: 'CHT' }, 'Seria nu a fost gasita! Folositi o serie creata in contul de cloud.'],
    [{ issueDate: '24.11.2026' }, 'Data documentului trebuie sa fie de forma yyyy-MM-dd.'],
    [{ issueDate: '2026-02-30' }, 'Data documentului trebuie sa fie de forma yyyy-MM-dd.'],
    [{ currency: 'BGN' }, 'Moneda nu a fost gasita pe server!'],
    [{ client: null }, 'tara trebuie specificata'],
    [{ client: { name: 'Ion' } }, 'tara trebuie specificata'],
    [{ client: { name: '', country: 'Romania' } }, 'Client invalid!'],
    [
      { products: [] },
      'invoiceProducts trebuie specificat si trebuie sa contina cel putin un element',
    ],
    [{ products: [aLine({ name: null })] }, 'name trebuie specificat pentru fiecare produs'],
    [
      { products: [aLine({ measuringUnitName: '' })] },
      'measuringUnitName trebuie specificat pentru fiecare produs',
    ],
    [
      { products: [aLine({ taxPercentage: 19 })] },
      'Cota tva a produsului Tricou nu a fost gasita pe server!',
    ],
    [
      { products: [aLine({ taxName: '21%' })] },
      'Cota tva a produsului Tricou nu a fost gasita pe server!',
    ],
    [
      { products: [aLine({ taxPercentage: null })] },
      'Trebuie sa setezi o cota tva pentru produsul Tricou.',
    ],
    [
      { products: [aLine({ currency: 'EUR' })] },
      'Aveti produse care au pretul in alta moneda decat cea a facturii.',
    ],
    [
      { currency: 'EUR', products: [aLine({ currency: 'USD' })] },
      'Nu puteti emite documente in EUR cu moneda de referinta a produselor in USD !',
    ],
    [
      { products: [{ name: 'Reducere', isDiscount: true, measuringUnitName: 'buc' }] },
      'Nu poti sa emiti un document care contine doar un discount. Trebuie sa ai si produse / servicii adaugate.',
    ],
    [{ payment: { value: 1 } }, 'type trebuie specificat pentru incasare'],
    [{ payment: { type: 'Card' } }, 'value trebuie specificat pentru incasare'],
    [{ payment: { type: 'Bitcoin', value: 1 } }, 'Tipul documentului nu a fost gasit pe server!'],
    [
      { payment: { type: 'Chitanta', value: 1, paymentSeries: 'FCT' } },
      'Seria nu a fost gasita! Folositi o serie creata in contul de cloud.',
    ],
  ])('%j → %s', async (more, text) => {
    expect(await refused(more)).toBe(`400 ${text}`)
    expect(simulator.documents()).toEqual([])
  })

  it('has empty document fields and documentId -1', async () => {
    const { json } = await call('POST', '/invoice/v2', anInvoice({ seriesName: 'X' }))
    expect(json).toEqual({
      errorText: 'Seria nu a fost gasita! Folositi o serie creata in contul de cloud.',
      message: '',
      number: '',
      series: '',
      url: '',
      documentUrl: '',
      documentId: -1,
      documentViewUrl: '',
    })
  })

  it('410 above 400 lines', async () => {
    const products = Array.from({ length: 401 }, () => aLine())
    expect(await refused({ products })).toBe(
      '410 Numarul maxim acceptat de 400 intrari pe document a fost depasit.',
    )
    expect(await refused({ products: products.slice(1) })).toBe('200 ')
  })

  it('what the account says: plan, rights, closed period, codes, VAT profile', async () => {
    simulator.company(CIF, { planLeft: 1 })
    expect(await refused({})).toBe('200 ')
    expect(await refused({})).toMatch(
      /^400 Pentru acest pachet s-a emis numarul maxim de documente permis/,
    )
    simulator.company(CIF, { planLeft: null, closedUntil: '2026-10-31' })
    expect(await refused({ issueDate: '2026-10-31' })).toBe(
      '400 Nu puteti adauga documentul intr-o perioada inchisa',
    )
    simulator.company(CIF, { forbiddenSeries: ['FCT'] })
    expect(await refused({})).toBe('403 Nu aveti dreptul de a adauga facturi pe seria selectata')
    simulator.company(CIF, { mayAddInvoices: false })
    expect(await refused({})).toBe('403 Nu aveti dreptul de a adauga facturi')
    simulator.company(CIF, { mayAddInvoices: true, forbiddenSeries: [], usesProductCodes: true })
    expect(await refused({ products: [aLine({ code: '' })] })).toBe(
      '400 Produsul Tricou nu are codul specificat.',
    )
    simulator.company(CIF, { vat: 'not-payer' })
    expect(await refused({ usePaymentTax: true, products: [aLine({ taxPercentage: null })] })).toBe(
      '400 O firma neplatitoare de tva nu poate folosi tva la incasare!',
    )
    expect(await refused({ products: [aLine({ taxPercentage: null })] })).toBe('200 ')
    const tax = await call('GET', `/tax?cif=${CIF}`)
    expect([tax.status, tax.json['errorText']]).toEqual([400, 'Firma este neplatitoare de tva.'])
  })

  it('any refusal comes with 200 when switched', async () => {
    simulator.switches({ refusalsAs200: true })
    expect(await refused({ seriesName: 'X' })).toMatch(/^200 Seria nu a fost gasita!/)
  })

  it('stock: module, warehouse, product, unit, quantity; and it is really discharged', async () => {
    const leave = (line: Record<string, unknown>) =>
      refused({ useStock: true, products: [aLine({ warehouseName: 'Depozit', ...line })] })
    expect(await leave({ warehouseName: '' })).toBe(
      '400 Gestiunea predatoare nu este setata pentru produsul Tricou.',
    )
    expect(await leave({ warehouseName: 'depozit' })).toBe(
      '400 Gestiunea predatoare depozit a produsului Tricou nu a fost gasita.',
    )
    expect(await leave({ name: 'Altceva' })).toMatch(
      /^400 Nu ai facut nicio achizitie pentru produsul Altceva\..*<div id="moreErrorDetails"/,
    )
    expect(await leave({ measuringUnitName: 'BUC' })).toMatch(
      /^400 Unitatea de masura BUC a produsului Tricou nu are factor de conversie setat\.<div/,
    )
    expect(await leave({ quantity: 1001 })).toMatch(
      /^400 Cantitate stoc insuficienta la <b>Factura FCT1<\/b> din data <b>\d\d\/\d\d\/\d{4}<\/b> pentru produsul <b>Tricou<\/b> de la pozitia 1$/,
    )
    expect(await leave({ quantity: 4 })).toBe('200 ')
    const left = async () => {
      const { json } = await call('GET', `/stocks?cif=${CIF}&date=2026-11-24&productCode=TS-1`)
      return (json as { list: { products: { quantity: number }[] }[] }).list[0]?.products[0]
        ?.quantity
    }
    expect(await left()).toBe(996)
    await call('PUT', `/invoice/cancel${query('FCT', '0001')}`)
    expect(await left()).toBe(1000)
    await call('PUT', `/invoice/restore${query('FCT', '0001')}`)
    expect(await left()).toBe(996)
    simulator.company(CIF, { stockModule: false })
    expect(await leave({})).toBe('400 Modulul stoc nu este activ!')
  })
})

describe('lists', () => {
  it('series: all, by type, or a refusal; as text when switched', async () => {
    await call('POST', '/invoice/v2', anInvoice())
    const all = await call('GET', `/series?cif=${CIF}`)
    expect(all.json['list']).toEqual([
      { name: 'FCT', nextNumber: 2, type: 'f' },
      { name: 'PRF', nextNumber: 1, type: 'p' },
      { name: 'CHT', nextNumber: 1, type: 'c' },
    ])
    simulator.switches({ nextNumberAsText: true })
    const invoices = await call('GET', `/series?cif=${CIF}&type=f`)
    expect(invoices.json['list']).toEqual([{ name: 'FCT', nextNumber: '0002', type: 'f' }])
    const wrong = await call('GET', `/series?cif=${CIF}&type=x`)
    expect([wrong.status, wrong.json['errorText']]).toEqual([
      400,
      "Tipul documentului nu poate fi x! Parametrul type poate lua valorile: 'f' pentru factura, 'p' pentru proforma si 'c' pentru chitanta.",
    ])
  })

  it('stocks: date, warehouse', async () => {
    const text = async (more: string) => {
      const { json } = await call('GET', `/stocks?cif=${CIF}${more}`)
      return json['errorText']
    }
    expect(await text('')).toBe(
      'Data la care vreti sa aflati valoarea stocului trebuie specificata!',
    )
    expect(await text('&date=24.11.2026')).toBe('Data trebuie sa fie de forma yyyy-MM-dd.')
    expect(await text('&date=2026-11-24&warehouseName=Nord')).toBe(
      'Gestiunea Nord nu a fost gasita pe server.',
    )
    const none = await call('GET', `/stocks?cif=${CIF}&date=2026-11-24&productName=nimic`)
    expect(none.json['list']).toEqual([])
  })
})
