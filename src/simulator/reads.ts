import { envelope, refusal, Refusal, type Answer } from './answers.ts'
import type { Company, State, StockItem } from './model.ts'
import { seriesOf, unpaid } from './state.ts'

/** GET /tax */
export function taxes(company: Company): Answer {
  if (company.vat === 'not-payer') throw new Refusal('Firma este neplatitoare de tva.')
  return envelope({ taxes: company.rates })
}

/** GET /series */
export function seriesList(state: State, company: Company, query: URLSearchParams): Answer {
  const type = query.get('type') ?? ''
  if (type !== '' && !['f', 'p', 'c'].includes(type)) {
    throw new Refusal(
      `Tipul documentului nu poate fi ${type}! Parametrul type poate lua valorile: 'f' pentru factura, 'p' pentru proforma si 'c' pentru chitanta.`,
    )
  }
  const list = company.series
    .filter((series) => type === '' || series.type === type)
    .map(({ name, next, width, type }) => ({
      name,
      nextNumber: state.switches.nextNumberAsText ? String(next).padStart(width, '0') : next,
      type,
    }))
  return envelope({ list })
}

/** GET /invoice/paymentstatus: amounts in the invoice's currency, which it does not name. */
export function paymentStatus(company: Company, query: URLSearchParams): Answer {
  const number = query.get('number')
  if (!number) throw new Refusal('Numarul facturii trebuie specificat', 400, { paid: false })
  const document = seriesOf(company, query.get('seriesname'), 'f')?.documents.get(number)
  if (document === undefined) throw new Refusal('Factura nu a fost gasita', 400, { paid: false })
  const left = unpaid(document)
  return envelope({
    invoiceTotalAmount: document.totals.gross.toNumber(),
    paidAmount: document.paid.toNumber(),
    unpaidAmount: left.toNumber(),
    paid: document.status !== 'cancelled' && left.lte(0),
  })
}

/** GET /estimate/invoices: a proforma without invoices is told in `errorText`, with status 200. */
export function invoicesOf(company: Company, query: URLSearchParams): Answer {
  const name = query.get('seriesname') ?? ''
  const number = query.get('number')
  if (!number) {
    throw new Refusal("Numarul proformei trebuie specificat in url in parametrul 'number'!")
  }
  const estimate = seriesOf(company, name, 'p')?.documents.get(number)
  if (estimate === undefined) {
    throw new Refusal(`Proforma cu seria ${name} si numarul ${number} nu a fost gasita.`, 410)
  }
  if (estimate.invoices.length > 0) {
    const invoices = estimate.invoices.map(({ series, number }) => ({ series, number }))
    return envelope({ areInvoicesCreated: true, invoices })
  }
  const text = `Proforma cu seria ${name} si numarul ${number} nu a fost facturata.`
  return refusal(new Refusal(text), 200, { areInvoicesCreated: false, invoices: [] })
}

/** GET /stocks */
export function stocks(company: Company, query: URLSearchParams): Answer {
  const date = query.get('date') ?? ''
  if (date === '') {
    throw new Refusal('Data la care vreti sa aflati valoarea stocului trebuie specificata!')
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new Refusal('Data trebuie sa fie de forma yyyy-MM-dd.')
  }
  const wanted = query.get('warehouseName') ?? ''
  if (wanted !== '' && !company.warehouses.some(({ name }) => name === wanted)) {
    throw new Refusal(`Gestiunea ${wanted} nu a fost gasita pe server.`)
  }
  const name = (query.get('productName') ?? '').toLowerCase()
  const code = query.get('productCode') ?? ''
  const fits = (item: StockItem) =>
    (name === '' || item.name.toLowerCase() === name) && (code === '' || item.code === code)
  const list = company.warehouses
    .filter((warehouse) => wanted === '' || warehouse.name === wanted)
    .map((warehouse) => ({
      warehouse: { warehouseName: warehouse.name, warehouseType: warehouse.type },
      products: company.stock
        .filter((item) => item.warehouse === warehouse.name && fits(item))
        .map((item) => ({
          productName: item.name,
          productCode: item.code,
          measuringUnit: item.unit,
          quantity: item.quantity.toNumber(),
        })),
    }))
    .filter((entry) => entry.products.length > 0)
  return envelope({ list })
}
